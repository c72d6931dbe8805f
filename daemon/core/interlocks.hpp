#pragma once
// Fail-safe rules that look at more than one account (architecture, section 9). Pure.

#include <cstdint>
#include <optional>

#include "daemon/core/decide.hpp"
#include "daemon/core/policy.hpp"

namespace emdia {

/// I10: the most new blocks that one run may make without a person: max(floor, percent of the active base).
[[nodiscard]] std::int64_t max_blocks_per_run(const Policy& policy, std::int64_t active_base) noexcept;

/// What a complete pull of a list looked like, against what we held before.
struct PullSummary {
    std::int64_t held_before = 0;  ///< Active rows in the ledger.
    std::int64_t seen = 0;         ///< Rows in this pull.
    std::int64_t vanished = 0;     ///< Held before, absent now.
};
/// Set when the pull shrinks the base by more than `max_shrink_percent` (and by more than 5 rows): the pull
/// is not believed, and nothing may be blocked or dunned on it.
[[nodiscard]] std::optional<Reason> shrink_interlock(const PullSummary& pull, int max_shrink_percent);

/// Set when the last good pull is older than `max_age`.
[[nodiscard]] std::optional<Reason> stale_interlock(const SourceHealth& source, Instant now, Millis max_age);

}  // namespace emdia
