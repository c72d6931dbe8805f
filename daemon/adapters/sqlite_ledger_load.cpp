// One account, put together by keys. Indexes that serve each query stand in the schema under the table's name.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

using sqlite::Database;
using sqlite::ref;

namespace {

constexpr Millis kRecent{kRecentDays};

/// The account itself, its subscriber and access; false if there is none. `siblings`: the subscriber holds others too.
bool read_account(Database& db, AccountFacts& facts, bool& siblings) {
    auto row = db.query(
        "SELECT a.id, a.erp_id, a.plan, a.status, a.erp_access, a.auto_block, a.no_block_until, a.exempt,"
        " a.exempt_reason,"
        " s.id, s.erp, s.erp_id, s.first_name, s.phone, s.uf, s.municipality, s.no_dunning, s.optin_at,"
        " s.optin_source, s.optout_at, s.wrong_number, s.undeliverable_cycles, s.last_inbound_at,"
        " EXISTS (SELECT 1 FROM subscriber o WHERE o.phone = s.phone AND o.phone <> '' AND o.id <> s.id),"
        " EXISTS (SELECT 1 FROM account b WHERE b.subscriber = a.subscriber AND b.id <> a.id),"
        " x.wanted, x.generation, x.wanted_at, x.applied, x.applied_generation, x.proof, x.applied_at, x.blocked_since"
        " FROM account a JOIN subscriber s ON s.id = a.subscriber LEFT JOIN access x ON x.account = a.id"
        " WHERE a.id = ?",
        facts.id);
    if (!row.next()) {
        return false;
    }
    Contract& c = facts.contract;
    Subscriber& s = facts.subscriber;
    std::string uf;
    std::optional<Access> wanted;
    AccessRecord access;
    std::optional<Proof> proof;
    row.read(facts.id, c.erp_id, c.plan, c.status, c.erp_access, c.erp_auto_block, c.erp_no_block_until, c.exempt,
             c.exempt_reason, s.id, s.erp, s.erp_id, s.first_name, s.phone, uf, s.municipality, s.erp_no_dunning,
             s.optin_at, s.optin_source, s.optout_at, s.wrong_number, s.undeliverable_cycles, s.last_inbound_at,
             s.phone_shared, siblings, wanted, access.generation, access.wanted_at, access.applied,
             access.applied_generation, proof, access.applied_at, access.blocked_since);
    s.uf = uf_from(uf);
    if (wanted) {
        access.wanted = *wanted;
        access.proof = *proof;
        facts.access = access;
    }
    return true;
}

void read_connections(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "SELECT id, erp_id, login, ipv4, ipv6_prefix, nas, session_id, voice FROM connection WHERE account = ?"
        " ORDER BY id",
        facts.id);
    while (row.next()) {
        Connection& c = facts.connections.emplace_back();
        row.read(c.id, c.erp_id, c.login, c.ipv4, c.ipv6_prefix, c.nas, c.session_id, c.voice);
    }
}

void read_invoices(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "SELECT id, erp_id, due, reference, face, open, ifnull(connection_open, open), state, released,"
        " payment_pending, protested, period_begin, period_end, read_at, paid_known_at FROM invoice"
        " WHERE account = ?1 AND paid_known_at IS NULL"
        " UNION ALL "
        "SELECT id, erp_id, due, reference, face, open, ifnull(connection_open, open), state, released,"
        " payment_pending, protested, period_begin, period_end, read_at, paid_known_at FROM invoice"
        " WHERE account = ?1 AND paid_known_at >= (SELECT max(paid_known_at) FROM invoice WHERE account = ?1) - ?2"
        " ORDER BY 3, 1",
        facts.id, kRecent);
    while (row.next()) {
        Invoice& i = facts.invoices.emplace_back();
        row.read(i.id, i.erp_id, i.due, i.reference, i.face, i.open, i.connection_open, i.state, i.released,
                 i.payment_pending, i.protested, i.period_begin, i.period_end, i.read_at, i.paid_known_at);
    }
}

void read_payments(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "SELECT erp_id, invoice_erp_id, amount, paid_on, known_at, reversed FROM payment"
        " WHERE account = ?1 AND known_at >= (SELECT max(known_at) FROM payment WHERE account = ?1) - ?2"
        " ORDER BY known_at, erp_id",
        facts.id, kRecent);
    while (row.next()) {
        Payment& p = facts.payments.emplace_back();
        row.read(p.erp_id, p.invoice_erp_id, p.amount, p.paid_on, p.known_at, p.reversed);
    }
}

void read_messages(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "SELECT m.id, m.stage, m.invoice, m.channel, m.state, m.attempt, m.queued_at, m.sent_at, m.delivered_at,"
        " m.failed_code, m.template_version, m.text_hash, m.protocol FROM message m"
        " WHERE m.account = ?1 AND (m.queued_at >= (SELECT max(queued_at) FROM message WHERE account = ?1) - ?2"
        "  OR EXISTS (SELECT 1 FROM invoice i WHERE i.id = m.invoice AND i.paid_known_at IS NULL))"
        " ORDER BY m.queued_at, m.id",
        facts.id, kRecent);
    while (row.next()) {
        Message& m = facts.messages.emplace_back();
        row.read(m.id, m.stage, ref(m.invoice), m.channel, m.state, m.attempt, m.queued_at, m.sent_at, m.delivered_at,
                 m.failed_code, m.template_version, m.text_hash, m.protocol);
    }
}

/// C4 counts per person: what left through the other accounts of the same subscriber.
void read_other_contacts(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "WITH contact (at, class) AS (SELECT m.left_at, m.class FROM account a JOIN message m ON m.account = a.id"
        "  WHERE a.subscriber = ?1 AND a.id <> ?2 AND m.left_at IS NOT NULL)"
        " SELECT at, class FROM contact WHERE at >= (SELECT max(at) FROM contact) - ?3 AND class <> 'reply'"
        " ORDER BY at",
        facts.subscriber.id, facts.id, kRecent);
    while (row.next()) {
        Instant at{};
        MessageClass sort{};
        row.read(at, sort);
        (sort == MessageClass::collection ? facts.other_collection_at : facts.other_service_at).push_back(at);
    }
}

void read_promises(Database& db, AccountFacts& facts) {
    auto row = db.query(
        "SELECT p.id, p.amount, p.until_date, p.state, p.made_at, p.releases_access, p.made_by, p.closed_at, i.invoice"
        " FROM promise p LEFT JOIN promise_invoice i ON i.promise = p.id WHERE p.account = ?"
        " ORDER BY p.id, i.position",
        facts.id);
    while (row.next()) {
        Promise p;
        InvoiceId invoice{};
        row.read(p.id, p.amount, p.until, p.state, p.made_at, p.releases_access, p.made_by, p.closed_at, ref(invoice));
        if (facts.promises.empty() || facts.promises.back().id != p.id) {
            facts.promises.push_back(p);
        }
        if (raw(invoice) != 0) {
            facts.promises.back().invoices.push_back(invoice);
        }
    }
}

void read_what_people_said(Database& db, AccountFacts& facts) {
    auto dispute =
        db.query("SELECT id, invoice, opened_at, answered_at FROM dispute WHERE account = ? ORDER BY id", facts.id);
    while (dispute.next()) {
        Dispute& d = facts.disputes.emplace_back();
        dispute.read(d.id, ref(d.invoice), d.opened_at, d.answered_at);
    }
    auto claim = db.query("SELECT invoice, at FROM claim WHERE account = ? ORDER BY id", facts.id);
    while (claim.next()) {
        PaymentClaim& c = facts.claims.emplace_back();
        claim.read(ref(c.invoice), c.at);
    }
    auto over = db.query(
        "SELECT kind, from_at, until_at, author, reason FROM access_override WHERE account = ? ORDER BY id", facts.id);
    while (over.next()) {
        Override& o = facts.overrides.emplace_back();
        over.read(o.kind, o.from, o.until, o.author, o.reason);
    }
}

void read_blocked_intervals(Database& db, AccountFacts& facts) {
    auto row = db.query("SELECT from_at, until_at FROM blocked_interval WHERE account = ? ORDER BY id", facts.id);
    while (row.next()) {
        BlockedInterval& interval = facts.blocked_intervals.emplace_back();
        row.read(interval.from, interval.until);
    }
}

}  // namespace

std::optional<AccountFacts> SqliteLedger::load(AccountId id) {
    AccountFacts facts;
    facts.id = id;
    bool siblings = false;
    if (!read_account(*db_, facts, siblings)) {
        return std::nullopt;
    }
    read_connections(*db_, facts);
    read_invoices(*db_, facts);
    read_payments(*db_, facts);
    read_messages(*db_, facts);
    if (siblings) {
        read_other_contacts(*db_, facts);
    }
    read_promises(*db_, facts);
    read_what_people_said(*db_, facts);
    read_blocked_intervals(*db_, facts);
    return facts;
}

}  // namespace emdia
