#pragma once
// Where a driver gets the UTC time of watermarks, leases and time stamps from. The app hands in the engine's clock, so
// that a virtual day is the same day everywhere; protocol timers use the steady clock and are real.

#include <chrono>
#include <functional>

#include "daemon/core/civil.hpp"

namespace emdia {

/// May be called from any thread.
using WallClock = std::function<Instant()>;

[[nodiscard]] inline WallClock system_wall_clock() {
    return [] { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); };
}

}  // namespace emdia
