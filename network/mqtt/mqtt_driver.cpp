#include "network/mqtt/mqtt_driver.hpp"

#include <algorithm>

namespace emdia {
namespace {

/// Publications under way at the broker, and waiting for that; beyond it sites gather changes.
constexpr std::size_t kMostUnderWay = 50;
constexpr std::size_t kMostWaiting = 64;
/// Leases end by the wall clock, which no steady timer knows.
constexpr Millis kLongestSleep{1'000};

Error wrong(const MqttDriverConfig& config, const std::string& what, const std::string& cure) {
    return {ErrorKind::config, "MQTT driver \"" + config.name + "\": " + what, cure};
}

}  // namespace

Result<std::unique_ptr<MqttDriver>> MqttDriver::make(MqttDriverConfig config) {
    if (config.digest == nullptr) {
        return Error{ErrorKind::internal, "the MQTT driver was made without a digest", ""};
    }
    if (config.link.broker.empty() || config.link.client_id.empty()) {
        return wrong(config, "broker or client_id is missing", "set both, e.g. tcp://127.0.0.1:1883");
    }
    if (config.sites.empty()) {
        return wrong(config, "there is no site", "name the sites as the ERP names them in connections");
    }
    for (const std::string& site : config.sites) {
        if (!is_site_name(site)) {
            return wrong(config, "\"" + site + "\" cannot be the name of a site",
                         "use letters, digits, '-', '_' and '.' only, at most 64");
        }
    }
    return std::unique_ptr<MqttDriver>(new MqttDriver(std::move(config)));
}

MqttDriver::MqttDriver(MqttDriverConfig config) : config_(std::move(config)), reconnect_wait_(config_.reconnect_first) {
    for (const std::string& name : config_.sites) {
        const EdgeTopics topics(config_.prefix, name);
        sites_.try_emplace(
            name, Site{topics, EdgeSite(config_.name, name, topics, *config_.digest, config_.timing, config_.now)});
    }
}

MqttDriver::~MqttDriver() { stop(); }

DriverCapabilities MqttDriver::capabilities() const {
    DriverCapabilities can;
    can.restricts = true;
    can.observable = true;
    can.durable_reboot = true;
    can.leases = true;
    can.max_per_second = 1'000;
    return can;
}

void MqttDriver::start(DriverSink sink) {
    sink_ = std::move(sink);
    thread_ = std::thread([this] { run(); });
}

void MqttDriver::apply(DesiredAccess desired) { inbox_.put(std::move(desired)); }

void MqttDriver::observe() { inbox_.put(ListAll{}); }

void MqttDriver::stop() {
    inbox_.close();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void MqttDriver::run() {
    MqttLinkConfig link = config_.link;
    link.will_topic = controller_topic();
    link.will_payload = to_payload(EdgeStatus{false, std::nullopt});
    link_ = std::make_unique<MqttLink>(std::move(link), [this](MqttEvent event) { inbox_.put(std::move(event)); });
    while (true) {
        auto items = inbox_.take_until(next_due());
        const SteadyTime now = std::chrono::steady_clock::now();
        for (Item& item : items) {
            handle(item, now);
        }
        if (inbox_.closed()) {
            break;
        }
        connect_if_due(now);
        advance(std::chrono::steady_clock::now());
        tell();
    }
    for (auto& [name, site] : sites_) {
        site.state.stop();
    }
    tell();
    if (connected_) {
        (void)link_->publish(controller_topic(), to_payload(EdgeStatus{false, std::nullopt}), true);
    }
    link_.reset();
}

// --- what comes in --------------------------------------------------------------------------------------------------

void MqttDriver::handle(Item& item, SteadyTime now) {
    if (auto* const desired = std::get_if<DesiredAccess>(&item)) {
        route(std::move(*desired));
    } else if (auto* const event = std::get_if<MqttEvent>(&item)) {
        handle_event(*event, now);
    } else {
        for (auto& [name, site] : sites_) {
            site.state.ask_listing();
        }
    }
}

void MqttDriver::route(DesiredAccess desired) {
    const std::string& name = desired.connection.nas.empty() ? config_.default_site : desired.connection.nas;
    const auto site = sites_.find(name);
    if (site == sites_.end()) {
        sink_(result_of(desired, ApplyKind::refused, "no site \"" + name + "\" is configured",
                        "add it to the configuration, or correct the connection in the ERP"));
        return;
    }
    site->second.state.wish(std::move(desired));
}

void MqttDriver::handle_event(MqttEvent& event, SteadyTime now) {
    if (const auto* const arrived = std::get_if<MqttArrived>(&event)) {
        if (arrived->topic == controller_topic()) {
            echo_due_.reset();
        }
        for (auto& [name, site] : sites_) {
            if (site.topics.owns(arrived->topic)) {
                site.state.heard(arrived->topic, arrived->payload, now);
            }
        }
    } else if (const auto* const gone = std::get_if<MqttLost>(&event)) {
        if (!link_->connected()) {
            lost(gone->reason, now);
        }
    } else {
        taken(std::get<MqttPublished>(event));
    }
}

void MqttDriver::taken(const MqttPublished& published) {
    const auto topic = under_way_.extract(published.number);
    if (topic.empty() || !published.refused) {
        return;
    }
    if (topic.mapped() == controller_topic()) {
        echo_due_.reset();  // what was not taken cannot come back
    }
    for (auto& [name, site] : sites_) {
        if (site.topics.owns(topic.mapped())) {
            site.state.publication_refused(published.reason);
        }
    }
}

// --- the link -------------------------------------------------------------------------------------------------------

void MqttDriver::connect_if_due(SteadyTime now) {
    if (connected_ || now < connect_at_) {
        return;
    }
    std::vector<std::string> filters{controller_topic()};
    for (const auto& [name, site] : sites_) {
        filters.insert(filters.end(),
                       {site.topics.all_desired(), site.topics.report(), site.topics.listing(), site.topics.status()});
    }
    const auto connected = link_->connect(filters);
    const SteadyTime after = std::chrono::steady_clock::now();
    if (!connected) {
        connect_at_ = after + reconnect_wait_;
        reconnect_wait_ = std::min(reconnect_wait_ * 2, config_.reconnect_longest);
        for (auto& [name, site] : sites_) {
            site.state.link_down(connected.error().text());
        }
        return;
    }
    connected_ = true;
    reconnect_wait_ = config_.reconnect_first;
    echo_due_ = after + config_.echo_limit;
    outgoing_.push_back({controller_topic(), to_payload(EdgeStatus{true, std::nullopt}), true});
    for (auto& [name, site] : sites_) {
        site.state.link_up(after);
    }
}

void MqttDriver::lost(const std::string& reason, SteadyTime now) {
    if (!connected_) {
        return;
    }
    connected_ = false;
    echo_due_.reset();
    connect_at_ = now + config_.reconnect_first;
    outgoing_.clear();
    under_way_.clear();
    for (auto& [name, site] : sites_) {
        site.state.link_down(reason);
    }
}

// --- what goes out --------------------------------------------------------------------------------------------------

void MqttDriver::advance(SteadyTime now) {
    if (echo_due_ && *echo_due_ <= now) {
        echo_due_.reset();
        for (auto& [name, site] : sites_) {
            site.state.nothing_heard();
        }
    }
    for (auto& [name, site] : sites_) {
        site.state.advance(now, outgoing_.size() < kMostWaiting);
        for (EdgePublication& publication : site.state.take_publications()) {
            outgoing_.push_back(std::move(publication));
        }
    }
    publish_outgoing(now);
}

void MqttDriver::publish_outgoing(SteadyTime now) {
    while (connected_ && !outgoing_.empty() && under_way_.size() < kMostUnderWay) {
        const EdgePublication& next = outgoing_.front();
        const auto number = link_->publish(next.topic, next.payload, next.retained);
        if (!number) {
            lost("the connection does not take publications", now);
            return;
        }
        under_way_.emplace(*number, next.topic);
        outgoing_.pop_front();
    }
}

void MqttDriver::tell() {
    for (auto& [name, site] : sites_) {
        for (DriverEvent& event : site.state.take_events()) {
            sink_(std::move(event));
        }
    }
}

SteadyTime MqttDriver::next_due() const {
    SteadyTime due = std::chrono::steady_clock::now() + kLongestSleep;
    if (!connected_) {
        due = std::min(due, connect_at_);
    }
    due = std::min(due, echo_due_.value_or(due));
    for (const auto& [name, site] : sites_) {
        due = std::min(due, site.state.next_due());
    }
    return due;
}

std::string MqttDriver::controller_topic() const { return config_.prefix + "/controller/" + config_.link.client_id; }

}  // namespace emdia
