#include <set>

#include <catch2/catch.hpp>

#include "daemon/adapters/system_clock.hpp"
#include "daemon/adapters/system_entropy.hpp"

using namespace emdia;

TEST_CASE("the system clock tells the time of the machine and how long to wait", "[system]") {
    const SystemClock clock;
    const auto before = std::chrono::floor<Millis>(std::chrono::system_clock::now());
    const Instant now = clock.now();
    CHECK(now >= before);
    CHECK(now - before < Seconds{10});
    CHECK(clock.real_wait_until(now - Hours{1}) == Millis{0});
    const auto wait = clock.real_wait_until(clock.now() + Hours{1});
    REQUIRE(wait.has_value());
    CHECK(*wait <= Hours{1});
    CHECK(*wait > Minutes{59});
}

TEST_CASE("entropy does not repeat and uses all bits", "[system]") {
    SystemEntropy entropy;
    std::set<std::uint64_t> seen;
    std::uint64_t ones = 0;
    std::uint64_t zeros = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t number = entropy.next();
        seen.insert(number);
        ones |= number;
        zeros |= ~number;
    }
    CHECK(seen.size() == 1000);
    CHECK(ones == ~std::uint64_t{0});
    CHECK(zeros == ~std::uint64_t{0});
}
