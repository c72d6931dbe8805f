#pragma once
// Throughput of the number, pair rate, tier and window (whatsapp.md 3 and 8), by virtual time.

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "tests/lab/wa_message.hpp"

namespace emdia::lab::wa {

struct LimitSettings {
    std::size_t per_second = 80;
    Millis pair_interval{6'000};  ///< One message to one person...
    int pair_burst = 45;          ///< ...with so many borrowed from the future.
    std::size_t tier = 2'000;     ///< Unique people contacted outside a window in 24 h.
};

/// Not thread-safe: guarded by the lab's lock.
class Limits {
public:
    explicit Limits(LimitSettings settings) : settings_(settings) {}

    void heard_from(const std::string& digits, Instant at) { last_inbound_[digits] = at; }
    [[nodiscard]] bool window_open(const std::string& digits, Instant now) const;
    /// Counts the send if it is within every limit; otherwise says which code it earns.
    [[nodiscard]] std::optional<Refusal> admit(const Message& message, Instant now);
    void set_tier(std::size_t tier) { settings_.tier = tier; }

private:
    LimitSettings settings_;
    std::deque<Instant> last_second_;
    std::map<std::string, Instant> pair_free_at_;
    std::map<std::string, Instant> last_inbound_;
    std::map<std::string, Instant> initiated_;
};

}  // namespace emdia::lab::wa
