// What the ERP says. Each put reads the stored row, compares, and writes only what differs.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

using sqlite::ref;

namespace {

bool settled(InvoiceState state) { return state == InvoiceState::paid || state == InvoiceState::cancelled; }

}  // namespace

SubscriberId SqliteLedger::subscriber_of(std::string_view erp, std::string_view erp_id) {
    const auto known = db_->value<SubscriberId>("SELECT id FROM subscriber WHERE erp = ? AND erp_id = ?", erp, erp_id);
    if (raw(known) != 0) {
        return known;
    }
    db_->run("INSERT INTO subscriber (erp, erp_id, known) VALUES (?, ?, 0)", erp, erp_id);
    return SubscriberId{db_->last_id()};
}

/// Joins what came before its contract.
void SqliteLedger::adopt_orphans(AccountId id, std::string_view erp, std::string_view contract) {
    db_->run("UPDATE connection SET account = ? WHERE erp = ? AND contract_erp_id = ? AND account IS NULL", id, erp,
             contract);
    const auto invoices = db_->run(
        "UPDATE invoice SET account = ? WHERE erp = ? AND contract_erp_id = ? AND account IS NULL", id, erp, contract);
    if (invoices > 0) {
        db_->run(
            "UPDATE payment SET account = ?1"
            " WHERE (erp, invoice_erp_id) IN (SELECT erp, erp_id FROM invoice WHERE account = ?1)",
            id);
    }
}

void SqliteLedger::mark_dirty(AccountId id) {
    writer().run("UPDATE account SET wake_at = 0 WHERE id = ? AND wake_at IS NOT 0", id);
}

Ingested SqliteLedger::put(std::string_view erp, const ErpSubscriber& row, Instant) {
    auto& db = writer();
    SubscriberId id{};
    ErpSubscriber stored;
    bool known = false;
    {
        auto found = db.query(
            "SELECT id, known, first_name, phone, uf, municipality, no_dunning FROM subscriber"
            " WHERE erp = ? AND erp_id = ?",
            erp, row.id);
        if (found.next()) {
            found.read(id, known, stored.first_name, stored.phone, stored.uf, stored.municipality, stored.no_dunning);
            stored.id = row.id;
        }
    }
    if (known && stored == row) {
        return {};
    }
    if (raw(id) == 0) {
        id = subscriber_of(erp, row.id);
    }
    db.run(
        "UPDATE subscriber SET known = 1, first_name = ?, phone = ?, uf = ?, municipality = ?, no_dunning = ?"
        " WHERE id = ?",
        row.first_name, row.phone, row.uf, row.municipality, row.no_dunning, id);
    if (known && stored.phone != row.phone) {  // What was learned about the old number says nothing of the new one.
        db.run("UPDATE subscriber SET wrong_number = 0, undeliverable_cycles = 0, last_inbound_at = NULL WHERE id = ?",
               id);
    }
    db.run("UPDATE account SET wake_at = 0 WHERE subscriber = ?", id);
    return {true,
            db.value<std::optional<AccountId>>("SELECT id FROM account WHERE subscriber = ? ORDER BY id LIMIT 1", id)};
}

Ingested SqliteLedger::put(std::string_view erp, const ErpContract& row, Instant) {
    auto& db = writer();
    AccountId id{};
    ErpContract stored;
    {
        auto found = db.query(
            "SELECT a.id, a.erp_id, s.erp_id, a.plan, a.status, a.erp_access, a.auto_block, a.no_block_until"
            " FROM account a JOIN subscriber s ON s.id = a.subscriber WHERE a.erp = ? AND a.erp_id = ?",
            erp, row.id);
        if (found.next()) {
            found.read(id, stored.id, stored.subscriber_id, stored.plan, stored.status, stored.access,
                       stored.auto_block, stored.no_block_until);
        }
    }
    if (raw(id) != 0 && stored == row) {
        return {};
    }
    const SubscriberId subscriber = subscriber_of(erp, row.subscriber_id);
    if (raw(id) == 0) {
        db.run(
            "INSERT INTO account (erp, erp_id, subscriber, plan, status, erp_access, auto_block, no_block_until,"
            " wake_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            erp, row.id, subscriber, row.plan, row.status, row.access, row.auto_block, row.no_block_until);
        id = AccountId{db.last_id()};
        accounts_added_ = true;
        adopt_orphans(id, erp, row.id);
    } else {
        db.run(
            "UPDATE account SET subscriber = ?, plan = ?, status = ?, erp_access = ?, auto_block = ?,"
            " no_block_until = ?, wake_at = 0 WHERE id = ?",
            subscriber, row.plan, row.status, row.access, row.auto_block, row.no_block_until, id);
    }
    return {true, id};
}

Ingested SqliteLedger::put(std::string_view erp, const ErpConnection& row, Instant) {
    auto& db = writer();
    ConnectionId id{};
    AccountId before{};
    ErpConnection stored;
    {
        auto found = db.query(
            "SELECT id, account, erp_id, contract_erp_id, login, ipv4, ipv6_prefix, nas, session_id, voice"
            " FROM connection WHERE erp = ? AND erp_id = ?",
            erp, row.id);
        if (found.next()) {
            found.read(id, ref(before), stored.id, stored.contract_id, stored.login, stored.ipv4, stored.ipv6_prefix,
                       stored.nas, stored.session_id, stored.voice);
        }
    }
    if (raw(id) != 0 && stored == row) {
        return {};
    }
    const AccountId account = account_of_contract(erp, row.contract_id).value_or(AccountId{});
    if (raw(id) == 0) {
        db.run(
            "INSERT INTO connection (erp, erp_id, contract_erp_id, account, login, ipv4, ipv6_prefix, nas, session_id,"
            " voice) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            erp, row.id, row.contract_id, ref(account), row.login, row.ipv4, row.ipv6_prefix, row.nas, row.session_id,
            row.voice);
    } else {
        db.run(
            "UPDATE connection SET contract_erp_id = ?, account = ?, login = ?, ipv4 = ?, ipv6_prefix = ?, nas = ?,"
            " session_id = ?, voice = ? WHERE id = ?",
            row.contract_id, ref(account), row.login, row.ipv4, row.ipv6_prefix, row.nas, row.session_id, row.voice,
            id);
    }
    return wake({account, before});
}

void SqliteLedger::detach_connection(std::string_view erp, std::string_view line) {
    auto& db = writer();
    ConnectionId id{};
    AccountId before{};
    {
        auto found = db.query("SELECT id, account FROM connection WHERE erp = ? AND erp_id = ?", erp, line);
        if (!found.next()) {
            return;
        }
        found.read(id, ref(before));
    }
    db.run("UPDATE connection SET account = NULL, contract_erp_id = '' WHERE id = ?", id);
    db.run(
        "UPDATE command SET state = 'superseded' WHERE connection = ?"
        " AND state IN ('queued', 'unknown', 'refused')",
        id);
    static_cast<void>(wake({before}));
}

Ingested SqliteLedger::put(std::string_view erp, const ErpInvoice& row, Instant now) {
    auto& db = writer();
    InvoiceId id{};
    AccountId before{};
    ErpInvoice stored;
    std::optional<Instant> paid_known_at;
    {
        auto found = db.query(
            "SELECT id, account, erp_id, contract_erp_id, subscriber_erp_id, due, reference, face, open,"
            " connection_open, state, released, payment_pending, protested, period_begin, period_end, paid_known_at"
            " FROM invoice WHERE erp = ? AND erp_id = ?",
            erp, row.id);
        if (found.next()) {
            found.read(id, ref(before), stored.id, stored.contract_id, stored.subscriber_id, stored.due,
                       stored.reference, stored.face, stored.open, stored.connection_open, stored.state,
                       stored.released, stored.payment_pending, stored.protested, stored.period_begin,
                       stored.period_end, paid_known_at);
        }
    }
    if (raw(id) != 0 && stored == row) {
        return {};
    }
    const bool fresh = raw(id) == 0;
    const bool moved = fresh || stored.contract_id != row.contract_id;
    const AccountId account = moved ? account_of_contract(erp, row.contract_id).value_or(AccountId{}) : before;
    paid_known_at = settled(row.state) ? std::optional{paid_known_at.value_or(now)} : std::nullopt;
    if (fresh) {
        db.run(
            "INSERT INTO invoice (erp, erp_id, contract_erp_id, subscriber_erp_id, account, due, reference, face, open,"
            " connection_open, state, released, payment_pending, protested, period_begin, period_end, read_at,"
            " paid_known_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            erp, row.id, row.contract_id, row.subscriber_id, ref(account), row.due, row.reference, row.face, row.open,
            row.connection_open, row.state, row.released, row.payment_pending, row.protested, row.period_begin,
            row.period_end, now, paid_known_at);
    } else {
        db.run(
            "UPDATE invoice SET subscriber_erp_id = ?, reference = ?, face = ?, open = ?, connection_open = ?,"
            " released = ?, payment_pending = ?, protested = ?, period_begin = ?, period_end = ?, read_at = ?"
            " WHERE id = ?",
            row.subscriber_id, row.reference, row.face, row.open, row.connection_open, row.released,
            row.payment_pending, row.protested, row.period_begin, row.period_end, now, id);
        // SQLite rewrites an index whenever one of its columns is named, changed or not: name them only if changed.
        if (stored.due != row.due || stored.state != row.state) {
            db.run("UPDATE invoice SET due = ?, state = ?, paid_known_at = ? WHERE id = ?", row.due, row.state,
                   paid_known_at, id);
        }
        if (moved) {
            db.run("UPDATE invoice SET contract_erp_id = ?, account = ? WHERE id = ?", row.contract_id, ref(account),
                   id);
        }
    }
    if (moved) {
        db.run("UPDATE payment SET account = ? WHERE erp = ? AND invoice_erp_id = ?", ref(account), erp, row.id);
    }
    return wake({account, before});
}

Ingested SqliteLedger::put(std::string_view erp, const ErpPayment& row, Instant now) {
    auto& db = writer();
    std::int64_t id = 0;
    ErpPayment stored;
    {
        auto found = db.query(
            "SELECT id, erp_id, invoice_erp_id, amount, paid_on, reversed FROM payment WHERE erp = ? AND erp_id = ?",
            erp, row.id);
        if (found.next()) {
            found.read(id, stored.id, stored.invoice_id, stored.amount, stored.paid_on, stored.reversed);
        }
    }
    if (id != 0 && stored == row) {
        return {};
    }
    const AccountId account = account_of_invoice(erp, row.invoice_id).value_or(AccountId{});
    if (id == 0) {
        db.run(
            "INSERT INTO payment (erp, erp_id, invoice_erp_id, account, amount, paid_on, reversed, known_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            erp, row.id, row.invoice_id, ref(account), row.amount, row.paid_on, row.reversed, now);
    } else {
        db.run("UPDATE payment SET invoice_erp_id = ?, account = ?, amount = ?, paid_on = ?, reversed = ? WHERE id = ?",
               row.invoice_id, ref(account), row.amount, row.paid_on, row.reversed, id);
        if (row.reversed && !stored.reversed) {
            db.run("UPDATE payment SET known_at = ? WHERE id = ?", now, id);
        }
    }
    return wake({account});
}

/// Marks what is not 0 dirty and reports the first of them.
Ingested SqliteLedger::wake(std::initializer_list<AccountId> accounts) {
    Ingested done{true, std::nullopt};
    for (const AccountId id : accounts) {
        if (raw(id) != 0) {
            mark_dirty(id);
            done.account = done.account ? done.account : std::optional{id};
        }
    }
    return done;
}

void SqliteLedger::note_read(std::string_view erp, std::string_view invoice, Instant at) {
    writer().run("UPDATE invoice SET read_at = ? WHERE erp = ? AND erp_id = ?", at, erp, invoice);
}

void SqliteLedger::grant_optin(std::string_view erp, std::string_view source, Instant now) {
    writer().run(
        "UPDATE subscriber SET optin_at = ?, optin_source = ? WHERE erp = ? AND optin_at IS NULL AND optout_at IS NULL",
        now, source, erp);
}

}  // namespace emdia
