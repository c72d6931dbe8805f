#pragma once
// Chance: jitter and identifiers. Seeded in tests, from the kernel in production.

#include <cstdint>

namespace emdia {

/// Thread-safe.
class Entropy {
public:
    virtual ~Entropy() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;
};

}  // namespace emdia
