#include "tests/lab/edge_agent.hpp"

#include "daemon/adapters/digest.hpp"

namespace emdia::testing {
namespace {

constexpr Millis connect_pause{200};
constexpr Millis longest_sleep{200};

std::string client_id_of(const EdgeAgentConfig& config) {
    return config.client_id.empty() ? "edge-" + config.site : config.client_id;
}

}  // namespace

EdgeAgent::EdgeAgent(EdgeAgentConfig config)
    : config_(std::move(config)), topics_(config_.prefix, config_.site), digest_(std::make_unique<Sha256Digest>()) {
    begin_life();
    thread_ = std::thread([this] { run(); });
}

EdgeAgent::~EdgeAgent() {
    inbox_.close();
    thread_.join();
}

EdgeItems EdgeAgent::held() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

std::size_t EdgeAgent::changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
}

void EdgeAgent::set_faults(EdgeFaults faults) {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
}

void EdgeAgent::restart() { inbox_.put(Order::restart); }

void EdgeAgent::tamper(const EdgeItem& item) {
    const std::lock_guard lock(mutex_);
    held_[item.key] = item;
}

void EdgeAgent::run() {
    while (!inbox_.closed()) {
        connect_if_due();
        for (Item& item : inbox_.take_until(std::chrono::steady_clock::now() + longest_sleep)) {
            if (const auto* const event = std::get_if<MqttEvent>(&item)) {
                if (const auto* const arrived = std::get_if<MqttArrived>(event)) {
                    handle(*arrived);
                } else if (std::holds_alternative<MqttLost>(*event)) {
                    connected_ = link_->connected();
                }
            } else {
                begin_life();
            }
        }
        drop_expired();
    }
    if (connected_) {
        publish(topics_.status(), to_payload(EdgeStatus{false, alive_since_}), true);
    }
    link_.reset();
}

/// What a power cut leaves: nothing.
void EdgeAgent::begin_life() {
    link_.reset();
    connected_ = false;
    connect_at_ = {};
    // Two lives within one millisecond must differ all the same.
    alive_since_ = std::max(config_.now(), alive_since_ + Millis{1});
    head_.reset();
    chunks_.clear();
    {
        const std::lock_guard lock(mutex_);
        held_.clear();
        version_ = {};
    }
    MqttLinkConfig link;
    link.broker = config_.broker;
    link.client_id = client_id_of(config_);
    link.ca_file = config_.ca_file;
    link.will_topic = topics_.status();
    link.will_payload = to_payload(EdgeStatus{false, alive_since_});
    link_ = std::make_unique<MqttLink>(std::move(link), [this](MqttEvent event) { inbox_.put(std::move(event)); });
}

void EdgeAgent::connect_if_due() {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (connected_ || now < connect_at_) {
        return;
    }
    connected_ = link_->connect({topics_.all_desired(), topics_.command()}).ok();
    connect_at_ = now + connect_pause;
    if (connected_) {
        publish(topics_.status(), to_payload(EdgeStatus{true, alive_since_}), true);
        report();
    }
}

void EdgeAgent::handle(const MqttArrived& arrived) {
    if (arrived.topic == topics_.command()) {
        if (is_report_command(arrived.payload)) {
            report();
            list();
        }
    } else if (arrived.topic == topics_.head()) {
        if (const auto head = parse_edge_head(arrived.payload)) {
            head_ = *head;
        }
    } else if (const auto number = topics_.chunk_number(arrived.topic)) {
        if (auto chunk = parse_edge_chunk(arrived.payload)) {
            chunks_[*number] = std::move(*chunk);
        }
    }
    apply_if_complete();
}

/// An older head is ignored; the same one again repairs a set that has drifted.
void EdgeAgent::apply_if_complete() {
    auto wanted = head_ ? assemble(*head_, chunks_, *digest_) : std::nullopt;
    if (!wanted) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        const bool newer = head_->version > version_;
        const bool repairs = head_->version == version_ && *wanted != held_;
        if (faults_.deaf || (!newer && !repairs)) {
            return;
        }
        version_ = head_->version;
        if (!faults_.lies && *wanted != held_) {
            held_ = std::move(*wanted);
            ++changes_;
        }
    }
    report();
}

void EdgeAgent::drop_expired() {
    const Instant now = config_.now();
    const std::lock_guard lock(mutex_);
    for (auto entry = held_.begin(); entry != held_.end();) {
        entry = entry->second.not_after.value_or(Instant::max()) <= now ? held_.erase(entry) : std::next(entry);
    }
}

void EdgeAgent::report() {
    EdgeReport report;
    {
        const std::lock_guard lock(mutex_);
        if (faults_.silent || faults_.deaf) {
            return;
        }
        report = {version_, held_.size(), hash_items(held_, 1, *digest_).all, alive_since_};
    }
    publish(topics_.report(), to_payload(report), true);
}

void EdgeAgent::list() {
    EdgeListing listing;
    {
        const std::lock_guard lock(mutex_);
        if (faults_.silent || faults_.deaf) {
            return;
        }
        listing = {version_, alive_since_, {}, {}};
        for (const auto& [key, item] : held_) {
            listing.items.push_back(item);
        }
    }
    publish(topics_.listing(), to_payload(listing), false);
}

void EdgeAgent::publish(const std::string& topic, const std::string& payload, bool retained) {
    connected_ = connected_ && link_->publish(topic, payload, retained).has_value();
}

}  // namespace emdia::testing
