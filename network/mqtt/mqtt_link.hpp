#pragma once
// One connection to an MQTT broker over Paho. Callbacks only hand events on; connecting and publishing is done by one
// owner thread with time limits (network.md 4.4).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

struct MqttLinkConfig {
    std::string broker;  ///< "mqtts://host:8883" (or "ssl:"); "mqtt://host:1883" (or "tcp:") without TLS.
    std::string client_id;
    std::string username;
    std::string password;  ///< Never logged.
    std::string ca_file;   ///< For TLS; empty: the system's.
    std::string certificate_file;
    std::string key_file;
    Seconds keep_alive{20};
    Millis connect_limit{3'000};
    std::string will_topic;  ///< Retained last will; empty: none.
    std::string will_payload;
};

struct MqttArrived {
    std::string topic;
    std::string payload;
};
struct MqttLost {
    std::string reason;
};
/// The broker took a publication, or refused it.
struct MqttPublished {
    std::uint64_t number = 0;  ///< As publish() returned it.
    bool refused = false;
    std::string reason;
};
using MqttEvent = std::variant<MqttArrived, MqttLost, MqttPublished>;

/// MQTT 5, clean start, QoS 1. Every method but the constructor's sink is of the owner thread.
class MqttLink {
public:
    /// `sink` is called from Paho's threads and must only enqueue.
    MqttLink(MqttLinkConfig config, std::function<void(MqttEvent)> sink);
    MqttLink(const MqttLink&) = delete;
    MqttLink& operator=(const MqttLink&) = delete;
    ~MqttLink();

    /// Connects and subscribes, within the limit. `unavailable` or `unauthorized`; never repeats the password.
    [[nodiscard]] Result<void> connect(const std::vector<std::string>& filters);
    /// Its number; nullopt when the link is down. One MqttPublished of the number follows, or an MqttLost.
    [[nodiscard]] std::optional<std::uint64_t> publish(const std::string& topic, const std::string& payload,
                                                       bool retained);
    [[nodiscard]] bool connected() const;
    void disconnect();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace emdia
