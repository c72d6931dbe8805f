#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// The button of a message whose payload parses to that kind.
std::string payload_of(const OutgoingMessage& message, ButtonAction::Kind kind) {
    for (const Button& button : message.buttons) {
        const auto action = parse_button(button.payload);
        if (action && action->kind == kind) {
            return button.payload;
        }
    }
    FAIL("no such button");
    return {};
}

const OutgoingMessage& last_sent(const World& world) {
    REQUIRE_FALSE(world.messenger.sent.empty());
    return world.messenger.sent.back();
}

}  // namespace

TEST_CASE("The worked timeline of section 6 comes out of the engine to the minute") {
    World world("2026-03-01 08:00:00");
    world.settings.erps.front().hot_every = Seconds{60};
    add_base(world, 4);
    const std::string phone = world.erp.subscribers.at("s7301").phone;
    world.start();

    world.run_until("2026-04-01 19:00:00");
    CHECK(world.messages("7301") == std::vector<std::string>{"2026-03-06 10:00:00 before", "2026-03-11 10:00:00 after",
                                                             "2026-03-16 10:00:00 notice",
                                                             "2026-03-30 10:00:00 headsup",
                                                             "2026-04-01 09:30:00 blocked"});
    CHECK(world.timeline("7301", "access.block") == std::vector<std::string>{"2026-04-01 09:30:00 access.block"});
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    CHECK(world.facts("7301").access.proof == Proof::observed);

    world.at("2026-04-01 19:42:00", [&] {
        ButtonAction pick;
        pick.kind = ButtonAction::Kind::promise_pick;
        pick.account = world.account("7301");
        pick.date = make_date(2026, 4, 6);
        world.messenger.press(phone, encode(pick), world.clock.now());
    });
    world.at("2026-04-01 19:43:00", [&] {
        world.messenger.press(phone, payload_of(last_sent(world), ButtonAction::Kind::promise_yes), world.clock.now());
    });
    world.run_until("2026-04-01 19:44:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    CHECK(world.timeline("7301", "promise.active") == std::vector<std::string>{"2026-04-01 19:43:00 promise.active"});

    world.run_until("2026-04-07 13:59:59");
    CHECK(world.timeline("7301", "promise.broken") == std::vector<std::string>{"2026-04-07 09:00:00 promise.broken"});
    CHECK(world.wanted("7301") == Access::open);
    world.run_until("2026-04-07 14:00:00");
    CHECK(world.wanted("7301") == Access::blocked);

    world.at("2026-04-07 20:17:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 7), Money::centavos(9990)); });
    world.run_until("2026-04-07 20:18:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);

    world.run_until("2026-05-05 12:00:00");
    CHECK(world.messages("7301") ==
          std::vector<std::string>{"2026-03-06 10:00:00 before", "2026-03-11 10:00:00 after",
                                   "2026-03-16 10:00:00 notice", "2026-03-30 10:00:00 headsup",
                                   "2026-04-01 09:30:00 blocked", "2026-04-01 19:42:00 promise_offer",
                                   "2026-04-01 19:43:00 promise_confirmed", "2026-04-06 10:00:00 promise_reminder",
                                   "2026-04-07 09:00:00 promise_broken", "2026-04-07 20:17:00 unblocked"});
}

TEST_CASE("Beyond the daily number of recipients nobody is written to, and the rest hears later (D8)") {
    World world;
    for (int i = 0; i < 5; ++i) {
        world.add_contract(std::to_string(7300 + i), make_date(2026, 3, 10));
    }
    world.settings.channel.initiated_per_day = 3;
    world.start();
    world.run_until("2026-03-06 18:00:00");
    CHECK(world.messenger.sent.size() == 3);
    CHECK(world.ledger.counts(make_date(2026, 3, 6)).messages_queued == 2);
    world.run_until("2026-03-09 18:00:00");
    CHECK(world.messenger.sent.size() == 5);
}
