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

void SqliteLedger::purge(Instant now) {
    auto& db = writer();
    const Instant text_limit = now - kTextDays;
    db.run("UPDATE message SET text = '' WHERE queued_at < ? AND text <> ''", text_limit);
    db.run("DELETE FROM inbound WHERE at < ?", text_limit);
    db.run("DELETE FROM seen WHERE at < ?", now - kSeenDays);

    const Instant limit = now - kEvidenceDays;
    const Date oldest{std::chrono::floor<Days>(limit).time_since_epoch()};
    db.run(
        "DELETE FROM payment WHERE (erp, invoice_erp_id) IN"
        " (SELECT erp, erp_id FROM invoice WHERE due < ? AND paid_known_at IS NOT NULL)",
        oldest);
    // Messages, disputes, claims and the lines of promises about it go with the invoice (ON DELETE CASCADE).
    db.run("DELETE FROM invoice WHERE due < ? AND paid_known_at IS NOT NULL", oldest);
    for (const char* sql : {
             "DELETE FROM message WHERE queued_at < ? AND state NOT IN ('queued', 'sending', 'unknown')",
             "DELETE FROM command WHERE created_at < ? AND state NOT IN ('queued', 'sent', 'unknown')",
             "DELETE FROM erp_write WHERE created_at < ? AND state NOT IN ('queued', 'sent', 'unknown')",
             "DELETE FROM promise WHERE closed_at < ?",
             "DELETE FROM dispute WHERE answered_at < ?",
             "DELETE FROM claim WHERE at < ?",
             "DELETE FROM access_override WHERE until_at < ?",
             "DELETE FROM blocked_interval WHERE until_at < ?",
             "DELETE FROM task WHERE done_at < ?",
             "DELETE FROM hold WHERE resolved_at < ?",
             "DELETE FROM timeline WHERE at < ?",
         }) {
        db.run(sql, limit);
    }
}

}  // namespace emdia
