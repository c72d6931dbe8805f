#pragma once
// The hours in which a block may begin (F11).

#include "daemon/core/calendar.hpp"
#include "daemon/core/policy.hpp"

namespace emdia {

/// The first moment at or after `t`, civil time of the place, at which a block may happen.
[[nodiscard]] LocalTime block_time_on_or_after(LocalTime t, const Policy& policy, const Calendar& calendar);

}  // namespace emdia
