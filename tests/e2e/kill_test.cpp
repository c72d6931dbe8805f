// kill -9 of the real daemon where it is busiest: messages leave, access changes, a promise is made, a payment lands.
// The moments of the kills are real time and differ from run to run; what must be true does not.

#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "tests/e2e/house.hpp"

using namespace emdia;
using namespace emdia::e2e;

namespace {

/// Names of templates that the contract got, oldest first; free text counts as one name.
std::vector<std::string> names(const House& house, std::int64_t contract) {
    std::vector<std::string> found;
    for (const Json& message : house.messages(contract)) {
        const std::string name = message.at("template");
        found.push_back(name.empty() ? message.at("text").get<std::string>() : name);
    }
    return found;
}

/// Rows of the outbox that were about to leave when the process vanished: whether they did cannot be known.
std::size_t unknown_messages(const House& house, std::int64_t contract) {
    return house.timeline(contract, "message.unknown").size();
}

/// The title that the worked timeline is about while it is open; 0: it is paid.
std::int64_t title_of_march(const House& house, std::int64_t contract) {
    const Json rows = house.look("/contracts?id=" + std::to_string(contract));
    for (const Json& title : rows[0].at("titles")) {
        if (title.at("due") == "2026-03-10" && title.at("status") == "A") {
            return title.at("id");
        }
    }
    return 0;
}

struct Busy {
    const char* begin;
    const char* end;
};

/// The moments of the worked timeline (brazil-rules.md section 6).
constexpr Busy kBusy[] = {
    {"2026-03-06T09:59:59", "2026-03-06T10:01:00"}, {"2026-03-11T09:59:59", "2026-03-11T10:01:00"},
    {"2026-03-16T09:59:59", "2026-03-16T10:01:00"}, {"2026-03-30T09:59:59", "2026-03-30T10:01:00"},
    {"2026-04-01T09:29:59", "2026-04-01T09:31:00"}, {"2026-04-01T19:29:00", "2026-04-01T19:50:00"},
    {"2026-04-07T08:59:59", "2026-04-07T09:01:00"}, {"2026-04-07T13:59:59", "2026-04-07T14:01:00"},
    {"2026-04-07T20:09:00", "2026-04-07T20:31:00"}};

}  // namespace

TEST_CASE("kill -9 at the busy moments of a month: nothing twice, nothing lost, access right") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    const std::int64_t bruno = house.bruno();
    const auto seed = std::random_device{}();
    std::mt19937 random(seed);
    std::size_t on_the_way = 0;
    for (const Busy& busy : kBusy) {
        house.run_until(busy.begin);
        for (int kill = 0; kill < 2; ++kill) {
            const Millis after{static_cast<int>(random() % 60)};
            on_the_way += house.kill_on_the_way(busy.end, after) ? 1U : 0U;
        }
        house.run_until(busy.end);
    }
    house.run_until("2026-04-08T12:00:00");
    const std::string account = "ixc:" + std::to_string(bruno);
    CAPTURE(seed, house.log(), house.cli({"timeline", account, "--limit", "100"}).out);
    CHECK(on_the_way > 0);

    for (const std::int64_t contract : {house.ana(), bruno, house.carla()}) {
        const auto all = names(house, contract);
        CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    }
    // Whom a kill kept from hearing of the block has not promised and not paid. Then he does so now.
    if (const std::int64_t owed = title_of_march(house, bruno)) {
        CHECK(unknown_messages(house, bruno) > 0);
        house.control("/pay", {{"invoice", owed}});
        house.run_until("2026-04-08T12:30:00");
    }
    CHECK(house.at_device(bruno) == "open");
    CHECK(house.as_json({"why", account}).at("access").at("applied") == "open");
    if (unknown_messages(house, bruno) == 0) {
        CHECK(house.timeline(bruno, "access.block").size() == 2);
        CHECK(house.timeline(bruno, "access.unblock").size() == 2);
        CHECK(house.timeline(bruno, "promise.active").size() == 1);
        CHECK(house.timeline(bruno, "promise.broken").size() == 1);
        CHECK(names(house, bruno).size() == 12);
    }
}
