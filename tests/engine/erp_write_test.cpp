// What the ERP is told: promises, blocks where it owns them, notes; each once, however often it is asked.

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

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

void blocked_world(World& world) {
    world.add_contract("7301", make_date(2026, 3, 10));
    for (int i = 0; i < 40; ++i) {
        world.add_contract(std::to_string(8000 + i));
    }
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
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
    CHECK(world.driver.held.at("l7301") == Access::open);
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
