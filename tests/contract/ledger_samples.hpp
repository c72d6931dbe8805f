#pragma once
// Small rows for tests of ledgers: Maria, contract 7301, one connection, invoices of R$ 99,90.

#include "daemon/ports/ledger.hpp"

namespace emdia::samples {

inline constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2026} / 3 / 10} + Hours{13}};
inline constexpr Date kToday{std::chrono::local_days{std::chrono::year{2026} / 3 / 10}};

inline ErpSubscriber subscriber(std::string id = "10", std::string phone = "+5511987654321") {
    return {std::move(id), "Maria", std::move(phone), "SP", "3550308", false};
}

inline ErpContract contract(std::string id = "7301", std::string subscriber_id = "10") {
    return {std::move(id), std::move(subscriber_id), "fibra-500", ContractStatus::active, ErpAccess::open, false, {}};
}

inline ErpConnection connection(std::string id = "501", std::string contract_id = "7301") {
    const std::string login = "user" + id;
    return {std::move(id), std::move(contract_id), login, "100.64.0.1", "2001:db8::/56", "bras-1", "sess-1", false};
}

inline ErpInvoice invoice(std::string id = "900", std::string contract_id = "7301", Date due = kToday - Days{10}) {
    ErpInvoice row;
    row.id = std::move(id);
    row.contract_id = std::move(contract_id);
    row.subscriber_id = "10";
    row.due = due;
    row.reference = due - Days{20};
    row.face = Money::centavos(9990);
    row.open = Money::centavos(9990);
    row.state = InvoiceState::open;
    return row;
}

inline ErpInvoice paid(ErpInvoice row) {
    row.state = InvoiceState::paid;
    row.open = Money{};
    return row;
}

inline ErpPayment payment(std::string id = "p1", std::string invoice_id = "900") {
    return {std::move(id), std::move(invoice_id), Money::centavos(9990), kToday, false};
}

/// Subscriber 10, contract 7301, connection 501, invoice 900, in one go.
inline void put_maria(Ledger& ledger, Instant now = kStart) {
    ledger.put("ixc", subscriber(), now);
    ledger.put("ixc", contract(), now);
    ledger.put("ixc", connection(), now);
    ledger.put("ixc", invoice(), now);
}

inline AccountId account(Ledger& ledger, std::string_view contract_id = "7301") {
    return ledger.account_of_contract("ixc", contract_id).value();
}

inline InvoiceId invoice_id(Ledger& ledger, std::string_view erp_id = "900", std::string_view contract_id = "7301") {
    const auto facts = ledger.load(account(ledger, contract_id)).value();
    for (const Invoice& invoice : facts.invoices) {
        if (invoice.erp_id == erp_id) {
            return invoice.id;
        }
    }
    return {};
}

inline MessageWish wish(Stage stage, InvoiceId invoice = {}, int attempt = 1) {
    MessageWish wish;
    wish.stage = stage;
    wish.invoice = invoice;
    wish.attempt = attempt;
    wish.expires_at = kStart + Hours{48};
    wish.reason = {ReasonCode::stage_due, invoice, kToday, kStart, Money::centavos(9990)};
    return wish;
}

inline StoredDecision decision(std::optional<Instant> next_wake) {
    StoredDecision stored;
    stored.at = kStart;
    stored.policy_version = "default";
    stored.calendar_version = "2026";
    stored.tz_version = "2025b";
    stored.decision.next_wake = next_wake;
    return stored;
}

}  // namespace emdia::samples
