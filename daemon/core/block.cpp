#include "daemon/core/block.hpp"

namespace emdia::detail {
namespace {

/// An invoice on which a block can stand: its notice was delivered.
struct Basis {
    const OwedInvoice* owed;
    Instant proof;
    Date earliest_block{};
};

std::optional<NoticeClock> clock_since(const Situation& s, const OwedInvoice& owed, Instant proof) {
    return notice_clock(s.moment.date(proof), pauses_of(s, owed.id()), s.policy(), s.calendar());
}

bool below_smallest_debt(const Situation& s, const std::vector<Basis>& basis) {
    std::int64_t centavos = 0;
    for (const Basis& b : basis) {
        centavos += b.owed->connection_outstanding.centavos();
    }
    return centavos < s.policy().block.min_connection_debt.centavos();
}

// --- What opens, whatever else is true -----------------------------------------------------------------------

std::vector<Reason> openers(Situation& s) {
    std::vector<Reason> found;
    if (s.facts.contract.exempt) {
        found.push_back({.code = ReasonCode::exempt});
    }
    if (const auto& until = s.facts.contract.erp_no_block_until;
        until && !s.moment.reached(at(*until + Days{1}, Seconds{0}))) {
        found.push_back({.code = ReasonCode::erp_no_block_until, .date = *until});
    }
    if (s.active_promise != nullptr && s.active_promise->releases_access) {
        found.push_back(
            {.code = ReasonCode::promise_active, .date = s.active_promise->until, .amount = s.active_promise->amount});
    }
    return found;
}

// --- Blocked already ---------------------------------------------------------------------------------------------

/// A block stands on an owed connection invoice whose notice was delivered and has run its time (A1), and which is not
/// contested (A12). Stale data, claims and hours do not matter here: they prevent a new block, they do not end one.
std::vector<Basis> standing_basis(Situation& s) {
    std::vector<Basis> basis;
    for (const OwedInvoice& owed : s.owed) {
        const bool holds = owed.invoice->released && !owed.connection_outstanding.is_zero() && owed.overdue &&
                           open_dispute(s, owed.id()) == nullptr;
        if (!holds) {
            continue;
        }
        const auto proof = notice_proof(s, owed);
        const auto clock = proof ? clock_since(s, owed, *proof) : std::nullopt;
        if (clock && s.moment.reached(at(clock->period_ends + Days{1}, Seconds{0}))) {
            basis.push_back({&owed, *proof, clock->earliest_block});
        }
    }
    return basis;
}

Reason why_not_standing(const Situation& s, const OwedInvoice& owed) {
    if (!owed.overdue) {
        return about(owed, ReasonCode::not_due_yet);
    }
    const auto proof = notice_proof(s, owed);
    const auto clock = proof ? clock_since(s, owed, *proof) : std::nullopt;
    if (!clock) {
        return about(owed, ReasonCode::no_notice);
    }
    Reason running = about(owed, ReasonCode::notice_running, clock->earliest_block);
    running.at = proof;
    return running;
}

/// Why nothing is left for the block to stand on.
std::vector<Reason> why_over(Situation& s) {
    std::vector<Reason> reasons;
    for (const Invoice& invoice : s.facts.invoices) {
        const bool warned = history_of(s.facts, Stage::notice, invoice.id).last != nullptr;
        if (warned && s.find_owed(invoice.id) == nullptr) {
            const bool cancelled = invoice.state == InvoiceState::cancelled;
            reasons.push_back({.code = cancelled ? ReasonCode::settled_in_erp : ReasonCode::paid,
                               .invoice = invoice.id,
                               .date = invoice.due,
                               .at = invoice.paid_known_at,
                               .amount = invoice.face});
        }
    }
    for (const OwedInvoice& owed : s.owed) {
        if (const Dispute* dispute = open_dispute(s, owed.id())) {
            reasons.push_back({.code = ReasonCode::dispute_open, .invoice = owed.id(), .at = dispute->opened_at});
        } else if (!owed.invoice->released) {
            reasons.push_back(about(owed, ReasonCode::not_released));
        } else if (owed.connection_outstanding.is_zero()) {
            reasons.push_back(about(owed, ReasonCode::not_connection_debt));
        } else {
            reasons.push_back(why_not_standing(s, owed));
        }
    }
    if (reasons.empty()) {
        reasons.push_back({.code = ReasonCode::nothing_overdue});
    }
    return reasons;
}

AccessOutcome keep_or_open(Situation& s) {
    AccessOutcome outcome;
    outcome.reasons = openers(s);
    if (!outcome.reasons.empty()) {
        return outcome;
    }
    const std::vector<Basis> basis = standing_basis(s);
    if (basis.empty()) {
        outcome.reasons = why_over(s);
        return outcome;
    }
    if (below_smallest_debt(s, basis)) {
        outcome.reasons.push_back(about(*basis.front().owed, ReasonCode::debt_too_small));
        return outcome;
    }
    outcome.access = s.facts.access.wanted;
    outcome.reasons.push_back({.code = ReasonCode::already_blocked, .at = s.facts.access.wanted_at});
    for (const Basis& b : basis) {
        outcome.reasons.push_back(about(*b.owed, ReasonCode::overdue));
        outcome.reasons.push_back(
            {.code = ReasonCode::notice_period_over, .invoice = b.owed->id(), .date = b.earliest_block, .at = b.proof});
    }
    return outcome;
}

// --- A new block -------------------------------------------------------------------------------------------------

/// I12: after a broken promise the subscriber was told, and the time named has come.
std::optional<Reason> reblock_hold(Situation& s, const OwedInvoice& owed, Instant proof, LocalTime not_before) {
    const Promise* promise = broken_release(s, owed, proof);
    if (promise == nullptr) {
        return std::nullopt;
    }
    Reason waiting{.code = ReasonCode::waiting_reblock_notice, .invoice = owed.id(), .date = promise->until};
    const Message* told = nullptr;
    for (const Message& m : s.facts.messages) {
        if (m.stage == Stage::promise_broken && m.queued_at >= *promise->closed_at && has_left(m.state)) {
            told = &m;
        }
    }
    if (told == nullptr) {
        return waiting;
    }
    const LocalTime returns = std::max(suspension_returns(s, told->queued_at, not_before),
                                       s.moment.local(contact_time(*told)) + s.policy().promise.min_notice_to_reblock);
    if (s.moment.reached(returns)) {
        return std::nullopt;
    }
    waiting.at = s.moment.instant(returns);
    return waiting;
}

/// Why no block can stand on this overdue invoice now; fills `basis` when one can.
std::optional<Reason> hold_of(Situation& s, const OwedInvoice& owed, std::vector<Basis>& basis) {
    if (auto hold = invoice_hold(s, owed)) {
        return hold;
    }
    if (owed.connection_outstanding.is_zero()) {
        return about(owed, ReasonCode::not_connection_debt);
    }
    const auto proof = notice_proof(s, owed);
    if (!proof) {
        const bool said = notice_history(s, owed).last != nullptr;
        return about(owed, said ? ReasonCode::notice_not_delivered : ReasonCode::no_notice);
    }
    const auto clock = clock_since(s, owed, *proof);
    if (!clock) {
        return about(owed, ReasonCode::dispute_open);
    }
    const BlockPlan plan = plan_block(s, owed, *proof, *clock);
    if (!s.moment.reached(plan.block_at)) {
        return Reason{.code = ReasonCode::notice_running,
                      .invoice = owed.id(),
                      .date = date_of(plan.block_at),
                      .at = *proof,
                      .amount = owed.outstanding};
    }
    if (auto hold = reblock_hold(s, owed, *proof, plan.block_at)) {
        return hold;
    }
    basis.push_back({&owed, *proof, clock->earliest_block});
    return std::nullopt;
}

std::vector<Reason> block_holds(Situation& s, const std::vector<Reason>& account) {
    std::vector<Reason> holds = account;
    for (const Reason& opener : openers(s)) {
        if (opener.code != ReasonCode::exempt) {
            holds.push_back(opener);
        }
    }
    if (s.active_promise != nullptr && !s.active_promise->releases_access) {
        holds.push_back({.code = ReasonCode::promise_active, .date = s.active_promise->until});
    }
    if (s.facts.contract.erp_access == ErpAccess::unknown) {
        holds.push_back({.code = ReasonCode::erp_state_unknown});
    }
    return holds;
}

Access next_step(Situation& s) {
    const Policy& policy = s.policy();
    if (policy.block.soft_stage_days == 0) {
        return Access::blocked;
    }
    if (s.facts.access.wanted == Access::open) {
        return Access::reduced;
    }
    const Date full = s.moment.date(s.facts.access.wanted_at) + Days{policy.block.soft_stage_days};
    return s.moment.reached(at(full, Seconds{0})) ? Access::blocked : Access::reduced;
}

void tell_why_blocked(const Situation& s, const std::vector<Basis>& basis, AccessOutcome& outcome) {
    for (const Basis& b : basis) {
        outcome.reasons.push_back(about(*b.owed, ReasonCode::overdue));
        outcome.reasons.push_back(
            {.code = ReasonCode::notice_period_over, .invoice = b.owed->id(), .date = b.earliest_block, .at = b.proof});
        outcome.reasons.push_back(
            {.code = ReasonCode::erp_fresh, .invoice = b.owed->id(), .at = b.owed->invoice->read_at});
        if (const Promise* promise = broken_release(s, *b.owed, b.proof)) {
            outcome.reasons.push_back({.code = ReasonCode::promise_broken,
                                       .invoice = b.owed->id(),
                                       .date = promise->until,
                                       .at = promise->closed_at});
        }
    }
    outcome.reasons.push_back({.code = ReasonCode::inside_block_window, .at = s.moment.now()});
}

AccessOutcome stay(const Situation& s, std::vector<Reason> reasons) {
    return {.access = s.facts.access.wanted, .reasons = std::move(reasons), .refresh = false};
}

AccessOutcome block_if_allowed(Situation& s, const std::vector<Reason>& account) {
    std::vector<Reason> reasons = block_holds(s, account);
    const bool held = !reasons.empty();
    std::vector<Basis> basis;
    for (const OwedInvoice& owed : s.owed) {
        if (!owed.overdue) {
            continue;
        }
        if (auto hold = hold_of(s, owed, basis)) {
            reasons.push_back(*hold);
        }
    }
    if (held || basis.empty()) {
        return stay(s, std::move(reasons));
    }
    if (below_smallest_debt(s, basis)) {
        reasons.push_back(about(*basis.front().owed, ReasonCode::debt_too_small));
        return stay(s, std::move(reasons));
    }
    const LocalTime next = block_time_on_or_after(s.moment.local(), s.policy(), s.calendar());
    if (!s.moment.reached(next)) {
        reasons.push_back(
            {.code = ReasonCode::outside_block_window, .date = date_of(next), .at = s.moment.instant(next)});
        return stay(s, std::move(reasons));
    }
    for (const Basis& b : basis) {
        if (!is_fresh(*b.owed->invoice, s)) {
            reasons.push_back({.code = ReasonCode::erp_stale, .invoice = b.owed->id(), .at = b.owed->invoice->read_at});
            AccessOutcome outcome = stay(s, std::move(reasons));
            outcome.refresh = true;
            return outcome;
        }
    }
    AccessOutcome outcome{.access = next_step(s), .reasons = {}, .refresh = false};
    tell_why_blocked(s, basis, outcome);
    return outcome;
}

bool any_overdue(const Situation& s) {
    return std::any_of(s.owed.begin(), s.owed.end(), [](const OwedInvoice& o) { return o.overdue; });
}

}  // namespace

const OwedInvoice* standing_invoice(Situation& s) {
    const std::vector<Basis> basis = standing_basis(s);
    return basis.empty() ? nullptr : basis.front().owed;
}

AccessOutcome decide_access(Situation& s, const std::vector<Reason>& holds) {
    const bool open_now = s.facts.access.wanted == Access::open;
    if (!s.facts.overrides.empty()) {
        if (const Override* forced = override_in_force(s, OverrideKind::force_open)) {
            return {.access = Access::open,
                    .reasons = {{.code = ReasonCode::override_open, .at = forced->until}},
                    .refresh = false};
        }
        const Override* forced = override_in_force(s, OverrideKind::force_blocked);
        const bool frozen = override_in_force(s, OverrideKind::freeze) != nullptr;
        if (forced != nullptr && !(frozen && open_now)) {
            return {.access = Access::blocked,
                    .reasons = {{.code = ReasonCode::override_blocked, .at = forced->until}},
                    .refresh = false};
        }
    }
    if (open_now && !any_overdue(s)) {
        AccessOutcome quiet;
        if (s.owed.empty()) {
            quiet.reasons.push_back({.code = ReasonCode::nothing_overdue});
        } else {
            quiet.reasons.push_back(about(s.owed.front(), ReasonCode::not_due_yet));
        }
        return quiet;
    }
    if (open_now) {
        return block_if_allowed(s, holds);
    }
    AccessOutcome outcome = keep_or_open(s);
    if (outcome.access == Access::reduced) {
        AccessOutcome further = block_if_allowed(s, holds);
        if (further.access == Access::blocked || further.refresh) {
            return further;
        }
    }
    return outcome;
}

}  // namespace emdia::detail
