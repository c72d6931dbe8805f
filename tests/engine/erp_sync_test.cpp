// What the engine believes of an ERP, and what it asks again before it blocks.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

PartHealth erp_health(World& world) {
    PartHealth part;
    world.control([&](Control& control, const Operator&) { part = control.health().front(); });
    return part;
}

bool ever_restricted(const World& world, const std::string& key) {
    return std::any_of(world.driver.applied.begin(), world.driver.applied.end(), [&](const DesiredAccess& desired) {
        return access_key(desired.connection) == key && desired.access != Access::open;
    });
}

}  // namespace

TEST_CASE("A line that the ERP has no longer is let go with its block: its login may be somebody else's (6.5)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 12:00:00");
    REQUIRE(world.driver.held.at("ixc:l7301") == Access::blocked);

    ErpConnection line = world.erp.connections.at("l7301");
    world.erp.connections.erase("l7301");
    line.id = "l9999";
    line.contract_id = "8001";
    world.erp.connections["l9999"] = line;
    world.run_until("2026-04-03 12:00:00");
    CHECK(world.facts("7301").connections.empty());
    CHECK(world.facts("8001").connections.size() == 2);
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    CHECK_FALSE(ever_restricted(world, "ixc:l9999"));

    world.driver.held["ixc:l7301"] = Access::blocked;  // a device that missed it, or an old backup of it
    const auto before = world.driver.applied.size();
    world.run_until("2026-04-03 14:00:00");
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    for (auto i = before; i < world.driver.applied.size(); ++i) {
        CHECK(world.driver.applied[i].access == Access::open);
    }
}

TEST_CASE("A line that was let go and comes back can be blocked again: its new wish outbids what devices remember") {
    World world;
    world.settings.erps.front().hot_every = Hours{6};
    add_base(world);
    world.add_contract("7302", make_date(2026, 4, 10));
    world.start();
    world.run_until("2026-04-01 12:00:00");
    const auto old_wish = world.facts("7301").access.generation;
    ErpConnection line = world.erp.connections.at("l7301");
    world.erp.connections.erase("l7301");
    world.run_until("2026-04-03 12:00:00");
    line.contract_id = "7302";
    world.erp.connections["l7301"] = line;
    world.run_until("2026-04-05 12:00:00");
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    CHECK(world.facts("7302").access.generation > old_wish + 1);
    world.run_until("2026-05-10 12:00:00");
    CHECK(world.wanted("7302") == Access::blocked);
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
}

TEST_CASE("A line that moves to another contract gets what that one should have, and outbids the old wish") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 12:00:00");
    const auto old_wish = world.facts("7301").access.generation;
    world.erp.connections.at("l7301").contract_id = "8001";
    world.run_until("2026-04-01 20:00:00");
    CHECK(world.facts("7301").connections.empty());
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    CHECK(world.facts("8001").access.generation > old_wish);
    CHECK(world.wanted("8001") == Access::open);
    CHECK(world.timeline("8001", "access.block").empty());
}

TEST_CASE("A list of lines that lost too much is not believed, as for contracts (shrink interlock)") {
    World world;
    add_base(world, 100);
    world.start();
    world.run_until("2026-03-31 07:00:00");
    world.erp.hide = [](const std::string& id) { return id.front() == 'l' && id.back() % 2 == 0; };
    world.run_until("2026-04-02 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.ledger.open_holds().size() == 1);
    CHECK(world.ledger.connection_ids("ixc").size() == 101);
    world.erp.hide = nullptr;
    world.run_until("2026-04-06 12:00:00");
    CHECK(world.ledger.open_holds().empty());
    CHECK(world.wanted("7301") == Access::blocked);
}

TEST_CASE("A contract is read again before its block: what the ERP says now counts (I3, 6.5)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 09:29:00");
    const int reads = world.erp.contract_reads;
    SECTION("a contract that a person spared since the last pull") {
        world.erp.contracts.at("7301").no_block_until = make_date(2026, 6, 1);
        world.run_until("2026-04-01 12:00:00");
        CHECK(world.wanted("7301") == Access::open);
        CHECK(world.driver.applied.empty());
    }
    SECTION("a line that is somebody else's since the last pull") {
        world.erp.connections.at("l7301").contract_id = "8001";
        world.run_until("2026-04-01 12:00:00");
        CHECK_FALSE(ever_restricted(world, "ixc:l7301"));
    }
    SECTION("a contract that cannot be read now is blocked when it can") {
        world.erp.refuse_reads = Error{ErrorKind::unavailable, "slow", {}};
        world.run_until("2026-04-01 09:45:00");
        CHECK(world.wanted("7301") == Access::open);
        world.erp.refuse_reads.reset();
        world.run_until("2026-04-01 12:00:00");
        CHECK(world.wanted("7301") == Access::blocked);
    }
    CHECK(world.erp.contract_reads > reads);
}

TEST_CASE("A contract that is gone when it is read for a block is not blocked, and a person hears of it") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 09:29:00");
    world.erp.contracts.erase("7301");
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.tasks(TaskKind::data_problem) == 1);
}

TEST_CASE("A list that never ends is a pull that failed, and blocks nobody") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-31 20:00:00");
    const auto done = world.log.count("ERP-PULL-DONE");
    world.erp.never_ends = "again";
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.log.count("ERP-PULL-FAILED") > 0);
    CHECK(world.log.count("ERP-PULL-DONE") == done);
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.applied.empty());
    CHECK_FALSE(erp_health(world).healthy);
}

TEST_CASE("Re-reads that fail again and again are told, and then nothing new is done with that ERP") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 12:00:00");
    world.erp.refuse_reads = Error{ErrorKind::unavailable, "slow", {}};
    world.run_until("2026-04-01 12:35:00");
    CHECK(world.log.count("ERP-REREAD-FAILED") > 0);
    CHECK(erp_health(world).healthy);
    world.run_until("2026-04-01 13:30:00");
    CHECK_FALSE(erp_health(world).healthy);
    CHECK(erp_health(world).text.find("re-read") != std::string::npos);
    world.erp.refuse_reads.reset();
    world.run_until("2026-04-01 14:00:00");
    CHECK(erp_health(world).healthy);
}

TEST_CASE("The connector's health check is asked, shown, and what only a person can put right is a task") {
    World world;
    add_base(world);
    world.erp.sick = Error{ErrorKind::forbidden, "the user may not read fn_areceber", "give it the right"};
    world.start();
    CHECK_FALSE(erp_health(world).healthy);
    CHECK(erp_health(world).text.find("fn_areceber") != std::string::npos);
    CHECK(world.tasks(TaskKind::erp_problem) == 1);
    const auto& asked = world.erp.asked;
    const auto check = std::find_if(asked.begin(), asked.end(), [](const ErpRequest& request) {
        return std::holds_alternative<ErpHealthCheck>(request.call);
    });
    REQUIRE(check != asked.end());
    CHECK(check->deadline == Seconds{90});
    world.erp.sick.reset();
    world.run_until("2026-03-03 12:00:00");
    CHECK(erp_health(world).healthy);
    CHECK(erp_health(world).text.find("fake: all can be read") != std::string::npos);
}

TEST_CASE("Invoices of no contract are counted in one task, not guessed at") {
    World world;
    add_base(world);
    for (int i = 0; i < 7; ++i) {
        world.add_invoice("lost" + std::to_string(i), "8001", make_date(2026, 3, 20));
        world.erp.invoices.at("lost" + std::to_string(i)).contract_id.clear();
    }
    world.start();
    world.run_until("2026-03-05 12:00:00");
    REQUIRE(world.tasks(TaskKind::data_problem) == 1);
    for (const TaskRow& task : world.book->open_tasks(10)) {
        if (task.kind == TaskKind::data_problem) {
            CHECK(task.text.find("7 open invoices belong to no contract") != std::string::npos);
        }
    }
    CHECK(world.facts("8001").invoices.empty());
}

TEST_CASE("500 contracts that vanish at once are read again a few at a time, and one that hangs is asked again") {
    World world;
    world.settings.erps.front().max_shrink_percent = 100;
    add_base(world, 500);
    world.start();
    world.run_until("2026-03-01 09:00:00");
    world.erp.late_contracts = true;
    for (int i = 0; i < 500; ++i) {
        world.erp.contracts.erase(std::to_string(8000 + i));
    }
    const auto asked = [&] {
        return static_cast<std::size_t>(
            std::count_if(world.erp.asked.begin(), world.erp.asked.end(),
                          [](const ErpRequest& r) { return std::holds_alternative<ErpReadContract>(r.call); }));
    };
    const auto full_before = world.ledger.meta("erp.ixc.full_at");
    world.control([](Control& c, const Operator& by) { CHECK(c.sync_now("ixc", by).ok()); });
    CHECK(asked() == kErpReadsAtOnce);

    world.erp.refuse = Error{ErrorKind::unavailable, "no answer before its deadline", {}};
    world.erp.answer_late();  // they hang
    world.erp.refuse.reset();
    world.settle();
    CHECK(asked() == kErpReadsAtOnce);  // the others wait until the connector had time to be itself again
    world.run_until("2026-03-01 09:01:00");
    std::size_t answered = kErpReadsAtOnce;
    while (asked() > answered) {
        CHECK(asked() - answered <= kErpReadsAtOnce);
        CHECK(world.ledger.meta("erp.ixc.full_at") == full_before);
        answered = asked();
        world.erp.answer_late();
        world.settle();
    }
    CHECK(answered == 500 + kErpReadsAtOnce);
    CHECK(world.tasks(TaskKind::data_problem) == 500);
    CHECK(world.ledger.active_contracts("ixc") == 1);
    CHECK(world.ledger.meta("erp.ixc.full_at") != full_before);
}
