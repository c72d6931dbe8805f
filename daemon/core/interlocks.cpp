#include "daemon/core/interlocks.hpp"

#include <algorithm>

namespace emdia {
namespace {
/// A handful of contracts end on any day; only more than these may look like a broken pull.
constexpr std::int64_t kVanishedRowsTolerated = 5;
}  // namespace

std::int64_t max_blocks_per_run(const Policy& policy, std::int64_t active_base) noexcept {
    const std::int64_t base = std::max<std::int64_t>(active_base, 0);
    // base / 100 first: no product of any base can overflow, and the remainder is settled exactly.
    const std::int64_t percent = std::max(policy.block.max_per_run_percent, 0);
    const std::int64_t share = base / 100 * percent + base % 100 * percent / 100;
    return std::max<std::int64_t>(policy.block.max_per_run_floor, share);
}

std::optional<Reason> shrink_interlock(const PullSummary& pull, int max_shrink_percent) {
    const std::int64_t lost = std::max(pull.vanished, pull.held_before - pull.seen);
    if (lost <= kVanishedRowsTolerated || lost * 100 <= pull.held_before * max_shrink_percent) {
        return std::nullopt;
    }
    return Reason{.code = ReasonCode::shrink_hold};
}

std::optional<Reason> stale_interlock(const SourceHealth& source, Instant now, Millis max_age) {
    if (source.last_full_at && now - *source.last_full_at <= max_age) {
        return std::nullopt;
    }
    return Reason{.code = ReasonCode::erp_stale, .at = source.last_full_at};
}

}  // namespace emdia
