// What the MQTT driver makes of brokers, agents and daemons that go away, come back, forget and lie.
#include <catch2/catch.hpp>

#include "tests/network/mqtt_scene.hpp"

namespace emdia::testing {
namespace {

TEST_CASE("a broker that is away for a while loses nothing, even when it forgets all it kept") {
    Mosquitto broker;
    Scene scene(broker);
    REQUIRE(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    broker.stop();
    REQUIRE(scene.events->wait_state([](const DeviceState& state) { return !state.reachable; }));
    CHECK(scene.applied(2, Access::blocked, 1) == ApplyKind::retry);
    CHECK(scene.applied(1, Access::open, 2) == ApplyKind::retry);
    CHECK(scene.agent.held().size() == 1);
    broker.start(false);
    CHECK(eventually([&] {
        const EdgeItems held = scene.agent.held();
        return held.size() == 1 && held.count("c1002") == 1;
    }));
    CHECK(eventually([&] { return scene.applied(2, Access::blocked, 1) == ApplyKind::already_so; }));
}

TEST_CASE("a broker that restores an old backup does not bring old blocks back (old retained messages)") {
    Mosquitto broker;
    Scene scene(broker);
    REQUIRE(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    broker.stop();
    const std::string old = broker.backup();
    broker.start(true);
    REQUIRE(eventually([&] { return scene.applied(1, Access::open, 2) != ApplyKind::retry; }));
    REQUIRE(scene.holds(0));
    broker.stop();
    broker.restore(old);
    broker.start(true);
    CHECK(eventually([&] { return scene.applied(2, Access::blocked, 1) != ApplyKind::retry; }));
    CHECK(eventually([&] { return scene.agent.held().count("c1002") == 1; }));
    CHECK(scene.agent.held().count("c1001") == 0);
}

TEST_CASE("an agent that restarts with nothing in memory is told, noticed and full again") {
    Scene scene(shared_broker());
    REQUIRE(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    REQUIRE(scene.applied(2, Access::blocked, 1) == ApplyKind::acknowledged);
    scene.agent.restart();
    CHECK(scene.events->wait_state([](const DeviceState& state) { return state.restarted && state.reachable; }));
    CHECK(scene.holds(2));
}

TEST_CASE("a daemon that restarts goes on from the retained snapshot and frees nobody") {
    Scene scene(shared_broker());
    for (int i = 0; i < 20; ++i) {
        scene.apply(i, Access::blocked, 1);
    }
    REQUIRE(scene.events->wait_results(20));
    REQUIRE(scene.holds(20));
    scene.renew_driver();
    CHECK(scene.applied(30, Access::blocked, 1) == ApplyKind::acknowledged);
    CHECK(scene.agent.held().size() == 21);
    scene.driver->observe();
    CHECK(scene.events->wait_observation(
        [](const Observation& seen) { return seen.complete && seen.blocked.size() == 21; }));
}

TEST_CASE("a clone of the agent holds the same and harms nobody") {
    Scene scene(shared_broker());
    EdgeAgentConfig twin = scene.agent_config();
    twin.client_id = "clone-of-" + scene.site;
    const EdgeAgent clone(twin);
    CHECK(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    CHECK(scene.applied(1, Access::open, 2) == ApplyKind::acknowledged);
    CHECK(scene.applied(2, Access::blocked, 1) == ApplyKind::acknowledged);
    CHECK(scene.holds(1));
    CHECK(eventually([&] { return clone.held() == scene.agent.held(); }));
}

TEST_CASE("an agent that says nothing, or says what is not so, is not believed") {
    Scene scene(shared_broker());
    REQUIRE(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    scene.agent.set_faults({true, false, false});
    CHECK(scene.applied(2, Access::blocked, 1) == ApplyKind::unknown);
    scene.agent.set_faults({false, false, true});
    CHECK(scene.applied(3, Access::blocked, 1) == ApplyKind::unknown);
    scene.agent.set_faults({});
    CHECK(eventually([&] { return scene.applied(3, Access::blocked, 1) == ApplyKind::already_so; }));
}

TEST_CASE("an entry that appears on the device by itself is seen and taken away again") {
    Scene scene(shared_broker());
    REQUIRE(scene.applied(1, Access::blocked, 1) == ApplyKind::acknowledged);
    scene.agent.tamper({"c9999", Access::blocked, 1, {}, {}, std::nullopt});
    scene.driver->observe();
    CHECK(scene.events->wait_observation(
        [](const Observation& seen) { return seen.complete && seen.blocked.size() == 2; }));
    CHECK(eventually([&] {
        scene.driver->observe();
        return scene.agent.held().size() == 1;
    }));
}

}  // namespace
}  // namespace emdia::testing
