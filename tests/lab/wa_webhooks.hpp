#pragma once
// Webhooks to the daemon: escaped and signed bodies, retries, and the ways in which Meta's deliveries go wrong
// (whatsapp.md 7).

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/lab/state.hpp"

namespace emdia::lab::wa {

struct Account {
    std::string token = "EAAlabtoken";
    std::string app_secret = "lab-app-secret";
    std::string verify_token = "lab-verify-token";
    std::string phone_id = "100000000000001";
    std::string waba_id = "200000000000002";
    std::string number = "551130000000";
    std::string webhook_url;  ///< Empty: nothing is delivered.
};

/// JSON as Meta puts it on the wire: non-ASCII as lower-case \u escapes, '/' as '\/' (7.2).
[[nodiscard]] std::string escaped_body(const nlohmann::json& body);

struct DeliveryCounts {
    std::uint64_t delivered = 0;
    std::uint64_t failed = 0;
};

/// Caller of every method holds the lab's lock, unless said.
class Webhooks {
public:
    Webhooks(LabState& state, Account& account) : state_(state), account_(account) {}

    /// Delivers `value` (of field "messages") at `at`, subject to the switches for loss, doubles and batches.
    void deliver(nlohmann::json value, Instant at);
    /// Any other field: template and account news (4.5).
    void deliver_field(const std::string& field, nlohmann::json value, Instant at);
    /// GET verification (7.1). Called without the lock. True: the challenge came back.
    [[nodiscard]] bool verify() const;
    [[nodiscard]] const DeliveryCounts& counts() const { return counts_; }

private:
    void schedule(std::string body, Instant at, std::size_t attempt);
    void flush_batch();
    [[nodiscard]] nlohmann::json envelope(nlohmann::json changes) const;

    LabState& state_;
    Account& account_;
    nlohmann::json batch_ = nlohmann::json::array();
    DeliveryCounts counts_;
};

}  // namespace emdia::lab::wa
