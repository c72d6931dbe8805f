#include "network/radius/retry_timer.hpp"

#include <algorithm>

namespace emdia {
namespace {

/// A tenth of the wait, up or down.
Millis spread(Millis wait, RetryTimer::Chance& chance) {
    const auto tenth = wait.count() / 10;
    return Millis{std::uniform_int_distribution<Millis::rep>(-tenth, tenth)(chance)};
}

}  // namespace

RetryTimer::RetryTimer(const RetrySchedule& schedule, SteadyTime first_sent, Chance& chance)
    : schedule_(schedule),
      give_up_(first_sent + schedule.total),
      wait_(schedule.first + spread(schedule.first, chance)) {
    due_ = std::min(first_sent + wait_, give_up_);
}

bool RetryTimer::again(Chance& chance) {
    if (sent_ > schedule_.retransmissions || due_ >= give_up_) {
        return false;
    }
    const Millis next = std::min(wait_ * 2, schedule_.longest);
    wait_ = next + spread(next, chance);
    due_ = std::min(due_ + wait_, give_up_);
    ++sent_;
    return true;
}

}  // namespace emdia
