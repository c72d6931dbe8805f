#include "tests/contract/driver_contract.hpp"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/support/driver_events.hpp"

namespace emdia::testing {
namespace {

bool says_it_is_so(ApplyKind kind) {
    return kind == ApplyKind::acknowledged || kind == ApplyKind::already_so || kind == ApplyKind::no_session;
}

/// Numbers the commands, so that a test reads as a list of wishes.
class Wishes {
public:
    explicit Wishes(DriverRig& rig) : rig_(rig) {}

    CommandId apply(int connection, Access access, std::int64_t generation) {
        DesiredAccess desired;
        desired.command = CommandId{++last_};
        desired.account = AccountId{connection + 1};
        desired.connection = rig_.connection(connection);
        desired.access = access;
        desired.generation = generation;
        rig_.driver().apply(std::move(desired));
        return CommandId{last_};
    }
    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(last_); }

private:
    DriverRig& rig_;
    std::int64_t last_ = 0;
};

void check_held(DriverRig& rig, int connection, Access expected) {
    const auto held = rig.held(rig.connection(connection));
    CHECK(held.value_or(expected) == expected);
}

void check_one_result_each(const DriverEvents& events, std::size_t commands) {
    std::set<std::int64_t> answered;
    for (const ApplyResult& result : events.results()) {
        CHECK(answered.insert(raw(result.command)).second);
    }
    CHECK(answered.size() == commands);
}

const ObservedAccess* find(const Observation& observation, const std::string& key) {
    const auto found = std::find_if(observation.blocked.begin(), observation.blocked.end(),
                                    [&](const ObservedAccess& row) { return row.key == key; });
    return found == observation.blocked.end() ? nullptr : &*found;
}

void check_observation(DriverRig& rig, Wishes& wishes, DriverEvents& events) {
    const std::string first = access_key(rig.connection(0));
    const std::string second = access_key(rig.connection(1));
    const std::string third = access_key(rig.connection(2));
    for (int i = 0; i < 3; ++i) {
        (void)events.result(wishes.apply(i, Access::blocked, 3));
    }
    (void)events.result(wishes.apply(1, Access::open, 4));
    rig.driver().observe();
    CHECK(events.wait_observation([&](const Observation& seen) {
        const auto* row = find(seen, first);
        return seen.complete && row != nullptr && row->access == Access::blocked && row->generation == 3 &&
               find(seen, second) == nullptr && find(seen, third) != nullptr;
    }));
    CHECK(events.wait_observation([&](const Observation& seen) {
        const auto* row = find(seen, second);
        return !seen.complete && row != nullptr && row->access == Access::open && row->generation == 4;
    }));
}

}  // namespace

void check_driver_contract(const RigMaker& make_rig) {
    DriverEvents events;
    const std::unique_ptr<DriverRig> rig = make_rig();
    AccessDriver& driver = rig->driver();
    Wishes wishes(*rig);

    SECTION("it has a name, says what it can do, and does one thing at least") {
        CHECK_FALSE(driver.name().empty());
        CHECK((driver.capabilities().restricts || driver.capabilities().kicks));
        CHECK(driver.capabilities().max_per_second > 0);
    }
    SECTION("every apply gets exactly one result, with its command and generation") {
        driver.start(events.sink());
        for (int i = 0; i < 20; ++i) {
            wishes.apply(i, i % 2 == 0 ? Access::blocked : Access::open, i + 1);
        }
        REQUIRE(events.wait_results(wishes.count()));
        driver.stop();
        check_one_result_each(events, wishes.count());
        for (const ApplyResult& result : events.results()) {
            CHECK(result.generation == raw(result.command));
            CHECK(says_it_is_so(result.kind));
        }
    }
    SECTION("a block holds and an unblock frees") {
        driver.start(events.sink());
        CHECK(events.result(wishes.apply(1, Access::blocked, 1)).kind == ApplyKind::acknowledged);
        check_held(*rig, 1, Access::blocked);
        CHECK(says_it_is_so(events.result(wishes.apply(1, Access::open, 2)).kind));
        check_held(*rig, 1, Access::open);
    }
    SECTION("the same generation again is answered and changes nothing") {
        driver.start(events.sink());
        CHECK(says_it_is_so(events.result(wishes.apply(2, Access::blocked, 7)).kind));
        const std::size_t changes = rig->changes();
        CHECK(events.result(wishes.apply(2, Access::blocked, 7)).kind == ApplyKind::already_so);
        CHECK(rig->changes() == changes);
        check_held(*rig, 2, Access::blocked);
    }
    SECTION("an older generation never overrides a newer one") {
        driver.start(events.sink());
        CHECK(says_it_is_so(events.result(wishes.apply(3, Access::blocked, 8)).kind));
        CHECK(says_it_is_so(events.result(wishes.apply(3, Access::open, 9)).kind));
        const std::size_t changes = rig->changes();
        CHECK(events.result(wishes.apply(3, Access::blocked, 8)).kind == ApplyKind::already_so);
        CHECK(rig->changes() == changes);
        check_held(*rig, 3, Access::open);
    }
    SECTION("a block that still waits is cancelled by the newer unblock") {
        wishes.apply(4, Access::blocked, 1);
        wishes.apply(4, Access::open, 2);
        driver.start(events.sink());
        REQUIRE(events.wait_results(2));
        check_one_result_each(events, 2);
        check_held(*rig, 4, Access::open);
    }
    SECTION("an unblock leaves before the blocks that wait") {
        for (int i = 10; i < 25; ++i) {
            wishes.apply(i, Access::blocked, 1);
        }
        const CommandId unblock = wishes.apply(50, Access::open, 1);
        driver.start(events.sink());
        REQUIRE(events.wait_results(wishes.count()));
        CHECK(events.results().front().command == unblock);
    }
    SECTION("a complete listing holds all that is blocked and nothing else; each change is seen by itself") {
        driver.start(events.sink());
        if (driver.capabilities().observable) {
            check_observation(*rig, wishes, events);
        } else {
            driver.observe();
            (void)events.result(wishes.apply(0, Access::blocked, 1));
            CHECK(events.observations().empty());
        }
    }
    SECTION("a deaf device is never said to be blocked") {
        if (rig->silence()) {
            driver.start(events.sink());
            const CommandId block = wishes.apply(5, Access::blocked, 1);
            const CommandId unblock = wishes.apply(6, Access::open, 1);
            CHECK_FALSE(says_it_is_so(events.result(block).kind));
            CHECK_FALSE(says_it_is_so(events.result(unblock).kind));
        } else {
            CHECK_FALSE(driver.capabilities().kicks);
        }
    }
    SECTION("stop answers what is pending, and is the end of all calls") {
        driver.start(events.sink());
        for (int i = 0; i < 60; ++i) {
            wishes.apply(i, Access::blocked, 1);
        }
        driver.stop();
        check_one_result_each(events, wishes.count());
        const std::size_t told = events.size();
        wishes.apply(70, Access::blocked, 1);
        driver.observe();
        driver.stop();
        CHECK(events.size() == told);
    }
    SECTION("it may be stopped without having been started") {
        driver.stop();
        CHECK(events.size() == 0);
    }
}

}  // namespace emdia::testing
