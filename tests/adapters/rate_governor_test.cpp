#include "daemon/adapters/rate_governor.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

namespace emdia {
namespace {

const Instant kStart{Seconds{1'795'300'000}};

}  // namespace

TEST_CASE("section 8: no second holds more than the throughput of the number and a tenth") {
    CHECK(rc::check([] {
        const int per_second = *rc::gen::inRange(1, 200);
        RateGovernor governor({per_second, Millis{6000}, 10});
        std::vector<Instant> left;
        Instant now = kStart;
        for (std::int64_t id = 1; id <= 300; ++id) {
            left.push_back(std::max(now, governor.place(id, 1, now)));
            now += Millis{*rc::gen::inRange(0, 20)};
        }
        for (std::size_t first = 0; first < left.size(); ++first) {
            const auto within = std::count_if(left.begin(), left.end(), [&](Instant at) {
                return at >= left[first] && at < left[first] + Seconds{1};
            });
            RC_ASSERT(within <= per_second + per_second / 10 + 2);
        }
    }));
}

TEST_CASE("1,200 messages at 80 a second leave in 15 seconds") {
    RateGovernor governor({80, Millis{6000}, 10});
    Instant last = kStart;
    for (std::int64_t id = 1; id <= 1200; ++id) {
        last = governor.place(id, 1, kStart);
    }
    CHECK(last - kStart > Millis{14'500});
    CHECK(last - kStart <= Millis{15'000});
}

TEST_CASE("a submit that comes back at its time is let through, not queued again") {
    RateGovernor governor({10, Millis{6000}, 10});
    std::map<std::int64_t, Instant> places;
    for (std::int64_t id = 1; id <= 100; ++id) {
        places[id] = governor.place(id, 1, kStart);
    }
    for (const auto& [id, at] : places) {
        if (at > kStart) {
            CHECK(governor.place(id, 1, at) <= at);
        }
    }
}

TEST_CASE("a clock set back by a day costs no day") {
    RateGovernor governor({10, Millis{6000}, 10});
    for (std::int64_t id = 1; id <= 50; ++id) {
        static_cast<void>(governor.place(id, 1, kStart));
    }
    const Instant yesterday = kStart - Days{1};
    CHECK(governor.place(51, 1, yesterday) <= yesterday);
    static_cast<void>(governor.pair_wait("+55", 10, kStart));
    CHECK(governor.pair_wait("+55", 1, yesterday).value_or(Millis{0}) <= Millis{6000});
}

TEST_CASE("section 8: one recipient gets a burst, then one message per gap; others do not wait") {
    RateGovernor governor({80, Millis{6000}, 3});
    CHECK_FALSE(governor.pair_wait("+551", 1, kStart));
    CHECK_FALSE(governor.pair_wait("+551", 2, kStart));
    CHECK(governor.pair_wait("+551", 1, kStart) == Millis{6000});
    CHECK(governor.pair_wait("+551", 1, kStart + Millis{5000}) == Millis{1000});
    CHECK_FALSE(governor.pair_wait("+552", 1, kStart));
    CHECK_FALSE(governor.pair_wait("+551", 1, kStart + Millis{6000}));
    CHECK(governor.pair_wait("+551", 1, kStart + Millis{6000}) == Millis{6000});
    CHECK_FALSE(governor.pair_wait("+551", 3, kStart + Millis{60'000}));
}

TEST_CASE("a submit of more messages than a burst holds goes when the recipient is at rest") {
    RateGovernor governor({80, Millis{6000}, 2});
    CHECK_FALSE(governor.pair_wait("+551", 3, kStart));
    CHECK(governor.pair_wait("+551", 3, kStart).has_value());
    CHECK_FALSE(governor.pair_wait("+551", 3, kStart + Millis{18'000}));
}

TEST_CASE("131056: waits of 1, 4, 16, 64, 256 s, and from the start again once a message passed") {
    RateGovernor governor({80, Millis{6000}, 10});
    for (const int seconds : {1, 4, 16, 64, 256, 256}) {
        CHECK(governor.pair_refused("+551", kStart) == Seconds{seconds});
    }
    CHECK(governor.pair_wait("+551", 1, kStart) == Seconds{256});
    governor.pair_passed("+551");
    CHECK(governor.pair_refused("+551", kStart) == Seconds{1});
}

TEST_CASE("recipients at rest are forgotten: memory follows the last hours, not the base") {
    RateGovernor governor({80, Millis{6000}, 10});
    for (int i = 0; i < 100'000; ++i) {
        static_cast<void>(governor.pair_wait("+55" + std::to_string(i), 1, kStart + Millis{i * 100}));
    }
    CHECK(governor.remembered() < 5'000);
}

}  // namespace emdia
