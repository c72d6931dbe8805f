#include "daemon/core/backoff.hpp"

#include <algorithm>

namespace emdia {

Millis backoff_delay(const BackoffRule& rule, int failures, std::uint64_t chance) noexcept {
    const std::int64_t ceiling = rule.ceiling.count();
    std::int64_t delay = std::min(rule.first.count(), ceiling);
    for (int i = 1; i < failures && rule.factor > 1 && delay > 0 && delay < ceiling; ++i) {
        delay = delay > ceiling / rule.factor ? ceiling : delay * rule.factor;
    }
    const std::int64_t spread = delay / 100 * rule.jitter_percent + delay % 100 * rule.jitter_percent / 100;
    const auto width = static_cast<std::uint64_t>(2 * spread + 1);
    return Millis{delay - spread + static_cast<std::int64_t>(chance % width)};
}

}  // namespace emdia
