#pragma once
// The clock of the engine. In production the system's; in the lab and in tests one that is stepped.

#include <optional>

#include "daemon/core/civil.hpp"

namespace emdia {

/// Thread rules: every method may be called from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    /// UTC now. May go backwards (clock set back); the engine copes.
    [[nodiscard]] virtual Instant now() const = 0;
    /// How long to wait in real time until `now() >= t`; zero if it is so already; nullopt when only a step of a
    /// virtual clock will bring it, which arrives as an event.
    [[nodiscard]] virtual std::optional<Millis> real_wait_until(Instant t) const = 0;
};

}  // namespace emdia
