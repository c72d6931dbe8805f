#pragma once

#include "daemon/ports/clock.hpp"

namespace emdia {

/// The machine's clock, UTC to the millisecond. Thread-safe, stateless.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::optional<Millis> real_wait_until(Instant t) const override;
};

}  // namespace emdia
