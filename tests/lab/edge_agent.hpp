#pragma once
// An edge agent for the lab: follows docs/EDGE-PROTOCOL.md like the one on a router would, holds its set in memory
// instead of nftables, and misbehaves on request.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "network/common/inbox.hpp"
#include "network/common/wall_clock.hpp"
#include "network/mqtt/edge_snapshot.hpp"
#include "network/mqtt/mqtt_link.hpp"

namespace emdia::testing {

struct EdgeAgentConfig {
    std::string broker;
    std::string site;
    std::string client_id;  ///< Empty: "edge-" and the site.
    std::string prefix = "emdia/v1";
    WallClock now = system_wall_clock();
    std::string ca_file{};  ///< For a broker behind TLS.
};

struct EdgeFaults {
    bool silent = false;  ///< Does what it is told and reports nothing.
    bool deaf = false;    ///< Does nothing, reports nothing.
    bool lies = false;    ///< Says that it has applied a version and holds what it held before.
};

/// Thread-safe.
class EdgeAgent {
public:
    explicit EdgeAgent(EdgeAgentConfig config);
    EdgeAgent(const EdgeAgent&) = delete;
    EdgeAgent& operator=(const EdgeAgent&) = delete;
    ~EdgeAgent();

    [[nodiscard]] EdgeItems held() const;
    /// How many snapshots changed what it holds.
    [[nodiscard]] std::size_t changes() const;
    void set_faults(EdgeFaults faults);
    /// As after a power cut: forgets all, connects anew.
    void restart();
    /// Puts a row into the set behind its own back.
    void tamper(const EdgeItem& item);

private:
    enum class Order { restart };
    using Item = std::variant<MqttEvent, Order>;

    void run();
    void connect_if_due();
    void begin_life();
    void handle(const MqttArrived& arrived);
    void apply_if_complete();
    void drop_expired();
    void report();
    void list();
    void publish(const std::string& topic, const std::string& payload, bool retained);

    EdgeAgentConfig config_;
    EdgeTopics topics_;
    std::unique_ptr<Digest> digest_;
    Inbox<Item> inbox_;
    std::thread thread_;

    // Of the agent's thread.
    std::unique_ptr<MqttLink> link_;
    bool connected_ = false;
    SteadyTime connect_at_{};
    Instant alive_since_{};
    std::optional<EdgeHead> head_;
    std::map<std::size_t, EdgeChunk> chunks_;

    mutable std::mutex mutex_;  ///< Guards what follows.
    EdgeFaults faults_;
    EdgeItems held_;
    EdgeVersion version_;
    std::size_t changes_ = 0;
};

}  // namespace emdia::testing
