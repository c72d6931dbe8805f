#include "erp-connectors/sdk/rate_limiter.hpp"

#include <algorithm>

namespace emdia::sdk {

RateLimiter::RateLimiter(int per_minute, int burst)
    : gap_(std::chrono::nanoseconds{std::chrono::minutes{1}} / per_minute), slack_(gap_ * (burst - 1)) {}

RateLimiter::TimePoint RateLimiter::reserve(TimePoint now) {
    const std::lock_guard lock{mutex_};
    next_ = std::max(next_, now);
    const auto at = std::max(now, next_ - slack_);
    next_ += gap_;
    return at;
}

}  // namespace emdia::sdk
