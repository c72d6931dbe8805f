#pragma once

#include "daemon/ports/entropy.hpp"

namespace emdia {

/// The kernel's random numbers (getrandom(2)), fit for secrets. Thread-safe, stateless. Throws std::system_error if
/// the kernel refuses, which it does not on any system that emdia runs on.
class SystemEntropy final : public Entropy {
public:
    [[nodiscard]] std::uint64_t next() override;
};

}  // namespace emdia
