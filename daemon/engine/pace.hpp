#pragma once
// How fast messages may leave when the platform says "too much": a pause that grows while it goes on saying so, then
// one message, then more with every one that is taken (slow start, additive increase, multiplicative decrease).

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "daemon/core/backoff.hpp"
#include "daemon/core/civil.hpp"

namespace emdia {

/// Pure: told the time and chance, never asks. Not thread-safe.
class Pace {
public:
    /// The platform refused for the rate of the app, the account or the number (whatsapp.md section 9), when
    /// `under_way` messages were on their way. Waits at least `least`, longer each time until one is taken. False: that
    /// answer is about a message that left before the present pause, and says nothing new.
    bool refused(Instant now, Millis least, std::size_t under_way, std::uint64_t chance) {
        if (paused_until(now)) {
            return false;
        }
        ++pauses_;
        constexpr Millis kLongest{900'000};
        const BackoffRule rule{.first = least, .factor = 2, .ceiling = std::max(least, kLongest), .jitter_percent = 20};
        until_ = now + std::max(least, backoff_delay(rule, pauses_, chance));
        enough_ = std::max<std::size_t>(std::min(window_, under_way) / 2, 1);
        one_at_a_time();
        return true;
    }
    /// Nothing is known of what the channel takes now: one message first.
    void one_at_a_time() {
        window_ = 1;
        taken_ = 0;
    }
    void accepted(Instant now, std::size_t most) {
        if (window_ == kNoLimit || paused_until(now)) {
            return;
        }
        pauses_ = 0;
        if (window_ < enough_) {
            ++window_;  // doubles with every round trip
        } else if (++taken_ >= window_) {
            ++window_;
            taken_ = 0;
        }
        if (window_ >= most) {
            window_ = kNoLimit;
            enough_ = kNoLimit;
        }
    }
    [[nodiscard]] std::optional<Instant> paused_until(Instant now) const {
        return until_ && *until_ > now ? until_ : std::nullopt;
    }
    /// Messages that may be under way at once; `most` when nothing was refused lately.
    [[nodiscard]] std::size_t allowed(std::size_t most) const { return std::min(most, window_); }
    /// Pauses since a message was last taken.
    [[nodiscard]] int pauses() const noexcept { return pauses_; }
    /// The clock was set back: the end of a pause is no longer known.
    void forget_pause() noexcept { until_.reset(); }

private:
    static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
    std::optional<Instant> until_;
    int pauses_ = 0;
    std::size_t window_ = kNoLimit;
    std::size_t enough_ = kNoLimit;  ///< Above it the window grows by one a round trip.
    std::size_t taken_ = 0;
};

}  // namespace emdia
