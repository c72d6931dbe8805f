#pragma once
// A site with a real mosquitto, the lab's edge agent and the driver, as the tests of the MQTT driver need them.

#include <memory>
#include <string>

#include "daemon/adapters/digest.hpp"
#include "network/mqtt/mqtt_driver.hpp"
#include "tests/lab/edge_agent.hpp"
#include "tests/support/driver_events.hpp"
#include "tests/support/mosquitto.hpp"

namespace emdia::testing {

inline MqttDriverConfig config_for(const std::string& broker, const std::string& site) {
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

inline Connection connection_of(const std::string& site, int number) {
    Connection connection;
    connection.erp_id = "c" + std::to_string(1000 + number);
    connection.ipv4 = "100.64.0." + std::to_string(number + 1);
    connection.ipv6_prefix = "2001:db8:" + std::to_string(number) + "::/64";
    connection.nas = site;
    return connection;
}

inline std::string next_site() {
    static int number = 0;
    return "pop-" + std::to_string(++number);
}

inline Mosquitto& shared_broker() {
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

}  // namespace emdia::testing
