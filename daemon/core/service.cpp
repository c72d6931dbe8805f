#include "daemon/core/service.hpp"

#include "daemon/core/block.hpp"
#include "daemon/core/dunning.hpp"
#include "daemon/core/promise.hpp"

namespace emdia::detail {
namespace {

/// A receipt or confirmation is worth sending for a day.
constexpr Hours kNewsLives{24};
/// After a crash or a time-out the provider's status usually tells what became of a message; people wait for it first.
constexpr Minutes kFateComes{15};

class ServiceNews {
public:
    ServiceNews(Situation& s, Decision& decision) : s_(s), decision_(decision) {}

    void collect() {
        for (const Promise& promise : s_.facts.promises) {
            confirm(promise);
            remind(promise);
            tell_broken(promise);
        }
        tell_blocked();
        tell_unblocked();
        for (const Invoice& invoice : s_.facts.invoices) {
            thank(invoice);
        }
    }

private:
    // --- Promises ---

    void confirm(const Promise& promise) {
        if (promise.state == PromiseState::active) {
            say(Stage::promise_confirmed, anchor_of(promise), promise.id, promise.made_at,
                promise.made_at + kNewsLives);
        }
    }

    /// A friendly word on the morning of the day; nothing in the evening, nothing on the day the promise was made.
    void remind(const Promise& promise) {
        if (promise.state != PromiseState::active || &promise != s_.active_promise ||
            s_.moment.date(promise.made_at) >= promise.until) {
            return;
        }
        const OwedInvoice* owed = s_.find_owed(anchor_of(promise));
        if (owed == nullptr || invoice_hold(s_, *owed)) {
            return;
        }
        if (s_.moment.reached(at(promise.until, s_.policy().contact.send_at))) {
            const Instant day_begin = s_.moment.instant(at(promise.until, Seconds{0}));
            say(Stage::promise_reminder, owed->id(), promise.id, day_begin,
                s_.moment.instant(at(promise.until, s_.policy().contact.window.to)));
        }
    }

    void tell_broken(const Promise& promise) {
        for (const InvoiceId id : promise.invoices) {
            const OwedInvoice* owed = s_.find_owed(id);
            const auto proof = owed != nullptr ? notice_proof(s_, *owed) : std::nullopt;
            if (!proof || broken_release(s_, *owed, *proof) != &promise || invoice_hold(s_, *owed)) {
                continue;
            }
            const auto clock = notice_clock(s_.moment.date(*proof), pauses_of(s_, id), s_.policy(), s_.calendar());
            if (!clock) {
                continue;
            }
            ask_person_to_announce(id, *promise.closed_at);
            const BlockPlan plan = plan_block(s_, *owed, *proof, *clock);
            const Instant returns = s_.moment.instant(suspension_returns(s_, s_.moment.now(), plan.block_at));
            MessageWish* wish = say(Stage::promise_broken, id, promise.id, *promise.closed_at,
                                    returns - s_.policy().promise.min_notice_to_reblock);
            if (wish != nullptr) {
                wish->suspend_at = returns;
            }
            return;
        }
    }

    /// I12: without this announcement there is no re-block; where it cannot be made by message, a person must.
    void ask_person_to_announce(InvoiceId invoice, Instant closed) {
        const StageHistory history = history_of(s_.facts, Stage::promise_broken, std::nullopt, closed);
        const bool lost = history.last != nullptr && (history.last->state == MessageState::failed ||
                                                      (history.last->state == MessageState::unknown &&
                                                       s_.moment.reached(contact_time(*history.last) + kFateComes)));
        if (const auto closed_channel = channel_closed(s_.facts.subscriber);
            closed_channel && history.last == nullptr) {
            decision_.tasks.push_back({.kind = TaskKind::no_contact_channel,
                                       .priority = urgent,
                                       .reason = {.code = *closed_channel, .invoice = invoice, .at = closed}});
        } else if (lost || history.is_spent()) {
            decision_.tasks.push_back(
                {.kind = TaskKind::notice_undelivered,
                 .priority = urgent,
                 .reason = {.code = ReasonCode::fallback_needed, .invoice = invoice, .at = closed}});
        }
    }

    // --- Access ---

    void tell_blocked() {
        const AccessRecord& access = s_.facts.access;
        const bool is_away = access.wanted != Access::open && access.applied == access.wanted;
        const OwedInvoice* anchor = is_away ? standing_invoice(s_) : nullptr;
        if (anchor != nullptr && !announced_by_broken_promise(*anchor, access.wanted_at)) {
            say(Stage::blocked, anchor->id(), PromiseId{}, access.wanted_at, access.wanted_at + kNewsLives);
        }
    }

    /// The message that named the hour of the return was the announcement; saying it twice would be pressure (B1).
    bool announced_by_broken_promise(const OwedInvoice& anchor, Instant blocked_at) const {
        const auto proof = notice_proof(s_, anchor);
        const Promise* promise = proof ? broken_release(s_, anchor, *proof) : nullptr;
        if (promise == nullptr || *promise->closed_at > blocked_at ||
            last_block_before(blocked_at) > *promise->closed_at) {
            return false;
        }
        return std::any_of(s_.facts.messages.begin(), s_.facts.messages.end(), [&](const Message& m) {
            return m.stage == Stage::promise_broken && m.queued_at >= *promise->closed_at &&
                   m.queued_at <= blocked_at && has_left(m.state);
        });
    }

    Instant last_block_before(Instant t) const {
        Instant last = Instant::min();
        for (const BlockedInterval& blocked : s_.facts.blocked_intervals) {
            if (blocked.from < t && blocked.until) {
                last = std::max(last, *blocked.until);
            }
        }
        return last;
    }

    void tell_unblocked() {
        const AccessRecord& access = s_.facts.access;
        if (access.wanted != Access::open || access.applied != Access::open || s_.facts.blocked_intervals.empty()) {
            return;
        }
        const BlockedInterval& last = s_.facts.blocked_intervals.back();
        // One that ends before it begins was made by a clock that ran ahead, and taken back when that was put right.
        const bool took_place = last.until && *last.until >= last.from;
        if (took_place && !released_by_promise(last)) {
            say(Stage::unblocked, InvoiceId{}, PromiseId{}, last.from, *last.until + kNewsLives);
        }
    }

    /// The confirmation of the promise has told it already.
    bool released_by_promise(const BlockedInterval& blocked) const {
        return std::any_of(s_.facts.promises.begin(), s_.facts.promises.end(), [&](const Promise& p) {
            return p.releases_access && was_in_force(p) && p.made_at >= blocked.from && p.made_at <= *blocked.until;
        });
    }

    // --- Payment ---

    /// A receipt for someone we had asked for the money, unless news of the release says it.
    void thank(const Invoice& invoice) {
        if (invoice.state != InvoiceState::paid || !invoice.paid_known_at) {
            return;
        }
        const Instant known = *invoice.paid_known_at;
        if (s_.moment.now() >= known + kNewsLives || !was_asked_for(invoice) || release_tells(known)) {
            return;
        }
        say(Stage::payment_received, invoice.id, PromiseId{}, known, known + kNewsLives);
    }

    bool was_asked_for(const Invoice& invoice) const {
        return std::any_of(s_.facts.messages.begin(), s_.facts.messages.end(), [&](const Message& m) {
            const bool asks = m.stage != Stage::before && m.stage != Stage::reply && m.stage != Stage::payment_received;
            return m.invoice == invoice.id && asks && (has_left(m.state) || m.state == MessageState::unknown);
        });
    }

    bool release_tells(Instant paid) const {
        for (const BlockedInterval& blocked : s_.facts.blocked_intervals) {
            const bool away_then = blocked.from <= paid && (!blocked.until || *blocked.until >= paid);
            if (away_then && decision_.access == Access::open) {
                return true;
            }
        }
        return false;
    }

    // --- Common ---

    /// The oldest promised invoice that is still owed, else the first.
    InvoiceId anchor_of(const Promise& promise) const {
        for (const OwedInvoice& owed : s_.owed) {
            if (covers(promise, owed.id())) {
                return owed.id();
            }
        }
        return promise.invoices.empty() ? InvoiceId{} : promise.invoices.front();
    }

    /// Wishes the message unless it was said since `since`, is too late, or must wait.
    MessageWish* say(Stage stage, InvoiceId invoice, PromiseId promise, Instant since, Instant expires) {
        // Only receipts are per invoice: the rest is said once per event, whichever invoice stands for it.
        const auto scope = stage == Stage::payment_received ? std::optional{invoice} : std::nullopt;
        const StageHistory history = history_of(s_.facts, stage, scope, since);
        // News of a moment that is still to come was made by a clock that ran ahead: it could not be told from what is
        // said now, and would be said again and again.
        if (!history.may_be_wished() || s_.moment.reached(expires) || since > s_.moment.now()) {
            return nullptr;
        }
        if (const auto closed = channel_closed(s_.facts.subscriber)) {
            hold({.code = *closed, .invoice = invoice});
            return nullptr;
        }
        if (auto wait = service_wait(s_)) {
            wait->invoice = invoice;
            hold(*wait);
            return nullptr;
        }
        const OwedInvoice* owed = s_.find_owed(invoice);
        if (needs_fresh_facts(stage) && owed != nullptr && !is_fresh(*owed->invoice, s_)) {
            hold({.code = ReasonCode::erp_stale, .invoice = invoice, .at = owed->invoice->read_at});
            decision_.refresh = decision_.refresh || s_.facts.source.healthy;
            return nullptr;
        }
        MessageWish wish;
        wish.stage = stage;
        wish.invoice = invoice;
        wish.promise = promise;
        wish.attempt = history.next_attempt();
        wish.expires_at = expires;
        wish.reason = {.code = ReasonCode::stage_due, .invoice = invoice, .at = since};
        return &decision_.messages.emplace_back(wish);
    }

    void hold(const Reason& reason) { decision_.message_reasons.push_back(reason); }

    Situation& s_;
    Decision& decision_;
};

std::optional<Reason> unless(bool true_still, const MessageWish& wish, ReasonCode code) {
    return true_still ? std::nullopt : std::optional{Reason{.code = code, .invoice = wish.invoice}};
}

/// The due date may have been moved since the message was made.
bool says_overdue(Stage stage) {
    return stage == Stage::after || stage == Stage::notice || stage == Stage::headsup || stage == Stage::blocked ||
           stage == Stage::promise_broken;
}

bool promise_is(const Situation& s, PromiseId id, std::initializer_list<PromiseState> states) {
    const auto found =
        std::find_if(s.facts.promises.begin(), s.facts.promises.end(), [id](const Promise& p) { return p.id == id; });
    return found != s.facts.promises.end() && std::find(states.begin(), states.end(), found->state) != states.end();
}

}  // namespace

bool needs_fresh_facts(Stage stage) noexcept {
    return message_class(stage) == MessageClass::collection || stage == Stage::blocked ||
           stage == Stage::promise_reminder || stage == Stage::promise_broken;
}

std::optional<Reason> no_longer_true(Situation& s, const MessageWish& wish) {
    const AccessRecord& access = s.facts.access;
    const OwedInvoice* owed = s.find_owed(wish.invoice);
    if (needs_fresh_facts(wish.stage)) {
        if (owed == nullptr) {
            return Reason{.code = ReasonCode::invoice_settled, .invoice = wish.invoice};
        }
        if (!owed->overdue && says_overdue(wish.stage)) {
            return about(*owed, ReasonCode::not_due_yet);
        }
    }
    switch (wish.stage) {
        case Stage::notice:
        case Stage::headsup:
            return owed != nullptr ? no_block_to_announce(s, *owed) : std::nullopt;
        case Stage::blocked:
            return unless(access.wanted != Access::open, wish, ReasonCode::stage_expired);
        case Stage::unblocked:
            return unless(access.wanted == Access::open, wish, ReasonCode::already_blocked);
        case Stage::promise_confirmed:
        case Stage::promise_reminder:
            return unless(promise_is(s, wish.promise, {PromiseState::active}), wish, ReasonCode::stage_expired);
        case Stage::promise_broken:
            return unless(promise_is(s, wish.promise, {PromiseState::broken, PromiseState::partial}), wish,
                          ReasonCode::stage_expired);
        default:
            return std::nullopt;
    }
}

void decide_service(Situation& s, Decision& decision) {
    const AccountFacts& facts = s.facts;
    const bool nothing_happened = facts.promises.empty() && facts.blocked_intervals.empty() && facts.messages.empty() &&
                                  facts.access.generation == 0;
    if (nothing_happened || facts.contract.status != ContractStatus::active ||
        override_in_force(s, OverrideKind::freeze) != nullptr) {
        return;
    }
    ServiceNews(s, decision).collect();
}

}  // namespace emdia::detail
