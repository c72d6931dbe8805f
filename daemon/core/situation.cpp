#include "daemon/core/situation.hpp"

namespace emdia::detail {
namespace {

struct PaidSums {
    std::int64_t all = 0;
    std::int64_t not_in_row = 0;  ///< Learned after the row was read.
};

PaidSums paid_for(const Invoice& invoice, const std::vector<Payment>& payments) {
    PaidSums sums;
    for (const Payment& payment : payments) {
        if (payment.reversed || payment.invoice_erp_id != invoice.erp_id) {
            continue;
        }
        sums.all += payment.amount.centavos();
        if (!invoice.read_at || payment.known_at > *invoice.read_at) {
            sums.not_in_row += payment.amount.centavos();
        }
    }
    return sums;
}

bool concerns(InvoiceId scope, InvoiceId invoice) noexcept { return scope == InvoiceId{} || scope == invoice; }

Date end_of_month(Date first) {
    const std::chrono::year_month_day ymd{first};
    return Date{ymd.year() / ymd.month() / std::chrono::last};
}

}  // namespace

Money outstanding(const Invoice& invoice, const std::vector<Payment>& payments) {
    if (!invoice.owed() && invoice.state != InvoiceState::unknown) {
        return Money{};
    }
    if (payments.empty()) {
        return std::max(invoice.open, Money{});
    }
    const PaidSums paid = paid_for(invoice, payments);
    if (invoice.face > Money{} && paid.all >= invoice.face.centavos()) {
        return Money{};
    }
    return Money::centavos(std::clamp<std::int64_t>(invoice.open.centavos() - paid.not_in_row, 0, Money::limit()));
}

Situation::Situation(const AccountFacts& account, const DecisionContext& around, Instant now)
    : facts(account), context(around), moment(around, now) {
    owed.reserve(facts.invoices.size());
    for (const Invoice& invoice : facts.invoices) {
        const Money still = outstanding(invoice, facts.payments);
        if (still.is_zero()) {
            continue;
        }
        OwedInvoice& added = owed.emplace_back();
        added.invoice = &invoice;
        added.outstanding = still;
        added.connection_outstanding = std::clamp(invoice.connection_open, Money{}, still);
        added.dates = stage_dates(invoice.due, policy(), calendar());
        added.overdue = moment.overdue(added.dates.effective_due);
    }
    std::sort(owed.begin(), owed.end(), [](const OwedInvoice& a, const OwedInvoice& b) {
        return std::pair{a.invoice->due, raw(a.id())} < std::pair{b.invoice->due, raw(b.id())};
    });
}

const OwedInvoice* Situation::find_owed(InvoiceId id) const noexcept {
    const auto found = std::find_if(owed.begin(), owed.end(), [id](const OwedInvoice& o) { return o.id() == id; });
    return found == owed.end() ? nullptr : &*found;
}

bool is_fresh(const Invoice& invoice, const Situation& s) {
    return invoice.read_at && *invoice.read_at <= s.moment.now() &&
           s.moment.now() - *invoice.read_at <= s.policy().block.erp_max_age;
}

const Override* override_in_force(Situation& s, OverrideKind kind) {
    for (const Override& candidate : s.facts.overrides) {
        if (candidate.kind == kind && s.moment.reached(candidate.from) && !s.moment.reached(candidate.until)) {
            return &candidate;
        }
    }
    return nullptr;
}

const Dispute* open_dispute(const Situation& s, InvoiceId invoice) noexcept {
    for (const Dispute& dispute : s.facts.disputes) {
        if (!dispute.answered_at && concerns(dispute.invoice, invoice)) {
            return &dispute;
        }
    }
    return nullptr;
}

std::optional<Instant> claim_hold_end(Situation& s, InvoiceId invoice) {
    std::optional<Instant> end;
    for (const PaymentClaim& claim : s.facts.claims) {
        const Instant until = claim.at + s.policy().claim_hold;
        if (concerns(claim.invoice, invoice) && !s.moment.reached(until)) {
            end = end ? std::max(*end, until) : until;
        }
    }
    return end;
}

bool is_for_suspended_time(const Situation& s, const Invoice& invoice) {
    if (s.facts.blocked_intervals.empty()) {
        return false;
    }
    // Where the ERP tells no service period, the month the invoice is for stands in: the safer guess.
    const Date begin = invoice.period_begin.value_or(invoice.reference);
    const Date end = invoice.period_end.value_or(end_of_month(begin));
    return std::any_of(s.facts.blocked_intervals.begin(), s.facts.blocked_intervals.end(),
                       [&](const BlockedInterval& blocked) {
                           const bool from_before = s.moment.date(blocked.from) <= begin;
                           return from_before && (!blocked.until || s.moment.date(*blocked.until) >= end);
                       });
}

bool covers(const Promise& promise, InvoiceId invoice) noexcept {
    return std::find(promise.invoices.begin(), promise.invoices.end(), invoice) != promise.invoices.end();
}

Reason about(const OwedInvoice& owed, ReasonCode code, std::optional<Date> date) {
    return {.code = code, .invoice = owed.id(), .date = date.value_or(owed.invoice->due), .amount = owed.outstanding};
}

std::vector<Reason> account_holds(Situation& s) {
    std::vector<Reason> holds;
    const AccountFacts& facts = s.facts;
    if (facts.contract.status != ContractStatus::active) {
        holds.push_back({.code = ReasonCode::contract_not_active});
    }
    if (facts.contract.exempt) {
        holds.push_back({.code = ReasonCode::exempt});
    }
    if (!facts.source.healthy) {
        holds.push_back({.code = ReasonCode::erp_unhealthy, .at = facts.source.last_full_at});
    }
    if (const Override* freeze = override_in_force(s, OverrideKind::freeze)) {
        holds.push_back({.code = ReasonCode::override_freeze, .at = freeze->until});
    }
    return holds;
}

std::optional<Reason> invoice_hold(Situation& s, const OwedInvoice& owed) {
    const Invoice& invoice = *owed.invoice;
    const auto held = [&](ReasonCode code, std::optional<Instant> at = std::nullopt) {
        Reason reason = about(owed, code);
        reason.at = at;
        return reason;
    };
    if (invoice.state == InvoiceState::unknown) {
        return held(ReasonCode::erp_state_unknown);
    }
    if (!invoice.released) {
        return held(ReasonCode::not_released);
    }
    if (invoice.protested) {
        return held(ReasonCode::protested);
    }
    if (invoice.payment_pending) {
        return held(ReasonCode::payment_pending);
    }
    if (s.moment.reached(at(invoice.due + Days{s.policy().stop_automation_days + 1}, Seconds{0}))) {
        return held(ReasonCode::automation_stopped);
    }
    if (const Dispute* dispute = open_dispute(s, invoice.id)) {
        return held(ReasonCode::dispute_open, dispute->opened_at);
    }
    if (const auto end = claim_hold_end(s, invoice.id)) {
        return held(ReasonCode::claim_held, end);
    }
    if (!s.policy().dun_suspended_months && is_for_suspended_time(s, invoice)) {
        return held(ReasonCode::suspended_month);
    }
    return std::nullopt;
}

}  // namespace emdia::detail
