// Questions over many accounts.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {
namespace {

constexpr Days kClaimIsHot{7};

/// The digits of something written like a phone number, at least four; else nullopt.
std::optional<std::string> phone_piece(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (std::string_view{" +-()"}.find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    return digits.size() < 4 ? std::nullopt : std::optional{digits};
}

}  // namespace

std::optional<AccountId> SqliteLedger::account_of_contract(std::string_view erp, std::string_view contract) {
    return db_->value<std::optional<AccountId>>("SELECT id FROM account WHERE erp = ? AND erp_id = ?", erp, contract);
}

std::optional<AccountId> SqliteLedger::account_of_invoice(std::string_view erp, std::string_view invoice) {
    return db_->value<std::optional<AccountId>>("SELECT account FROM invoice WHERE erp = ? AND erp_id = ?", erp,
                                                invoice);
}

std::vector<AccountId> SqliteLedger::accounts_of_phone(std::string_view e164) {
    return db_->column<AccountId>(
        "SELECT a.id FROM subscriber s JOIN account a ON a.subscriber = s.id WHERE s.phone = ? AND s.phone <> ''"
        " ORDER BY a.id",
        e164);
}

std::vector<AccountSummary> SqliteLedger::search(std::string_view text, Date today, int limit) {
    if (text.empty()) {
        return {};
    }
    const auto digits = phone_piece(text);
    const auto exact = db_->column<AccountId>(
        "SELECT id FROM account WHERE id = CAST(?1 AS INTEGER) AND CAST(id AS TEXT) = ?1"
        " UNION SELECT id FROM account WHERE erp_id = ?1"
        " UNION SELECT id FROM account WHERE erp = ?2 AND erp_id = ?3"
        " UNION SELECT account FROM connection WHERE login = ?1 AND login <> '' AND account IS NOT NULL"
        " UNION SELECT a.id FROM subscriber s JOIN account a ON a.subscriber = s.id"
        "  WHERE s.phone IN ('+' || ?4, '+55' || ?4) AND s.phone <> ''"
        " ORDER BY 1 LIMIT ?5",
        text, text.substr(0, text.find(':')), text.substr(text.find(':') + 1), digits, limit);
    if (!exact.empty()) {
        return summaries(exact, today);
    }
    // In the order of the answer, so that what is common is found after a few rows.
    return summaries(
        db_->column<AccountId>(
            "SELECT a.id FROM account a JOIN subscriber s ON s.id = a.subscriber"
            " WHERE instr(lower(s.first_name), lower(?1)) OR instr(s.phone, ?2)"
            "  OR EXISTS (SELECT 1 FROM connection c WHERE c.account = a.id AND instr(lower(c.login), lower(?1)))"
            " ORDER BY a.id LIMIT ?3",
            text, digits, limit),
        today);
}

std::vector<AccountSummary> SqliteLedger::summaries(const std::vector<AccountId>& ids, Date today) {
    std::vector<AccountSummary> found;
    for (const AccountId id : ids) {
        auto row = db_->query(
            "SELECT a.id, a.erp, a.erp_id, s.first_name, substr(s.phone, -4),"
            " ifnull((SELECT login FROM connection WHERE account = a.id ORDER BY id LIMIT 1), ''),"
            " ifnull((SELECT wanted FROM access WHERE account = a.id), 'open'),"
            " ifnull((SELECT sum(open) FROM invoice WHERE account = a.id AND state IN ('open', 'partial')"
            "  AND due <= ?2), 0)"
            " FROM account a JOIN subscriber s ON s.id = a.subscriber WHERE a.id = ?1",
            id, today);
        row.next();
        AccountSummary& s = found.emplace_back();
        row.read(s.id, s.erp, s.contract_erp_id, s.first_name, s.phone_tail, s.login, s.wanted, s.open);
    }
    return found;
}

std::int64_t SqliteLedger::active_contracts(std::string_view erp) {
    return db_->value<std::int64_t>("SELECT count(*) FROM account WHERE erp = ? AND status = 'active'", erp);
}

std::vector<std::string> SqliteLedger::active_contract_ids(std::string_view erp) {
    return db_->column<std::string>("SELECT erp_id FROM account WHERE erp = ? AND status = 'active' ORDER BY erp_id",
                                    erp);
}

std::vector<TrackedInvoice> SqliteLedger::hot_invoices(std::string_view erp, Instant now, int limit) {
    // CROSS JOIN and unary plus keep the planner from walking all invoices of the ERP.
    auto row = db_->query(
        "WITH hot (account) AS ("
        " SELECT account FROM access WHERE restricted"
        " UNION SELECT account FROM promise WHERE state IN ('proposed', 'active')"
        " UNION SELECT account FROM message WHERE state = 'queued'"
        " UNION SELECT account FROM claim WHERE at >= ?2)"
        " SELECT i.account, i.erp_id FROM hot CROSS JOIN invoice i ON i.account = hot.account"
        " WHERE i.paid_known_at IS NULL AND i.state IN ('open', 'partial', 'unknown') AND +i.erp = ?1"
        " ORDER BY i.read_at, i.id LIMIT ?3",
        erp, now - kClaimIsHot, limit);
    std::vector<TrackedInvoice> tracked;
    while (row.next()) {
        TrackedInvoice& invoice = tracked.emplace_back();
        row.read(invoice.account, invoice.erp_id);
    }
    return tracked;
}

std::vector<TrackedInvoice> SqliteLedger::owed_invoices(std::string_view erp, Date from, Date to) {
    auto row = db_->query(
        "SELECT account, erp_id FROM invoice WHERE state IN ('open', 'partial') AND due BETWEEN ? AND ? AND +erp = ?"
        " AND account IS NOT NULL ORDER BY due, id",
        from, to, erp);
    std::vector<TrackedInvoice> tracked;
    while (row.next()) {
        TrackedInvoice& invoice = tracked.emplace_back();
        row.read(invoice.account, invoice.erp_id);
    }
    return tracked;
}

std::optional<ConnectionRef> SqliteLedger::find_connection(std::string_view erp, std::string_view line) {
    auto row = db_->query("SELECT account, id FROM connection WHERE erp = ? AND erp_id = ? AND account IS NOT NULL",
                          erp, line);
    if (!row.next()) {
        return std::nullopt;
    }
    ConnectionRef found;
    row.read(found.account, found.connection);
    return found;
}

std::vector<std::string> SqliteLedger::connection_ids(std::string_view erp) {
    auto row = db_->query("SELECT erp_id FROM connection WHERE erp = ? AND account IS NOT NULL ORDER BY erp_id", erp);
    std::vector<std::string> ids;
    while (row.next()) {
        row.read(ids.emplace_back());
    }
    return ids;
}

std::optional<Connection> SqliteLedger::detached_connection(std::string_view erp, std::string_view line) {
    auto row = db_->query(
        "SELECT id, erp_id, login, ipv4, ipv6_prefix, nas, session_id, voice FROM connection"
        " WHERE erp = ? AND erp_id = ? AND contract_erp_id = ''",
        erp, line);
    if (!row.next()) {
        return std::nullopt;
    }
    Connection c;
    row.read(c.id, c.erp_id, c.login, c.ipv4, c.ipv6_prefix, c.nas, c.session_id, c.voice);
    return c;
}

}  // namespace emdia
