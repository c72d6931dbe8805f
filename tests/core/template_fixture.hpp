#pragma once
// One subscriber, one overdue invoice and everything compose wants to be told: the case of brazil-rules.md section 6.

#include "daemon/core/templates.hpp"

namespace emdia::test {

inline IspProfile sample_isp() {
    IspProfile isp;
    isp.name = "Provedor Exemplo";
    isp.legal_name = "Provedor Exemplo Telecom Ltda";
    isp.cnpj = "12.345.678/0001-95";
    isp.address = "Rua das Flores, 100, Campinas/SP";
    isp.care_channel = "0800 000 0000";
    isp.domain = "provedor.example";
    return isp;
}

/// Values that compose borrows; change what a case is about, then call `input()`.
struct ComposeCase {
    AccountFacts facts;
    MessageWish wish;
    PaymentCodes codes;
    IspProfile isp = sample_isp();
    PromiseOffer offer;
    Policy policy;
    Calendar calendar;
    FixedZone zone{Minutes{-180}};
    DecisionContext context{policy, calendar, zone, zone};
    Instant now = *parse_instant("2026-03-16T13:00:03Z");

    explicit ComposeCase(Stage stage = Stage::notice) {
        facts.id = AccountId{77};
        facts.subscriber.first_name = "Ana";
        facts.contract.erp_id = "7301";
        Invoice invoice;
        invoice.id = InvoiceId{42};
        invoice.due = make_date(2026, 3, 10);
        invoice.reference = make_date(2026, 3, 1);
        invoice.face = invoice.open = Money::centavos(9990);
        invoice.state = InvoiceState::open;
        facts.invoices = {invoice};
        wish.stage = stage;
        wish.invoice = InvoiceId{42};
        wish.suspend_from = make_date(2026, 4, 1);
        codes.pix = "00020126360014br.gov.bcb.pix0114123456780001955204000053039865406102.105802BR6304ABCD";
        codes.original = Money::centavos(9990);
        codes.fine = Money::centavos(200);
        codes.interest = Money::centavos(20);
        codes.total = Money::centavos(10210);
        codes.quoted = true;
    }
    ComposeCase(const ComposeCase&) = delete;
    ComposeCase& operator=(const ComposeCase&) = delete;

    [[nodiscard]] ComposeInput input() const {
        return ComposeInput{facts, wish, codes, isp, offer, context, "20260316-0000042"};
    }
};

}  // namespace emdia::test
