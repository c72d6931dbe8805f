#include "tests/contract/ledger_books.hpp"

#include <stdexcept>

#include <stdlib.h>

namespace emdia::books {

namespace {

/// Memory-backed where there is one: no test here needs to survive a power cut, and thousands of syncs would be slow.
std::filesystem::path parent_directory() {
    const std::filesystem::path shared_memory{"/dev/shm"};
    return std::filesystem::is_directory(shared_memory) ? shared_memory : std::filesystem::temp_directory_path();
}

}  // namespace

TempDir::TempDir() {
    std::string pattern = (parent_directory() / "emdia-ledger-XXXXXX").string();
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
