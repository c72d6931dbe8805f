#pragma once
// Growing delays with a ceiling and jitter. Chance is handed in.

#include <cstdint>

#include "daemon/core/civil.hpp"

namespace emdia {

struct BackoffRule {
    Millis first{1000};
    int factor = 2;  ///< >= 1
    Millis ceiling{60'000};
    int jitter_percent = 10;  ///< 0..100, symmetric.
};
/// Delay before try number `failures + 1`; failures >= 1. `chance` is any random number; the result is in
/// [delay*(1-j), delay*(1+j)] and never above the ceiling plus jitter.
[[nodiscard]] Millis backoff_delay(const BackoffRule& rule, int failures, std::uint64_t chance) noexcept;

}  // namespace emdia
