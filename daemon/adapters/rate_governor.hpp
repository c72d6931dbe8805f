#pragma once
// When a message may leave: throughput of the number and rate per recipient (whatsapp.md section 8). Pure: told the
// time, never asks. The budget of recipients per day is not here: the engine counts it in the ledger (D8), where it
// survives a restart.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "daemon/core/civil.hpp"

namespace emdia {

struct RateLimits {
    int per_second = 80;    ///< 1..1000
    Millis pair_gap{6000};  ///< One message to one person per gap...
    int pair_burst = 10;    ///< ...after this many at once. The platform lends 45; the rest is left for people.
};

/// Not thread-safe. A clock that is set back costs at most one burst.
class RateGovernor {
public:
    explicit RateGovernor(RateLimits limits) : limits_(limits) {}

    /// The instant at which `count` messages of submit `id` may leave; `now` or earlier: at once. The place is kept, so
    /// that a caller who comes back with the same id at that time is let through and does not queue again.
    [[nodiscard]] Instant place(std::int64_t id, int count, Instant now);

    /// nullopt: `count` messages to `recipient` may go and are counted. Otherwise how long this recipient waits.
    [[nodiscard]] std::optional<Millis> pair_wait(const std::string& recipient, int count, Instant now);
    /// The platform refused for the pair rate (131056): waits of 1, 4, 16, 64, 256 s until a message passes.
    [[nodiscard]] Millis pair_refused(const std::string& recipient, Instant now);
    void pair_passed(const std::string& recipient);

    /// Recipients remembered at this moment; those at rest are forgotten.
    [[nodiscard]] std::size_t remembered() const noexcept { return pairs_.size(); }

private:
    using Micros = std::chrono::microseconds;
    using Moment = std::chrono::sys_time<Micros>;
    struct Pair {
        Instant free_at{};  ///< When the debt of messages already sent is paid off.
        int refusals = 0;
        Instant refused_until{};
    };
    void forget_the_rested(Instant now);

    RateLimits limits_;
    Moment free_at_{};
    std::unordered_map<std::int64_t, Instant> places_;
    std::unordered_map<std::string, Pair> pairs_;
    std::size_t next_sweep_ = 1024;
};

}  // namespace emdia
