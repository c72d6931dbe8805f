#include "daemon/core/tasks.hpp"

#include "daemon/core/late_charges.hpp"
#include "daemon/core/message_history.hpp"

namespace emdia::detail {
namespace {

/// A9: a release that takes longer than the policy's target is a task; longer than this raises the alarm, and much
/// longer, or up to the policy's limit, the red one.
constexpr Minutes kReleaseAlarm{60};
constexpr Hours kReleaseRedAlarm{4};
/// Above this an amount is a fault of data, and interest over centuries would leave the range of Money.
constexpr std::int64_t kLargestPlausible = 10'000'000'00;
/// What may come on top of fine and interest without being called an overpayment (I7).
constexpr std::int64_t kToleranceCentavos = 1;

void add(Decision& decision, TaskKind kind, Priority priority, const Reason& reason) {
    decision.tasks.push_back({.kind = kind, .priority = priority, .reason = reason});
}

/// A12: answer it; day 25: hurry; day 30: the charge must be cancelled.
void about_disputes(Situation& s, Decision& decision) {
    for (const Dispute& dispute : s.facts.disputes) {
        if (dispute.answered_at) {
            continue;
        }
        Reason reason{.code = ReasonCode::dispute_open, .invoice = dispute.invoice, .at = dispute.opened_at};
        add(decision, TaskKind::dispute, normal, reason);
        const Date opened = s.moment.date(dispute.opened_at);
        const auto after = [&](int days) { return at(opened + Days{days}, Seconds{0}); };
        if (s.moment.reached(after(s.policy().dispute_alarm_days))) {
            reason.code = ReasonCode::dispute_alarm;
            add(decision, TaskKind::dispute_alarm, urgent, reason);
        }
        if (s.moment.reached(after(s.policy().dispute_limit_days))) {
            reason.code = ReasonCode::dispute_must_cancel;
            add(decision, TaskKind::dispute_must_cancel, without_service, reason);
        }
    }
}

/// "Já paguei", and the hold went by without a payment.
void about_claims(Situation& s, Decision& decision) {
    for (const PaymentClaim& claim : s.facts.claims) {
        const Instant end = claim.at + s.policy().claim_hold;
        if (!s.moment.reached(end)) {
            continue;
        }
        const Date said = s.moment.date(claim.at);
        const bool still_owed = std::any_of(s.owed.begin(), s.owed.end(), [&](const OwedInvoice& owed) {
            return owed.dates.effective_due < said && (claim.invoice == InvoiceId{} || claim.invoice == owed.id());
        });
        if (still_owed) {
            add(decision, TaskKind::claim_review, normal,
                {.code = ReasonCode::claim_held, .invoice = claim.invoice, .at = end});
        }
    }
}

/// A8: after the full days of uninterrupted block, from the next business day.
void about_rescission(Situation& s, Decision& decision) {
    const auto& since = s.facts.access.blocked_since;
    if (!since || s.owed.empty()) {
        return;
    }
    const Date last = s.moment.date(*since) + Days{s.policy().rescission_candidate_days};
    const Date from = s.calendar().next_bank_business_day(last + Days{1});
    if (s.moment.reached(at(from, Seconds{0}))) {
        add(decision, TaskKind::rescission_candidate, can_wait,
            {.code = ReasonCode::rescission_candidate, .date = from, .at = since});
    }
}

/// A9: open is wanted and the equipment still shows, or last showed, something else.
void about_release(Situation& s, Decision& decision) {
    const AccessRecord& access = s.facts.access;
    const bool not_seen_open = access.applied ? *access.applied != Access::open : access.blocked_since.has_value();
    if (access.wanted != Access::open || access.generation == 0 || !not_seen_open) {
        return;
    }
    const bool late = s.moment.reached(access.wanted_at + s.policy().unblock.target);
    const bool alarm = s.moment.reached(access.wanted_at + kReleaseAlarm);
    const bool red = s.moment.reached(access.wanted_at + std::min(kReleaseRedAlarm, s.policy().unblock.hard));
    if (late || alarm || red) {
        add(decision, TaskKind::restore_late, red ? without_service : (alarm ? urgent : normal),
            {.code = ReasonCode::restore_late, .at = access.wanted_at});
    }
}

void about_invoices(Situation& s, Decision& decision) {
    for (const OwedInvoice& owed : s.owed) {
        Reason reason{.code = ReasonCode::erp_state_unknown, .invoice = owed.id(), .date = owed.invoice->due};
        if (owed.invoice->state == InvoiceState::unknown) {
            add(decision, TaskKind::data_problem, normal, reason);
        } else if (!s.policy().dun_suspended_months && is_for_suspended_time(s, *owed.invoice)) {
            reason.code = ReasonCode::suspended_month;
            add(decision, TaskKind::suspended_month_review, can_wait, reason);
        }
    }
}

/// 8.7: what came in is more than invoice, fine and interest can explain, or the invoice was cancelled.
void about_overpayment(Situation& s, Decision& decision) {
    if (s.facts.payments.empty()) {
        return;
    }
    for (const Invoice& invoice : s.facts.invoices) {
        std::int64_t received = 0;
        Date last{};
        for (const Payment& payment : s.facts.payments) {
            if (!payment.reversed && payment.invoice_erp_id == invoice.erp_id) {
                received += payment.amount.centavos();
                last = std::max(last, payment.paid_on);
            }
        }
        if (invoice.face.centavos() > kLargestPlausible) {
            continue;
        }
        std::int64_t most = kToleranceCentavos;
        if (invoice.state != InvoiceState::cancelled) {
            const Money face = std::max(invoice.face, Money{});
            most +=
                face.centavos() + late_ceiling(face, s.calendar().effective_due(invoice.due), last).total().centavos();
        }
        if (received > most) {
            add(decision, TaskKind::overpaid, normal,
                {.code = ReasonCode::paid,
                 .invoice = invoice.id,
                 .date = last,
                 .amount = Money::centavos(std::min(received, Money::limit()))});
        }
    }
}

/// What looked paid is owed again: a person looks at it, whatever the ladder does.
void about_reversals(Situation& s, Decision& decision) {
    for (const OwedInvoice& owed : s.owed) {
        if (const auto reversed_at = last_reversal(s.facts, *owed.invoice)) {
            Reason reason = about(owed, ReasonCode::payment_reversed);
            reason.at = reversed_at;
            add(decision, TaskKind::payment_reversed, normal, reason);
        }
    }
}

}  // namespace

void decide_tasks(Situation& s, Decision& decision) {
    about_disputes(s, decision);
    about_claims(s, decision);
    about_rescission(s, decision);
    about_release(s, decision);
    about_invoices(s, decision);
    about_overpayment(s, decision);
    about_reversals(s, decision);
}

}  // namespace emdia::detail
