#pragma once
// The clock of the engine. In production the system's; in the lab and in tests one that is stepped.

#include <cstdint>
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
    /// The engine has handled everything up to step `seq` of a virtual clock, waits for no answer from outside and has
    /// nothing to do before `next_wake`. A virtual clock may now be stepped; the system's clock does not care.
    virtual void idle(std::uint64_t seq, std::optional<Instant> next_wake) {
        static_cast<void>(seq);
        static_cast<void>(next_wake);
    }
};

}  // namespace emdia
