// The contract of every Ledger, part 1: what the ERP says, and how it joins.

#include <catch2/catch.hpp>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

TEMPLATE_TEST_CASE("an account is put together from what the ERP said", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", payment(), kStart);
    });
    const auto facts = book.ledger().load(account(book.ledger()));
    REQUIRE(facts);

    CHECK(facts->subscriber.erp == "ixc");
    CHECK(facts->subscriber.erp_id == "10");
    CHECK(facts->subscriber.first_name == "Maria");
    CHECK(facts->subscriber.phone == "+5511987654321");
    CHECK(facts->subscriber.uf == Uf::SP);
    CHECK(facts->subscriber.municipality == "3550308");
    CHECK(facts->contract.erp_id == "7301");
    CHECK(facts->contract.plan == "fibra-500");
    CHECK(facts->contract.status == ContractStatus::active);
    REQUIRE(facts->connections.size() == 1);
    CHECK(facts->connections[0].login == "user501");
    CHECK(facts->connections[0].session_id == "sess-1");
    REQUIRE(facts->invoices.size() == 1);
    CHECK(facts->invoices[0].open == Money::centavos(9990));
    CHECK(facts->invoices[0].connection_open == Money::centavos(9990));
    CHECK(facts->invoices[0].read_at == kStart);
    REQUIRE(facts->payments.size() == 1);
    CHECK(facts->payments[0].known_at == kStart);
    CHECK(facts->access == AccessRecord{});
    CHECK_FALSE(book.ledger().load(AccountId{9999}));
}

TEMPLATE_TEST_CASE("every field of an ERP row comes back as it went in", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    ErpSubscriber subscriber{"10", "João", "", "xx", "", true};
    ErpContract contract{"7301", "10", "", ContractStatus::pending, ErpAccess::reduced, true, kToday + Days{3}};
    ErpConnection connection{"501", "7301", "", "", "", "", "", true};
    ErpInvoice row = invoice();
    row.connection_open = Money::centavos(5000);
    row.state = InvoiceState::partial;
    row.released = false;
    row.payment_pending = true;
    row.protested = true;
    row.period_begin = kToday - Days{30};
    row.period_end = kToday;
    book.write([&](Ledger& ledger) {
        ledger.put("ixc", subscriber, kStart);
        ledger.put("ixc", contract, kStart);
        ledger.put("ixc", connection, kStart);
        ledger.put("ixc", row, kStart);
    });
    const auto facts = book.ledger().load(account(book.ledger())).value();

    CHECK(facts.subscriber.first_name == "João");
    CHECK(facts.subscriber.phone.empty());
    CHECK_FALSE(facts.subscriber.uf);
    CHECK(facts.subscriber.erp_no_dunning);
    CHECK(facts.contract.status == ContractStatus::pending);
    CHECK(facts.contract.erp_access == ErpAccess::reduced);
    CHECK(facts.contract.erp_auto_block);
    CHECK(facts.contract.erp_no_block_until == kToday + Days{3});
    CHECK(facts.connections.at(0).voice);
    const Invoice& kept = facts.invoices.at(0);
    CHECK(kept.due == row.due);
    CHECK(kept.reference == row.reference);
    CHECK(kept.face == row.face);
    CHECK(kept.connection_open == Money::centavos(5000));
    CHECK(kept.state == InvoiceState::partial);
    CHECK_FALSE(kept.released);
    CHECK(kept.payment_pending);
    CHECK(kept.protested);
    CHECK(kept.period_begin == row.period_begin);
    CHECK(kept.period_end == row.period_end);
}

TEMPLATE_TEST_CASE("an unchanged row changes nothing and wakes nobody", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", payment(), kStart);
        ledger.put_decision(account(ledger), decision(std::nullopt));
    });
    book.write([](Ledger& ledger) {
        const Instant later = kStart + Hours{1};
        CHECK(ledger.put("ixc", subscriber(), later) == Ingested{});
        CHECK(ledger.put("ixc", contract(), later) == Ingested{});
        CHECK(ledger.put("ixc", connection(), later) == Ingested{});
        CHECK(ledger.put("ixc", invoice(), later) == Ingested{});
        CHECK(ledger.put("ixc", payment(), later) == Ingested{});
    });
    CHECK(book.ledger().due_accounts(kStart + Hours{2}, 10).empty());
    CHECK(book.ledger().load(account(book.ledger()))->invoices.at(0).read_at == kStart);
}

TEMPLATE_TEST_CASE("every changed row names its account and marks it dirty", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    const AccountId id = account(book.ledger());
    const auto wakes = [&](auto row) {
        book.write([&](Ledger& ledger) { ledger.put_decision(id, decision(std::nullopt)); });
        Ingested done;
        book.write([&](Ledger& ledger) { done = ledger.put("ixc", row, kStart + Hours{1}); });
        return done == Ingested{true, id} && book.ledger().due_accounts(kStart, 10) == std::vector{id};
    };
    auto changed_subscriber = subscriber();
    changed_subscriber.first_name = "Ana";
    auto changed_contract = contract();
    changed_contract.status = ContractStatus::cancelled;
    auto changed_connection = connection();
    changed_connection.nas = "bras-2";
    auto reversed = payment();
    reversed.reversed = true;

    CHECK(wakes(changed_subscriber));
    CHECK(wakes(changed_contract));
    CHECK(wakes(changed_connection));
    CHECK(wakes(invoice("901")));
    CHECK(wakes(paid(invoice())));
    CHECK(wakes(payment()));
    CHECK(wakes(reversed));
    CHECK(book.ledger().load(id)->contract.status == ContractStatus::cancelled);
    CHECK(book.ledger().load(id)->payments.at(0).reversed);
    CHECK(book.ledger().load(id)->payments.at(0).known_at == kStart + Hours{1});
}

TEMPLATE_TEST_CASE("a change of a subscriber wakes all its accounts", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", contract("7302"), kStart);
        ledger.put_decision(account(ledger), decision(std::nullopt));
        ledger.put_decision(account(ledger, "7302"), decision(std::nullopt));
        auto changed = subscriber();
        changed.phone = "+5511900000000";
        ledger.put("ixc", changed, kStart);
    });
    CHECK(book.ledger().due_accounts(kStart, 10).size() == 2);
}

TEMPLATE_TEST_CASE("rows that come before what they belong to join it when it comes", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        CHECK(ledger.put("ixc", payment(), kStart) == Ingested{true, std::nullopt});
        CHECK(ledger.put("ixc", invoice(), kStart) == Ingested{true, std::nullopt});
        CHECK(ledger.put("ixc", connection(), kStart) == Ingested{true, std::nullopt});
    });
    CHECK_FALSE(book.ledger().account_of_invoice("ixc", "900"));
    CHECK_FALSE(book.ledger().find_connection("ixc", "501"));

    book.write([](Ledger& ledger) { CHECK(ledger.put("ixc", contract(), kStart).changed); });
    const AccountId id = account(book.ledger());
    CHECK(book.ledger().account_of_invoice("ixc", "900") == id);
    auto facts = book.ledger().load(id).value();
    CHECK(facts.invoices.size() == 1);
    CHECK(facts.connections.size() == 1);
    CHECK(facts.payments.size() == 1);
    CHECK(facts.subscriber.erp_id == "10");
    CHECK(facts.subscriber.first_name.empty());

    book.write([](Ledger& ledger) { ledger.put("ixc", subscriber(), kStart); });
    const SubscriberId before = facts.subscriber.id;
    facts = book.ledger().load(id).value();
    CHECK(facts.subscriber.id == before);
    CHECK(facts.subscriber.first_name == "Maria");
}

TEMPLATE_TEST_CASE("the same id in two ERPs is two rows", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("mkauth", contract(), kStart);
        ledger.put("mkauth", invoice("900", "7301", kToday), kStart);
    });
    const auto other = book.ledger().account_of_contract("mkauth", "7301").value();
    CHECK(other != account(book.ledger()));
    CHECK(book.ledger().load(other)->invoices.at(0).due == kToday);
    CHECK(book.ledger().load(account(book.ledger()))->invoices.at(0).due == kToday - Days{10});
    CHECK(book.ledger().active_contracts("ixc") == 1);
    CHECK(book.ledger().active_contract_ids("mkauth") == std::vector<std::string>{"7301"});
}

TEMPLATE_TEST_CASE("an invoice or a line that moves to another contract wakes both", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", contract("7302"), kStart);
        ledger.put("ixc", payment(), kStart);
        ledger.put_decision(account(ledger), decision(std::nullopt));
        ledger.put_decision(account(ledger, "7302"), decision(std::nullopt));
    });
    book.write([](Ledger& ledger) {
        ledger.put("ixc", invoice("900", "7302"), kStart);
        ledger.put("ixc", connection("501", "7302"), kStart);
    });
    const auto from = book.ledger().load(account(book.ledger())).value();
    const auto to = book.ledger().load(account(book.ledger(), "7302")).value();
    CHECK(from.invoices.empty());
    CHECK(from.payments.empty());
    CHECK(from.connections.empty());
    CHECK(to.invoices.size() == 1);
    CHECK(to.payments.size() == 1);
    CHECK(to.connections.size() == 1);
    CHECK(book.ledger().due_accounts(kStart, 10).size() == 2);
}

TEMPLATE_TEST_CASE("paid_known_at is stamped once, and taken back when the invoice is owed again", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    const auto put = [&](const ErpInvoice& row, Hours after) {
        book.write([&](Ledger& ledger) { ledger.put("ixc", row, kStart + after); });
        return book.ledger().load(account(book.ledger()))->invoices.at(0).paid_known_at;
    };
    auto corrected = paid(invoice());
    corrected.reference = kToday;

    CHECK(put(paid(invoice()), Hours{1}) == kStart + Hours{1});
    CHECK(put(corrected, Hours{2}) == kStart + Hours{1});
    CHECK(put(invoice(), Hours{3}) == std::nullopt);
    CHECK(put(paid(invoice()), Hours{4}) == kStart + Hours{4});
}

TEMPLATE_TEST_CASE("note_read stamps an unchanged invoice (B2)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.note_read("ixc", "900", kStart + Minutes{20});
        ledger.note_read("ixc", "unknown", kStart);
    });
    CHECK(book.ledger().load(account(book.ledger()))->invoices.at(0).read_at == kStart + Minutes{20});
}

TEMPLATE_TEST_CASE("load keeps owed and unclear invoices for ever and settled ones for 90 days", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        auto unclear = invoice("901", "7301", kToday - Days{400});
        unclear.state = InvoiceState::unknown;
        ledger.put("ixc", unclear, kStart);
        ledger.put("ixc", paid(invoice("902", "7301", kToday - Days{100})), kStart - Days{91});
        ledger.put("ixc", paid(invoice("903", "7301", kToday - Days{99})), kStart - Days{90});
        ledger.put("ixc", paid(invoice("904", "7301", kToday - Days{1})), kStart);
        ledger.put("ixc", payment("p2", "902"), kStart - Days{91});
        ledger.put("ixc", payment("p4", "904"), kStart);
    });
    const auto facts = book.ledger().load(account(book.ledger())).value();
    std::vector<std::string> ids;
    for (const Invoice& row : facts.invoices) {
        ids.push_back(row.erp_id);
    }
    CHECK(ids == std::vector<std::string>{"901", "903", "900", "904"});  // by due date
    REQUIRE(facts.payments.size() == 1);
    CHECK(facts.payments[0].erp_id == "p4");
}

TEMPLATE_TEST_CASE("a number that two subscribers have is shared (phone_shared)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", subscriber("11", "+5511987654321"), kStart);
        ledger.put("ixc", contract("7302", "11"), kStart);
        ledger.put("ixc", subscriber("12", ""), kStart);
        ledger.put("ixc", contract("7303", "12"), kStart);
        ledger.put("ixc", subscriber("13", ""), kStart);
    });
    CHECK(book.ledger().load(account(book.ledger()))->subscriber.phone_shared);
    CHECK(book.ledger().load(account(book.ledger(), "7302"))->subscriber.phone_shared);
    CHECK_FALSE(book.ledger().load(account(book.ledger(), "7303"))->subscriber.phone_shared);
    CHECK(book.ledger().accounts_of_phone("+5511987654321") ==
          std::vector{account(book.ledger()), account(book.ledger(), "7302")});
    CHECK(book.ledger().accounts_of_phone("").empty());
}

TEMPLATE_TEST_CASE("the ERP never overwrites consent; a granted opt-in respects an opt-out (D1 D2)", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", subscriber("11", ""), kStart);
        ledger.put("ixc", contract("7302", "11"), kStart);
        Subscriber out = ledger.load(account(ledger, "7302"))->subscriber;
        out.optout_at = kStart;
        out.wrong_number = true;
        out.undeliverable_cycles = 2;
        out.last_inbound_at = kStart;
        out.first_name = "not taken";
        ledger.put_channel(out);
        ledger.grant_optin("ixc", "contract clause 7, v3", kStart + Hours{1});
        ledger.grant_optin("ixc", "again", kStart + Hours{2});
        auto renamed = subscriber("11", "");
        renamed.first_name = "Ana";
        ledger.put("ixc", renamed, kStart + Hours{3});
    });
    const Subscriber in = book.ledger().load(account(book.ledger()))->subscriber;
    CHECK(in.optin_at == kStart + Hours{1});
    CHECK(in.optin_source == "contract clause 7, v3");
    const Subscriber out = book.ledger().load(account(book.ledger(), "7302"))->subscriber;
    CHECK_FALSE(out.optin_at);
    CHECK(out.optout_at == kStart);
    CHECK(out.wrong_number);
    CHECK(out.undeliverable_cycles == 2);
    CHECK(out.last_inbound_at == kStart);
    CHECK(out.first_name == "Ana");
}

TEMPLATE_TEST_CASE("search finds exact ids first, then pieces of phone, name and login", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901", "7301", kToday), kStart);
        ledger.put("ixc", invoice("902", "7301", kToday + Days{1}), kStart);
        auto ana = subscriber("11", "+5521912345678");
        ana.first_name = "Ana Maria";
        ledger.put("ixc", ana, kStart);
        ledger.put("ixc", contract("9001", "11"), kStart);
        ledger.put("ixc", connection("777301", "9001"), kStart);
    });
    Ledger& ledger = book.ledger();
    const auto found = [&](std::string_view text, int limit = 10) {
        std::vector<std::string> contracts;
        for (const AccountSummary& row : ledger.search(text, kToday, limit)) {
            contracts.push_back(row.contract_erp_id);
        }
        return contracts;
    };
    using Contracts = std::vector<std::string>;
    CHECK(found("ixc:9001") == Contracts{"9001"});
    CHECK(found("7301") == Contracts{"7301"});
    CHECK(found("730") == Contracts{"9001"});
    CHECK(found("user501") == Contracts{"7301"});
    CHECK(found("+55 21 91234-5678") == Contracts{"9001"});
    CHECK(found(std::to_string(raw(account(ledger, "9001")))) == Contracts{"9001"});
    CHECK(found("mARIA") == Contracts{"7301", "9001"});
    CHECK(found("ana") == Contracts{"9001"});
    CHECK(found("(21) 91234-5678") == Contracts{"9001"});
    CHECK(found("8765") == Contracts{"7301"});
    CHECK(found("876").empty());
    CHECK(found("USER777") == Contracts{"9001"});
    CHECK(found("maria", 1) == Contracts{"7301"});
    CHECK(found("").empty());
    CHECK(found("%").empty());

    const AccountSummary row = ledger.search("ixc:7301", kToday, 1).at(0);
    CHECK(row == AccountSummary{account(ledger), "ixc", "7301", "Maria", "4321", "user501", Access::open,
                                Money::centavos(2 * 9990)});
}

TEMPLATE_TEST_CASE("a line is found by its ERP and its id there, and by nothing else", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("mkauth", contract(), kStart);
        ledger.put("mkauth", connection(), kStart);
    });
    Ledger& ledger = book.ledger();
    const auto line = ledger.load(account(ledger))->connections.at(0).id;
    CHECK(ledger.find_connection("ixc", "501") == ConnectionRef{account(ledger), line});
    const auto other = ledger.account_of_contract("mkauth", "7301").value();
    CHECK(ledger.find_connection("mkauth", "501") == ConnectionRef{other, ledger.load(other)->connections.at(0).id});
    CHECK_FALSE(ledger.find_connection("ixc", "user501"));
    CHECK_FALSE(ledger.find_connection("ixc", "nobody"));
    CHECK_FALSE(ledger.find_connection("", "501"));
}

TEMPLATE_TEST_CASE("a line that is detached belongs to nobody until the ERP tells of it again", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", connection("502"), kStart);
        ledger.put("ixc", connection("503", "unknown"), kStart);
        ledger.put("mkauth", contract(), kStart);
        ledger.put("mkauth", connection(), kStart);
        CommandRow row;
        row.account = account(ledger);
        row.connection = ledger.find_connection("ixc", "501")->connection;
        row.driver = "bras";
        row.next_try_at = kStart;
        ledger.add_command(row);
        ledger.put_decision(row.account, decision(std::nullopt));
    });
    CHECK(book.ledger().connection_ids("ixc") == std::vector<std::string>{"501", "502"});
    CHECK_FALSE(book.ledger().detached_connection("ixc", "501"));
    CHECK_FALSE(book.ledger().detached_connection("ixc", "503"));
    book.write([](Ledger& l) {
        l.detach_connection("ixc", "501");
        l.detach_connection("ixc", "501");
        l.detach_connection("ixc", "no such line");
    });
    CHECK(book.ledger().connection_ids("ixc") == std::vector<std::string>{"502"});
    CHECK(book.ledger().connection_ids("mkauth") == std::vector<std::string>{"501"});
    CHECK_FALSE(book.ledger().find_connection("ixc", "501"));
    CHECK(book.ledger().load(account(book.ledger()))->connections.size() == 1);
    CHECK(book.ledger().due_commands(kStart, 10).empty());
    CHECK(book.ledger().due_accounts(kStart, 10).front() == account(book.ledger()));
    const auto gone = book.ledger().detached_connection("ixc", "501");
    REQUIRE(gone);
    CHECK(gone->login == "user501");
    CHECK(gone->nas == "bras-1");

    book.write([](Ledger& l) { CHECK(l.put("ixc", connection(), kStart).changed); });
    CHECK(book.ledger().find_connection("ixc", "501") == ConnectionRef{account(book.ledger()), gone->id});
    CHECK_FALSE(book.ledger().detached_connection("ixc", "501"));
}

TEMPLATE_TEST_CASE("owed invoices come by due date within the window", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901", "7301", kToday - Days{12}), kStart);
        ledger.put("ixc", invoice("902", "7301", kToday), kStart);
        ledger.put("ixc", paid(invoice("903", "7301", kToday - Days{11})), kStart);
        ledger.put("ixc", invoice("904", "no contract", kToday - Days{11}), kStart);
        ledger.put("mkauth", invoice("905", "7301", kToday - Days{11}), kStart);
    });
    const AccountId id = account(book.ledger());
    CHECK(book.ledger().owed_invoices("ixc", kToday - Days{12}, kToday - Days{10}) ==
          std::vector<TrackedInvoice>{{id, "901"}, {id, "900"}});
}

TEMPLATE_TEST_CASE("hot invoices are the owed ones of accounts in motion, longest unread first", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        for (const std::string n : {"1", "2", "3", "4", "5", "6"}) {
            ledger.put("ixc", contract("c" + n), kStart);
            ledger.put("ixc", invoice("i" + n, "c" + n), kStart);
        }
        ledger.put("ixc", paid(invoice("i1p", "c1")), kStart);
        AccessRecord blocked;
        blocked.wanted = Access::blocked;
        blocked.generation = 1;
        ledger.put_access(account(ledger, "c1"), blocked);
        Promise promise;
        promise.state = PromiseState::active;
        ledger.add_promise(account(ledger, "c2"), promise);
        ledger.add_message(account(ledger, "c3"), wish(Stage::before, invoice_id(ledger, "i3", "c3")), "", kStart);
        ledger.add_claim(account(ledger, "c4"), {{}, kStart - Days{7}});
        ledger.add_claim(account(ledger, "c5"), {{}, kStart - Days{7} - Millis{1}});
        ledger.note_read("ixc", "i1", kStart + Minutes{1});
    });
    std::vector<std::string> hot;
    for (const TrackedInvoice& row : book.ledger().hot_invoices("ixc", kStart, 10)) {
        hot.push_back(row.erp_id);
    }
    CHECK(hot == std::vector<std::string>{"i2", "i3", "i4", "i1"});
    CHECK(book.ledger().hot_invoices("ixc", kStart, 2).size() == 2);
    CHECK(book.ledger().hot_invoices("mkauth", kStart, 10).empty());
}
