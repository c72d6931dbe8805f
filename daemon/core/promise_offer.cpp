// Whether a promise may be made, and for which days (8a.7, I12).

#include "daemon/core/promise.hpp"

namespace emdia {
namespace {

using detail::OwedInvoice;
using detail::Situation;

constexpr Days kHistory{180};
constexpr std::size_t kMostButtons = 3;

std::optional<Reason> refusal(const Situation& s) {
    const Policy::PromiseRules& rules = s.policy().promise;
    const Date today = s.moment.today();
    int broken = 0;
    std::optional<Reason> too_soon;
    for (const Promise& promise : s.facts.promises) {
        if (promise.state == PromiseState::active) {
            return Reason{.code = ReasonCode::promise_one_active, .date = promise.until, .amount = promise.amount};
        }
        const Date made = s.moment.date(promise.made_at);
        if (detail::was_in_force(promise) && today < made + Days{rules.one_per_days}) {
            too_soon = Reason{.code = ReasonCode::promise_one_per_days, .date = made + Days{rules.one_per_days}};
        }
        if (promise.state == PromiseState::broken && today < made + kHistory) {
            ++broken;
        }
    }
    if (!too_soon && broken > rules.max_broken_in_180_days) {
        return Reason{.code = ReasonCode::promise_history};
    }
    return too_soon;
}

/// The last day within both counts; the day of the promise is not counted.
Date horizon(const Situation& s) {
    const Policy::PromiseRules& rules = s.policy().promise;
    Date last = s.moment.today();
    int business_days = 0;
    for (int i = 0; i < rules.max_calendar_days; ++i) {
        const Date next = last + Days{1};
        business_days += s.calendar().is_business_day(next) ? 1 : 0;
        if (business_days > rules.max_business_days) {
            break;
        }
        last = next;
    }
    return last;
}

std::vector<Date> button_dates(const Situation& s, Date last) {
    std::vector<Date> dates;
    for (Date d = s.moment.today() + Days{1}; d <= last && dates.size() < kMostButtons; d += Days{1}) {
        if (s.calendar().is_contact_day(d)) {
            dates.push_back(d);
        }
    }
    if (dates.empty()) {
        dates.push_back(last);
    }
    return dates;
}

}  // namespace

PromiseOffer promise_offer(const AccountFacts& facts, const DecisionContext& context, Instant now) {
    const Situation s(facts, context, now);
    PromiseOffer offer;
    if (facts.contract.status != ContractStatus::active) {
        offer.reason = {.code = ReasonCode::contract_not_active};
        return offer;
    }
    std::int64_t centavos = 0;
    for (const OwedInvoice& owed : s.owed) {
        const bool askable = owed.overdue && owed.invoice->owed() && owed.invoice->released &&
                             !owed.invoice->protested && detail::open_dispute(s, owed.id()) == nullptr;
        if (askable) {
            offer.invoices.push_back(owed.id());
            centavos += owed.outstanding.centavos();
        }
    }
    offer.amount = Money::centavos(std::min(centavos, Money::limit()));
    if (offer.invoices.empty()) {
        offer.reason = {.code = ReasonCode::promise_nothing_owed};
        return offer;
    }
    if (auto refused = refusal(s)) {
        offer.reason = *refused;
        return offer;
    }
    offer.allowed = true;
    offer.last_date = horizon(s);
    offer.dates = button_dates(s, offer.last_date);
    offer.reason = {.code = ReasonCode::promise_possible, .date = offer.last_date, .amount = offer.amount};
    return offer;
}

Result<Date> check_promise_date(const PromiseOffer& offer, Date wanted, Date today) {
    if (!offer.allowed) {
        return Error{ErrorKind::refused, "no promise is possible now: " + std::string(to_string(offer.reason.code)),
                     "a person may decide otherwise"};
    }
    if (wanted < today) {
        return Error{ErrorKind::bad_input, "the promised day " + to_iso(wanted) + " is over",
                     "name a day from " + to_iso(today) + " to " + to_iso(offer.last_date)};
    }
    if (wanted > offer.last_date) {
        return Error{ErrorKind::refused, "the promised day " + to_iso(wanted) + " is beyond the horizon",
                     "name a day up to " + to_iso(offer.last_date)};
    }
    return wanted;
}

}  // namespace emdia
