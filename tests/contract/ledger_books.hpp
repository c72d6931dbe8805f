#pragma once
// The ledgers that the contract is held against. Each Book is an empty ledger; `write` runs one transaction and then,
// where the ledger is a file, may close and open it, so that what a test sees was really kept.

#include <filesystem>
#include <memory>

#include "daemon/adapters/sqlite_ledger.hpp"
#include "tests/fakes/memory_ledger.hpp"

namespace emdia::books {

/// A directory of its own among the system's temporary files; removed with all in it.
class TempDir {
public:
    TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class MemoryBook {
public:
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    template <class Change>
    void write(Change change) {
        LedgerTransaction transaction{ledger_};
        change(ledger_);
        transaction.commit();
    }

private:
    fakes::MemoryLedger ledger_;
};

/// SQLite in a temporary file.
class SqliteBook {
public:
    SqliteBook() { reopen(); }
    [[nodiscard]] Ledger& ledger() { return *ledger_; }
    [[nodiscard]] std::string path() const { return dir_.file("ledger.db"); }
    /// Fails the test (throws) if the file cannot be opened.
    void reopen();
    template <class Change>
    void write(Change change) {
        LedgerTransaction transaction{*ledger_};
        change(*ledger_);
        transaction.commit();
    }

private:
    TempDir dir_;
    std::unique_ptr<SqliteLedger> ledger_;
};

/// SQLite that is closed and opened after every transaction.
class ReopenedSqliteBook {
public:
    [[nodiscard]] Ledger& ledger() { return book_.ledger(); }
    template <class Change>
    void write(Change change) {
        book_.write(change);
        book_.reopen();
    }

private:
    SqliteBook book_;
};

}  // namespace emdia::books

/// Every test of the contract runs against each of these.
#define EMDIA_BOOKS emdia::books::MemoryBook, emdia::books::SqliteBook, emdia::books::ReopenedSqliteBook
