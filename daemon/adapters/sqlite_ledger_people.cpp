// What subscribers and people bring in: promises, disputes, claims, overrides, consent; tasks and holds.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

using sqlite::Database;
using sqlite::ref;

namespace {

void put_invoices(Database& db, PromiseId promise, const std::vector<InvoiceId>& invoices) {
    db.run("DELETE FROM promise_invoice WHERE promise = ?", promise);
    int position = 0;
    for (const InvoiceId invoice : invoices) {
        db.run("INSERT INTO promise_invoice (promise, position, invoice) VALUES (?, ?, ?)", promise, position++,
               invoice);
    }
}

void put_accounts(Database& db, HoldId hold, const std::vector<AccountId>& accounts) {
    db.run("DELETE FROM hold_account WHERE hold = ?", hold);
    int position = 0;
    for (const AccountId account : accounts) {
        db.run("INSERT INTO hold_account (hold, position, account) VALUES (?, ?, ?)", hold, position++, account);
    }
}

}  // namespace

PromiseId SqliteLedger::add_promise(AccountId account, const Promise& p) {
    auto& db = writer();
    db.run(
        "INSERT INTO promise (account, amount, until_date, state, made_at, releases_access, made_by, closed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        account, p.amount, p.until, p.state, p.made_at, p.releases_access, p.made_by, p.closed_at);
    const PromiseId id{db.last_id()};
    put_invoices(db, id, p.invoices);
    return id;
}

void SqliteLedger::put_promise(AccountId account, const Promise& p) {
    auto& db = writer();
    must_exist(db.run(
        "UPDATE promise SET account = ?, amount = ?, until_date = ?, state = ?, made_at = ?, releases_access = ?,"
        " made_by = ?, closed_at = ? WHERE id = ?",
        account, p.amount, p.until, p.state, p.made_at, p.releases_access, p.made_by, p.closed_at, p.id));
    put_invoices(db, p.id, p.invoices);
}

DisputeId SqliteLedger::add_dispute(AccountId account, const Dispute& dispute) {
    auto& db = writer();
    db.run("INSERT INTO dispute (account, invoice, opened_at, answered_at) VALUES (?, ?, ?, ?)", account,
           ref(dispute.invoice), dispute.opened_at, dispute.answered_at);
    return DisputeId{db.last_id()};
}

void SqliteLedger::answer_dispute(AccountId account, DisputeId dispute, Instant at) {
    must_exist(writer().run("UPDATE dispute SET answered_at = ? WHERE id = ? AND account = ?", at, dispute, account));
}

void SqliteLedger::add_claim(AccountId account, const PaymentClaim& claim) {
    writer().run("INSERT INTO claim (account, invoice, at) VALUES (?, ?, ?)", account, ref(claim.invoice), claim.at);
}

void SqliteLedger::add_override(AccountId account, const Override& o) {
    writer().run(
        "INSERT INTO access_override (account, kind, from_at, until_at, author, reason) VALUES (?, ?, ?, ?, ?, ?)",
        account, o.kind, o.from, o.until, o.author, o.reason);
}

void SqliteLedger::end_overrides(AccountId account, OverrideKind kind, Instant at) {
    writer().run("UPDATE access_override SET until_at = ?1 WHERE account = ?2 AND kind = ?3 AND until_at > ?1", at,
                 account, kind);
}

void SqliteLedger::set_exempt(AccountId account, bool exempt, std::string_view reason) {
    must_exist(writer().run("UPDATE account SET exempt = ?, exempt_reason = ? WHERE id = ?", exempt, reason, account));
}

void SqliteLedger::put_channel(const Subscriber& s) {
    must_exist(writer().run(
        "UPDATE subscriber SET optin_at = ?, optin_source = ?, optout_at = ?, wrong_number = ?,"
        " undeliverable_cycles = ?, last_inbound_at = ? WHERE id = ?",
        s.optin_at, s.optin_source, s.optout_at, s.wrong_number, s.undeliverable_cycles, s.last_inbound_at, s.id));
}

std::optional<TaskId> SqliteLedger::open_task(const TaskRow& row, std::optional<Instant> since) {
    auto& db = writer();
    // An open one may have become more pressing meanwhile (A9).
    db.run(
        "UPDATE task SET priority = ?4, text = ?5 WHERE ifnull(account, 0) = ?1 AND kind = ?2"
        " AND ifnull(invoice, 0) = ?3 AND subject = ?6 AND done_at IS NULL AND priority > ?4",
        row.account, row.kind, row.invoice, row.priority, row.text, row.subject);
    if (db.value<bool>("SELECT 1 FROM task WHERE ifnull(account, 0) = ? AND kind = ? AND ifnull(invoice, 0) = ?"
                       " AND subject = ? AND (done_at IS NULL OR done_at >= ?)",
                       row.account, row.kind, row.invoice, row.subject, since)) {
        return std::nullopt;
    }
    db.run(
        "INSERT INTO task (account, invoice, kind, subject, priority, opened_at, text, owner, done_at, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ref(row.account), ref(row.invoice), row.kind, row.subject, row.priority, row.opened_at, row.text, row.owner,
        row.done_at, row.outcome);
    return TaskId{db.last_id()};
}

void SqliteLedger::put_task(const TaskRow& row) {
    must_exist(writer().run(
        "UPDATE task SET account = ?, invoice = ?, kind = ?, subject = ?, priority = ?, opened_at = ?, text = ?,"
        " owner = ?, done_at = ?, outcome = ? WHERE id = ?",
        ref(row.account), ref(row.invoice), row.kind, row.subject, row.priority, row.opened_at, row.text, row.owner,
        row.done_at, row.outcome, row.id));
}

std::optional<TaskRow> SqliteLedger::task(TaskId id) {
    auto found = db_->query(
        "SELECT id, account, invoice, kind, subject, priority, opened_at, text, owner, done_at, outcome FROM task"
        " WHERE id = ?",
        id);
    if (!found.next()) {
        return std::nullopt;
    }
    TaskRow row;
    found.read(row.id, ref(row.account), ref(row.invoice), row.kind, row.subject, row.priority, row.opened_at, row.text,
               row.owner, row.done_at, row.outcome);
    return row;
}

std::vector<TaskRow> SqliteLedger::open_tasks(int limit) {
    std::vector<TaskRow> rows;
    for (const TaskId id : db_->column<TaskId>(
             "SELECT id FROM task WHERE done_at IS NULL ORDER BY priority, opened_at, id LIMIT ?", limit)) {
        rows.push_back(*task(id));
    }
    return rows;
}

HoldId SqliteLedger::add_hold(const HoldRow& row) {
    auto& db = writer();
    db.run(
        "INSERT INTO hold (reason, scope, opened_at, text, state, resolved_by, resolved_why, resolved_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row.reason, row.scope, row.opened_at, row.text, row.state, row.resolved_by, row.resolved_why, row.resolved_at);
    const HoldId id{db.last_id()};
    put_accounts(db, id, row.accounts);
    return id;
}

void SqliteLedger::put_hold(const HoldRow& row) {
    auto& db = writer();
    must_exist(
        db.run("UPDATE hold SET reason = ?, scope = ?, opened_at = ?, text = ?, state = ?, resolved_by = ?,"
               " resolved_why = ?, resolved_at = ? WHERE id = ?",
               row.reason, row.scope, row.opened_at, row.text, row.state, row.resolved_by, row.resolved_why,
               row.resolved_at, row.id));
    put_accounts(db, row.id, row.accounts);
}

std::optional<HoldRow> SqliteLedger::hold(HoldId id) {
    auto found = db_->query(
        "SELECT id, reason, scope, opened_at, text, state, resolved_by, resolved_why, resolved_at FROM hold"
        " WHERE id = ?",
        id);
    if (!found.next()) {
        return std::nullopt;
    }
    HoldRow row;
    found.read(row.id, row.reason, row.scope, row.opened_at, row.text, row.state, row.resolved_by, row.resolved_why,
               row.resolved_at);
    row.accounts = db_->column<AccountId>("SELECT account FROM hold_account WHERE hold = ? ORDER BY position", id);
    return row;
}

std::vector<HoldRow> SqliteLedger::holds_by(const std::vector<HoldId>& ids) {
    std::vector<HoldRow> rows;
    for (const HoldId id : ids) {
        rows.push_back(*hold(id));
    }
    return rows;
}

std::vector<HoldRow> SqliteLedger::open_holds() {
    return holds_by(db_->column<HoldId>("SELECT id FROM hold WHERE state = 'open' ORDER BY id"));
}

std::vector<HoldRow> SqliteLedger::holds_resolved_since(Instant since) {
    return holds_by(db_->column<HoldId>("SELECT id FROM hold WHERE resolved_at >= ? ORDER BY +id", since));
}

}  // namespace emdia
