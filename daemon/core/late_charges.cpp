#include "daemon/core/late_charges.hpp"

#include <algorithm>

namespace emdia {
namespace {

// 2 % once; 1 % a month over 30 days.
constexpr std::int64_t kFinePercent = 2;
constexpr std::int64_t kInterestDivisor = 3000;

using Share = Money (*)(Money, std::int64_t, std::int64_t);

LateCharges charges(Money principal, int days, Share share) {
    if (days == 0) {
        return {};
    }
    return {share(principal, kFinePercent, 100), share(principal, days, kInterestDivisor)};
}

bool is_31_december(Date d) {
    const std::chrono::year_month_day ymd{d};
    return ymd.month() == std::chrono::December && ymd.day() == std::chrono::day{31};
}

/// The effective due date by the reading that calls 31 December a bank day (8a.1): never after ours.
Date effective_due_of_psp(Date due, const Calendar& calendar) {
    const auto is_weekday = [](Date d) { return weekday_of(d).iso_encoding() <= 5; };
    const Date ours = calendar.effective_due(due);
    for (Date d = due; d < ours; d += Days{1}) {
        if (is_31_december(d) && is_weekday(d) && !calendar.is_holiday(d)) {
            return d;
        }
    }
    return ours;
}

std::int64_t over(Money asked, Money ceiling) { return std::max<std::int64_t>(0, (asked - ceiling).centavos()); }

bool adds_up(const PaymentCodes& asked) {
    return !asked.original.is_negative() && !asked.fine.is_negative() && !asked.interest.is_negative() &&
           asked.original + asked.fine + asked.interest == asked.total;
}

}  // namespace

int days_late(Date effective_due, Date paid_on) noexcept {
    return std::max(0, static_cast<int>((paid_on - effective_due).count()));
}

LateCharges late_estimate(Money principal, Date effective_due, Date paid_on) {
    return charges(principal, days_late(effective_due, paid_on), truncated_share);
}

LateCharges late_ceiling(Money principal, Date effective_due, Date paid_on) {
    return charges(principal, days_late(effective_due, paid_on), ceiling_share);
}

AmountCheck check_asked(const PaymentCodes& asked, Date due, Date on, const Calendar& calendar) {
    if (!adds_up(asked)) {
        return AmountCheck::wrong;
    }
    const LateCharges ceiling = late_ceiling(asked.original, effective_due_of_psp(due, calendar), on);
    switch (over(asked.fine, ceiling.fine) + over(asked.interest, ceiling.interest)) {
        case 0:
            return AmountCheck::ok;
        case 1:
            return AmountCheck::one_cent_over;
        default:
            return AmountCheck::wrong;
    }
}

}  // namespace emdia
