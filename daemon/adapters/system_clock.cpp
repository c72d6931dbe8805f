#include "daemon/adapters/system_clock.hpp"

#include <algorithm>

namespace emdia {

Instant SystemClock::now() const { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

std::optional<Millis> SystemClock::real_wait_until(Instant t) const { return std::max(Millis{0}, t - now()); }

}  // namespace emdia
