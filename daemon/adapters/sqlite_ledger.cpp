// Opening, transactions, settings, and what concerns all tables at once.

#include "daemon/adapters/sqlite_ledger.hpp"

#include <algorithm>

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_schema.hpp"

namespace emdia {

using sqlite::Database;

namespace {

// The WAL is folded back after 32 MiB: seldom enough for a first pull to run at full speed, small enough for any disk.
constexpr auto kPragmas =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA wal_autocheckpoint = 8192;"
    "PRAGMA journal_size_limit = 67108864";

constexpr std::int64_t kSmallestCacheKib = 6144;
constexpr std::int64_t kLargestCacheKib = 32768;
constexpr std::int64_t kAccountsPerCacheKib = 32;

[[noreturn]] void fault(std::string what) {
    throw LedgerFailure({ErrorKind::internal, "ledger: " + std::move(what), "report this: it is a fault of emdia"});
}

}  // namespace

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open(const std::string& path) {
    auto opened = Database::open(path);
    if (!opened) {
        return opened.error();
    }
    auto lock = FileLock::take(path + ".lock");
    if (!lock) {
        return lock.error();
    }
    try {
        if (auto migrated = sqlite::migrate(**opened, sqlite::schema_steps()); !migrated) {
            return migrated.error();
        }
        (*opened)->script(kPragmas);
        return std::unique_ptr<SqliteLedger>{new SqliteLedger{std::move(opened).value(), std::move(lock).value()}};
    } catch (const LedgerFailure& failure) {
        return failure.error();
    }
}

SqliteLedger::SqliteLedger(std::unique_ptr<Database> db, FileLock lock) : lock_(std::move(lock)), db_(std::move(db)) {
    fit_cache();
}

void SqliteLedger::fit_cache() {
    const auto accounts = db_->value<std::int64_t>("SELECT max(id) FROM account");
    const auto wanted = std::clamp(accounts / kAccountsPerCacheKib, kSmallestCacheKib, kLargestCacheKib);
    if (wanted != cache_kib_) {
        cache_kib_ = wanted;
        db_->script("PRAGMA cache_size = -" + std::to_string(wanted));
    }
}

Database& SqliteLedger::writer() {
    if (!db_->in_transaction()) {
        fault("a write outside a transaction");
    }
    return *db_;
}

void SqliteLedger::must_exist(std::int64_t rows_changed) {
    if (rows_changed == 0) {
        fault("the row to be changed does not exist");
    }
}

void SqliteLedger::begin() { db_->begin(); }

void SqliteLedger::commit() {
    db_->commit();
    if (std::exchange(accounts_added_, false)) {
        fit_cache();
    }
}

void SqliteLedger::rollback() noexcept { db_->rollback(); }

void SqliteLedger::put_meta(std::string_view key, std::string_view value) {
    writer().run("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                 key, value);
}

std::optional<std::string> SqliteLedger::meta(std::string_view key) {
    return db_->value<std::optional<std::string>>("SELECT value FROM meta WHERE key = ?", key);
}

LedgerCounts SqliteLedger::counts(Date today) {
    LedgerCounts counts;
    auto row = db_->query(
        "SELECT (SELECT count(*) FROM account WHERE status = 'active'),"
        " (SELECT count(*) FROM access WHERE restricted AND wanted = 'blocked'),"
        " (SELECT count(*) FROM access WHERE restricted AND applied IS NOT wanted),"
        " (SELECT count(DISTINCT account) FROM invoice WHERE state IN ('open', 'partial') AND due < ?),"
        " (SELECT count(*) FROM message WHERE state = 'queued'),"
        " (SELECT count(*) FROM message WHERE state = 'unknown'),"
        " (SELECT count(*) FROM promise WHERE state = 'active'),"
        " (SELECT count(*) FROM task WHERE done_at IS NULL),"
        " (SELECT count(*) FROM hold WHERE state = 'open'),"
        " (SELECT count(*) FROM dispute WHERE answered_at IS NULL)",
        today);
    row.next();
    row.read(counts.accounts, counts.blocked, counts.gap, counts.overdue_accounts, counts.messages_queued,
             counts.messages_unknown, counts.promises_active, counts.tasks_open, counts.holds_open,
             counts.disputes_open);
    return counts;
}

std::optional<Instant> SqliteLedger::next_due() {
    // One query per index: min() over a partial index is a single look-up.
    std::optional<Instant> earliest;
    for (const char* sql : {"SELECT min(wake_at) FROM account WHERE wake_at IS NOT NULL",
                            "SELECT min(not_before) FROM message WHERE state = 'queued'",
                            "SELECT min(next_try_at) FROM command WHERE state IN ('queued', 'unknown')",
                            "SELECT min(next_try_at) FROM erp_write WHERE state IN ('queued', 'unknown')"}) {
        const auto at = db_->value<std::optional<Instant>>(sql);
        if (at && (!earliest || *at < *earliest)) {
            earliest = at;
        }
    }
    return earliest;
}

}  // namespace emdia
