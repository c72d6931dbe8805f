#pragma once
// When to send an unanswered request again (RFC 5080 section 2.2.1). Told the time; chance is handed in.

#include <optional>
#include <random>

#include "network/radius/identifiers.hpp"
#include "network/radius/radius_config.hpp"

namespace emdia {

class RetryTimer {
public:
    using Chance = std::minstd_rand;

    RetryTimer(const RetrySchedule& schedule, SteadyTime first_sent, Chance& chance);

    /// When the present wait ends.
    [[nodiscard]] SteadyTime due() const noexcept { return due_; }
    /// At the end of a wait: true when the request is to be sent once more, which starts the next wait; false: give up.
    [[nodiscard]] bool again(Chance& chance);
    [[nodiscard]] int sent() const noexcept { return sent_; }

private:
    RetrySchedule schedule_;
    SteadyTime give_up_;
    SteadyTime due_;
    Millis wait_;
    int sent_ = 1;
};

}  // namespace emdia
