#pragma once
// Wanted against applied access: one table of state x event, nothing else changes an AccessRecord.

#include <optional>

#include "daemon/core/model.hpp"

namespace emdia {

enum class AccessEvent {
    wanted_changed,     ///< decide wants something else; a new generation begins
    acknowledged,       ///< the device said yes (no proof)
    observed_match,     ///< seen: the device does what generation `g` wants
    observed_mismatch,  ///< seen: it does something else
    result_unknown,     ///< time-out, lost
    device_restarted    ///< alive-since changed: what was applied is no longer known
};

struct AccessInput {
    AccessEvent event;
    Access access = Access::open;  ///< The new wish, or what was acknowledged or seen.
    std::int64_t generation = 0;   ///< Of the command answered; ignored for wishes and observations.
    Instant at{};
};

/// The record after the event. An answer to an older generation changes nothing. An acknowledgement never
/// overwrites an observation of the same generation.
[[nodiscard]] AccessRecord apply_access(const AccessRecord& before, const AccessInput& input);

/// What must be asked of the equipment so that applied becomes wanted; nullopt: nothing.
[[nodiscard]] std::optional<Access> access_gap(const AccessRecord& record) noexcept;

}  // namespace emdia
