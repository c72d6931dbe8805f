#pragma once
// At most so many calls a minute, with a small burst. Told the time; safe from any thread.

#include <chrono>
#include <mutex>

namespace emdia::sdk {

class RateLimiter {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    /// Both at least 1.
    RateLimiter(int per_minute, int burst);
    /// Reserves the next place; returns when the call may be made (now or later).
    [[nodiscard]] TimePoint reserve(TimePoint now);

private:
    std::chrono::nanoseconds gap_;
    std::chrono::nanoseconds slack_;
    std::mutex mutex_;
    TimePoint next_{};  ///< When the next call would be due at an even pace.
};

}  // namespace emdia::sdk
