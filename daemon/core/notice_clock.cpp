// When the notice period is over, and on which days a block may happen (A1, A12, F11, I1, I2).

#include <algorithm>

#include "daemon/core/decide.hpp"

namespace emdia {
namespace {

/// A policy without a single block day never validates; this only keeps the search finite if one is used all the same.
constexpr int kLongestSearch = 400;

/// Pauses in order of their start, overlapping ones joined: no day may count twice.
std::vector<Pause> joined(std::vector<Pause> pauses) {
    std::sort(pauses.begin(), pauses.end(), [](const Pause& a, const Pause& b) { return a.from < b.from; });
    std::vector<Pause> result;
    for (const Pause& pause : pauses) {
        if (result.empty() || (result.back().until && *result.back().until < pause.from)) {
            result.push_back(pause);
        } else if (result.back().until) {
            result.back().until =
                pause.until ? std::optional{std::max(*result.back().until, *pause.until)} : std::nullopt;
        }
    }
    return result;
}

}  // namespace

std::optional<NoticeClock> notice_clock(Date delivered, const std::vector<Pause>& pauses, const Policy& policy,
                                        const Calendar& calendar) {
    NoticeClock clock;
    clock.last_day = delivered + Days{policy.notice.days};
    Date no_block_before = Date::min();
    for (const Pause& pause : joined(pauses)) {
        if (!pause.until) {
            return std::nullopt;
        }
        // The day on which the dispute came still counts as used, the day of the answer does not. A pause after the
        // last day adds nothing to the period, but the answer must have reached the subscriber on an earlier day.
        const Date from = std::max(pause.from, delivered);
        if (from < clock.last_day && from < *pause.until) {
            clock.last_day += *pause.until - from;
        }
        no_block_before = std::max(no_block_before, *pause.until + Days{1});
    }
    clock.period_ends = calendar.next_bank_business_day(clock.last_day);
    clock.earliest_block =
        block_day_on_or_after(std::max(clock.period_ends + Days{1}, no_block_before), policy, calendar);
    return clock;
}

bool is_block_day(Date d, const Policy& policy, const Calendar& calendar) {
    return policy.block.weekdays[weekday_of(d).c_encoding()] && calendar.is_contact_day(d) &&
           (policy.block.eve_of_holiday || !calendar.is_eve(d));
}

Date block_day_on_or_after(Date d, const Policy& policy, const Calendar& calendar) {
    for (int i = 0; i < kLongestSearch && !is_block_day(d, policy, calendar); ++i) {
        d += Days{1};
    }
    return d;
}

}  // namespace emdia
