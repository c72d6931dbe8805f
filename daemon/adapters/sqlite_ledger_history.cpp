// Timeline, duplicates, inbound text, retention.

#include <algorithm>

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {
namespace {

constexpr Days kTextDays{180};
constexpr Days kSeenDays{8};
constexpr Days kEvidenceDays{5 * 365 + 1};

}  // namespace

void SqliteLedger::append(const TimelineEvent& event) {
    writer().run("INSERT INTO timeline (account, at, actor, kind, detail, rules) VALUES (?, ?, ?, ?, ?, ?)",
                 event.account, event.at, event.actor, event.kind, event.detail, event.rules);
}

std::vector<TimelineEvent> SqliteLedger::timeline(AccountId id, int limit) {
    auto row = db_->query(
        "SELECT account, at, actor, kind, detail, rules FROM timeline WHERE account = ? ORDER BY id DESC LIMIT ?", id,
        limit);
    std::vector<TimelineEvent> events;
    while (row.next()) {
        TimelineEvent& e = events.emplace_back();
        row.read(e.account, e.at, e.actor, e.kind, e.detail, e.rules);
    }
    std::reverse(events.begin(), events.end());
    return events;
}

bool SqliteLedger::first_seen(std::string_view scope, std::string_view id, Instant now) {
    return writer().run("INSERT INTO seen (scope, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", scope, id, now) > 0;
}

void SqliteLedger::store_inbound(AccountId account, std::string_view provider_id, std::string_view kind,
                                 std::string_view text, Instant at) {
    writer().run("INSERT INTO inbound (account, provider_id, kind, text, at) VALUES (?, ?, ?, ?, ?)", account,
                 provider_id, kind, text, at);
}

std::vector<InboundRow> SqliteLedger::inbound_of(AccountId account, int limit) {
    auto row = db_->query("SELECT provider_id, kind, text, at FROM inbound WHERE account = ? ORDER BY id DESC LIMIT ?",
                          account, limit);
    std::vector<InboundRow> rows;
    while (row.next()) {
        InboundRow& inbound = rows.emplace_back();
        row.read(inbound.provider_id, inbound.kind, inbound.text, inbound.at);
    }
    return rows;
}

bool SqliteLedger::purge(Instant now, int limit) {
    auto& db = writer();
    std::int64_t left = limit;
    const auto some = [&](const char* sql, Instant before) { left -= left > 0 ? db.run(sql, before, left) : 0; };
    // Each finds its rows at one end of an index, so that a slice costs what it removes.
    const Instant text_limit = now - kTextDays;
    some("UPDATE message SET text = '' WHERE id IN (SELECT id FROM message WHERE queued_at < ? AND text <> '' LIMIT ?)",
         text_limit);
    some("DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE at < ? LIMIT ?)", text_limit);
    some("DELETE FROM seen WHERE (scope, id) IN (SELECT scope, id FROM seen WHERE at < ? LIMIT ?)", now - kSeenDays);

    const Instant old = now - kEvidenceDays;
    const Date oldest{std::chrono::floor<Days>(old).time_since_epoch()};
    for (const InvoiceId invoice : db.column<InvoiceId>(
             "SELECT id FROM invoice WHERE due < ? AND paid_known_at IS NOT NULL LIMIT ?", oldest, left)) {
        left -=
            db.run("DELETE FROM payment WHERE (erp, invoice_erp_id) = (SELECT erp, erp_id FROM invoice WHERE id = ?)",
                   invoice);
        // Messages, disputes, claims and the lines of promises about it go with the invoice (ON DELETE CASCADE).
        left -= db.run("DELETE FROM invoice WHERE id = ?", invoice);
    }
    for (const char* sql : {
             "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE state IN"
             " ('accepted', 'sent', 'delivered', 'read', 'failed', 'dropped') AND state_at < ? LIMIT ?)",
             "DELETE FROM command WHERE id IN (SELECT id FROM command WHERE state IN"
             " ('acknowledged', 'observed', 'no_session', 'refused', 'superseded') AND created_at < ? LIMIT ?)",
             "DELETE FROM erp_write WHERE id IN (SELECT id FROM erp_write WHERE state IN"
             " ('acknowledged', 'observed', 'no_session', 'refused', 'superseded') AND created_at < ? LIMIT ?)",
             "DELETE FROM promise WHERE id IN (SELECT id FROM promise WHERE closed_at < ? LIMIT ?)",
             "DELETE FROM dispute WHERE id IN (SELECT id FROM dispute WHERE answered_at < ? LIMIT ?)",
             "DELETE FROM claim WHERE id IN (SELECT id FROM claim WHERE at < ? LIMIT ?)",
             "DELETE FROM access_override WHERE id IN (SELECT id FROM access_override WHERE until_at < ? LIMIT ?)",
             "DELETE FROM blocked_interval WHERE id IN"
             " (SELECT id FROM blocked_interval WHERE from_at < ?1 AND until_at < ?1 LIMIT ?2)",
             "DELETE FROM task WHERE id IN (SELECT id FROM task WHERE done_at < ? LIMIT ?)",
             "DELETE FROM hold WHERE id IN (SELECT id FROM hold WHERE resolved_at < ? LIMIT ?)",
             "DELETE FROM timeline WHERE id IN (SELECT id FROM timeline WHERE at < ? LIMIT ?)",
         }) {
        some(sql, old);
    }
    return left <= 0;
}

}  // namespace emdia
