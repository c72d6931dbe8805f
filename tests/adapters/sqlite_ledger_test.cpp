// What only a ledger in a file can suffer: a killed process, a full disk, a file that is damaged, foreign or too new.

#include <fstream>

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_schema.hpp"
#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;
using books::SqliteBook;
using books::TempDir;

namespace {

/// Error of opening the file; fails the test if it opens.
Error open_error(const std::string& path) {
    const auto opened = SqliteLedger::open(path);
    REQUIRE_FALSE(opened.ok());
    return opened.error();
}

void write_file(const std::string& path, std::string_view text) { std::ofstream{path, std::ios::binary} << text; }

std::unique_ptr<sqlite::Database> raw_database(const std::string& path) {
    return std::move(sqlite::Database::open(path)).value();
}

std::string integrity(const std::string& path) {
    return raw_database(path)->value<std::string>("PRAGMA integrity_check");
}

/// Turn n of the scripted work: two invoices and a count that must agree.
void scripted_turn(Ledger& ledger, int n) {
    LedgerTransaction transaction{ledger};
    ledger.put("ixc", invoice("a" + std::to_string(n)), kStart);
    ledger.put_meta("turns", std::to_string(n));
    ledger.put("ixc", invoice("b" + std::to_string(n)), kStart);
    transaction.commit();
}

/// Runs `work` in a child process without privileges; true if it returned true.
template <class Work>
bool as_nobody(Work work) {
    const pid_t child = fork();
    if (child == 0) {
        const bool dropped = geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
        _exit(dropped && work() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// No file of this process may grow beyond `bytes` while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    sighandler_t handler_;
};

}  // namespace

TEST_CASE("kill -9 at any moment leaves whole transactions only", "[sqlite]") {
    for (const int turns_to_see : {1, 20, 57}) {
        TempDir dir;
        const std::string path = dir.file("ledger.db");
        int progress[2];
        REQUIRE(pipe(progress) == 0);
        const pid_t child = fork();
        if (child == 0) {
            const auto ledger = std::move(SqliteLedger::open(path)).value();
            for (int n = 1;; ++n) {
                scripted_turn(*ledger, n);
                if (write(progress[1], "x", 1) != 1) {
                    _exit(1);
                }
            }
        }
        char turn = 0;
        for (int seen = 0; seen < turns_to_see; ++seen) {
            REQUIRE(read(progress[0], &turn, 1) == 1);
        }
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        close(progress[0]);
        close(progress[1]);
        REQUIRE(WIFSIGNALED(status));

        const auto ledger = std::move(SqliteLedger::open(path)).value();
        const int turns = std::stoi(ledger->meta("turns").value());
        CHECK(turns >= turns_to_see);
        LedgerTransaction transaction{*ledger};
        for (int n = 1; n <= turns + 1; ++n) {
            const bool kept = n <= turns;
            CHECK(ledger->put("ixc", invoice("a" + std::to_string(n)), kStart).changed != kept);
            CHECK(ledger->put("ixc", invoice("b" + std::to_string(n)), kStart).changed != kept);
        }
        CHECK(integrity(path) == "ok");
    }
}

TEST_CASE("a full disk fails the turn with its cause and cure, and the next turn works", "[sqlite]") {
    SqliteBook book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    int written = 0;
    {
        const FileSizeLimit limit{512 * 1024};
        try {
            for (;; ++written) {
                book.write([&](Ledger& ledger) {
                    ledger.put_meta("turns", std::to_string(written));
                    ledger.store_inbound({}, std::to_string(written), "text", std::string(20'000, 'x'), kStart);
                });
            }
        } catch (const LedgerFailure& failure) {
            CHECK(failure.error().kind == ErrorKind::unavailable);
            CHECK_THAT(failure.error().cure, Catch::Contains("space"));
        }
    }
    REQUIRE(written > 0);
    CHECK(book.ledger().meta("turns") == std::to_string(written - 1));
    CHECK(book.ledger().inbound_of({}, 1000).size() == static_cast<std::size_t>(written));
    book.write([](Ledger& ledger) { ledger.put_meta("turns", "after"); });
    book.reopen();
    CHECK(book.ledger().meta("turns") == "after");
}

TEST_CASE("a directory that cannot be written is named with its cure", "[sqlite]") {
    TempDir dir;
    const std::string closed = dir.file("closed");
    REQUIRE(mkdir(closed.c_str(), 0555) == 0);
    REQUIRE(chmod(dir.path().c_str(), 0755) == 0);
    CHECK(as_nobody([&] {
        const auto opened = SqliteLedger::open(closed + "/ledger.db");
        return !opened && opened.error().kind == ErrorKind::forbidden &&
               opened.error().cure.find("write access") != std::string::npos;
    }));
    CHECK(open_error(dir.file("missing/ledger.db")).kind == ErrorKind::forbidden);
}

TEST_CASE("a ledger that may be read but not written is refused", "[sqlite]") {
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    REQUIRE(SqliteLedger::open(path));
    REQUIRE(chmod(path.c_str(), 0444) == 0);
    REQUIRE(chmod(dir.path().c_str(), 0755) == 0);
    CHECK(as_nobody([&] {
        const auto opened = SqliteLedger::open(path);
        return !opened && opened.error().kind == ErrorKind::forbidden;
    }));
}

TEST_CASE("a damaged file is refused and left as it is", "[sqlite]") {
    TempDir dir;
    write_file(dir.file("text.db"), std::string(8192, 'x'));
    CHECK(open_error(dir.file("text.db")).kind == ErrorKind::bad_input);
    CHECK_THAT(open_error(dir.file("text.db")).cure, Catch::Contains("backup"));

    const std::string path = dir.file("ledger.db");
    REQUIRE(SqliteLedger::open(path));
    const auto size = std::filesystem::file_size(path);
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(4096);
    file << std::string(size - 4096, '\xff');
    file.close();
    CHECK(open_error(path).kind == ErrorKind::bad_input);
    CHECK(std::filesystem::file_size(path) == size);
}

TEST_CASE("another program's database is not taken for a ledger", "[sqlite]") {
    TempDir dir;
    raw_database(dir.file("other.db"))->script("CREATE TABLE other (a)");
    CHECK(open_error(dir.file("other.db")).kind == ErrorKind::config);
}

TEST_CASE("a ledger of a newer version is refused", "[sqlite]") {
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    REQUIRE(SqliteLedger::open(path));
    raw_database(path)->script("PRAGMA user_version = 99");
    const Error error = open_error(path);
    CHECK(error.kind == ErrorKind::config);
    CHECK_THAT(error.what, Catch::Contains("99"));
    CHECK(raw_database(path)->value<int>("PRAGMA user_version") == 99);
}

TEST_CASE("a new schema version is reached in one step, after a backup", "[sqlite]") {
    TempDir dir;
    const std::string path = dir.file("ledger.db");
    {
        const auto ledger = std::move(SqliteLedger::open(path)).value();
        LedgerTransaction transaction{*ledger};
        put_maria(*ledger);
        transaction.commit();
    }
    std::vector<sqlite::SchemaStep> steps{sqlite::schema_steps().begin(), sqlite::schema_steps().end()};
    const int newest = steps.back().version;
    const std::string backup = path + ".v" + std::to_string(newest) + ".backup";

    SECTION("that works") {
        steps.push_back({newest + 1, "ALTER TABLE subscriber ADD COLUMN nickname TEXT NOT NULL DEFAULT 'none'"});
        const auto db = raw_database(path);
        REQUIRE(sqlite::migrate(*db, steps));
        CHECK(db->value<int>("PRAGMA user_version") == newest + 1);
        CHECK(db->value<std::string>("SELECT nickname FROM subscriber") == "none");
        REQUIRE(sqlite::migrate(*db, steps));
    }
    SECTION("that fails half-way: nothing is changed") {
        steps.push_back({newest + 1, "DROP TABLE meta; UPDATE nothing SET x = 1"});
        REQUIRE_FALSE(sqlite::migrate(*raw_database(path), steps));
    }
    SECTION("that would break a reference: nothing is changed") {
        steps.push_back({newest + 1, "DELETE FROM subscriber"});
        REQUIRE_FALSE(sqlite::migrate(*raw_database(path), steps));
        CHECK(SqliteLedger::open(path).ok());
    }
    const auto kept = SqliteLedger::open(backup);
    REQUIRE(kept);
    CHECK(kept.value()->load(AccountId{1})->subscriber.first_name == "Maria");
    CHECK_FALSE(std::filesystem::exists(backup + ".part"));
}

TEST_CASE("opening the present version makes no backup", "[sqlite]") {
    SqliteBook book;
    book.reopen();
    for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{book.path()}.parent_path()}) {
        CHECK_THAT(entry.path().string(), !Catch::EndsWith(".backup"));
    }
}

TEST_CASE("the file is for its owner only (E4)", "[sqlite]") {
    SqliteBook book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    for (const std::string suffix : {"", "-wal"}) {
        struct stat status {};
        REQUIRE(stat((book.path() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);
    }
}

TEST_CASE("an unchanged page writes not a byte", "[sqlite]") {
    SqliteBook book;
    const auto page = [&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", payment(), kStart);
    };
    book.write(page);
    const auto before = std::filesystem::file_size(book.path() + "-wal");
    book.write(page);
    CHECK(std::filesystem::file_size(book.path() + "-wal") == before);
}

TEST_CASE("a word that this version does not know is an error, not a guess", "[sqlite]") {
    SqliteBook book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.add_message(account(ledger), wish(Stage::before), "", kStart);
        ledger.put_decision(account(ledger), decision(std::nullopt));
    });
    raw_database(book.path())->script("UPDATE message SET stage = 'telepathy'; UPDATE decision SET body = '[1'");
    CHECK_THROWS_AS(book.ledger().load(account(book.ledger())), LedgerFailure);
    CHECK_THROWS_AS(book.ledger().decision_of(account(book.ledger())), LedgerFailure);
}

TEST_CASE("the schema has no place for documents, addresses, birth dates or full names (E3)", "[sqlite]") {
    SqliteBook book;
    const auto columns = raw_database(book.path())
                             ->column<std::string>(
                                 "SELECT lower(c.name) FROM sqlite_schema t, pragma_table_info(t.name) c"
                                 " WHERE t.type = 'table'");
    REQUIRE(columns.size() > 100);
    for (const std::string& column : columns) {
        for (const char* banned : {"cpf", "cnpj", "document", "address", "street", "birth", "surname", "full_name"}) {
            CHECK_THAT(column, !Catch::Contains(banned));
        }
    }
}

TEST_CASE("a ledger is for one process: a second one is refused and told why") {
    const TempDir dir;
    const std::string path = dir.file("ledger.db");
    auto first = SqliteLedger::open(path);
    REQUIRE(first.ok());
    const Error error = open_error(path);
    CHECK(error.kind == ErrorKind::unavailable);
    CHECK(error.text().find("another emdiad") != std::string::npos);
    first.value().reset();
    CHECK(SqliteLedger::open(path).ok());
}
