// Answers of the ERP that must not be believed, each on a day on which somebody is to be blocked.

#include <catch2/catch.hpp>

#include "tests/e2e/house.hpp"

using namespace emdia::e2e;

namespace {

struct BadDay {
    const char* day;
    const char* fault;
};

/// Block days of April 2026 from the first one of the worked timeline on (F11: no Friday, no eve, no holiday).
constexpr BadDay kBadDays[] = {
    {"2026-04-01", "ixc.empty_list"}, {"2026-04-06", "ixc.html"}, {"2026-04-07", "ixc.zero_dates"}};

}  // namespace

TEST_CASE("an ERP that answers nonsense on the day of a block: nobody is blocked or told so, until it is well again") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    const std::int64_t bruno = house.bruno();
    for (const BadDay& bad : kBadDays) {
        const std::string day = bad.day;
        house.run_until(day + "T09:00:00");
        house.control("/faults", {{"name", bad.fault}});
        const auto sent = house.messages(bruno).size();
        house.run_until(day + "T16:01:00");
        static_cast<void>(house.lab().remove("/faults"));
        CAPTURE(bad.fault, house.log());
        CHECK(house.timeline(bruno, "access.block").empty());
        CHECK(house.messages(bruno).size() == sent);
    }
    house.run_until("2026-04-08T09:31:00");
    CHECK(house.timeline(bruno, "access.block") == std::vector<std::string>{"2026-04-08 09:30 access.block"});
    CHECK(house.at_device(bruno) == "blocked");
}
