#include "daemon/core/backoff.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

TEST_CASE("delays grow by the factor up to the ceiling", "[backoff]") {
    const BackoffRule plain{.first = Millis{1000}, .factor = 3, .ceiling = Millis{20'000}, .jitter_percent = 0};
    CHECK(backoff_delay(plain, 1, 7) == Millis{1000});
    CHECK(backoff_delay(plain, 2, 7) == Millis{3000});
    CHECK(backoff_delay(plain, 3, 7) == Millis{9000});
    CHECK(backoff_delay(plain, 4, 7) == Millis{20'000});
    CHECK(backoff_delay(plain, 2'000'000'000, 7) == Millis{20'000});
}

TEST_CASE("a rule without growth stays at its first delay", "[backoff]") {
    CHECK(backoff_delay({.first = Millis{500}, .factor = 1, .jitter_percent = 0}, 50, 0) == Millis{500});
    CHECK(backoff_delay({.first = Millis{0}, .factor = 2, .jitter_percent = 10}, 2'000'000'000, 5) == Millis{0});
}

TEST_CASE("jitter is symmetric and bounded for any rule and any chance", "[backoff]") {
    const BackoffRule rule{.first = Millis{1000}, .jitter_percent = 10};
    CHECK(backoff_delay(rule, 1, 0) == Millis{900});
    CHECK(backoff_delay(rule, 1, 100) == Millis{1000});
    CHECK(backoff_delay(rule, 1, 200) == Millis{1100});
    CHECK(rc::check("delay * (1 - j) <= result <= delay * (1 + j)", [] {
        BackoffRule any;
        any.first = Millis{*rc::gen::inRange(0, 100'000)};
        any.factor = *rc::gen::inRange(1, 10);
        any.ceiling = Millis{*rc::gen::inRange(1, 10'000'000)};
        any.jitter_percent = *rc::gen::inRange(0, 101);
        const int failures = *rc::gen::inRange(1, 1000);
        BackoffRule still = any;
        still.jitter_percent = 0;
        const auto exact = backoff_delay(still, failures, 0).count();
        const auto got = backoff_delay(any, failures, *rc::gen::arbitrary<std::uint64_t>()).count();
        RC_ASSERT(exact <= any.ceiling.count());
        RC_ASSERT(got * 100 >= exact * (100 - any.jitter_percent));
        RC_ASSERT(got * 100 <= exact * (100 + any.jitter_percent));
    }));
}
