#include "network/radius/nas_pace.hpp"

#include <algorithm>

namespace emdia {

NasPace::NasPace(int max_per_second, int max_in_flight) : max_in_flight_(max_in_flight) {
    if (max_per_second != 0) {
        interval_ = std::chrono::nanoseconds{std::chrono::seconds{1}} / max_per_second;
    }
}

int NasPace::window() const noexcept { return std::max(1, max_in_flight_ >> halvings_); }

std::chrono::nanoseconds NasPace::interval() const noexcept { return interval_ * (1 << halvings_); }

void NasPace::sent(SteadyTime now) noexcept { rate_free_at_ = std::max(rate_free_at_, now) + interval(); }

void NasPace::short_of_resources(SteadyTime now) noexcept {
    recover_at_ = now + recovery;
    if (halvings_ > 0 && now < complained_at_ + one_complaint) {
        return;
    }
    complained_at_ = now;
    halvings_ = std::min(halvings_ + 1, most_halvings);
}

void NasPace::recover(SteadyTime now) noexcept {
    if (halvings_ > 0 && now >= recover_at_) {
        --halvings_;
        recover_at_ = now + recovery;
    }
}

}  // namespace emdia
