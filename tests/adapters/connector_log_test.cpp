#include "daemon/adapters/connector_log.hpp"

#include <catch2/catch.hpp>

#include "tests/fakes/fake_log.hpp"

using namespace emdia;
using namespace std::chrono_literals;

TEST_CASE("lines of a connector keep their level, lose control characters and are cut") {
    fakes::FakeLog log;
    ConnectorLog relay{"ixc", log};
    const ConnectorLog::TimePoint now{100s};
    relay.feed("W one\nE t", now);
    relay.feed("wo\x1b[31m\nplain\n\n" + std::string(2000, 'x') + "\nI after\n", now);
    REQUIRE(log.lines().size() == 5);
    const auto lines = log.lines();
    CHECK(lines[0].level == LogLevel::warning);
    CHECK(lines[0].text == "one");
    CHECK(lines[1].level == LogLevel::error);
    CHECK(lines[1].text == "two [31m");
    CHECK(lines[2].level == LogLevel::info);
    CHECK(lines[2].text == "plain");
    CHECK(lines[3].text.size() == 500);
    CHECK(lines[4].text == "after");
}

TEST_CASE("a talkative connector is counted, not repeated") {
    fakes::FakeLog log;
    ConnectorLog relay{"ixc", log};
    for (int i = 0; i < 5000; ++i) {
        relay.feed("I again\n", ConnectorLog::TimePoint{100s});
    }
    CHECK(log.lines().size() == 100);
    relay.feed("I later\n", ConnectorLog::TimePoint{111s});
    REQUIRE(log.lines().size() == 102);
    CHECK(log.lines()[100].text.find("left out") != std::string::npos);
}
