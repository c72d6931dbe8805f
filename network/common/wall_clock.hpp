#pragma once
// Where a driver gets the UTC time of watermarks, leases and time stamps from. The app hands in the engine's clock, so
// that a virtual day is the same day everywhere; protocol timers use the steady clock and are real.

#include <chrono>
#include <functional>

#include "daemon/core/civil.hpp"

namespace emdia {

/// Of protocol timers. Handed in by whoever owns the thread, so that state machines can be stepped by tests.
using SteadyTime = std::chrono::steady_clock::time_point;

/// May be called from any thread.
using WallClock = std::function<Instant()>;

[[nodiscard]] inline WallClock system_wall_clock() {
    return [] { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); };
}

}  // namespace emdia
