#include "network/mqtt/mqtt_link.hpp"

#include <mqtt/async_client.h>

namespace emdia {
namespace {

constexpr int kQuality = 1;
/// Paho refuses more than this many unfinished publications; the owner keeps far fewer under way.
constexpr int kPahoBuffer = 1'000;
constexpr int kInFlight = 100;
constexpr Millis kFarewellLimit{500};

constexpr int kNotAuthorized = mqtt::ReasonCode::NOT_AUTHORIZED;
constexpr int kBadUserNameOrPassword = mqtt::ReasonCode::BAD_USER_NAME_OR_PASSWORD;

mqtt::connect_options options_of(const MqttLinkConfig& config) {
    mqtt::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(true);
    options.set_keep_alive_interval(config.keep_alive);
    options.set_connect_timeout(config.connect_limit);
    options.set_max_inflight(kInFlight);
    if (!config.username.empty()) {
        options.set_user_name(config.username);
        options.set_password(config.password);
    }
    if (!config.will_topic.empty()) {
        options.set_will_message(mqtt::message(config.will_topic, config.will_payload, kQuality, true));
    }
    if (config.broker.starts_with("mqtts://") || config.broker.starts_with("ssl://")) {
        mqtt::ssl_options tls;
        if (!config.ca_file.empty()) {
            tls.set_trust_store(config.ca_file);
        }
        if (!config.certificate_file.empty()) {
            tls.set_key_store(config.certificate_file);
            tls.set_private_key(config.key_file);
        }
        tls.set_verify(true);
        tls.set_enable_server_cert_auth(true);
        options.set_ssl(tls);
    }
    return options;
}

/// Hands the fate of every publication on.
class PublishListener final : public mqtt::iaction_listener {
public:
    explicit PublishListener(std::function<void(MqttEvent)>& sink) : sink_(sink) {}
    void on_success(const mqtt::token& token) override { sink_(MqttPublished{number_of(token), false, ""}); }
    void on_failure(const mqtt::token& token) override {
        const int code = token.get_reason_code();
        const bool refused = code == kNotAuthorized;
        sink_(MqttPublished{number_of(token), refused, refused ? "not authorized" : "reason " + std::to_string(code)});
    }

private:
    static std::uint64_t number_of(const mqtt::token& token) {
        return reinterpret_cast<std::uintptr_t>(token.get_user_context());
    }

    std::function<void(MqttEvent)>& sink_;
};

}  // namespace

struct MqttLink::Parts {
    MqttLinkConfig config;
    std::function<void(MqttEvent)> sink;
    PublishListener listener;
    mqtt::async_client client;
    std::uintptr_t published = 0;

    Result<void> connect(const std::vector<std::string>& filters);

    Parts(MqttLinkConfig given, std::function<void(MqttEvent)> events)
        : config(std::move(given)),
          sink(std::move(events)),
          listener(sink),
          client(config.broker, config.client_id, mqtt::create_options(MQTTVERSION_5, kPahoBuffer)) {}
};

MqttLink::MqttLink(MqttLinkConfig config, std::function<void(MqttEvent)> sink)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(sink))) {
    Parts* const parts = parts_.get();
    parts->client.set_message_callback([parts](const mqtt::const_message_ptr& message) {
        parts->sink(MqttArrived{message->get_topic(), message->to_string()});
    });
    parts->client.set_connection_lost_handler(
        [parts](const std::string& reason) { parts->sink(MqttLost{reason.empty() ? "connection lost" : reason}); });
    parts->client.set_disconnected_handler([parts](const mqtt::properties&, mqtt::ReasonCode code) {
        parts->sink(MqttLost{"the broker closed the connection, reason " + std::to_string(code)});
    });
}

MqttLink::~MqttLink() { disconnect(); }

Result<void> MqttLink::connect(const std::vector<std::string>& filters) {
    auto done = parts_->connect(filters);
    if (!done) {
        disconnect();
    }
    return done;
}

Result<void> MqttLink::Parts::connect(const std::vector<std::string>& filters) {
    try {
        const auto token = client.connect(options_of(config));
        if (!token->wait_for(config.connect_limit)) {
            return Error{ErrorKind::unavailable, "the broker does not answer", "check that it runs and can be reached"};
        }
        for (const std::string& filter : filters) {
            if (!client.subscribe(filter, kQuality)->wait_for(config.connect_limit)) {
                return Error{ErrorKind::unavailable, "the broker does not answer a subscription", "check the broker"};
            }
        }
    } catch (const mqtt::exception& refused) {
        const int code = refused.get_reason_code();
        if (code == kNotAuthorized || code == kBadUserNameOrPassword) {
            return Error{ErrorKind::unauthorized, "the broker refuses us", "check user, password or certificate"};
        }
        return Error{ErrorKind::unavailable,
                     "cannot connect to the broker: " + refused.printable_error(refused.get_return_code()),
                     "check that it runs and can be reached"};
    }
    return {};
}

std::optional<std::uint64_t> MqttLink::publish(const std::string& topic, const std::string& payload, bool retained) {
    try {
        const std::uintptr_t number = ++parts_->published;
        // Paho hands the context back untouched; it is a number and never followed.
        parts_->client.publish(mqtt::make_message(topic, payload, kQuality, retained), reinterpret_cast<void*>(number),
                               parts_->listener);
        return number;
    } catch (const mqtt::exception&) {
        return std::nullopt;
    }
}

bool MqttLink::connected() const { return parts_->client.is_connected(); }

void MqttLink::disconnect() {
    try {
        if (parts_->client.is_connected()) {
            parts_->client.disconnect(0)->wait_for(kFarewellLimit);
        }
    } catch (const mqtt::exception&) {
        // It was gone already.
    }
}

}  // namespace emdia
