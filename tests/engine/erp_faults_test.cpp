// An ERP that fails, falls silent or forgets: what is not known is not acted on.

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

const std::vector<std::string> kBlockedLater{"2026-04-08 09:30:00 access.block"};

}  // namespace

TEST_CASE("An ERP that refuses every call, though its connector lives: nobody is blocked until it answers (I3)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-31 20:00:00");
    const auto sent = world.messenger.sent.size();
    world.erp.refuse = Error{ErrorKind::protocol, "no JSON came", {}};
    world.run_until("2026-04-08 08:00:00");
    CHECK(world.timeline("7301", "access.block").empty());
    CHECK(world.messenger.sent.size() == sent);
    CHECK(world.tasks(TaskKind::erp_problem) >= 1);
    world.erp.refuse.reset();
    world.run_until("2026-04-08 12:00:00");
    CHECK(world.timeline("7301", "access.block") == kBlockedLater);
}

TEST_CASE("An ERP that has not answered for longer than a pull may be old: nobody is blocked (B2)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-31 06:00:00");
    world.erp.silent = true;
    world.run_until("2026-04-02 12:00:00");
    CHECK(world.timeline("7301", "access.block").empty());
}

TEST_CASE(
    "An invoice that the ERP no longer knows: its debt is unknown, nobody is blocked for it, one person is asked") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-31 20:00:00");
    world.erp.invoices.erase("i7301");
    world.run_until("2026-04-08 12:00:00");
    CHECK(world.timeline("7301", "access.block").empty());
    REQUIRE_FALSE(world.facts("7301").invoices.empty());
    CHECK(world.facts("7301").invoices.front().state == InvoiceState::unknown);
    CHECK(world.tasks(TaskKind::data_problem) == 1);
}
