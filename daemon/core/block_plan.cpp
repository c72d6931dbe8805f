// When a block may happen at the earliest, and the announcements that must come before it.

#include "daemon/core/block.hpp"
#include "daemon/core/caps.hpp"

namespace emdia {

LocalTime block_time_on_or_after(LocalTime t, const Policy& policy, const Calendar& calendar) {
    const Policy::Block& rule = policy.block;
    const Date day = date_of(t);
    if (is_block_day(day, policy, calendar) && time_of_day(t) < rule.window.to) {
        return at(day, std::max(time_of_day(t), std::max(rule.run_at, rule.window.from)));
    }
    return at(block_day_on_or_after(day + Days{1}, policy, calendar), std::max(rule.run_at, rule.window.from));
}

}  // namespace emdia

namespace emdia::detail {
namespace {

constexpr Minutes kHalfHour{30};
constexpr Hours kTimeToArrive{1};

/// The latest usual sending time that leaves `lead` before the block.
LocalTime headsup_slot(const Situation& s, LocalTime block_at, Hours lead) {
    const LocalTime latest = block_at - lead;
    Date day = s.calendar().contact_day_on_or_before(date_of(latest));
    const auto slot_on = [&](Date d) {
        return at(d, std::max(s.policy().contact.send_at, s.calendar().contact_opens(d)));
    };
    if (slot_on(day) > latest) {
        day = s.calendar().contact_day_on_or_before(day - Days{1});
    }
    return slot_on(day);
}

/// Nobody could be told: then the delivered notice alone must do, as the law has it.
bool headsup_is_impossible(const Situation& s, const OwedInvoice& owed) {
    return channel_closed(s.facts.subscriber) || s.facts.subscriber.erp_no_dunning || cycle_is_full(s, owed.id());
}

}  // namespace

std::vector<Pause> pauses_of(const Situation& s, InvoiceId invoice) {
    std::vector<Pause> pauses;
    for (const Dispute& dispute : s.facts.disputes) {
        if (dispute.invoice != InvoiceId{} && dispute.invoice != invoice) {
            continue;
        }
        Pause& pause = pauses.emplace_back();
        pause.from = s.moment.date(dispute.opened_at);
        if (dispute.answered_at) {
            pause.until = s.moment.date(*dispute.answered_at);
        }
    }
    return pauses;
}

LocalTime suspension_returns(const Situation& s, Instant t, LocalTime not_before) {
    const LocalTime earliest = s.moment.local(t) + s.policy().promise.min_notice_to_reblock + kTimeToArrive;
    const LocalTime round = earliest - Seconds{time_of_day(earliest) % kHalfHour};
    return block_time_on_or_after(std::max(round, not_before), s.policy(), s.calendar());
}

const Promise* broken_release(const Situation& s, const OwedInvoice& owed, Instant proof) noexcept {
    const Promise* last = nullptr;
    for (const Promise& promise : s.facts.promises) {
        const bool ended_unpaid = promise.state == PromiseState::broken || promise.state == PromiseState::partial;
        if (ended_unpaid && promise.releases_access && promise.closed_at && *promise.closed_at >= proof &&
            covers(promise, owed.id())) {
            last = &promise;
        }
    }
    return last;
}

BlockPlan plan_block(const Situation& s, const OwedInvoice& owed, Instant proof, const NoticeClock& clock) {
    const Policy& policy = s.policy();
    BlockPlan plan;
    plan.block_at = at(clock.earliest_block, std::max(policy.block.run_at, policy.block.window.from));
    if (!policy.stages.headsup) {
        return plan;
    }
    const auto not_before = [&](LocalTime t) {
        plan.block_at = std::max(plan.block_at, block_time_on_or_after(t, policy, s.calendar()));
    };
    const StageHistory headsup = history_of(s.facts, Stage::headsup, owed.id(), proof);
    // One of unknown fate may have been read: its date holds as well (B4).
    if (headsup.last != nullptr && (has_left(headsup.last->state) || headsup.last->state == MessageState::unknown)) {
        not_before(s.moment.local(contact_time(*headsup.last)) + *policy.stages.headsup);
    } else if (headsup.last != nullptr && is_under_way(headsup.last->state)) {
        not_before(s.moment.local() + *policy.stages.headsup);
    } else if (headsup.may_be_wished() && !headsup_is_impossible(s, owed)) {
        not_before(s.moment.local() + *policy.stages.headsup);
        plan.headsup_at = headsup_slot(s, plan.block_at, *policy.stages.headsup);
    }
    return plan;
}

}  // namespace emdia::detail
