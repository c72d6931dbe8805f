// Wake-ups, decisions, wanted and applied access.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_decision.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

namespace {

/// Events wake an account at 0, sweeps over many at 1: who pays does not queue behind a million that are only looked at
/// again.
constexpr std::int64_t kSweep = 1;

}  // namespace

std::vector<AccountId> SqliteLedger::due_accounts(Instant now, int limit) {
    return db_->column<AccountId>("SELECT id FROM account WHERE wake_at <= ? ORDER BY wake_at, id LIMIT ?", now, limit);
}

std::int64_t SqliteLedger::mark_dirty_overdue(std::string_view erp, Date today) {
    auto& db = writer();
    return db.run(
        "UPDATE account SET wake_at = ?3 WHERE ifnull(wake_at, ?3 + 1) > ?3 AND id IN ("
        "SELECT account FROM invoice WHERE state IN ('open', 'partial') AND due <= ?2 AND +erp = ?1"
        " AND account IS NOT NULL"
        " UNION SELECT x.account FROM access x CROSS JOIN account a ON a.id = x.account"
        " WHERE x.restricted AND +a.erp = ?1)",
        erp, today, kSweep);
}

void SqliteLedger::mark_all_dirty() {
    writer().run("UPDATE account SET wake_at = ?1 WHERE ifnull(wake_at, ?1 + 1) > ?1", kSweep);
}

void SqliteLedger::put_decision(AccountId id, const StoredDecision& decision) {
    auto& db = writer();
    db.run(
        "INSERT INTO decision (account, at, policy_version, calendar_version, tz_version, body)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET at = excluded.at,"
        " policy_version = excluded.policy_version, calendar_version = excluded.calendar_version,"
        " tz_version = excluded.tz_version, body = excluded.body",
        id, decision.at, decision.policy_version, decision.calendar_version, decision.tz_version,
        sqlite::encode(decision.decision));
    db.run("UPDATE account SET wake_at = ?1 WHERE id = ?2 AND wake_at IS NOT ?1", decision.decision.next_wake, id);
}

std::optional<StoredDecision> SqliteLedger::decision_of(AccountId id) {
    auto row =
        db_->query("SELECT at, policy_version, calendar_version, tz_version, body FROM decision WHERE account = ?", id);
    if (!row.next()) {
        return std::nullopt;
    }
    StoredDecision stored;
    std::string body;
    row.read(stored.at, stored.policy_version, stored.calendar_version, stored.tz_version, body);
    stored.decision = sqlite::decode_decision(body);
    return stored;
}

void SqliteLedger::put_access(AccountId id, const AccessRecord& r) {
    writer().run(
        "INSERT INTO access (account, wanted, generation, wanted_at, applied, applied_generation, proof, applied_at,"
        " blocked_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
        " wanted = excluded.wanted, generation = excluded.generation, wanted_at = excluded.wanted_at,"
        " applied = excluded.applied, applied_generation = excluded.applied_generation, proof = excluded.proof,"
        " applied_at = excluded.applied_at, blocked_since = excluded.blocked_since",
        id, r.wanted, r.generation, r.wanted_at, r.applied, r.applied_generation, r.proof, r.applied_at,
        r.blocked_since);
}

void SqliteLedger::note_blocked(AccountId id, Instant from) {
    writer().run(
        "INSERT INTO blocked_interval (account, from_at) VALUES (?, ?)"
        " ON CONFLICT (account) WHERE until_at IS NULL DO NOTHING",
        id, from);
}

void SqliteLedger::note_unblocked(AccountId id, Instant until) {
    writer().run("UPDATE blocked_interval SET until_at = ? WHERE account = ? AND until_at IS NULL", until, id);
}

std::vector<RestrictedLine> SqliteLedger::restricted_lines() {
    auto row = db_->query(
        "SELECT x.account, c.id, c.nas, x.wanted, x.generation,"
        " x.applied IS x.wanted AND x.applied_generation = x.generation AND x.proof = 'observed'"
        " FROM access x JOIN connection c ON c.account = x.account"
        " WHERE x.restricted AND NOT c.voice ORDER BY x.account, c.id");
    std::vector<RestrictedLine> lines;
    while (row.next()) {
        RestrictedLine& line = lines.emplace_back();
        row.read(line.account, line.connection, line.nas, line.wanted, line.generation, line.observed);
    }
    return lines;
}

std::int64_t SqliteLedger::blocks_since(Instant since) {
    return db_->value<std::int64_t>("SELECT count(*) FROM blocked_interval WHERE from_at >= ?", since);
}

}  // namespace emdia
