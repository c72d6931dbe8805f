// The connector program against the lab: what is read equals what the lab holds, what is written is seen there.

#include "tests/connectors/ixc_lab.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"
#include "daemon/core/phone.hpp"
#include "erp-connectors/ixc/ixc_settings.hpp"
#include "tests/connectors/ixc_lab_truth.hpp"
#include "tests/fakes/memory_ledger.hpp"
#include "tests/lab/charges.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

constexpr int kContracts = 200;

ErpPull pull_of(RecordKind kind, const std::string& since = "") {
    ErpPull pull;
    pull.kind = kind;
    pull.page_size = 60;
    pull.full = since.empty();
    pull.since = since;
    pull.due_from = kLabToday - Days{60};
    pull.due_to = kLabToday + Days{90};
    return pull;
}

void step(lab::Lab& lab, Millis by) {
    const auto now = [&lab] {
        const std::lock_guard lock{lab.state().mutex};
        return lab.state().time.now();
    }();
    lab::RunOrder order;
    order.until = now + by;
    REQUIRE(lab.conductor().run(order).end == lab::RunReport::End::reached);
}

/// One change in the world of the lab, at its time.
template <class Change>
auto change(lab::Lab& lab, Change change) {
    const std::lock_guard lock{lab.state().mutex};
    return change(lab.state().erp, lab.state().time.now());
}

std::string access_in(lab::Lab& lab, std::int64_t contract) {
    return change(lab, [&](lab::ErpWorld& erp, Instant) { return erp.contracts.find(contract)->access; });
}

std::vector<ErpInvoice> owed(std::vector<ErpInvoice> invoices) {
    std::erase_if(invoices, [](const ErpInvoice& i) {
        return i.state != InvoiceState::open && i.state != InvoiceState::partial;
    });
    return invoices;
}

std::int64_t number(const std::string& id) { return std::stoll(id); }

}  // namespace

TEST_CASE("a full pull of 200 contracts is what the lab holds, field by field, page by page (section 3)") {
    lab::Lab lab{lab_of(kContracts)};
    change(lab, [](lab::ErpWorld& erp, Instant now) {
        erp.logins.all()[2].fixed_ip = false;
        erp.titles.all()[3].released = false;
        erp.titles.all()[4].protested = true;
        erp.titles.all()[5].payment_pending = true;
        erp.customers.all()[6].no_dunning = true;
        erp.contracts.all()[7].no_block_until = kLabToday + Days{9};
        erp.set_access(erp.contracts.all()[8], "CA", now);
        erp.set_access(erp.contracts.all()[9], "FA", now);
        erp.set_access(erp.contracts.all()[10], "AA", now);
        std::vector<std::int64_t> open;
        for (const auto& title : erp.titles.all()) {
            if (title.is_open()) {
                open.push_back(title.id);
            }
        }
        REQUIRE(erp.pay({open[0], Money::centavos(1000), now, true}).ok());
        REQUIRE(erp.cancel(open[1], now).ok());
    });
    SupervisedIxc ixc{lab};
    const auto subscribers = ixc.pull<ErpSubscriber>(pull_of(RecordKind::subscribers));
    REQUIRE(subscribers.ok());
    CHECK(subscribers->records == true_subscribers(lab));
    const auto contracts = ixc.pull<ErpContract>(pull_of(RecordKind::contracts));
    REQUIRE(contracts.ok());
    CHECK(contracts->records == true_contracts(lab));
    CHECK(contracts->pages == kContracts / 60 + 1);
    const auto connections = ixc.pull<ErpConnection>(pull_of(RecordKind::connections));
    REQUIRE(connections.ok());
    CHECK(connections->records == true_connections(lab));
    const auto invoices = ixc.pull<ErpInvoice>(pull_of(RecordKind::invoices));
    REQUIRE(invoices.ok());
    CHECK(invoices->records == true_invoices(lab));
    CHECK(invoices->quarantined.empty());
    const auto payments = ixc.pull<ErpPayment>(pull_of(RecordKind::payments));
    REQUIRE(payments.ok());
    CHECK(payments->records == true_payments(lab));
}

TEST_CASE("incremental pulls bring what changed since their mark, and open titles always (section 6)") {
    lab::Lab lab{lab_of(40)};
    SupervisedIxc ixc{lab};
    const auto full_contracts = ixc.pull<ErpContract>(pull_of(RecordKind::contracts));
    const auto full_payments = ixc.pull<ErpPayment>(pull_of(RecordKind::payments));
    REQUIRE((full_contracts.ok() && full_payments.ok()));

    step(lab, Hours{1});
    const auto first_id = true_contracts(lab)[4].id;
    change(lab,
           [&](lab::ErpWorld& erp, Instant now) { erp.set_access(*erp.contracts.find(number(first_id)), "CM", now); });
    const auto first = ixc.pull<ErpContract>(pull_of(RecordKind::contracts, full_contracts->since));
    REQUIRE(first.ok());

    step(lab, Hours{1});
    const auto second_id = true_contracts(lab)[9].id;
    const auto paid = owed(true_invoices(lab)).front();
    change(lab, [&](lab::ErpWorld& erp, Instant now) {
        erp.set_access(*erp.contracts.find(number(second_id)), "CA", now);
        REQUIRE(erp.pay({number(paid.id), paid.open + Money::centavos(293), now, true}).ok());
    });
    const auto second = ixc.pull<ErpContract>(pull_of(RecordKind::contracts, first->since));
    REQUIRE(second.ok());
    REQUIRE(second->records.size() == 2);
    CHECK(second->records[0].id == first_id);
    CHECK(second->records[1].id == second_id);
    CHECK(second->records[1].access == ErpAccess::blocked);

    const auto payments = ixc.pull<ErpPayment>(pull_of(RecordKind::payments, full_payments->since));
    REQUIRE(payments.ok());
    CHECK(payments->records == std::vector<ErpPayment>{true_payments(lab).back()});
    CHECK(payments->records[0].amount == paid.open + Money::centavos(293));
    const auto none = ixc.pull<ErpPayment>(pull_of(RecordKind::payments, payments->since));
    REQUIRE(none.ok());
    CHECK(none->records.empty());

    const auto open = ixc.pull<ErpInvoice>(pull_of(RecordKind::invoices, "0;"));
    REQUIRE(open.ok());
    CHECK(open->records == owed(true_invoices(lab)));

    SupervisedIxc by_update{lab, {{{"invoices_by_update", true}}, lab::LabOptions{}.ixc_token, ""}};
    const auto updated = by_update.pull<ErpInvoice>(pull_of(RecordKind::invoices, "0;2026-03-01 01:30:00"));
    REQUIRE(updated.ok());
    REQUIRE(updated->records.size() == 1);
    CHECK(updated->records[0].id == paid.id);
    CHECK(updated->records[0].state == InvoiceState::paid);
}

TEST_CASE("a fresh read tells paid, partly paid, cancelled, reversed and missing titles with their receipts") {
    lab::Lab lab{lab_of(40)};
    const auto before = owed(true_invoices(lab));
    change(lab, [&](lab::ErpWorld& erp, Instant now) {
        REQUIRE(erp.pay({number(before[0].id), before[0].open, now, true}).ok());
        REQUIRE(erp.pay({number(before[1].id), Money::centavos(1), now, false}).ok());
        REQUIRE(erp.cancel(number(before[2].id), now).ok());
        REQUIRE(erp.pay({number(before[3].id), before[3].open, now, true}).ok());
        REQUIRE(erp.reverse(erp.receipts.all().back().id, now).ok());
    });
    SupervisedIxc ixc{lab};
    ErpReadInvoices ask;
    for (std::size_t i = 0; i < 5; ++i) {
        ask.invoice_ids.push_back(before[i].id);
    }
    ask.invoice_ids.emplace_back("999999");
    const auto read = ixc.ask_for<ErpInvoicesRead>(ask);
    REQUIRE(read.ok());
    auto expected = true_invoices(lab);
    std::erase_if(expected, [&](const ErpInvoice& invoice) {
        return std::find(ask.invoice_ids.begin(), ask.invoice_ids.end(), invoice.id) == ask.invoice_ids.end();
    });
    CHECK(read->invoices == expected);
    CHECK(read->missing == std::vector<std::string>{"999999"});
    CHECK(read->quarantined.empty());
    const auto all = true_payments(lab);
    CHECK(read->payments == std::vector<ErpPayment>(all.end() - 3, all.end()));
    CHECK(read->payments.back().reversed);

    const auto contract = ixc.ask_for<ErpContractRead>(ErpReadContract{before[0].contract_id});
    REQUIRE(contract.ok());
    CHECK(contract->contract.id == before[0].contract_id);
    CHECK(contract->connections.size() == 1);
    CHECK(ixc.ask_for<ErpContractRead>(ErpReadContract{"999999"}).error().kind == ErrorKind::not_found);
}

TEST_CASE("payment codes can be paid and ask what the lab charges (4.1)") {
    lab::Lab lab{lab_of(40)};
    step(lab, Days{20});
    SupervisedIxc ixc{lab};
    const Date today = kLabToday + Days{20};
    const auto open = owed(true_invoices(lab));
    for (std::size_t i = 0; i < 10; ++i) {
        const auto codes = ixc.ask_for<PaymentCodes>(ErpGetPaymentCodes{open[i].id, today});
        REQUIRE(codes.ok());
        const auto charge = change(lab, [&](lab::ErpWorld& erp, Instant) {
            return lab::charge_on(*erp.titles.find(number(open[i].id)), today);
        });
        CHECK(codes->original == charge.original);
        CHECK(codes->total == charge.original);
        CHECK_FALSE(codes->quoted);
        const auto pix = parse_brcode(codes->pix);
        REQUIRE(pix.ok());
        CHECK(pix->warnings.empty());
        CHECK(pix->amount == charge.original);
        const auto boleto = parse_boleto(codes->boleto_line, today);
        REQUIRE(boleto.ok());
        CHECK(boleto->amount == charge.original);
        CHECK(boleto->due == open[i].due);
        CHECK(codes->valid_until == open[i].due + Days{90});
    }
}

TEST_CASE("promise, note, block, unblock and release are done once, and seen in the lab (4.4, 4.5, 4.9)") {
    lab::Lab lab{lab_of(20)};
    const auto contract = true_contracts(lab)[2];
    const auto id = number(contract.id);
    SupervisedIxc ixc{lab};

    const ErpRecordPromise promise{contract.id, contract.subscriber_id, kLabToday + Days{5}, Money::centavos(9990)};
    for (int time = 0; time < 2; ++time) {
        const auto done = ixc.ask_for<ErpDone>(promise, Seconds{10}, "promise-1");
        REQUIRE(done.ok());
        CHECK(done->note == "the note was read back");
    }
    const ErpNote note{contract.id, contract.subscriber_id, "emdia", "bloqueio avisado"};
    REQUIRE(ixc.ask_for<ErpDone>(note, Seconds{10}, "note-1").ok());
    change(lab, [&](lab::ErpWorld& erp, Instant) {
        REQUIRE(erp.notes.all().size() == 2);
        CHECK(erp.notes.all()[0].text == "Promete pagar R$ 99,90 até 06/03/2026 [emdia promise-1]");
        CHECK(erp.notes.all()[0].kind == "Promessa de pagamento");
        CHECK(erp.notes.all()[0].contract == id);
        CHECK(erp.notes.all()[1].text == "bloqueio avisado [emdia note-1]");
    });

    struct Step {
        ErpCall call;
        ErpAccess access;
        const char* in_lab;
    };
    const std::vector<Step> steps{{ErpBlock{contract.id}, ErpAccess::blocked, "CM"},
                                  {ErpUnblock{contract.id}, ErpAccess::open, "A"},
                                  {ErpBlock{contract.id}, ErpAccess::blocked, "CM"},
                                  {ErpRelease{contract.id, 3}, ErpAccess::open, "A"}};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto key = "access-" + std::to_string(i);
        const auto done = ixc.ask_for<ErpDone>(steps[i].call, Seconds{10}, key);
        REQUIRE(done.ok());
        CHECK(done->access == steps[i].access);
        CHECK(access_in(lab, id) == steps[i].in_lab);
        CHECK(ixc.ask_for<ErpDone>(steps[i].call, Seconds{10}, key).ok());
        CHECK(calls_to(lab, "actions") == static_cast<std::int64_t>(i) + 1);
    }
    change(lab, [&](lab::ErpWorld& erp, Instant) { CHECK(erp.contracts.find(id)->trust_active); });
}

TEST_CASE("a note written by a connector that died since is found by its key, not written twice") {
    lab::Lab lab{lab_of(5)};
    const auto contract = true_contracts(lab)[0];
    const ErpNote note{contract.id, contract.subscriber_id, "emdia", "bloqueio avisado"};
    for (const auto* said : {"the note was read back", "the note was there already"}) {
        SupervisedIxc ixc{lab};
        const auto done = ixc.ask_for<ErpDone>(note, Seconds{10}, "note-1");
        REQUIRE(done.ok());
        CHECK(done->note == said);
    }
    CHECK(calls_to(lab, "inserts") == 1);
}

TEST_CASE("a subscriber is found by the number WhatsApp gives, with and without the ninth digit (whatsapp.md 2.1)") {
    lab::Lab lab{lab_of(30)};
    change(lab, [](lab::ErpWorld& erp, Instant now) {
        lab::NewContract old_number;
        old_number.mobile = "(81) 9999-0001";  // as an ERP keeps it from before the ninth digit
        old_number.now = now;
        static_cast<void>(lab::add_contract(erp, old_number));
    });
    SupervisedIxc ixc{lab};
    const auto subscribers = ixc.pull<ErpSubscriber>(pull_of(RecordKind::subscribers));
    const auto contracts = ixc.pull<ErpContract>(pull_of(RecordKind::contracts));
    REQUIRE((subscribers.ok() && contracts.ok()));
    fakes::MemoryLedger ledger;
    const Instant now{};
    ledger.begin();
    for (const auto& row : subscribers->records) {
        ledger.put("ixc", row, now);
    }
    for (const auto& row : contracts->records) {
        ledger.put("ixc", row, now);
    }
    for (const auto& contract : true_contracts(lab)) {
        const auto digits = change(lab, [&](lab::ErpWorld& erp, Instant) {
            return lab::contact_number(*erp.customers.find(number(contract.subscriber_id)));
        });
        if (digits.empty()) {
            continue;
        }
        const auto account = ledger.account_of_contract("ixc", contract.id);
        REQUIRE(account);
        const std::string without_ninth = digits.size() == 13 ? digits.substr(0, 4) + digits.substr(5) : digits;
        for (const auto& from : {digits, without_ninth}) {
            const auto found = ledger.accounts_of_phone(canonical_phone(from));
            CHECK(std::count(found.begin(), found.end(), *account) == 1);
        }
    }
    ledger.commit();
}

TEST_CASE("the settings of the shipped example are settings of this connector") {
    std::ifstream example{std::string{EMDIA_SOURCE_DIR} + "/systemd/emdia.toml.example"};
    Json settings = Json::object();
    bool inside = false;
    for (std::string line; std::getline(example, line);) {
        if (!line.empty() && line.front() == '[') {
            inside = line == "[erp.ixc.settings]";
        } else if (const auto equals = line.find(" = \""); inside && equals != std::string::npos) {
            const auto value = line.substr(equals + 4);
            settings[line.substr(0, equals)] = value.substr(0, value.find('"'));
        }
    }
    REQUIRE_FALSE(settings.empty());
    CHECK(settings.at("url") == "");  // what every installation has to fill in
    settings["url"] = "https://erp.provedor.example";
    const auto read = ixc::read_settings({"ixc", settings.dump(), {{"token", "7:abcdef"}}});
    INFO((read ? "" : read.error().text()));
    CHECK(read.ok());
}
