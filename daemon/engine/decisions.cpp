#include "daemon/engine/decisions.hpp"

#include <algorithm>
#include <utility>

namespace emdia {
namespace {

/// A wake-up in the past would make the engine run in circles over a fault of ours.
constexpr Millis kSoonest{60'000};

bool closes(PromiseState state) { return state != PromiseState::proposed && state != PromiseState::active; }

/// A payment of this account would change something now: its invoices are polled fast.
bool waits_for_payment(const AccountFacts& facts, const Decision& decision) {
    const bool promising = std::any_of(facts.promises.begin(), facts.promises.end(),
                                       [](const Promise& p) { return p.state == PromiseState::active; });
    const bool queued =
        !decision.messages.empty() || std::any_of(facts.messages.begin(), facts.messages.end(),
                                                  [](const Message& m) { return m.state == MessageState::queued; });
    return facts.access.wanted != Access::open || promising || queued || !facts.claims.empty();
}

bool is_reply(Stage stage) { return message_class(stage) == MessageClass::reply; }

std::vector<std::string> unsettled(const AccountFacts& facts) {
    std::vector<std::string> ids;
    for (const Invoice& invoice : facts.invoices) {
        if (invoice.owed() || invoice.state == InvoiceState::unknown) {
            ids.push_back(invoice.erp_id);
        }
    }
    return ids;
}

/// Since when the cause of a task stands. A date still to come was known all along.
std::optional<Instant> cause_since(const Reason& reason, const Zone& zone, Instant now) {
    if (reason.at) {
        return reason.at;
    }
    if (!reason.date) {
        return std::nullopt;
    }
    const Instant day = zone.instant(at(*reason.date, Seconds{0}));
    return day <= now ? day : Instant{};
}

/// Service messages are unique by the event they tell of: the second block of a year is news again.
std::string event_key(const MessageWish& wish) {
    return to_rfc3339(wish.reason.at.value_or(Instant{})) + "/" + std::to_string(raw(wish.invoice)) + "/" +
           std::to_string(wish.attempt);
}

}  // namespace

int Decisions::run_due(Desk& desk, int limit) {
    const auto due = desk.ledger.due_accounts(desk.now, limit);
    for (const AccountId id : due) {
        decide_one(desk, id);
    }
    return static_cast<int>(due.size());
}

void Decisions::decide_one(Desk& desk, AccountId id) {
    auto facts = desk.facts(id);
    if (!facts) {
        desk.ledger.put_decision(id, StoredDecision{desk.now, {}, {}, {}, {}});
        return;
    }
    const DecisionContext context = desk.context(*facts);
    Decision decision = decide(*facts, context, desk.now);
    if (!decision.promises.empty()) {
        apply_promises(desk, *facts, decision.promises);
        auto changes = std::move(decision.promises);
        decision = decide(*facts, context, desk.now);
        decision.promises = std::move(changes);
    }
    for (const TaskWish& wish : decision.tasks) {
        desk.task(id, wish.reason.invoice, wish.kind, wish.priority,
                  explain(wish.reason, *facts, context.zone, desk.settings.language),
                  cause_since(wish.reason, context.zone, desk.now));
    }
    ErpSync* sync = sync_of_(facts->subscriber.erp);
    if (decision.refresh && sync != nullptr) {
        sync->want_fresh(desk, id, unsettled(*facts));
    }
    const bool withdrawn = outbox_.withdraw_outdated(desk, *facts);
    apply_messages(desk, *facts, decision);
    apply_access(desk, *facts, decision);
    if (sync != nullptr && waits_for_payment(*facts, decision)) {
        sync->expect_payment(desk.now);
    }
    if (decision.next_wake && *decision.next_wake <= desk.now) {
        desk.log.write(LogLevel::warning, "DECIDE-WAKE-PAST", "a decision asked to be made again at once",
                       {{"account", std::to_string(raw(id))}});
        decision.next_wake = desk.now + kSoonest;
    }
    StoredDecision stored;
    stored.at = desk.now;
    stored.policy_version = desk.settings.policy.version;
    stored.calendar_version = context.calendar.version();
    stored.tz_version = desk.places.tz_version();
    stored.decision = std::move(decision);
    desk.ledger.put_decision(id, stored);
    if (withdrawn) {  // This decision still counted on it.
        desk.ledger.mark_dirty(id);
    }
}

void Decisions::apply_promises(Desk& desk, AccountFacts& facts, const std::vector<PromiseChange>& changes) {
    for (const PromiseChange& change : changes) {
        const auto found = std::find_if(facts.promises.begin(), facts.promises.end(),
                                        [&](const Promise& p) { return p.id == change.promise; });
        if (found == facts.promises.end()) {
            continue;
        }
        found->state = change.to;
        if (closes(change.to)) {
            found->closed_at = desk.now;
        }
        desk.ledger.put_promise(facts.id, *found);
        desk.note(facts.id, "promise." + std::string(to_string(change.to)),
                  "promise=" + std::to_string(raw(change.promise)) + " until=" + to_iso(found->until),
                  rules_of(change.reason.code));
        writer_.add_note(desk, facts, "emdia: promessa de pagamento",
                         "promessa para " + pt_br(found->until) + ": " + std::string(to_string(change.to)));
    }
}

void Decisions::apply_messages(Desk& desk, const AccountFacts& facts, Decision& decision) {
    const auto stop = standing_.stops(desk, facts);
    for (const MessageWish& wish : decision.messages) {
        if (stop && !is_reply(wish.stage)) {
            decision.message_reasons.push_back(*stop);
            continue;
        }
        const auto row = desk.ledger.add_message(facts.id, wish, event_key(wish), desk.now);
        if (row) {
            desk.note(facts.id, "message.queued",
                      "stage=" + std::string(to_string(wish.stage)) + " message=" + std::to_string(raw(*row)) +
                          " invoice=" + std::to_string(raw(wish.invoice)),
                      rules_of(wish.reason.code));
        }
    }
}

void Decisions::apply_access(Desk& desk, AccountFacts& facts, Decision& decision) {
    if (decision.access == Access::open) {
        blocks_.withdraw(facts.id);
        if (facts.access.wanted != Access::open) {
            access_.want(desk, facts, Access::open, rules_of(decision.access_reasons));
        }
        return;
    }
    if (facts.access.wanted == decision.access) {
        return;
    }
    const ErpSettings* erp = desk.erp(facts.subscriber.erp);
    if (const auto stop = standing_.stops(desk, facts)) {
        decision.access_reasons.push_back(*stop);
    } else if (erp != nullptr && erp->owner == BlockOwner::observe) {
        decision.access_reasons.push_back(Reason{ReasonCode::shadow, {}, {}, {}, {}});
    } else if (ErpSync* sync = sync_of_(facts.subscriber.erp);
               sync != nullptr && !by_a_person(decision) && !sync->contract_read(facts.id, desk.now)) {
        // The contract may have been cancelled or spared since the last pull, and its line may be somebody else's.
        sync->want_fresh(desk, facts.id, unsettled(facts), facts.contract.erp_id);
        decision.access_reasons.push_back(Reason{ReasonCode::erp_stale, {}, {}, {}, {}});
        const Instant again = desk.now + desk.settings.policy.block.erp_max_age;
        decision.next_wake = decision.next_wake ? std::min(*decision.next_wake, again) : again;
    } else {
        blocks_.propose(facts.id);
    }
}

}  // namespace emdia
