// Fail-safe rules over many accounts.

#include "daemon/core/interlocks.hpp"

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

TEST_CASE("I10: blocks of one run are the larger of the floor and two percent of the base") {
    const Policy policy;
    CHECK(max_blocks_per_run(policy, 0) == 20);
    CHECK(max_blocks_per_run(policy, 1'000) == 20);
    CHECK(max_blocks_per_run(policy, 1'050) == 21);
    CHECK(max_blocks_per_run(policy, 10'000) == 200);
    CHECK(max_blocks_per_run(policy, 1'000'000) == 20'000);
    CHECK(max_blocks_per_run(policy, -5) == 20);
    CHECK(max_blocks_per_run(policy, std::numeric_limits<std::int64_t>::max()) > 0);
}

TEST_CASE("a pull that shrinks the base is not believed; a handful of rows is") {
    CHECK_FALSE(shrink_interlock({.held_before = 1'000, .seen = 1'000, .vanished = 0}, 5).has_value());
    CHECK_FALSE(shrink_interlock({.held_before = 1'000, .seen = 950, .vanished = 50}, 5).has_value());
    CHECK(shrink_interlock({.held_before = 1'000, .seen = 949, .vanished = 51}, 5)->code == ReasonCode::shrink_hold);
    CHECK(shrink_interlock({.held_before = 1'000, .seen = 0, .vanished = 1'000}, 5).has_value());
    CHECK_FALSE(shrink_interlock({.held_before = 10, .seen = 5, .vanished = 5}, 5).has_value());
    CHECK(shrink_interlock({.held_before = 10, .seen = 4, .vanished = 6}, 5).has_value());
    CHECK_FALSE(shrink_interlock({.held_before = 0, .seen = 0, .vanished = 0}, 5).has_value());
    // Half the base exchanged for other rows is as strange as half the base gone.
    CHECK(shrink_interlock({.held_before = 1'000, .seen = 1'000, .vanished = 500}, 5).has_value());
}

TEST_CASE("B2: a last good pull that is too old, or never was, raises the interlock") {
    const Instant now = utc("2026-03-02T12:00:00Z");
    SourceHealth source;
    CHECK(stale_interlock(source, now, Hours{6})->code == ReasonCode::erp_stale);
    source.last_full_at = now - Hours{6};
    CHECK_FALSE(stale_interlock(source, now, Hours{6}).has_value());
    CHECK(stale_interlock(source, now + Millis{1}, Hours{6})->at == source.last_full_at);
}
