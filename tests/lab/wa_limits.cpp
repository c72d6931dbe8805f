#include "tests/lab/wa_limits.hpp"

#include <algorithm>

namespace emdia::lab::wa {

bool Limits::window_open(const std::string& digits, Instant now) const {
    const auto heard = last_inbound_.find(digits);
    return heard != last_inbound_.end() && now < heard->second + Hours{24};
}

std::optional<Refusal> Limits::admit(const Message& message, Instant now) {
    while (!last_second_.empty() && last_second_.front() + Seconds{1} <= now) {
        last_second_.pop_front();
    }
    if (last_second_.size() >= settings_.per_second) {
        return Refusal{130429, "more messages in a second than this number may send"};
    }
    Instant& free_at = pair_free_at_[message.to];
    free_at = std::max(free_at, now);
    if (free_at - now >= settings_.pair_interval * settings_.pair_burst) {
        return Refusal{131056, "too many messages to this recipient in a short time"};
    }
    if (message.business_initiated && initiated_.count(message.to) == 0) {
        std::erase_if(initiated_, [&](const auto& entry) { return entry.second + Hours{24} <= now; });
        if (initiated_.size() >= settings_.tier) {
            return Refusal{131064, "unique recipients in 24 hours"};
        }
    }
    if (message.business_initiated) {
        initiated_[message.to] = now;
    }
    last_second_.push_back(now);
    free_at += settings_.pair_interval;
    return std::nullopt;
}

}  // namespace emdia::lab::wa
