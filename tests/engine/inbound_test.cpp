// What subscribers press and write, and what the platform says of their numbers.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

using Kind = ButtonAction::Kind;

/// "7301" owes an invoice that was due two days ago; "9001" is somebody else.
void overdue_world(World& world) {
    world.add_contract("7301", make_date(2026, 3, 10));
    world.add_contract("9001", make_date(2026, 3, 10));
    world.start();
    world.run_until("2026-03-12 12:00:00");
}

std::string phone_of(const World& world, const std::string& contract = "7301") {
    return world.erp.subscribers.at("s" + contract).phone;
}

ButtonAction action_of(World& world, Kind kind) {
    const AccountFacts facts = world.facts("7301");
    ButtonAction action;
    action.kind = kind;
    action.account = facts.id;
    action.invoice = facts.invoices.front().id;
    return action;
}

/// Presses and lets everything happen; the replies that left, in order.
std::vector<Reply> press(World& world, const std::string& payload, const std::string& contract = "7301") {
    const auto before = world.messenger.sent.size();
    world.messenger.press(phone_of(world, contract), payload, world.clock.now());
    world.settle();
    std::vector<Reply> replies;
    for (auto i = before; i < world.messenger.sent.size(); ++i) {
        replies.push_back(world.ledger.message(world.messenger.sent[i].id).value().wish.reply);
    }
    return replies;
}

std::vector<Reply> write(World& world, const std::string& text) {
    const auto before = world.messenger.sent.size();
    world.messenger.write(phone_of(world), text, world.clock.now());
    world.settle();
    std::vector<Reply> replies;
    for (auto i = before; i < world.messenger.sent.size(); ++i) {
        replies.push_back(world.ledger.message(world.messenger.sent[i].id).value().wish.reply);
    }
    return replies;
}

void system_says(World& world, const std::string& what, const std::string& from, const std::string& new_number) {
    InboundMessage message;
    message.provider_id = "wamid.system." + what;
    message.from = from;
    message.at = world.clock.now();
    message.kind = InboundKind::system;
    message.text = what;
    message.payload = new_number;
    WebhookBatch batch;
    batch.inbound.push_back(message);
    world.messenger.deliver(std::move(batch));
    world.settle();
}

int replies_that_left(const World& world, const std::string& phone) {
    return static_cast<int>(std::count_if(world.messenger.sent.begin(), world.messenger.sent.end(),
                                          [&](const OutgoingMessage& m) { return m.to == phone; }));
}

}  // namespace

TEST_CASE("Each button does what it says, and is answered once") {
    World world;
    overdue_world(world);
    SECTION("já paguei (I3)") {
        CHECK(press(world, encode(action_of(world, Kind::paid))) == std::vector{Reply::claim_noted});
        REQUIRE(world.facts("7301").claims.size() == 1);
        CHECK(world.facts("7301").claims.front().invoice == world.facts("7301").invoices.front().id);
    }
    SECTION("não reconheço (A12), twice") {
        CHECK(press(world, encode(action_of(world, Kind::dispute))) == std::vector{Reply::dispute_opened});
        CHECK(press(world, encode(action_of(world, Kind::dispute))) == std::vector{Reply::dispute_opened});
        CHECK(world.facts("7301").disputes.size() == 1);
        CHECK(world.tasks(TaskKind::dispute) == 1);
    }
    SECTION("a person (D3)") {
        CHECK(press(world, encode(action_of(world, Kind::human))) == std::vector{Reply::human_called});
        CHECK(world.tasks(TaskKind::human_request) == 1);
    }
    SECTION("the code again") {
        CHECK(press(world, encode(action_of(world, Kind::second_copy))) == std::vector{Reply::payment_code});
        world.erp.pay("i7301", make_date(2026, 3, 12));
        world.run_until("2026-03-12 18:30:00");
        REQUIRE_FALSE(world.facts("7301").invoices.front().owed());
        CHECK(press(world, encode(action_of(world, Kind::second_copy))) == std::vector{Reply::nothing_owed});
    }
    SECTION("a review (E8)") {
        CHECK(press(world, encode(action_of(world, Kind::review))) == std::vector{Reply::review_opened});
        REQUIRE(world.facts("7301").overrides.size() == 1);
        CHECK(world.facts("7301").overrides.front().kind == OverrideKind::freeze);
        CHECK(world.tasks(TaskKind::review_request) == 1);
    }
    SECTION("a promise without a date is asked for one") {
        CHECK(press(world, encode(action_of(world, Kind::promise_pick))) == std::vector{Reply::promise_dates});
        CHECK(world.facts("7301").promises.empty());
    }
    SECTION("a promise: proposed, then yes or no, and no answer counts twice (I12)") {
        ButtonAction pick = action_of(world, Kind::promise_pick);
        pick.date = make_date(2026, 3, 14);
        CHECK(press(world, encode(pick)) == std::vector{Reply::none});  // the offer itself
        REQUIRE(world.facts("7301").promises.size() == 1);
        CHECK(world.facts("7301").promises.front().state == PromiseState::proposed);
        ButtonAction answer = action_of(world, GENERATE(Kind::promise_yes, Kind::promise_no));
        answer.promise = world.facts("7301").promises.front().id;
        const bool yes = answer.kind == Kind::promise_yes;
        const auto replies = press(world, encode(answer));
        REQUIRE(replies.size() == 1);
        CHECK(replies.front() == (yes ? Reply::none : Reply::promise_declined));
        const PromiseState state = yes ? PromiseState::active : PromiseState::cancelled;
        CHECK(world.facts("7301").promises.front().state == state);
        CHECK(press(world, encode(answer)).empty());
        answer.kind = yes ? Kind::promise_no : Kind::promise_yes;
        CHECK(press(world, encode(answer)).empty());
        CHECK(world.facts("7301").promises.front().state == state);
    }
}

TEST_CASE("A button that names nothing of the sender changes nothing and goes to a person (C7)") {
    World world;
    overdue_world(world);
    ButtonAction action = action_of(world, Kind::paid);
    std::string payload;
    SECTION("no button of ours") { payload = "something:else"; }
    SECTION("an invoice that this ledger does not hold") {
        action.invoice = InvoiceId{987'654};
        payload = encode(action);
    }
    SECTION("an invoice of somebody else") {
        action.invoice = world.facts("9001").invoices.front().id;
        payload = encode(action);
    }
    SECTION("an account of somebody else") {
        action.account = world.account("9001");
        payload = encode(action);
    }
    CHECK(press(world, payload) == std::vector{Reply::received});
    CHECK(world.tasks(TaskKind::inbound_text) == 1);
    for (const char* contract : {"7301", "9001"}) {
        CHECK(world.facts(contract).claims.empty());
    }
}

TEST_CASE("A button of an invoice that was paid long ago holds nothing back") {
    World world;
    overdue_world(world);
    const std::string old_button = encode(action_of(world, Kind::paid));
    world.erp.pay("i7301", make_date(2026, 3, 12));
    world.add_invoice("i2", "7301", make_date(2026, 4, 10));
    world.run_until("2026-04-13 09:00:00");
    press(world, old_button);
    world.run_until("2026-04-13 12:00:00");
    const auto messages = world.messages("7301");
    CHECK(std::count(messages.begin(), messages.end(), "2026-04-13 10:00:00 after") == 1);
}

TEST_CASE("Words that must be obeyed are, however they are written (D1 D2 D3 C8 A12)") {
    World world;
    overdue_world(world);
    SECTION("stop") {
        const std::string word = GENERATE(as<std::string>(), "SAIR", "Parar.", "pare", "STOP", "cancelar mensagens",
                                          "descadastrar", "Não quero mais mensagens!", "nao quero receber mensagens");
        INFO(word);
        CHECK(write(world, word) == std::vector{Reply::opted_out});
        CHECK(world.facts("7301").subscriber.optout_at.has_value());
    }
    SECTION("and again") {
        const std::string word = GENERATE(as<std::string>(), "Voltar", "START", "quero receber");
        INFO(word);
        write(world, "sair");
        world.run_until("2026-03-12 12:10:00");
        CHECK(write(world, word) == std::vector{Reply::received});
        const Subscriber who = world.facts("7301").subscriber;
        CHECK_FALSE(who.optout_at.has_value());
        CHECK(who.optin_source == "subscriber wrote");
        world.run_until("2026-03-16 12:00:00");
        CHECK(world.messages("7301").back().ends_with("notice"));
    }
    SECTION("not me") {
        const std::string word = GENERATE(as<std::string>(), "Não sou eu", "número errado", "Engano!");
        INFO(word);
        CHECK(write(world, word) == std::vector{Reply::wrong_number});
        CHECK(world.facts("7301").subscriber.wrong_number);
        CHECK(world.tasks(TaskKind::no_contact_channel) == 1);
    }
    SECTION("I contest") {
        CHECK(write(world, "Contestar") == std::vector{Reply::dispute_opened});
        CHECK(world.facts("7301").disputes.size() == 1);
    }
    SECTION("a person") {
        CHECK(write(world, "falar com atendente") == std::vector{Reply::human_called});
        CHECK(world.tasks(TaskKind::human_request) == 1);
    }
    SECTION("anything else: a person reads it, and one answer a day is enough") {
        CHECK(write(world, "pago sexta") == std::vector{Reply::received});
        CHECK(write(world, "sem falta").empty());
        CHECK(world.tasks(TaskKind::inbound_text) == 1);
        CHECK_FALSE(world.facts("7301").subscriber.optout_at.has_value());
    }
}

TEST_CASE("A number that its owner left is held, for all who share it; the new one is not written to unasked (C8)") {
    World world;
    const std::string old_number = "+5511990001111";
    const std::string new_number = "+5511990002222";
    world.add_contract("7301", make_date(2026, 3, 10), old_number);
    world.add_contract("7302", make_date(2026, 3, 10), old_number);
    world.start();
    world.run_until("2026-03-12 12:00:00");
    const int before = replies_that_left(world, old_number);
    REQUIRE(before > 0);
    SECTION("other news of the platform changes nothing") {
        system_says(world, "user_changed_user_id", old_number, "");
        CHECK_FALSE(world.facts("7301").subscriber.wrong_number);
        CHECK_FALSE(world.facts("7301").subscriber.last_inbound_at.has_value());
        return;
    }
    system_says(world, "user_changed_number", old_number, new_number);
    for (const char* contract : {"7301", "7302"}) {
        CHECK(world.facts(contract).subscriber.wrong_number);
        CHECK_FALSE(world.facts(contract).subscriber.last_inbound_at.has_value());
    }
    CHECK(world.tasks(TaskKind::no_contact_channel) == 2);
    world.run_until("2026-03-20 12:00:00");
    CHECK(replies_that_left(world, old_number) == before);
    CHECK(replies_that_left(world, new_number) == 0);
    SECTION("the ERP learned the new one: it goes on there") {
        world.erp.subscribers.at("s7301").phone = new_number;
        world.run_until("2026-03-24 12:00:00");
        CHECK_FALSE(world.facts("7301").subscriber.wrong_number);
        CHECK(replies_that_left(world, new_number) > 0);
        CHECK(replies_that_left(world, old_number) == before);
    }
}

TEST_CASE("A number of no contract that changes is nobody's business") {
    World world;
    overdue_world(world);
    system_says(world, "user_changed_number", "+5511955556666", "+5511977778888");
    CHECK(world.tasks(TaskKind::inbound_text) == 0);
    CHECK(world.tasks(TaskKind::no_contact_channel) == 0);
}
