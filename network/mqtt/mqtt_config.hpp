#pragma once
// Configuration of the MQTT driver, plain values. Reading it from a file is the app's business.

#include <memory>
#include <string>
#include <vector>

#include "network/mqtt/edge_site.hpp"
#include "network/mqtt/mqtt_link.hpp"

namespace emdia {

struct MqttDriverConfig {
    std::string name = "mqtt";
    MqttLinkConfig link;  ///< The will is the driver's own.
    std::string prefix = "emdia/v1";
    std::vector<std::string> sites;  ///< What Connection::nas says; one agent each.
    std::string default_site;        ///< For connections whose ERP names none; empty: they are refused.
    EdgeTiming timing;
    Millis reconnect_first{500};  ///< Doubles up to `reconnect_longest`.
    Millis reconnect_longest{30'000};
    Millis echo_limit{3'000};  ///< How long after a connection our own status may take to come back to us.
    WallClock now = system_wall_clock();
    std::shared_ptr<const Digest> digest;
};

}  // namespace emdia
