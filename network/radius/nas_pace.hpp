#pragma once
// How fast one NAS may be asked. Told the time; no I/O.

#include "network/common/wall_clock.hpp"

namespace emdia {

/// Window and rate of a NAS. Both halve when it says that it is short of resources (NAK 506, network.md 1.2) and come
/// back one doubling at a time while it does not say so again.
class NasPace {
public:
    static constexpr Millis one_complaint{1'000};  ///< What a full window complains of within this time counts once.
    static constexpr Millis recovery{30'000};
    static constexpr int most_halvings = 6;

    /// `max_per_second` 0: no limit of the rate, only of the window.
    NasPace(int max_per_second, int max_in_flight);

    /// Requests that may be under way; at least 1.
    [[nodiscard]] int window() const noexcept;
    /// When the rate lets the next request go; a burst of `window` may leave at once.
    [[nodiscard]] SteadyTime free_at(int window) const noexcept { return rate_free_at_ - interval() * (window - 1); }
    void sent(SteadyTime now) noexcept;
    /// Nothing leaves before `until`.
    void hold(SteadyTime until, int window) noexcept { rate_free_at_ = until + interval() * (window - 1); }

    void short_of_resources(SteadyTime now) noexcept;
    void recover(SteadyTime now) noexcept;

private:
    [[nodiscard]] std::chrono::nanoseconds interval() const noexcept;

    int max_in_flight_;
    std::chrono::nanoseconds interval_{0};
    int halvings_ = 0;
    SteadyTime complained_at_{};
    SteadyTime recover_at_{};
    SteadyTime rate_free_at_{};  ///< Rises by one interval with each request; ahead of now by a burst at most.
};

}  // namespace emdia
