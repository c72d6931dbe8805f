#include "tests/contract/ledger_books.hpp"

#include <stdlib.h>

namespace emdia::books {

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "emdia-ledger-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make " + pattern);
    }
    path_ = pattern;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void SqliteBook::reopen() {
    ledger_.reset();
    ledger_ = std::move(SqliteLedger::open(path())).value();
}

}  // namespace emdia::books
