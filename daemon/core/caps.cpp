#include "daemon/core/caps.hpp"

namespace emdia::detail {
namespace {

constexpr Hours kSevenDays{7 * 24};
/// C3: someone who wrote this lately is awake and waits for an answer.
constexpr Minutes kJustWrote{30};
/// Files of holidays cannot make longer runs of days without contact than this.
constexpr int kLongestSilence = 40;

bool counts(const Message& m, MessageClass cls, const Message* own) noexcept {
    return &m != own && m.state != MessageState::dropped && m.state != MessageState::failed &&
           message_class(m.stage) == cls;
}

/// Times at which this person was, or is about to be, contacted: this account's messages and those of others.
std::vector<Instant> contacts(const Situation& s, MessageClass cls, const Message* own) {
    const AccountFacts& facts = s.facts;
    std::vector<Instant> times = cls == MessageClass::collection ? facts.other_collection_at : facts.other_service_at;
    for (const Message& m : facts.messages) {
        if (counts(m, cls, own)) {
            times.push_back(contact_time(m));
        }
    }
    std::sort(times.begin(), times.end());
    return times;
}

int contacts_today(const Situation& s, const std::vector<Instant>& times) {
    return static_cast<int>(
        std::count_if(times.begin(), times.end(), [&](Instant t) { return s.moment.date(t) == s.moment.today(); }));
}

Reason wait_until(Situation& s, ReasonCode code, LocalTime t) {
    s.moment.wake_at(t);
    return {.code = code, .date = date_of(t), .at = s.moment.instant(t)};
}

LocalTime next_collection_opening(const Situation& s) {
    for (int i = 0; i <= kLongestSilence; ++i) {
        const Date d = s.moment.today() + Days{i};
        const auto hours = collection_hours(d, s.policy(), s.calendar());
        if (hours && at(d, hours->from) > s.moment.local()) {
            return at(d, hours->from);
        }
    }
    return at(s.moment.today() + Days{kLongestSilence}, Seconds{0});
}

/// A cap that ends at night is asked again then, and waits on for the morning.
Reason wait_for_cap(Situation& s, ReasonCode code, Instant t) {
    s.moment.wake_at(t);
    return {.code = code, .date = s.moment.date(t), .at = t};
}

}  // namespace

std::optional<ReasonCode> channel_closed(const Subscriber& who) noexcept {
    constexpr int kBadAfterCycles = 2;
    if (who.phone.empty()) {
        return ReasonCode::no_phone;
    }
    if (who.wrong_number) {
        return ReasonCode::wrong_number;
    }
    if (who.optout_at && (!who.optin_at || *who.optin_at <= *who.optout_at)) {
        return ReasonCode::opted_out;
    }
    if (!who.optin_at) {
        return ReasonCode::no_optin;
    }
    if (who.undeliverable_cycles >= kBadAfterCycles) {
        return ReasonCode::channel_bad;
    }
    return std::nullopt;
}

std::optional<TimeWindow> collection_hours(Date d, const Policy& policy, const Calendar& calendar) {
    if (calendar.is_contact_day(d)) {
        TimeWindow hours = policy.contact.window;
        hours.from = std::max(hours.from, calendar.contact_opens(d));
        return hours;
    }
    const std::chrono::year_month_day ymd{d};
    const bool year_end = ymd.month() == std::chrono::December &&
                          (ymd.day() == std::chrono::day{24} || ymd.day() == std::chrono::day{31});
    const bool working_saturday = weekday_of(d) == std::chrono::Saturday && !year_end && !calendar.is_holiday(d);
    return working_saturday ? policy.contact.saturday : std::nullopt;
}

Wait collection_wait(Situation& s, const Message* own) {
    const Policy::Contact& limits = s.policy().contact;
    const auto hours = collection_hours(s.moment.today(), s.policy(), s.calendar());
    if (!hours || !hours->contains(s.moment.time_of_day())) {
        const ReasonCode code = hours ? ReasonCode::outside_contact_window : ReasonCode::no_contact_day;
        return wait_until(s, code, next_collection_opening(s));
    }
    const std::vector<Instant> times = contacts(s, MessageClass::collection, own);
    if (times.empty()) {
        return std::nullopt;
    }
    if (contacts_today(s, times) >= limits.max_per_day) {
        return wait_until(s, ReasonCode::cap_day, at(s.moment.today() + Days{1}, Seconds{0}));
    }
    const auto most_a_week = static_cast<std::size_t>(std::max(limits.max_per_7_days, 1));
    if (times.size() >= most_a_week) {
        const Instant oldest_of_the_week = times[times.size() - most_a_week];
        if (oldest_of_the_week + kSevenDays > s.moment.now()) {
            return wait_for_cap(s, ReasonCode::cap_week, oldest_of_the_week + kSevenDays);
        }
    }
    if (times.back() + limits.min_gap > s.moment.now()) {
        return wait_for_cap(s, ReasonCode::cap_gap, times.back() + limits.min_gap);
    }
    return std::nullopt;
}

Wait service_wait(Situation& s, const Message* own) {
    const Policy::Contact& limits = s.policy().contact;
    const auto& wrote = s.facts.subscriber.last_inbound_at;
    const bool just_wrote = wrote && *wrote <= s.moment.now() && s.moment.now() - *wrote <= kJustWrote;
    if (!just_wrote && !limits.service_window.contains(s.moment.time_of_day())) {
        const bool before_opening = s.moment.time_of_day() < limits.service_window.from;
        const Date day = s.moment.today() + Days{before_opening ? 0 : 1};
        return wait_until(s, ReasonCode::outside_contact_window, at(day, limits.service_window.from));
    }
    if (contacts_today(s, contacts(s, MessageClass::service, own)) >= limits.max_service_per_day) {
        return wait_until(s, ReasonCode::cap_service, at(s.moment.today() + Days{1}, limits.service_window.from));
    }
    return std::nullopt;
}

bool cycle_is_full(const Situation& s, InvoiceId invoice, const Message* own) {
    const auto said = std::count_if(s.facts.messages.begin(), s.facts.messages.end(), [&](const Message& m) {
        return m.invoice == invoice && counts(m, MessageClass::collection, own);
    });
    return said >= s.policy().contact.max_per_cycle;
}

}  // namespace emdia::detail
