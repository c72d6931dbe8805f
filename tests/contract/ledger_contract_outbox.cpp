// The contract of every Ledger, part 3: the outbox.

#include <catch2/catch.hpp>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

namespace {

/// Adds a message and leaves it in `state`, sent at `at`.
MessageId add_sent(Ledger& ledger, AccountId account, const MessageWish& wish, std::string_view dedupe,
                   MessageState state, Instant at) {
    OutboxRow row = ledger.message(ledger.add_message(account, wish, dedupe, at).value()).value();
    row.message.state = state;
    row.message.sent_at = at;
    row.state_at = at;
    ledger.put_message(row);
    return row.message.id;
}

std::vector<MessageId> ids_of(const std::vector<OutboxRow>& rows) {
    std::vector<MessageId> ids;
    for (const OutboxRow& row : rows) {
        ids.push_back(row.message.id);
    }
    return ids;
}

}  // namespace

TEMPLATE_TEST_CASE("a message is queued as wished and comes back whole", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    MessageWish wanted;
    MessageId id{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        wanted = wish(Stage::notice, invoice_id(ledger), 2);
        wanted.channel = Channel::email;
        wanted.promise = PromiseId{4};
        wanted.suspend_from = kToday + Days{16};
        wanted.suspend_at = kStart + Hours{4};
        wanted.reply = Reply::promise_dates;
        id = ledger.add_message(account(ledger), wanted, "", kStart).value();
    });
    OutboxRow row = book.ledger().message(id).value();
    CHECK(row.wish == wanted);
    CHECK(row.account == account(book.ledger()));
    CHECK(row.not_before == kStart);
    CHECK(row.state_at == kStart);
    Message expected;
    expected.id = id;
    expected.stage = Stage::notice;
    expected.invoice = wanted.invoice;
    expected.channel = Channel::email;
    expected.attempt = 2;
    expected.queued_at = kStart;
    CHECK(row.message == expected);

    row.message.state = MessageState::delivered;
    row.message.sent_at = kStart + Minutes{1};
    row.message.delivered_at = kStart + Minutes{2};
    row.message.failed_code = 131026;
    row.message.template_version = "3";
    row.message.text_hash = "abc";
    row.message.protocol = "2026-000001";
    row.not_before = kStart + Hours{1};
    row.tries = 2;
    row.provider_id = "wamid.1";
    row.text = "Olá, Maria";
    row.last_error = "131026";
    row.state_at = kStart + Minutes{2};
    book.write([&](Ledger& ledger) { ledger.put_message(row); });
    CHECK(book.ledger().message(id) == row);
    CHECK(book.ledger().message_of_provider("wamid.1") == id);
    CHECK_FALSE(book.ledger().message_of_provider(""));
    CHECK(book.ledger().load(row.account)->messages == std::vector{row.message});
}

TEMPLATE_TEST_CASE("a step of the ladder is unique by invoice, stage, attempt and channel", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901"), kStart);
        ledger.put("ixc", contract("7302"), kStart);
        const AccountId id = account(ledger);
        const auto add = [&](MessageWish w, AccountId to, const char* dedupe = "") {
            return ledger.add_message(to, w, dedupe, kStart).has_value();
        };
        const MessageWish first = wish(Stage::notice, invoice_id(ledger));
        MessageWish by_email = first;
        by_email.channel = Channel::email;
        CHECK(add(first, id));
        CHECK_FALSE(add(first, id));
        CHECK_FALSE(add(first, id, "the dedupe key plays no part"));
        CHECK(add(by_email, id));
        CHECK(add(wish(Stage::notice, invoice_id(ledger), 2), id));
        CHECK(add(wish(Stage::notice, invoice_id(ledger, "901")), id));
        CHECK(add(wish(Stage::after, invoice_id(ledger)), id));
        CHECK(add(wish(Stage::headsup), id));
        CHECK_FALSE(add(wish(Stage::headsup), id));
        CHECK(add(wish(Stage::headsup), account(ledger, "7302")));
    });
    book.write([](Ledger& ledger) {
        CHECK_FALSE(ledger.add_message(account(ledger), wish(Stage::notice, invoice_id(ledger)), "", kStart));
    });
}

TEMPLATE_TEST_CASE("replies and service messages are unique by their cause", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        for (const Stage stage : {Stage::reply, Stage::promise_offer, Stage::payment_received, Stage::blocked}) {
            CHECK(ledger.add_message(account(ledger), wish(stage), "wamid.1", kStart));
            CHECK_FALSE(ledger.add_message(account(ledger), wish(stage, invoice_id(ledger), 2), "wamid.1", kStart));
            CHECK(ledger.add_message(account(ledger), wish(stage), "wamid.2", kStart));
        }
    });
}

TEMPLATE_TEST_CASE("due messages: replies and service, then notices, then the rest, oldest first", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    std::vector<MessageId> ids;
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        const AccountId id = account(ledger);
        const auto add = [&](Stage stage, Millis after) {
            ids.push_back(ledger.add_message(id, wish(stage), "x", kStart + after).value());
        };
        add(Stage::before, Millis{0});
        add(Stage::notice, Millis{1});
        add(Stage::unblocked, Millis{3});
        add(Stage::reply, Millis{2});
        add(Stage::after, Millis{0});
        add(Stage::promise_offer, Millis{4});
        OutboxRow later = ledger.message(ids[4]).value();
        later.not_before = kStart + Hours{1};
        ledger.put_message(later);
        OutboxRow dropped = ledger.message(ids[5]).value();
        dropped.message.state = MessageState::dropped;
        ledger.put_message(dropped);
        ledger.put_decision(id, decision(std::nullopt));
    });
    Ledger& ledger = book.ledger();
    CHECK(ids_of(ledger.due_messages(kStart + Millis{4}, 10)) == std::vector{ids[3], ids[2], ids[1], ids[0]});
    CHECK(ids_of(ledger.due_messages(kStart + Millis{4}, 2)) == std::vector{ids[3], ids[2]});
    CHECK(ids_of(ledger.due_messages(kStart, 10)) == std::vector{ids[0]});
    CHECK(ids_of(ledger.queued_messages_of(account(ledger))) == std::vector{ids[0], ids[4], ids[1], ids[3], ids[2]});
    CHECK(ids_of(ledger.messages_in(MessageState::dropped, 10)) == std::vector{ids[5]});
    CHECK(ids_of(ledger.messages_in(MessageState::queued, 2)) == std::vector{ids[0], ids[4]});
    CHECK(ledger.next_due() == kStart);
    CHECK(ledger.counts(kToday).messages_queued == 5);
}

TEMPLATE_TEST_CASE("reached subscribers are counted once, those under way included (D8)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", contract("7302"), kStart);
        for (const std::string n : {"2", "3", "4", "5", "6"}) {
            ledger.put("ixc", contract("c" + n, "s" + n), kStart);
        }
        add_sent(ledger, account(ledger), wish(Stage::notice), "", MessageState::delivered, kStart);
        add_sent(ledger, account(ledger, "7302"), wish(Stage::blocked), "", MessageState::read, kStart);
        add_sent(ledger, account(ledger, "c2"), wish(Stage::reply), "", MessageState::sent, kStart);
        add_sent(ledger, account(ledger, "c3"), wish(Stage::before), "", MessageState::sent, kStart - Millis{1});
        ledger.add_message(account(ledger, "c4"), wish(Stage::before), "", kStart);
        for (const char* id : {"c5", "c6"}) {
            OutboxRow row =
                ledger.message(ledger.add_message(account(ledger, id), wish(Stage::before), "", kStart).value())
                    .value();
            row.message.state = id == std::string{"c5"} ? MessageState::sending : MessageState::failed;
            ledger.put_message(row);
        }
    });
    CHECK(book.ledger().initiated_since(kStart) == 2);
    CHECK(book.ledger().initiated_since(kStart - Hours{1}) == 3);
}

TEMPLATE_TEST_CASE("contacts through other accounts of the same subscriber are told (C4)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", contract("7302"), kStart);
        ledger.put("ixc", contract("7303"), kStart);
        ledger.put("ixc", contract("7400", "11"), kStart);
        const AccountId second = account(ledger, "7302");
        add_sent(ledger, second, wish(Stage::before), "", MessageState::read, kStart - Days{91});
        add_sent(ledger, second, wish(Stage::after), "", MessageState::read, kStart - Days{1});
        add_sent(ledger, second, wish(Stage::unblocked), "", MessageState::sent, kStart - Hours{1});
        add_sent(ledger, second, wish(Stage::reply), "", MessageState::sent, kStart);
        add_sent(ledger, account(ledger, "7303"), wish(Stage::notice), "", MessageState::sent, kStart - Days{2});
        add_sent(ledger, account(ledger, "7400"), wish(Stage::notice), "", MessageState::sent, kStart);
        add_sent(ledger, account(ledger), wish(Stage::notice), "", MessageState::sent, kStart);
    });
    const auto facts = book.ledger().load(account(book.ledger())).value();
    CHECK(facts.other_collection_at == std::vector{kStart - Days{2}, kStart - Days{1}});
    CHECK(facts.other_service_at == std::vector{kStart - Hours{1}});
}

TEMPLATE_TEST_CASE("load brings messages of owed invoices and of the newest 90 days", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    std::vector<MessageId> expected;
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901"), kStart);
        const AccountId id = account(ledger);
        const InvoiceId owed = invoice_id(ledger);
        const InvoiceId settled = invoice_id(ledger, "901");
        ledger.put("ixc", paid(invoice("901")), kStart);
        const auto add = [&](const MessageWish& w, Days before) {
            return ledger.add_message(id, w, std::to_string(before.count()), kStart - before).value();
        };
        static_cast<void>(add(wish(Stage::notice, settled), Days{91}));
        static_cast<void>(add(wish(Stage::reply), Days{91}));
        expected = {add(wish(Stage::notice, owed), Days{200}), add(wish(Stage::after, settled), Days{90}),
                    add(wish(Stage::reply), Days{0})};
    });
    std::vector<MessageId> loaded;
    const auto facts = book.ledger().load(account(book.ledger())).value();
    for (const Message& message : facts.messages) {
        loaded.push_back(message.id);
    }
    CHECK(loaded == expected);
}
