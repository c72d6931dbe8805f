// What the ERP is told: promises, blocks where it owns them, notes; each once, however often it is asked.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// How often the live session was told so.
std::ptrdiff_t told(const World& world, Access access) {
    return std::count_if(world.driver.applied.begin(), world.driver.applied.end(),
                         [&](const DesiredAccess& d) { return d.access == access; });
}

void pay(World& world, std::string_view until) {
    world.erp.pay("i7301", make_date(2026, 4, 1));
    world.run_until(until);
}

template <class Call>
int written(const World& world) {
    std::set<std::string> keys;
    for (const ErpRequest& request : world.erp.writes) {
        if (std::holds_alternative<Call>(request.call)) {
            keys.insert(request.idempotency_key);
        }
    }
    return static_cast<int>(keys.size());
}

}  // namespace

TEST_CASE("An ERP that owns blocks is asked for each of them, and for the unblock") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    blocked_world(world);
    CHECK(written<ErpBlock>(world) == 1);
    world.erp.pay("i7301", make_date(2026, 4, 1));
    world.run_until("2026-04-01 11:00:00");
    CHECK(written<ErpUnblock>(world) == 1);
}

TEST_CASE("Where emdia owns blocks the ERP is not asked for any; where it only observes nothing is cut") {
    SECTION("emdia") {
        World world;
        blocked_world(world);
        CHECK(written<ErpBlock>(world) == 0);
    }
    SECTION("observe") {
        World world;
        world.settings.erps.front().owner = BlockOwner::observe;
        world.add_contract("7301", make_date(2026, 3, 10));
        world.start();
        world.run_until("2026-04-08 10:00:00");
        CHECK(world.driver.applied.empty());
        CHECK(written<ErpBlock>(world) == 0);
    }
}

TEST_CASE("A promise of a person is written to the ERP, again after a lost answer, under one key") {
    World world;
    blocked_world(world);
    world.erp.refuse = Error{ErrorKind::unknown, "no answer", {}};
    world.control([&](Control& c, const Operator& by) {
        CHECK(c.add_promise(c.ledger().account_of_contract("ixc", "7301").value(), make_date(2026, 4, 6), by).ok());
    });
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    world.run_until("2026-04-01 10:00:10");
    world.erp.refuse.reset();
    world.run_until("2026-04-01 12:00:00");
    CHECK(written<ErpRecordPromise>(world) == 1);
    const auto calls = std::count_if(world.erp.writes.begin(), world.erp.writes.end(), [](const ErpRequest& r) {
        return std::holds_alternative<ErpRecordPromise>(r.call);
    });
    CHECK(calls == 2);
    CHECK(world.timeline("7301", "erp.written").size() >= 1);
}

TEST_CASE("A refusal of the ERP becomes a task and does not undo the promise") {
    World world;
    blocked_world(world);
    world.erp.refuse = Error{ErrorKind::refused, "not allowed", "give the user the right"};
    world.control([&](Control& c, const Operator& by) {
        CHECK(c.add_promise(c.ledger().account_of_contract("ixc", "7301").value(), make_date(2026, 4, 6), by).ok());
    });
    world.run_until("2026-04-01 10:30:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.tasks(TaskKind::erp_problem) >= 1);
}

TEST_CASE("What a promise asks of the ERP right after a start waits until its connector says what it can do") {
    World world;
    blocked_world(world);
    world.erp.contracts.at("7301").access = ErpAccess::blocked;
    world.run_until("2026-04-01 17:00:00");
    REQUIRE(world.facts("7301").contract.erp_access == ErpAccess::blocked);
    world.connector_ready = false;
    world.restart();
    world.control([&](Control& c, const Operator& by) {
        CHECK(c.add_promise(c.ledger().account_of_contract("ixc", "7301").value(), make_date(2026, 4, 6), by).ok());
    });
    world.run_until("2026-04-01 17:00:01");
    CHECK(written<ErpRelease>(world) == 0);
    world.erp.come_up();
    world.run_until("2026-04-01 17:00:02");
    CHECK(written<ErpRelease>(world) == 1);
    CHECK(written<ErpRecordPromise>(world) == 1);
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::open);
}

TEST_CASE("What a connector says it cannot do becomes a task for a person; a note it cannot write does not") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.erp.methods = {"pull", "invoice.read", "contract.read", "invoice.payment_codes"};
    blocked_world(world);
    CHECK(written<ErpBlock>(world) == 0);
    CHECK(world.tasks(TaskKind::erp_problem) == 1);
    CHECK(told(world, Access::blocked) == 0);
}

TEST_CASE("Where the ERP owns blocks no session is dropped before the ERP has the block") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.erp.late_writes = true;
    blocked_world(world);
    REQUIRE(written<ErpBlock>(world) == 1);
    world.driver.restart_device();
    world.run_until("2026-04-01 12:00:00");
    CHECK(told(world, Access::blocked) == 0);
    CHECK(world.facts("7301").access.applied != std::optional{Access::blocked});
    world.erp.answer_late();
    world.settle();
    CHECK(told(world, Access::blocked) == 1);
    CHECK(world.facts("7301").access.applied == std::optional{Access::blocked});
}

TEST_CASE("A session dropped before the ERP opened it comes back blocked, and is dropped once more after") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    blocked_world(world);
    REQUIRE(world.facts("7301").access.applied == std::optional{Access::blocked});
    world.erp.late_writes = true;
    pay(world, "2026-04-01 11:00:00");
    CHECK(told(world, Access::open) == 1);
    CHECK(world.facts("7301").access.applied != std::optional{Access::open});
    const std::int64_t first = world.driver.applied.back().generation;
    world.erp.answer_late();
    world.settle();
    CHECK(told(world, Access::open) == 2);
    CHECK(world.driver.applied.back().generation > first);
    CHECK(world.facts("7301").access.applied == std::optional{Access::open});
    CHECK(world.facts("7301").access.wanted == Access::open);
}

TEST_CASE("A block and an unblock of one contract are never on their way to the ERP at once") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.erp.late_writes = true;
    blocked_world(world);
    pay(world, "2026-04-01 11:00:00");
    CHECK(written<ErpUnblock>(world) == 0);
    world.erp.answer_late();
    world.run_until("2026-04-01 11:00:05");
    CHECK(written<ErpUnblock>(world) == 1);
    world.erp.answer_late();
    world.settle();
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::open);
    CHECK(told(world, Access::blocked) == 0);
}

TEST_CASE("Where the ERP owns blocks and no equipment is configured only the ERP's word counts") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.driver.caps.imaginary = true;
    SECTION("it refuses: nothing is said to be blocked, by nobody") {
        world.erp.late_writes = true;
        world.at("2026-04-01 09:31:00", [&] {
            world.erp.refuse = Error{ErrorKind::refused, "not allowed", "give the user the right"};
            world.erp.answer_late();
            world.erp.refuse.reset();
        });
        blocked_world(world);
        world.run_until("2026-04-02 12:00:00");
        CHECK_FALSE(world.facts("7301").access.applied);
        CHECK(world.tasks(TaskKind::erp_problem) == 1);
        for (const std::string& line : world.messages("7301")) {
            CHECK_FALSE(line.ends_with(" blocked"));
        }
    }
    SECTION("it does it: that is what is applied, acknowledged and not seen") {
        blocked_world(world);
        CHECK(world.facts("7301").access.applied == std::optional{Access::blocked});
        CHECK(world.facts("7301").access.proof == Proof::acknowledged);
        CHECK(world.messages("7301").back().ends_with(" blocked"));
        world.run_until("2026-04-01 12:00:00");
        CHECK(world.facts("7301").access.proof == Proof::acknowledged);
        pay(world, "2026-04-01 13:00:00");
        CHECK(world.facts("7301").access.applied == std::optional{Access::open});
    }
    CHECK(world.driver.applied.empty());
}

TEST_CASE("A block that the ERP refused is asked for again when a person has put it right") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.erp.late_writes = true;
    blocked_world(world);
    world.erp.refuse = Error{ErrorKind::refused, "not allowed", "give the user the right"};
    world.erp.answer_late();
    world.settle();
    REQUIRE(world.tasks(TaskKind::erp_problem) == 1);
    world.erp.refuse.reset();
    world.erp.late_writes = false;
    world.run_until("2026-04-06 10:00:00");  // The Monday after Easter; on a holiday nothing is blocked.
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::open);
    world.control([](Control& c, const Operator& by) { CHECK(c.sync_now("", by).ok()); });
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::blocked);
    CHECK(told(world, Access::blocked) == 1);
}

TEST_CASE("A block that the ERP has not taken waits while frozen, and then for the hours of blocks (F11, I2)") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    world.erp.late_writes = true;
    blocked_world(world);
    world.erp.refuse = Error{ErrorKind::unavailable, "busy", {}};
    world.erp.answer_late();
    world.settle();
    world.control([](Control& c, const Operator& by) { c.set_freeze(true, by); });
    world.erp.refuse.reset();
    world.erp.late_writes = false;
    world.run_until("2026-04-01 20:00:00");
    world.control([](Control& c, const Operator& by) { c.set_freeze(false, by); });
    world.run_until("2026-04-06 09:29:59");
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::open);
    world.run_until("2026-04-06 09:31:00");
    CHECK(world.erp.contracts.at("7301").access == ErpAccess::blocked);
}

TEST_CASE("An unblock goes to the ERP at once, however many notes are on their way there") {
    World world;
    world.settings.erps.front().owner = BlockOwner::erp;
    for (int i = 0; i < 6; ++i) {
        world.add_contract(std::to_string(7401 + i), make_date(2026, 3, 25));
    }
    blocked_world(world);
    REQUIRE(world.erp.contracts.at("7301").access == ErpAccess::blocked);
    world.erp.late_writes = true;
    world.control([&](Control& c, const Operator& by) {
        for (int i = 0; i < 6; ++i) {
            CHECK(c.add_promise(world.account(std::to_string(7401 + i)), make_date(2026, 4, 6), by).ok());
        }
    });
    const auto waiting = [&](auto kind) {
        return std::count_if(world.erp.asked.begin(), world.erp.asked.end(),
                             [&](const ErpRequest& r) { return std::holds_alternative<decltype(kind)>(r.call); });
    };
    CHECK(waiting(ErpRecordPromise{}) + waiting(ErpNote{}) == 4);  // None was answered, so the rest waits.
    CHECK(waiting(ErpUnblock{}) == 0);
    world.control([&](Control& c, const Operator& by) {
        CHECK(c.add_promise(world.account("7301"), make_date(2026, 4, 6), by).ok());
    });
    CHECK(waiting(ErpUnblock{}) == 1);
}

TEST_CASE("A promise that ended before the ERP took it is not written there any more") {
    World world;
    blocked_world(world);
    world.erp.refuse = Error{ErrorKind::unavailable, "busy", {}};
    PromiseId promise{};
    world.control([&](Control& c, const Operator& by) {
        promise = c.add_promise(world.account("7301"), make_date(2026, 4, 6), by).value();
    });
    world.run_until("2026-04-01 10:00:10");
    const auto asked = world.erp.writes.size();
    REQUIRE(asked > 0);
    world.control(
        [&](Control& c, const Operator& by) { CHECK(c.cancel_promise(world.account("7301"), promise, by).ok()); });
    world.erp.refuse.reset();
    world.run_until("2026-04-02 12:00:00");
    CHECK(std::none_of(world.erp.writes.begin() + static_cast<std::ptrdiff_t>(asked), world.erp.writes.end(),
                       [](const ErpRequest& r) { return std::holds_alternative<ErpRecordPromise>(r.call); }));
}
