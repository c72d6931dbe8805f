// Network equipment that is away when it is needed.

#include <catch2/catch.hpp>

#include "tests/e2e/house.hpp"

using namespace emdia::e2e;

namespace {

constexpr const char* kBlocked = "2026-04-01T09:31:00";

}  // namespace

TEST_CASE("a NAS that is dead when it should block is blocked when it returns, and unblocked in the same way") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    const std::int64_t bruno = house.bruno();
    house.run_until("2026-04-01T09:29:00");
    house.radius().pause();
    house.run_until(kBlocked);
    CHECK(house.at_device(bruno) == "open");
    CHECK(house.timeline(bruno, "access.block") == std::vector<std::string>{"2026-04-01 09:30 access.block"});
    house.radius().resume();
    house.run_until("2026-04-01T11:00:00");
    CHECK(house.at_device(bruno) == "blocked");

    house.run_until("2026-04-01T19:42:00");
    house.radius().pause();
    house.run_until("2026-04-01T19:44:00");
    CHECK(house.at_device(bruno) == "blocked");
    house.radius().resume();
    house.run_until("2026-04-01T20:30:00");
    CHECK(house.at_device(bruno) == "open");
}

TEST_CASE("a broker that is away for an hour: the block arrives when it is back, and so does the unblock") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    options.at_bruno = Device::edge;
    House house(options);
    const std::int64_t bruno = house.bruno();
    house.run_until("2026-04-01T09:00:00");
    house.broker().stop();
    house.run_until("2026-04-01T10:00:00");
    CHECK(house.at_device(bruno) == "open");
    house.broker().start();
    CHECK(house.comes_to(bruno, "blocked", "2026-04-01T10"));
    house.run_until("2026-04-01T19:44:00");
    CHECK(house.comes_to(bruno, "open", "2026-04-01T20"));
}
