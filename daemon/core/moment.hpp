#pragma once
// "Now" as one decision sees it. Every question about time goes through `reached`, so that the next wake-up is exact:
// whatever was asked and is not yet true is a moment at which the answer may change. Internal to the core.

#include <algorithm>

#include "daemon/core/decide.hpp"

namespace emdia::detail {

class Moment {
public:
    Moment(const DecisionContext& context, Instant at)
        : zone_(context.zone), now_(at), local_(zone_.local(at)), today_(date_of(local_)) {
        const bool same_zone = &context.zone == &context.brasilia;
        day_begun_everywhere_ = same_zone ? today_ : std::min(today_, date_of(context.brasilia.local(at)));
    }

    [[nodiscard]] Instant now() const noexcept { return now_; }
    [[nodiscard]] LocalTime local() const noexcept { return local_; }
    [[nodiscard]] Date today() const noexcept { return today_; }
    [[nodiscard]] Seconds time_of_day() const { return emdia::time_of_day(local_); }
    /// F7: what is overdue is so in local and in Brasília time.
    [[nodiscard]] bool overdue(Date effective_due) const noexcept { return day_begun_everywhere_ > effective_due; }

    [[nodiscard]] LocalTime local(Instant t) const { return zone_.local(t); }
    [[nodiscard]] Date date(Instant t) const { return date_of(zone_.local(t)); }
    [[nodiscard]] Instant instant(LocalTime t) const { return zone_.instant(t); }

    [[nodiscard]] bool reached(Instant t) {
        if (t <= now_) {
            return true;
        }
        wake_ = wake_ ? std::min(*wake_, t) : t;
        return false;
    }
    [[nodiscard]] bool reached(LocalTime t) {
        if (t <= local_) {
            return true;
        }
        local_wake_ = local_wake_ ? std::min(*local_wake_, t) : t;
        return false;
    }
    /// Asks to be woken at `t` without a question.
    template <class Time>
    void wake_at(Time t) {
        static_cast<void>(reached(t));
    }

    [[nodiscard]] std::optional<Instant> next_wake() const {
        if (!local_wake_) {
            return wake_;
        }
        const Instant local_wake = zone_.instant(*local_wake_);
        return wake_ ? std::min(*wake_, local_wake) : local_wake;
    }

private:
    const Zone& zone_;
    Instant now_;
    LocalTime local_;
    Date today_;
    Date day_begun_everywhere_{};
    std::optional<Instant> wake_;
    std::optional<LocalTime> local_wake_;
};

}  // namespace emdia::detail
