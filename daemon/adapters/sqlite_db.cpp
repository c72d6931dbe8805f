#include "daemon/adapters/sqlite_db.hpp"

#include <chrono>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "daemon/ports/ledger.hpp"

namespace emdia::sqlite {
namespace {

constexpr std::chrono::milliseconds kBusyWait{5000};

Error describe(int code, const char* message, const std::string& path) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return {ErrorKind::unavailable, "the disk that holds the ledger " + path + " is full",
                    "free space or enlarge the file system; the daemon then goes on by itself"};
        case SQLITE_IOERR:
            return {ErrorKind::unavailable, "reading or writing the ledger " + path + " failed",
                    "check the disk, its quota and its free space (df, dmesg)"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorKind::unavailable, "another process keeps the ledger " + path + " locked",
                    "stop the other emdiad, sqlite3 shell or backup that uses it"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorKind::bad_input, "the ledger " + path + " is damaged or is no SQLite file",
                    "move it away and restore the last backup"};
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {ErrorKind::forbidden, "the ledger " + path + " or its directory cannot be written",
                    "give the user of the daemon write access to the directory and the file"};
        default:
            return {ErrorKind::internal, std::string{"ledger: "} + message, "report this: it is a fault of emdia"};
    }
}

/// SQLite would create the file readable for all; it holds names and phone numbers.
void create_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
    }
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    create_private(path);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> db{new Database{path, handle}};
    if (code != SQLITE_OK) {
        return describe(code, sqlite3_errstr(code), path);
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(kBusyWait.count()));
    return db;
}

Database::~Database() {
    for (const auto& [sql, statement] : statements_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(handle_);
}

void Database::fail(int code) const { throw LedgerFailure(describe(code, sqlite3_errmsg(handle_), path_)); }

sqlite3_stmt* Database::prepared(const char* sql) {
    sqlite3_stmt*& statement = statements_[sql];
    if (statement == nullptr) {
        const int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) {
            statements_.erase(sql);
            fail(code);
        }
    }
    return statement;
}

void Database::script(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Database::begin() { run("BEGIN IMMEDIATE"); }

void Database::commit() {
    try {
        run("COMMIT");
    } catch (const LedgerFailure&) {
        rollback();
        throw;
    }
}

void Database::rollback() noexcept {
    // After a full disk SQLite may have rolled back by itself.
    if (in_transaction()) {
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

Query::~Query() {
    if (statement_ != nullptr) {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
}

bool Query::next() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        db_.fail(code);
    }
    return code == SQLITE_ROW;
}

void Query::bind_null(int index) { sqlite3_bind_null(statement_, index); }
void Query::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void Query::bind_text(int index, std::string_view value) {
    sqlite3_bind_text64(statement_, index, value.data() == nullptr ? "" : value.data(), value.size(),
                        text_ == Text::copied ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string_view Query::text(int column) const {
    const void* bytes = sqlite3_column_text(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? std::string_view{} : std::string_view{static_cast<const char*>(bytes), size};
}

}  // namespace emdia::sqlite
