#include "daemon/core/dunning.hpp"

#include "daemon/core/block.hpp"

namespace emdia::detail {
namespace {

/// A stage that is due for one invoice.
struct Candidate {
    const OwedInvoice* owed = nullptr;
    Stage stage = Stage::before;
    int attempt = 1;
    std::optional<LocalTime>
        expires;  ///< nullopt: with today's hours, because the text names a date counted from today.
    std::optional<Date> suspend_from;
    ReasonCode why = ReasonCode::stage_due;
};

LocalTime sending_time(const Situation& s, Date d) {
    return at(d, std::max(s.policy().contact.send_at, s.calendar().contact_opens(d)));
}

LocalTime midnight(Date d) { return at(d, Seconds{0}); }

bool is_small_rest(const Situation& s, const OwedInvoice& owed) {
    const bool partly_paid = owed.invoice->state == InvoiceState::partial || owed.outstanding < owed.invoice->open;
    return partly_paid && owed.outstanding < s.policy().block.min_connection_debt;
}

/// C5 across invoices and turns: on its own day something at least as severe was said about another invoice.
bool gave_way(const Situation& s, const OwedInvoice& owed, Stage stage, Date planned) {
    return std::any_of(s.facts.messages.begin(), s.facts.messages.end(), [&](const Message& m) {
        return message_class(m.stage) == MessageClass::collection && m.stage >= stage && m.invoice != owed.id() &&
               m.state != MessageState::dropped && m.state != MessageState::failed &&
               s.moment.date(contact_time(m)) == planned;
    });
}

/// Finds what is due for one invoice; collects reasons and tasks on the way.
class Ladder {
public:
    Ladder(Situation& s, Decision& decision) : s_(s), decision_(decision) {}

    std::optional<Candidate> due_step(const OwedInvoice& owed) {
        if (!owed.overdue) {
            return before_due(owed);
        }
        const StageHistory notice = notice_history(s_, owed);
        if (notice.last != nullptr) {
            return after_notice(owed, notice);
        }
        if (notice.is_spent()) {
            ask_for_other_channel(owed, notice.last_given_up_at);
            return std::nullopt;
        }
        if (s_.moment.reached(sending_time(s_, owed.dates.notice))) {
            return notice_step(owed, notice, ReasonCode::stage_due);
        }
        return reminder_after(owed);
    }

private:
    std::optional<Candidate> before_due(const OwedInvoice& owed) {
        const StageDates& dates = owed.dates;
        s_.moment.wake_at(sending_time(s_, dates.after.value_or(dates.notice)));
        if (!dates.before || s_.moment.today() >= dates.due) {
            return std::nullopt;
        }
        return reminder(owed, Stage::before, *dates.before, midnight(dates.due));
    }

    std::optional<Candidate> reminder_after(const OwedInvoice& owed) {
        if (owed.dates.after_skipped) {
            decision_.message_reasons.push_back(about(owed, ReasonCode::stage_skipped, owed.dates.notice));
        }
        if (!owed.dates.after) {
            return std::nullopt;
        }
        return reminder(owed, Stage::after, *owed.dates.after, midnight(owed.dates.notice));
    }

    std::optional<Candidate> reminder(const OwedInvoice& owed, Stage stage, Date planned, LocalTime expires) {
        const StageHistory history = history_of(s_.facts, stage, owed.id());
        if (!history.may_be_wished()) {
            return std::nullopt;
        }
        if (!s_.moment.reached(sending_time(s_, planned))) {
            decision_.message_reasons.push_back(about(owed, ReasonCode::stage_later, planned));
            return std::nullopt;
        }
        if (gave_way(s_, owed, stage, planned)) {
            decision_.message_reasons.push_back(about(owed, ReasonCode::stage_skipped, planned));
            return std::nullopt;
        }
        s_.moment.wake_at(expires);
        return Candidate{.owed = &owed,
                         .stage = stage,
                         .attempt = history.next_attempt(),
                         .expires = expires,
                         .suspend_from = std::nullopt};
    }

    /// A notice whose fate is known or still open: prove it, resend it once, or go another way (A5).
    std::optional<Candidate> after_notice(const OwedInvoice& owed, const StageHistory& notice) {
        if (const auto proof = notice_proof(s_, owed)) {
            return headsup_step(owed, *proof);
        }
        const Message& last = *notice.last;
        if (last.state == MessageState::failed) {
            ask_for_other_channel(owed, last.queued_at);
            return std::nullopt;
        }
        const Instant timeout = contact_time(last) + s_.policy().notice.delivery_timeout;
        if (is_under_way(last.state) || !s_.moment.reached(timeout)) {
            const bool unknown = last.state == MessageState::unknown;
            decision_.message_reasons.push_back(
                {.code = unknown ? ReasonCode::delivery_unknown : ReasonCode::notice_not_delivered,
                 .invoice = owed.id(),
                 .at = timeout});
            return std::nullopt;
        }
        const bool resent = notice.attempts - notice.given_up > 1;
        if (last.state == MessageState::unknown && !resent) {
            return notice_step(owed, notice, ReasonCode::resend_once);
        }
        ask_for_other_channel(owed, timeout);
        return std::nullopt;
    }

    std::optional<Candidate> notice_step(const OwedInvoice& owed, const StageHistory& history, ReasonCode why) {
        if (const auto none = no_block_to_announce(s_, owed)) {
            decision_.message_reasons.push_back(*none);
            return std::nullopt;
        }
        const auto clock = notice_clock(s_.moment.today(), pauses_of(s_, owed.id()), s_.policy(), s_.calendar());
        if (!clock) {
            return std::nullopt;
        }
        return Candidate{.owed = &owed,
                         .stage = Stage::notice,
                         .attempt = history.next_attempt(),
                         .expires = std::nullopt,
                         .suspend_from = clock->earliest_block,
                         .why = why};
    }

    std::optional<Candidate> headsup_step(const OwedInvoice& owed, Instant proof) {
        if (s_.facts.access.wanted == Access::blocked || no_block_to_announce(s_, owed)) {
            return std::nullopt;
        }
        const auto clock = notice_clock(s_.moment.date(proof), pauses_of(s_, owed.id()), s_.policy(), s_.calendar());
        if (!clock) {
            return std::nullopt;
        }
        const BlockPlan plan = plan_block(s_, owed, proof, *clock);
        if (!plan.headsup_at) {
            return std::nullopt;
        }
        if (!s_.moment.reached(*plan.headsup_at)) {
            decision_.message_reasons.push_back(about(owed, ReasonCode::stage_later, date_of(*plan.headsup_at)));
            return std::nullopt;
        }
        return Candidate{.owed = &owed,
                         .stage = Stage::headsup,
                         .attempt = history_of(s_.facts, Stage::headsup, owed.id()).next_attempt(),
                         .expires = std::nullopt,
                         .suspend_from = date_of(plan.block_at)};
    }

    void ask_for_other_channel(const OwedInvoice& owed, Instant since) {
        Reason reason = about(owed, ReasonCode::fallback_needed);
        reason.at = since;
        decision_.message_reasons.push_back(reason);
        decision_.tasks.push_back({.kind = TaskKind::notice_undelivered, .priority = urgent, .reason = reason});
    }

    Situation& s_;
    Decision& decision_;
};

/// A notice that cannot go by WhatsApp is a person's task; lesser steps are left out.
void report_closed_channel(const std::vector<Candidate>& due, ReasonCode code, Decision& decision) {
    for (const Candidate& c : due) {
        const Reason reason = about(*c.owed, code);
        decision.message_reasons.push_back(reason);
        if (c.stage == Stage::notice) {
            decision.tasks.push_back({.kind = TaskKind::no_contact_channel, .priority = urgent, .reason = reason});
        }
    }
}

MessageWish wish_for(const Situation& s, const Candidate& c) {
    MessageWish wish;
    wish.stage = c.stage;
    wish.invoice = c.owed->id();
    wish.attempt = c.attempt;
    wish.suspend_from = c.suspend_from;
    const auto hours = collection_hours(s.moment.today(), s.policy(), s.calendar());
    const LocalTime end_of_hours = at(s.moment.today(), hours ? hours->to : Hours{24});
    wish.expires_at = s.moment.instant(c.expires.value_or(end_of_hours));
    wish.reason = about(*c.owed, c.why);
    return wish;
}

/// C5: the most advanced step, of the oldest invoice; the others give way.
const Candidate& most_advanced(const std::vector<Candidate>& due, Date today, Decision& decision) {
    const auto chosen = std::max_element(due.begin(), due.end(),
                                         [](const Candidate& a, const Candidate& b) { return a.stage < b.stage; });
    for (const Candidate& c : due) {
        if (&c != &*chosen) {
            decision.message_reasons.push_back(about(*c.owed, ReasonCode::stage_skipped, today));
        }
    }
    return *chosen;
}

void send_or_wait(Situation& s, const std::vector<Candidate>& due, Decision& decision) {
    if (const auto closed = channel_closed(s.facts.subscriber)) {
        report_closed_channel(due, *closed, decision);
        return;
    }
    const Candidate& chosen = most_advanced(due, s.moment.today(), decision);
    if (auto wait = collection_wait(s)) {
        wait->invoice = chosen.owed->id();
        decision.message_reasons.push_back(*wait);
        return;
    }
    if (!is_fresh(*chosen.owed->invoice, s)) {
        Reason stale = about(*chosen.owed, ReasonCode::erp_stale);
        stale.at = chosen.owed->invoice->read_at;
        decision.message_reasons.push_back(stale);
        decision.refresh = true;
        return;
    }
    decision.messages.push_back(wish_for(s, chosen));
}

/// A13: what the smallest debt is compared with, all the connection's overdue invoices together.
std::int64_t connection_debt(const Situation& s) {
    std::int64_t centavos = 0;
    for (const OwedInvoice& owed : s.owed) {
        if (owed.overdue && owed.invoice->released && open_dispute(s, owed.id()) == nullptr) {
            centavos += owed.connection_outstanding.centavos();
        }
    }
    return centavos;
}

}  // namespace

std::optional<Reason> no_block_to_announce(Situation& s, const OwedInvoice& owed) {
    if (owed.connection_outstanding.is_zero()) {
        return about(owed, ReasonCode::not_connection_debt);
    }
    if (connection_debt(s) < s.policy().block.min_connection_debt.centavos()) {
        for (const OwedInvoice& other : s.owed) {
            if (!other.overdue) {  // It counts once it is overdue here and in Brasília, an hour later at most (F7).
                s.moment.wake_at(midnight(other.dates.effective_due + Days{1}));
                s.moment.wake_at(midnight(other.dates.effective_due + Days{1}) + Hours{1});
            }
        }
        return about(owed, ReasonCode::debt_too_small);
    }
    if (const auto& until = s.facts.contract.erp_no_block_until;
        until && !s.moment.reached(midnight(*until + Days{1}))) {
        return Reason{.code = ReasonCode::erp_no_block_until, .invoice = owed.id(), .date = *until};
    }
    if (s.facts.contract.erp_access == ErpAccess::unknown) {
        return Reason{.code = ReasonCode::erp_state_unknown, .invoice = owed.id()};
    }
    if (const Override* forced = override_in_force(s, OverrideKind::force_open)) {
        return Reason{.code = ReasonCode::override_open, .invoice = owed.id(), .at = forced->until};
    }
    return std::nullopt;
}

std::optional<Reason> collection_hold(Situation& s, const OwedInvoice& owed) {
    if (auto hold = invoice_hold(s, owed)) {
        return hold;
    }
    if (s.active_promise != nullptr && covers(*s.active_promise, owed.id())) {
        return Reason{.code = ReasonCode::promise_active, .invoice = owed.id(), .date = s.active_promise->until};
    }
    if (is_small_rest(s, owed)) {
        return about(owed, ReasonCode::debt_too_small);
    }
    return std::nullopt;
}

void decide_dunning(Situation& s, const std::vector<Reason>& holds, Decision& decision) {
    if (s.owed.empty()) {
        return;
    }
    if (!holds.empty()) {
        // What holds now may be over when the next step is due, so its time is noted all the same.
        Decision unheard;
        Ladder ladder(s, unheard);
        for (const OwedInvoice& owed : s.owed) {
            ladder.due_step(owed);
        }
        decision.message_reasons = holds;
        return;
    }
    if (s.facts.subscriber.erp_no_dunning) {
        decision.message_reasons.push_back({.code = ReasonCode::erp_no_dunning});
        return;
    }
    std::vector<Candidate> due;
    Ladder ladder(s, decision);
    for (const OwedInvoice& owed : s.owed) {
        if (auto hold = collection_hold(s, owed)) {
            decision.message_reasons.push_back(*hold);
        } else if (const auto candidate = ladder.due_step(owed); candidate && cycle_is_full(s, owed.id())) {
            decision.message_reasons.push_back(about(owed, ReasonCode::cap_cycle));
        } else if (candidate) {
            due.push_back(*candidate);
        }
    }
    if (!due.empty()) {
        send_or_wait(s, due, decision);
    }
}

}  // namespace emdia::detail
