#pragma once
// The MQTT driver: keeps one snapshot per site published, and believes what agents report.

#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>

#include "daemon/ports/access_driver.hpp"
#include "network/common/inbox.hpp"
#include "network/mqtt/mqtt_config.hpp"

namespace emdia {

/// Thread rules: those of AccessDriver; one thread of its own owns the link and the sites and calls the sink.
class MqttDriver final : public AccessDriver {
public:
    [[nodiscard]] static Result<std::unique_ptr<MqttDriver>> make(MqttDriverConfig config);
    MqttDriver(const MqttDriver&) = delete;
    MqttDriver& operator=(const MqttDriver&) = delete;
    ~MqttDriver() override;

    [[nodiscard]] const std::string& name() const override { return config_.name; }
    [[nodiscard]] DriverCapabilities capabilities() const override;
    void start(DriverSink sink) override;
    void apply(DesiredAccess desired) override;
    void observe() override;
    void stop() override;

private:
    struct ListAll {};
    using Item = std::variant<DesiredAccess, ListAll, MqttEvent>;
    struct Site {
        EdgeTopics topics;
        EdgeSite state;
    };

    explicit MqttDriver(MqttDriverConfig config);
    void run();
    void handle(Item& item, SteadyTime now);
    void handle_event(MqttEvent& event, SteadyTime now);
    void taken(const MqttPublished& published);
    void route(DesiredAccess desired);
    void connect_if_due(SteadyTime now);
    void lost(const std::string& reason, SteadyTime now);
    void advance(SteadyTime now);
    void publish_outgoing(SteadyTime now);
    void tell();
    [[nodiscard]] SteadyTime next_due() const;
    [[nodiscard]] std::string controller_topic() const;

    MqttDriverConfig config_;
    DriverSink sink_;
    Inbox<Item> inbox_;
    std::thread thread_;

    // Of the owner thread.
    std::unordered_map<std::string, Site> sites_;
    std::unique_ptr<MqttLink> link_;
    bool connected_ = false;
    SteadyTime connect_at_{};
    Millis reconnect_wait_{};
    /// Until then our own status must have come back: a broker grants every subscription, and hands nothing on without
    /// the right to read (network.md 4.3).
    std::optional<SteadyTime> echo_due_;
    std::deque<EdgePublication> outgoing_;
    std::unordered_map<std::uint64_t, std::string> under_way_;  ///< Topics of what the broker has not taken yet.
};

}  // namespace emdia
