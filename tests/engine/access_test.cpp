// Equipment that shows nothing, comes and goes, or does less than it should.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// As a NAS that takes CoA and shows nothing.
void make_blind(World& world) {
    world.driver.caps.observable = false;
    world.driver.caps.durable_reboot = false;
    world.driver.caps.leases = false;
}

DeviceState device(bool reachable, std::string note = {}) {
    DeviceState state;
    state.device = "bng";
    state.reachable = reachable;
    state.note = std::move(note);
    return state;
}

}  // namespace

TEST_CASE("What equipment only acknowledged is never said to be seen, and a new process says it again") {
    World world;
    make_blind(world);
    blocked_world(world);
    CHECK(world.facts("7301").access.proof == Proof::acknowledged);
    CHECK(world.facts("7301").access.applied == std::optional{Access::blocked});
    world.run_until("2026-04-02 10:00:00");
    CHECK(world.facts("7301").access.proof == Proof::acknowledged);
    CHECK(world.driver.applied.size() == 1);
    world.restart();
    REQUIRE(world.driver.applied.size() == 2);
    CHECK(world.driver.applied.back().access == Access::blocked);
    CHECK(world.driver.applied.back().generation == world.driver.applied.front().generation);
    CHECK(world.facts("7301").access.proof == Proof::acknowledged);
}

TEST_CASE("Equipment that shows nothing is told its restrictions again when it is back, and when a person asks") {
    World world;
    make_blind(world);
    blocked_world(world);
    world.driver.say(device(true));
    world.settle();
    REQUIRE(world.driver.applied.size() == 1);
    SECTION("it was away, and may have lost everything") {
        world.driver.say(device(false, "no answer"));
        world.settle();
        CHECK(world.driver.applied.size() == 1);
        world.driver.held.clear();
        world.driver.say(device(true));
        world.settle();
        CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    }
    SECTION("emdia sync now") {
        const int looks = world.driver.looks;
        world.driver.held.clear();
        world.control([](Control& c, const Operator& by) { CHECK(c.sync_now("", by).ok()); });
        CHECK(world.driver.looks == looks + 1);
        CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    }
}

TEST_CASE("What a device did is unknown from the loss of its memory until it answers again") {
    World world;
    blocked_world(world);
    REQUIRE(world.facts("7301").access.proof == Proof::observed);
    world.driver.silent = true;
    world.driver.restart_device();
    world.settle();
    CHECK_FALSE(world.facts("7301").access.applied);
    CHECK(world.facts("7301").access.blocked_since);
    world.driver.silent = false;
    world.restart();
    CHECK(world.facts("7301").access.proof == Proof::observed);
    const auto messages = world.messages("7301");
    CHECK(std::count_if(messages.begin(), messages.end(), [](const auto& m) { return m.ends_with(" blocked"); }) == 1);
}

TEST_CASE("An answer that never came leaves what was acknowledged unknown") {
    World world;
    make_blind(world);
    blocked_world(world);
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::unknown}; };
    world.restart();
    CHECK_FALSE(world.facts("7301").access.applied);
    world.driver.answer = nullptr;
    world.run_until("2026-04-01 10:10:00");
    CHECK(world.facts("7301").access.applied == std::optional{Access::blocked});
}

TEST_CASE("A device that works in a poorer way than was configured is a task, and stays visible") {
    World world;
    blocked_world(world);
    DeviceState state = device(true, "CoA-NAK 401: dropping sessions instead");
    state.degraded = true;
    world.driver.say(state);
    world.driver.say(device(true, "answers"));
    world.settle();
    CHECK(world.tasks(TaskKind::access_failed) == 1);
    std::string shown;
    world.control([&](Control& c, const Operator&) {
        for (const PartHealth& part : c.health()) {
            shown += part.part + ": " + part.text + "\n";
        }
    });
    CHECK(shown.find("bras/bng: CoA-NAK 401") != std::string::npos);
}

TEST_CASE("A second device that works in a poorer way is a second task") {
    World world;
    blocked_world(world);
    DeviceState state = device(true, "drops sessions instead");
    state.degraded = true;
    world.driver.say(state);
    world.settle();
    state.device = "bng-2";
    world.driver.say(state);
    world.driver.say(state);
    world.settle();
    CHECK(world.tasks(TaskKind::access_failed) == 2);
}

TEST_CASE("A block that equipment refused counts as applied once it is asked again and done") {
    World world;
    make_blind(world);
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::refused}; };
    blocked_world(world);
    REQUIRE_FALSE(world.facts("7301").access.applied);
    world.driver.answer = nullptr;
    world.control([](Control& c, const Operator& by) { CHECK(c.sync_now("", by).ok()); });
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    CHECK(world.facts("7301").access.applied == std::optional{Access::blocked});
}

TEST_CASE("The history of an account does not fill up while a device is away") {
    World world;
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::retry}; };
    blocked_world(world);
    world.run_until("2026-04-04 10:00:00");
    CHECK(world.driver.applied.size() > 50);
    CHECK(world.timeline("7301", "access.pending").size() == 1);
}

TEST_CASE("A block that never took effect waits while frozen, and then for the hours of blocks (F11, I2)") {
    const auto freeze = [](World& world, bool on) {
        world.control([&](Control& c, const Operator& by) { c.set_freeze(on, by); });
    };
    World world;
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::retry}; };
    blocked_world(world);
    freeze(world, true);
    const auto asked = world.driver.applied.size();
    REQUIRE(asked > 0);
    world.driver.answer = nullptr;
    world.run_until("2026-04-01 20:00:00");
    CHECK(world.driver.applied.size() == asked);
    freeze(world, false);
    SECTION("the next moment is that of any other block") {
        world.run_until("2026-04-06 09:29:59");
        CHECK(world.driver.applied.size() == asked);
        world.run_until("2026-04-06 09:30:00");
        CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
        SECTION("once it took effect it is held at any hour, frozen or not") {
            world.run_until("2026-04-06 23:00:00");
            freeze(world, true);
            world.driver.held.at("ixc:l7301") = Access::open;
            world.control([](Control& c, const Operator& by) { CHECK(c.sync_now("", by).ok()); });
            CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
        }
    }
    SECTION("a person's block goes at once") {
        world.control([&](Control& c, const Operator& by) {
            CHECK(c.add_override(world.account("7301"), OverrideKind::force_blocked, Hours{24}, by).ok());
        });
        world.run_until("2026-04-02 09:00:00");
        CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    }
    SECTION("a payment ends the wait") {
        world.erp.pay("i7301", make_date(2026, 4, 1));
        world.run_until("2026-04-06 12:00:00");
        CHECK(std::none_of(world.driver.applied.begin() + static_cast<std::ptrdiff_t>(asked),
                           world.driver.applied.end(),
                           [](const DesiredAccess& d) { return d.access == Access::blocked; }));
    }
}
