// What the channel says of a message, of a template or of everything, and what becomes of the rows (whatsapp.md 9, 10).

#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "daemon/engine/pace.hpp"
#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

using Outcome = std::variant<SendAccepted, SendRejected, SendUnknown>;
using Verdict = SendVerdictKind;

Outcome refusal(Verdict verdict, int code, std::optional<Millis> retry_after = std::nullopt) {
    return SendRejected{verdict, code, Error{ErrorKind::refused, "the platform says no", "do this", retry_after}};
}

/// So many contracts, "7301" and up; the reminder of each is due on Wednesday, 11 March 2026, at 10:00.
void add_many(World& world, int count) {
    for (int i = 0; i < count; ++i) {
        world.add_contract(std::to_string(7301 + i), make_date(2026, 3, 13));
    }
    world.settings.channel.initiated_per_day = 10'000;
}

std::string phone_of(const World& world, const std::string& contract) {
    return world.erp.subscribers.at("s" + contract).phone;
}

OutboxRow first_row(World& world, const std::string& contract = "7301") {
    const AccountFacts facts = world.facts(contract);
    REQUIRE_FALSE(facts.messages.empty());
    return world.ledger.message(facts.messages.front().id).value();
}

PartHealth channel_health(World& world) {
    PartHealth found;
    world.control([&](Control& control, const Operator&) {
        for (const PartHealth& part : control.health()) {
            if (part.part == "whatsapp") {
                found = part;
            }
        }
    });
    return found;
}

std::size_t sent(const World& world) { return world.messenger.sent.size(); }

void tell(World& world, const std::string& kind, const std::string& name, const std::string& value) {
    WebhookBatch batch;
    batch.notices.push_back(ChannelNotice{kind, name, value});
    world.messenger.deliver(std::move(batch));
    world.settle();
}

void fail_by_webhook(World& world, const OutgoingMessage& message, Verdict verdict, int code) {
    MessageStatusEvent status;
    status.provider_id = fakes::FakeMessenger::provider_id(message.id);
    status.id = message.id;
    status.queued_at = message.queued_at;
    status.state = MessageState::failed;
    status.at = world.clock.now();
    status.code = code;
    status.verdict = verdict;
    WebhookBatch batch;
    batch.statuses.push_back(status);
    world.messenger.deliver(std::move(batch));
    world.settle();
}

struct Expected {
    const char* name;
    Outcome outcome;
    MessageState state;
    int tries;
    int tasks;
    bool healthy;
};

}  // namespace

TEST_CASE("Every verdict on a send: what becomes of the row, its tries, the tasks and the channel (section 9)") {
    const Expected expected = GENERATE(values<Expected>({
        {"accepted", SendAccepted{"wamid.1", "", false}, MessageState::accepted, 1, 0, true},
        {"unknown", SendUnknown{"time-out"}, MessageState::unknown, 1, 0, true},
        {"not now", refusal(Verdict::not_now, 0, Millis{5'000}), MessageState::queued, 0, 0, true},
        {"slow down", refusal(Verdict::slow_down, 130429, Millis{5'000}), MessageState::queued, 0, 0, true},
        {"later", refusal(Verdict::retry_later, 131000, Millis{30'000}), MessageState::queued, 1, 0, true},
        {"pair rate", refusal(Verdict::retry_recipient, 131056, Millis{4'000}), MessageState::queued, 0, 0, true},
        {"stopped", refusal(Verdict::channel_stopped, 190), MessageState::queued, 0, 1, false},
        {"billing", refusal(Verdict::hold_initiated, 131042), MessageState::queued, 0, 1, false},
        {"template", refusal(Verdict::template_unusable, 132015), MessageState::queued, 0, 1, true},
        {"undeliverable", refusal(Verdict::undeliverable, 131026), MessageState::failed, 1, 0, true},
        {"window", refusal(Verdict::needs_template, 131047), MessageState::failed, 1, 1, true},
        {"dead", refusal(Verdict::dead, 100), MessageState::failed, 1, 1, true},
    }));
    INFO(expected.name);
    World world;
    add_many(world, 1);
    world.messenger.outcome = [&](const OutgoingMessage&) { return std::optional{expected.outcome}; };
    world.deliver = false;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 1);
    const OutboxRow row = first_row(world);
    CHECK(row.message.state == expected.state);
    CHECK(row.tries == expected.tries);
    CHECK((row.message.state == MessageState::queued) == (row.not_before > world.clock.now()));
    CHECK(world.tasks(TaskKind::channel_problem) == expected.tasks);
    CHECK(channel_health(world).healthy == expected.healthy);
}

TEST_CASE("A throttle slows the channel and costs no message: everything arrives, nothing is given up (4, 80007)") {
    World world;
    add_many(world, 120);
    std::map<std::int64_t, int> taken;
    int refused = 0;
    world.messenger.outcome = [&](const OutgoingMessage&) -> std::optional<Outcome> {
        const auto minute = std::chrono::floor<Minutes>(world.clock.now()).time_since_epoch().count();
        if (++taken[minute] <= 15) {
            return std::nullopt;
        }
        ++refused;
        return refusal(Verdict::slow_down, 80007, Millis{60'000});
    };
    world.start();
    world.run_until("2026-03-11 18:00:00");
    for (const auto& [id, contract] : world.erp.contracts) {
        const OutboxRow row = first_row(world, id);
        INFO(id);
        CHECK(row.message.state == MessageState::delivered);
        CHECK(row.tries == 1);
    }
    CHECK(refused < 250);
    CHECK(world.tasks(TaskKind::channel_problem) == 0);
}

TEST_CASE("While the platform says \"too much\" one message asks at the end of each pause, and the pauses grow") {
    World world;
    add_many(world, 40);
    world.messenger.outcome = [](const OutgoingMessage&) -> std::optional<Outcome> {
        return refusal(Verdict::slow_down, 130429, Millis{5'000});
    };
    world.start();
    world.run_until("2026-03-11 10:00:00");
    const auto first = sent(world);
    REQUIRE(first > 0);  // Those whose invoices had been read again when the first refusal came.
    world.run_until("2026-03-11 13:00:00");
    CHECK(sent(world) - first >= 10);
    CHECK(sent(world) - first <= 25);
    CHECK(world.log.count("WHATSAPP-SLOWED") == sent(world) - first + 1);
    CHECK(world.tasks(TaskKind::channel_problem) == 1);
    CHECK(first_row(world).tries == 0);
    world.messenger.outcome = nullptr;
    world.run_until("2026-03-11 14:00:00");
    CHECK(first_row(world).message.state == MessageState::delivered);
    CHECK(first_row(world, "7340").message.state == MessageState::delivered);
}

TEST_CASE("The pair rate of one person holds up nobody else (131056)") {
    World world;
    add_many(world, 3);
    const std::string slow = phone_of(world, "7301");
    world.messenger.outcome = [&](const OutgoingMessage& message) -> std::optional<Outcome> {
        return message.to == slow ? std::optional{refusal(Verdict::retry_recipient, 131056, Millis{60'000})}
                                  : std::nullopt;
    };
    world.start();
    world.run_until("2026-03-11 10:30:00");
    CHECK(first_row(world).message.state == MessageState::queued);
    CHECK(first_row(world).tries == 0);
    CHECK(first_row(world, "7302").message.state == MessageState::delivered);
    CHECK(first_row(world, "7303").message.state == MessageState::delivered);
    world.messenger.outcome = nullptr;
    world.run_until("2026-03-11 10:35:00");
    CHECK(first_row(world).message.state == MessageState::delivered);
}

TEST_CASE("A transient fault of one message is tried six times, then a person looks (131000)") {
    World world;
    add_many(world, 1);
    world.messenger.outcome = [](const OutgoingMessage&) -> std::optional<Outcome> {
        return refusal(Verdict::retry_later, 131000, Millis{30'000});
    };
    world.start();
    world.run_until("2026-03-11 12:00:00");
    CHECK(sent(world) == 6);
    CHECK(first_row(world).message.state == MessageState::failed);
    CHECK(world.tasks(TaskKind::channel_problem) == 1);
}

TEST_CASE("Pace: half as much after a refusal, one more with every one that is taken, longer pauses without any") {
    Pace pace;
    Instant now{Seconds{1'000}};
    CHECK(pace.allowed(128) == 128);
    CHECK(pace.refused(now, Millis{1'000}, 128, 0));
    CHECK_FALSE(pace.refused(now, Millis{1'000}, 127, 0));  // left before the pause: nothing new
    CHECK(pace.pauses() == 1);
    pace.accepted(now, 128);  // left before the pause as well
    CHECK(pace.allowed(128) == 1);
    const Instant first_end = *pace.paused_until(now);
    CHECK(first_end >= now + Millis{1'000});
    now = first_end;
    CHECK_FALSE(pace.paused_until(now).has_value());
    CHECK(pace.refused(now, Millis{1'000}, 1, 0));
    CHECK(pace.pauses() == 2);
    CHECK(*pace.paused_until(now) - now > first_end - Instant{Seconds{1'000}});
    now = *pace.paused_until(now);
    pace.accepted(now, 128);
    CHECK(pace.pauses() == 0);
    CHECK(pace.allowed(128) == 2);
    for (int i = 0; i < 10'000; ++i) {
        pace.accepted(now, 128);
    }
    CHECK(pace.allowed(1'000) == 1'000);  // nothing is left of it
}

TEST_CASE(
    "A billing problem stops what we begin, not answers; one message asks every hour, across a restart (131042)") {
    World world;
    add_many(world, 8);
    const auto unpaid = [](const OutgoingMessage& message) -> std::optional<Outcome> {
        return message.template_name.empty() ? std::nullopt : std::optional{refusal(Verdict::hold_initiated, 131042)};
    };
    world.messenger.outcome = unpaid;
    world.start();
    world.run_until("2026-03-11 10:10:00");
    const auto first = sent(world);
    REQUIRE(first > 0);
    CHECK(world.log.count("WHATSAPP-ANSWERS-ONLY") == 1);
    world.messenger.write(phone_of(world, "7301"), "atendente", world.clock.now());
    world.settle();
    REQUIRE(sent(world) == first + 1);
    CHECK(world.messenger.sent.back().template_name.empty());
    world.restart();
    world.run_until("2026-03-11 10:59:00");
    CHECK(sent(world) == first + 1);
    world.run_until("2026-03-11 12:30:00");
    CHECK(sent(world) == first + 3);  // at 11:00 and at 12:00
    CHECK_FALSE(channel_health(world).healthy);
    CHECK(world.tasks(TaskKind::channel_problem) == 1);
    world.messenger.outcome = nullptr;
    world.run_until("2026-03-11 12:59:59");
    CHECK(sent(world) == first + 3);
    world.run_until("2026-03-11 13:01:00");  // the probe of 13:00 was delivered at 13:00:06
    CHECK(channel_health(world).healthy);
    for (int i = 0; i < 8; ++i) {
        CHECK(first_row(world, std::to_string(7301 + i)).message.state == MessageState::delivered);
        CHECK(first_row(world, std::to_string(7301 + i)).tries == 1);
    }
}

TEST_CASE("A billing problem that comes by webhook holds the same, and the message is not lost") {
    World world;
    add_many(world, 4);
    world.deliver = false;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        fail_by_webhook(world, world.messenger.sent[i], Verdict::hold_initiated, 131042);
    }
    CHECK(first_row(world).message.state == MessageState::queued);
    CHECK_FALSE(first_row(world).message.sent_at.has_value());
    world.run_until("2026-03-11 10:59:00");
    CHECK(sent(world) == 4);
    SECTION("the probe fails by webhook too: another hour") {
        world.run_until("2026-03-11 11:00:00");
        REQUIRE(sent(world) == 5);
        fail_by_webhook(world, world.messenger.sent.back(), Verdict::hold_initiated, 131042);
        world.run_until("2026-03-11 11:59:00");
        CHECK(sent(world) == 5);
    }
    SECTION("an hour without a word against it is a yes") {
        world.run_until("2026-03-11 11:59:00");
        CHECK(sent(world) == 5);
        world.run_until("2026-03-11 12:00:00");
        CHECK(sent(world) == 8);
    }
}

TEST_CASE("A channel that is stopped is asked with one message every ten minutes (190)") {
    World world;
    add_many(world, 6);
    world.messenger.outcome = [](const OutgoingMessage&) -> std::optional<Outcome> {
        return refusal(Verdict::channel_stopped, 190);
    };
    world.start();
    world.run_until("2026-03-11 10:35:00");
    CHECK(sent(world) == 9);  // six at once, then at 10:10, 10:20 and 10:30
    CHECK(first_row(world).tries == 0);
    world.messenger.outcome = nullptr;
    world.run_until("2026-03-11 10:41:00");
    for (int i = 0; i < 6; ++i) {
        CHECK(first_row(world, std::to_string(7301 + i)).message.state == MessageState::delivered);
    }
}

TEST_CASE("A template stopped by a code is tried a day later with one message (132015); by a webhook at once (D7)") {
    World world;
    add_many(world, 5);
    bool paused = true;
    world.messenger.outcome = [&](const OutgoingMessage& message) -> std::optional<Outcome> {
        return paused && !message.template_name.empty() ? std::optional{refusal(Verdict::template_unusable, 132015)}
                                                        : std::nullopt;
    };
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 5);
    const std::string name = world.messenger.sent.front().template_name;
    CHECK(world.tasks(TaskKind::channel_problem) == 1);
    SECTION("the probe is refused: nothing else leaves") {
        world.run_until("2026-03-12 23:00:00");
        CHECK(sent(world) == 6);
    }
    SECTION("the probe is taken: the others follow") {
        world.run_until("2026-03-12 09:59:59");
        CHECK(sent(world) == 5);
        paused = false;
        world.run_until("2026-03-12 10:00:00");
        CHECK(sent(world) == 6);
        world.run_until("2026-03-12 11:30:00");
        CHECK(sent(world) == 10);
    }
    SECTION("the platform says that it may go") {
        paused = false;
        world.run_until("2026-03-11 12:00:00");
        CHECK(sent(world) == 5);
        tell(world, "template_status", name, "APPROVED");
        world.run_until("2026-03-11 13:00:00");
        CHECK(sent(world) == 10);
    }
}

TEST_CASE("A template that became marketing waits for its category, whatever else is said of it (D6)") {
    World world;
    add_many(world, 1);
    world.start();
    world.run_until("2026-03-10 12:00:00");
    for (const char* name : {"emdia_antes_v1", "emdia_antes_pix_v1"}) {
        tell(world, "template_category", name, "SOON_MARKETING");
        tell(world, "template_category", name, "MARKETING");
        tell(world, "template_status", name, "PAUSED");
        tell(world, "template_status", name, "APPROVED");
        tell(world, "template_quality", name, "GREEN");
    }
    world.run_until("2026-03-11 15:00:00");
    CHECK(sent(world) == 0);
    for (const char* name : {"emdia_antes_v1", "emdia_antes_pix_v1"}) {
        tell(world, "template_category", name, "UTILITY");
    }
    world.run_until("2026-03-11 17:00:00");
    CHECK(sent(world) == 1);
}

TEST_CASE("A red template waits until its quality is better or it is approved anew (D7)") {
    World world;
    add_many(world, 1);
    world.start();
    world.run_until("2026-03-10 12:00:00");
    const auto tell_both = [&](const std::string& kind, const std::string& value) {
        tell(world, kind, "emdia_antes_v1", value);
        tell(world, kind, "emdia_antes_pix_v1", value);
    };
    tell_both("template_quality", "RED");
    tell_both("template_category", "UTILITY");
    world.run_until("2026-03-11 15:00:00");
    CHECK(sent(world) == 0);
    const bool better = GENERATE(true, false);
    tell_both(better ? "template_quality" : "template_status", better ? "YELLOW" : "REINSTATED");
    world.run_until("2026-03-11 17:00:00");
    CHECK(sent(world) == 1);
}

TEST_CASE("No more recipients in a day than the tier allows; answers do not count (D8)") {
    World world;
    add_many(world, 9);
    world.settings.channel.initiated_per_day = 3;
    world.start();
    world.at("2026-03-11 12:00:00",
             [&] { world.messenger.write(phone_of(world, "7305"), "atendente", world.clock.now()); });
    world.run_until("2026-03-11 19:00:00");
    const auto initiated = [&] {
        return std::count_if(world.messenger.sent.begin(), world.messenger.sent.end(),
                             [](const OutgoingMessage& m) { return !m.template_name.empty(); });
    };
    CHECK(initiated() == 3);
    CHECK(sent(world) == 4);
    world.restart();
    world.run_until("2026-03-11 19:30:00");
    CHECK(initiated() == 3);
    world.run_until("2026-03-12 19:00:00");
    CHECK(initiated() == 6);
}

TEST_CASE("Two hits of one invoice are one cycle; of two invoices they make the channel bad (131026)") {
    World world;
    world.add_contract("7301", make_date(2026, 3, 10));
    world.add_invoice("i2", "7301", make_date(2026, 4, 10));
    std::set<std::string> refused{"emdia_antes", "emdia_depois"};
    world.messenger.outcome = [&](const OutgoingMessage& message) -> std::optional<Outcome> {
        const bool hit = std::any_of(refused.begin(), refused.end(), [&](const std::string& start) {
            return message.template_name.starts_with(start);
        });
        return hit ? std::optional{refusal(Verdict::undeliverable, 131026)} : std::nullopt;
    };
    world.start();
    world.run_until("2026-03-12 12:00:00");
    REQUIRE(sent(world) == 2);
    CHECK(world.facts("7301").subscriber.undeliverable_cycles == 1);
    SECTION("nothing delivered in between") {
        world.deliver = false;
        world.erp.pay("i7301", make_date(2026, 3, 12));
        world.run_until("2026-04-09 12:00:00");
        CHECK(world.facts("7301").subscriber.undeliverable_cycles == 2);
    }
    SECTION("the notice was delivered: the number works") {
        world.run_until("2026-03-17 12:00:00");
        REQUIRE(world.messages("7301").size() == 1);
        world.erp.pay("i7301", make_date(2026, 3, 17));
        world.run_until("2026-04-09 12:00:00");
        CHECK(world.facts("7301").subscriber.undeliverable_cycles == 1);
    }
}

TEST_CASE("A status with our number and another ledger's moment is not of our row") {
    World world;
    add_many(world, 1);
    world.deliver = false;
    world.messenger.silent = true;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 1);
    OutgoingMessage message = world.messenger.sent.front();
    CHECK(message.queued_at == first_row(world).message.queued_at);
    message.queued_at += Millis{1};
    world.messenger.status(message, MessageState::delivered, world.clock.now());
    world.settle();
    CHECK(first_row(world).message.state == MessageState::sending);
    CHECK(world.log.count("WHATSAPP-STATUS-FOREIGN") == 1);
    world.messenger.status(world.messenger.sent.front(), MessageState::delivered, world.clock.now());
    world.settle();
    CHECK(first_row(world).message.state == MessageState::delivered);
}

TEST_CASE("Answers that arrive while the daemon leaves are recorded, and its webhooks confirmed") {
    World world;
    add_many(world, 4);
    world.deliver = false;
    world.messenger.silent = true;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 4);
    const auto say = [&](std::size_t i, Outcome outcome) {
        const MessageId id = world.messenger.sent[i].id;
        world.engine().queue().push(MessengerEvent{SendResult{id, std::move(outcome)}});
    };
    say(0, SendAccepted{"wamid.a", "", false});
    say(1, refusal(Verdict::not_now, 0, Millis{30'000}));
    say(2, refusal(Verdict::dead, 100));
    world.messenger.status(world.messenger.sent[3], MessageState::delivered, world.clock.now());
    std::optional<Error> told;
    world.engine().queue().push(ControlCall{[](Control& control) {
                                                control.set_freeze(true, Operator{"maria", "test"});
                                            },
                                            [&](std::optional<Error> error) { told = std::move(error); }});
    world.leave();
    CHECK(told.has_value());
    CHECK(world.messenger.durable == 1);
    world.messenger.silent = false;
    world.boot();
    std::map<MessageId, MessageState> states;
    for (int i = 0; i < 4; ++i) {
        const OutboxRow row = first_row(world, std::to_string(7301 + i));
        states[row.message.id] = row.message.state;
    }
    CHECK(states.at(world.messenger.sent[0].id) == MessageState::accepted);
    CHECK(states.at(world.messenger.sent[1].id) == MessageState::queued);
    CHECK(states.at(world.messenger.sent[2].id) == MessageState::failed);
    CHECK(states.at(world.messenger.sent[3].id) == MessageState::delivered);
    world.run_until("2026-03-11 10:01:00");
    CHECK(sent(world) == 5);  // what did not leave leaves now
}

TEST_CASE("A late answer settles what was unknown, refusals too") {
    World world;
    add_many(world, 3);
    world.deliver = false;
    world.messenger.silent = true;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 3);
    world.restart();
    const auto state_of = [&](std::size_t i) {
        return world.ledger.message(world.messenger.sent[i].id).value().message.state;
    };
    for (std::size_t i = 0; i < 3; ++i) {
        REQUIRE(state_of(i) == MessageState::unknown);
    }
    const auto say = [&](std::size_t i, Outcome outcome) {
        const MessageId id = world.messenger.sent[i].id;
        world.engine().queue().push(MessengerEvent{SendResult{id, std::move(outcome)}});
        world.settle();
    };
    say(0, SendAccepted{"wamid.a", "", false});
    say(1, refusal(Verdict::dead, 100));
    say(2, refusal(Verdict::not_now, 0, Millis{30'000}));
    CHECK(state_of(0) == MessageState::accepted);
    CHECK(state_of(1) == MessageState::failed);
    CHECK(state_of(2) == MessageState::queued);
}

TEST_CASE("Keys that leave the house name the moment of their row: a restored ledger gives numbers out again") {
    World world;
    add_many(world, 1);
    world.settings.channel.order_details = true;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.start();
    world.run_until("2026-03-11 10:00:00");
    REQUIRE(sent(world) == 1);
    const OutboxRow row = first_row(world);
    const OutgoingMessage& message = world.messenger.sent.front();
    const std::string moment = std::to_string(row.message.queued_at.time_since_epoch().count());
    CHECK(message.queued_at == row.message.queued_at);
    if (message.pay) {
        CHECK(message.pay_reference == "emdia-" + std::to_string(raw(row.message.id)) + "-" + moment);
        CHECK(message.pay_reference.size() <= 60);
    }
    world.control([&](Control& control, const Operator& by) {
        CHECK(control.add_override(world.account("7301"), OverrideKind::force_blocked, Hours{2}, by).ok());
    });
    world.run_until("2026-03-11 10:05:00");
    const auto writes = world.ledger.erp_writes_of(world.account("7301"), 100);
    REQUIRE_FALSE(writes.empty());
    REQUIRE_FALSE(world.erp.writes.empty());
    std::set<std::string> keys;
    for (const ErpWriteRow& write : writes) {
        keys.insert("emdia-" + std::to_string(write.id) + "-" +
                    std::to_string(write.created_at.time_since_epoch().count()));
    }
    for (const ErpRequest& request : world.erp.writes) {
        CHECK(keys.contains(request.idempotency_key));
    }
}
