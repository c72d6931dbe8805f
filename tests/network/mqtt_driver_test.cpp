// The driver and the lab's edge agent with a real mosquitto between them.
#include "network/mqtt/mqtt_driver.hpp"

#include <catch2/catch.hpp>

#include "daemon/adapters/digest.hpp"
#include "tests/contract/driver_contract.hpp"
#include "tests/lab/edge_agent.hpp"
#include "tests/support/driver_events.hpp"
#include "tests/support/mosquitto.hpp"

namespace emdia::testing {
namespace {

MqttDriverConfig config_for(const std::string& broker, const std::string& site) {
    MqttDriverConfig config;
    config.link.broker = broker;
    config.link.client_id = "emdia-" + site;
    config.sites = {site};
    config.timing.confirm = Millis{1'500};
    config.timing.load = Millis{400};
    config.timing.resync = Millis{200};
    config.reconnect_first = Millis{100};
    config.reconnect_longest = Millis{400};
    config.digest = std::make_shared<Sha256Digest>();
    return config;
}

Connection connection_of(const std::string& site, int number) {
    Connection connection;
    connection.erp_id = "c" + std::to_string(1000 + number);
    connection.ipv4 = "100.64.0." + std::to_string(number + 1);
    connection.ipv6_prefix = "2001:db8:" + std::to_string(number) + "::/64";
    connection.nas = site;
    return connection;
}

/// A site of its own on a broker that all sections share.
class MqttRig final : public DriverRig {
public:
    MqttRig(const Mosquitto& broker, const std::string& site)
        : site_(site),
          agent_({broker.uri(), site, {}, "emdia/v1", system_wall_clock()}),
          driver_(std::move(MqttDriver::make(config_for(broker.uri(), site)).value())) {}

    AccessDriver& driver() override { return *driver_; }
    Connection connection(int number) override { return connection_of(site_, number); }
    std::optional<Access> held(const Connection& connection) override {
        const EdgeItems held = agent_.held();
        const auto item = held.find(connection.erp_id);
        return item == held.end() ? Access::open : item->second.mode;
    }
    std::size_t changes() override { return agent_.changes(); }
    bool silence() override {
        agent_.set_faults({false, true, false});
        return true;
    }

private:
    std::string site_;
    EdgeAgent agent_;
    std::unique_ptr<MqttDriver> driver_;
};

std::string next_site() {
    static int number = 0;
    return "pop-" + std::to_string(++number);
}

Mosquitto& shared_broker() {
    static Mosquitto broker;
    return broker;
}

/// Broker, agent and driver of one test.
struct Scene {
    explicit Scene(Mosquitto& given) : broker(given), site(next_site()), agent(agent_config()) { renew_driver(); }

    [[nodiscard]] EdgeAgentConfig agent_config() const {
        return {broker.uri(), site, {}, "emdia/v1", system_wall_clock()};
    }
    void renew_driver() {
        driver.reset();
        events = std::make_unique<DriverEvents>();
        driver = std::move(MqttDriver::make(config_for(broker.uri(), site)).value());
        driver->start(events->sink());
    }
    CommandId apply(int number, Access access, std::int64_t generation) {
        DesiredAccess desired;
        desired.command = CommandId{++commands};
        desired.connection = connection_of(site, number);
        desired.access = access;
        desired.generation = generation;
        driver->apply(std::move(desired));
        return CommandId{commands};
    }
    ApplyKind applied(int number, Access access, std::int64_t generation) {
        return events->result(apply(number, access, generation)).kind;
    }
    [[nodiscard]] bool holds(std::size_t count) const {
        return eventually([&] { return agent.held().size() == count; });
    }

    Mosquitto& broker;
    std::string site;
    EdgeAgent agent;
    std::unique_ptr<DriverEvents> events;
    std::unique_ptr<MqttDriver> driver;
    std::int64_t commands = 0;
};

TEST_CASE("the MQTT driver keeps the contract of drivers with mosquitto and an agent") {
    check_driver_contract([] { return std::make_unique<MqttRig>(shared_broker(), next_site()); });
}

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

TEST_CASE("a broker whose access rules forbid writing is told to the operator, not waited for") {
    Mosquitto broker("topic read #\n");
    Scene scene(broker);
    const ApplyResult result = scene.events->result(scene.apply(1, Access::blocked, 1));
    CHECK(result.kind == ApplyKind::refused);
    CHECK(result.hint.find("right to write") != std::string::npos);
}

TEST_CASE("a thousand wishes at once arrive in a few versions") {
    Scene scene(shared_broker());
    for (int i = 0; i < 1'000; ++i) {
        DesiredAccess desired;
        desired.command = CommandId{++scene.commands};
        desired.connection.erp_id = "k" + std::to_string(i);
        desired.connection.nas = scene.site;
        desired.access = Access::blocked;
        desired.generation = 1;
        scene.driver->apply(std::move(desired));
    }
    REQUIRE(scene.events->wait_results(1'000));
    CHECK(scene.agent.held().size() == 1'000);
    CHECK(scene.agent.changes() < 100);
}

TEST_CASE("mistakes of the configuration are said with a cure") {
    const auto error = [](const std::function<void(MqttDriverConfig&)>& spoil) {
        MqttDriverConfig config = config_for("tcp://127.0.0.1:1", "pop");
        spoil(config);
        const auto made = MqttDriver::make(std::move(config));
        REQUIRE_FALSE(made.ok());
        return made.error().what;
    };
    CHECK(error([](auto& c) { c.sites = {"a/b"}; }).find("a/b") != std::string::npos);
    CHECK(error([](auto& c) { c.sites.clear(); }).find("no site") != std::string::npos);
    CHECK(error([](auto& c) { c.link.broker.clear(); }).find("broker") != std::string::npos);
    CHECK(error([](auto& c) { c.digest.reset(); }).find("digest") != std::string::npos);
}

TEST_CASE("a site that is not configured is refused, and an absent broker is retried without hanging") {
    MqttDriverConfig config = config_for("tcp://127.0.0.1:" + std::to_string(free_tcp_port()), "pop");
    const auto driver = std::move(MqttDriver::make(std::move(config)).value());
    DriverEvents events;
    driver->start(events.sink());
    DesiredAccess desired;
    desired.command = CommandId{1};
    desired.connection = connection_of("nowhere", 1);
    driver->apply(desired);
    CHECK(events.result(CommandId{1}).kind == ApplyKind::refused);
    desired.command = CommandId{2};
    desired.connection = connection_of("pop", 1);
    driver->apply(desired);
    CHECK(events.result(CommandId{2}).kind == ApplyKind::retry);
}

}  // namespace
}  // namespace emdia::testing
