// On which days the steps of the ladder stand for one due date (C6, 8a.4).

#include "daemon/core/decide.hpp"

namespace emdia {
namespace {
/// "+1" and the notice keep this distance, or "+1" gives way (8a.4).
constexpr Days kAfterToNotice{2};
}  // namespace

StageDates stage_dates(Date due, const Policy& policy, const Calendar& calendar) {
    StageDates dates;
    dates.due = due;
    dates.effective_due = calendar.effective_due(due);
    if (policy.stages.before) {
        dates.before = calendar.contact_day_on_or_before(due + Days{*policy.stages.before});
    }
    dates.notice = calendar.contact_day_on_or_after(dates.effective_due + Days{policy.stages.notice});
    if (policy.stages.after) {
        const Date after = calendar.contact_day_on_or_after(dates.effective_due + Days{*policy.stages.after});
        if (dates.notice - after < kAfterToNotice) {
            dates.after_skipped = true;
        } else {
            dates.after = after;
        }
    }
    return dates;
}

}  // namespace emdia
