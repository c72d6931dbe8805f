// The driver and the lab's edge agent with a real mosquitto between them.
#include "network/mqtt/mqtt_driver.hpp"

#include <catch2/catch.hpp>

#include "tests/contract/driver_contract.hpp"
#include "tests/network/mqtt_scene.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia::testing {
namespace {

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

TEST_CASE("the MQTT driver keeps the contract of drivers with mosquitto and an agent") {
    check_driver_contract([] { return std::make_unique<MqttRig>(shared_broker(), next_site()); });
}

TEST_CASE("a broker whose access rules forbid writing is told to the operator, not waited for") {
    Mosquitto broker("topic read #\n");
    Scene scene(broker);
    const ApplyResult result = scene.events->result(scene.apply(1, Access::blocked, 1));
    CHECK(result.kind == ApplyKind::refused);
    CHECK(result.hint.find("right to write") != std::string::npos);
}

TEST_CASE("a broker whose access rules forbid reading grants the subscription: its silence is told to the operator") {
    Mosquitto broker("topic write #\n");
    MqttDriverConfig config = config_for(broker.uri(), "pop-deaf");
    config.echo_limit = Millis{500};
    config.timing.confirm = Millis{3'000};
    DriverEvents events;
    const auto driver = std::move(MqttDriver::make(std::move(config)).value());
    driver->start(events.sink());
    for (const int number : {1, 2}) {
        DesiredAccess desired;
        desired.command = CommandId{number};
        desired.connection = connection_of("pop-deaf", number);
        desired.access = Access::blocked;
        desired.generation = 1;
        driver->apply(desired);
        const ApplyResult result = events.result(CommandId{number});
        CHECK(result.kind == ApplyKind::refused);
        CHECK(result.hint.find("right to read") != std::string::npos);
    }
    CHECK(events.wait_state([](const DeviceState& state) {
        return !state.reachable && state.note.find("right to read") != std::string::npos;
    }));
}

TEST_CASE("a thousand wishes at once arrive in a few versions") {
    Scene scene(shared_broker());
    for (int i = 0; i < 1'000; ++i) {
        DesiredAccess desired;
        desired.command = CommandId{++scene.commands};
        desired.connection.erp_id = "k" + std::to_string(i);
        desired.connection.ipv4 = "100.64.1.1";
        desired.connection.nas = scene.site;
        desired.access = Access::blocked;
        desired.generation = 1;
        scene.driver->apply(std::move(desired));
    }
    REQUIRE(scene.events->wait_results(1'000));
    CHECK(scene.agent.held().size() == 1'000);
    CHECK(scene.agent.changes() < 100);
}

TEST_CASE("a broker behind TLS is used when its certificate is of the CA that is configured") {
    const test::TempDir folder;
    const test::TlsFiles files = test::make_certificate(folder, "broker", "IP:127.0.0.1,DNS:localhost");
    const Mosquitto broker({}, files);
    MqttDriverConfig config = config_for(broker.uri(), "pop-tls");
    const auto connects = [&config] {
        DriverEvents events;
        const auto driver = std::move(MqttDriver::make(config).value());
        driver->start(events.sink());
        DesiredAccess desired;
        desired.command = CommandId{1};
        desired.connection = connection_of("pop-tls", 1);
        desired.access = Access::blocked;
        desired.generation = 1;
        driver->apply(desired);
        return events.result(CommandId{1});
    };

    SECTION("with that CA an agent is reached") {
        config.link.ca_file = files.certificate;
        const EdgeAgent agent({broker.uri(), "pop-tls", {}, "emdia/v1", system_wall_clock(), files.certificate});
        CHECK(connects().kind == ApplyKind::acknowledged);
        CHECK(agent.held().size() == 1);
    }
    SECTION("the system's authorities do not know it: nothing is sent, and the wish is kept for later") {
        CHECK(connects().kind == ApplyKind::retry);
    }
    SECTION("another CA did not sign it either") {
        config.link.ca_file = test::make_certificate(folder, "stranger", "IP:127.0.0.1").certificate;
        CHECK(connects().kind == ApplyKind::retry);
    }
    SECTION("a certificate for another host is not accepted") {
        const test::TlsFiles elsewhere = test::make_certificate(folder, "elsewhere", "DNS:other.invalid");
        const Mosquitto imposter({}, elsewhere);
        config.link.broker = imposter.uri();
        config.link.ca_file = elsewhere.certificate;
        CHECK(connects().kind == ApplyKind::retry);
    }
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
    DriverEvents events;
    const auto driver = std::move(MqttDriver::make(std::move(config)).value());
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
