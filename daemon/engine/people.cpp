#include "daemon/engine/people.hpp"

#include <algorithm>
#include <utility>

namespace emdia {
namespace {

constexpr Days kLongestOverride{90};

// Of the last freeze or thaw.
constexpr std::string_view kFreezeAt = "freeze.at";
constexpr std::string_view kFreezeAuthor = "freeze.author";
constexpr std::string_view kFreezeWhy = "freeze.why";

Error no_such(const std::string& what, std::int64_t id) {
    return Error{ErrorKind::not_found, "there is no " + what + " " + std::to_string(id), {}};
}

std::optional<Error> unnamed(const Operator& by) {
    if (by.name.empty() || by.why.empty()) {
        return Error{ErrorKind::bad_input, "a change needs an author and a reason", "say why with --reason"};
    }
    return std::nullopt;
}

std::string_view name_of(Channel channel) {
    switch (channel) {
        case Channel::whatsapp:
            return "whatsapp";
        case Channel::email:
            return "email";
        case Channel::sms:
            return "sms";
        case Channel::letter:
            return "letter";
    }
    return "?";
}

}  // namespace

Result<AccountFacts> People::account(AccountId id, const Operator& by) {
    if (auto error = unnamed(by)) {
        return *std::move(error);
    }
    auto facts = desk_.facts(id);
    if (!facts) {
        return no_such("account", raw(id));
    }
    return *std::move(facts);
}

void People::note(AccountId id, std::string_view kind, const std::string& detail, const Operator& by,
                  std::string_view rules) {
    desk_.note(id, kind, detail + (detail.empty() ? "" : " ") + "why=\"" + by.why + "\"", rules, "person: " + by.name);
}

Result<void> People::add_override(AccountId id, OverrideKind kind, Millis duration, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    if (duration <= Millis{0} || duration > kLongestOverride) {
        return Error{ErrorKind::bad_input, "an override lasts up to 90 days",
                     "say how long with --for, e.g. --for 48h"};
    }
    desk_.ledger.add_override(id, Override{kind, desk_.now, desk_.now + duration, by.name, by.why});
    desk_.ledger.mark_dirty(id);
    note(id, "override." + std::string(to_string(kind)), "until=" + to_rfc3339(desk_.now + duration), by);
    return {};
}

Result<void> People::end_override(AccountId id, OverrideKind kind, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    const bool in_force = std::any_of(facts->overrides.begin(), facts->overrides.end(),
                                      [&](const Override& o) { return o.kind == kind && o.until > desk_.now; });
    if (!in_force) {
        return Error{ErrorKind::not_found, "no override of this kind is in force", "see what is: emdia why ACCOUNT"};
    }
    desk_.ledger.end_overrides(id, kind, desk_.now);
    desk_.ledger.mark_dirty(id);
    note(id, "override.ended", "kind=" + std::string(to_string(kind)), by);
    return {};
}

Result<PromiseId> People::add_promise(AccountId id, Date until, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    const DecisionContext context = desk_.context(*facts);
    const PromiseOffer offer = promise_offer(*facts, context, desk_.now);
    if (!offer.allowed) {
        return Error{ErrorKind::refused,
                     "no promise is possible: " + explain(offer.reason, *facts, context.zone, desk_.settings.language),
                     {}};
    }
    const auto date = check_promise_date(offer, until, date_of(context.zone.local(desk_.now)));
    if (!date) {
        return date.error();
    }
    Promise promise;
    promise.invoices = offer.invoices;
    promise.amount = offer.amount;
    promise.until = *date;
    promise.state = PromiseState::active;
    promise.made_at = desk_.now;
    promise.made_by = "person: " + by.name;
    promise.id = desk_.ledger.add_promise(id, promise);
    desk_.ledger.mark_dirty(id);
    note(id, "promise.active",
         "promise=" + std::to_string(raw(promise.id)) + " until=" + to_iso(until) + " amount=" + promise.amount.plain(),
         by, "I12");
    writer_.add_promise(desk_, *facts, promise);
    writer_.add_note(desk_, *facts, "emdia: promessa de pagamento",
                     "promessa de " + promise.amount.pt_br() + " para " + pt_br(promise.until));
    return promise.id;
}

Result<void> People::cancel_promise(AccountId id, PromiseId promise, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    for (Promise found : facts->promises) {
        if (found.id == promise && (found.state == PromiseState::active || found.state == PromiseState::proposed)) {
            const bool was_active = found.state == PromiseState::active;
            found.state = PromiseState::cancelled;
            found.closed_at = desk_.now;
            desk_.ledger.put_promise(id, found);
            desk_.ledger.mark_dirty(id);
            note(id, "promise.cancelled", "promise=" + std::to_string(raw(promise)), by);
            if (was_active) {  // the ERP was told of it
                writer_.add_note(desk_, *facts, "emdia: promessa de pagamento",
                                 "promessa para " + pt_br(found.until) + ": cancelled");
            }
            return {};
        }
    }
    return no_such("open promise", raw(promise));
}

Result<void> People::record_notice(AccountId id, InvoiceId invoice, Stage stage, Channel channel, Date delivered,
                                   const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    const Invoice* owed = facts->find_invoice(invoice);
    if (owed == nullptr || !owed->owed()) {
        return no_such("owed invoice of this account with id", raw(invoice));
    }
    if (delivered > desk_.today() || delivered <= owed->due) {
        return Error{ErrorKind::bad_input, "a notice counts from a day after the due date and not after today",
                     "give the day of the proof of delivery: due " + to_iso(owed->due)};
    }
    OutboxRow row;
    row.account = id;
    row.wish.stage = stage;
    row.wish.invoice = invoice;
    row.wish.channel = channel;
    row.wish.expires_at = desk_.now;
    row.wish.reason.code = ReasonCode::fallback_needed;
    row.wish.reason.invoice = invoice;
    for (const Message& m : facts->messages) {
        row.wish.attempt += m.stage == stage && m.invoice == invoice && m.channel == channel ? 1 : 0;
    }
    const auto added = desk_.ledger.add_message(id, row.wish, "person " + to_iso(delivered), desk_.now);
    if (!added) {
        return Error{ErrorKind::bad_input, "this delivery is recorded already", "see: emdia timeline"};
    }
    // The end of the day at the latest: the notice is never counted as longer than it was.
    const Instant at = std::min(desk_.now, desk_.places.brasilia().instant(LocalTime{delivered} + Hours{23}));
    row.message.id = *added;
    row.message.stage = stage;
    row.message.invoice = invoice;
    row.message.channel = channel;
    row.message.state = MessageState::delivered;
    row.message.attempt = row.wish.attempt;
    row.message.queued_at = desk_.now;
    row.message.sent_at = at;
    row.message.delivered_at = at;
    row.not_before = desk_.now;
    row.state_at = desk_.now;
    desk_.ledger.put_message(row);
    desk_.ledger.mark_dirty(id);
    note(id, "message.delivered",
         "message=" + std::to_string(raw(*added)) + " stage=" + std::string(to_string(stage)) +
             " channel=" + std::string(name_of(channel)) + " on=" + to_iso(delivered),
         by, "A4 A5");
    return {};
}

Result<void> People::add_dispute(AccountId id, InvoiceId invoice, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    if (invoice != InvoiceId{} && facts->find_invoice(invoice) == nullptr) {
        return no_such("invoice of this account with id", raw(invoice));
    }
    Dispute dispute;
    dispute.invoice = invoice;
    dispute.opened_at = desk_.now;
    const DisputeId added = desk_.ledger.add_dispute(id, dispute);
    desk_.ledger.mark_dirty(id);
    note(id, "dispute.opened", "dispute=" + std::to_string(raw(added)) + " invoice=" + std::to_string(raw(invoice)), by,
         "A12");
    return {};
}

Result<void> People::answer_dispute(AccountId id, DisputeId dispute, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    const bool open = std::any_of(facts->disputes.begin(), facts->disputes.end(),
                                  [&](const Dispute& d) { return d.id == dispute && !d.answered_at; });
    if (!open) {
        return no_such("open dispute", raw(dispute));
    }
    desk_.ledger.answer_dispute(id, dispute, desk_.now);
    desk_.ledger.mark_dirty(id);
    note(id, "dispute.answered", "dispute=" + std::to_string(raw(dispute)), by, "A12");
    return {};
}

Result<void> People::set_exempt(AccountId id, bool exempt, const Operator& by) {
    const auto facts = account(id, by);
    if (!facts) {
        return facts.error();
    }
    desk_.ledger.set_exempt(id, exempt, by.why);
    desk_.ledger.mark_dirty(id);
    note(id, exempt ? "exempt.on" : "exempt.off", {}, by, "A18 I8");
    return {};
}

Result<void> People::take_task(TaskId id, const Operator& by) {
    auto task = desk_.ledger.task(id);
    if (!task || task->done_at) {
        return no_such("open task", raw(id));
    }
    task->owner = by.name;
    desk_.ledger.put_task(*task);
    note(task->account, "task.taken", "task=" + std::to_string(raw(id)), by);
    return {};
}

Result<void> People::finish_task(TaskId id, const Operator& by) {
    if (auto error = unnamed(by)) {
        return *std::move(error);
    }
    auto task = desk_.ledger.task(id);
    if (!task || task->done_at) {
        return no_such("open task", raw(id));
    }
    task->owner = by.name;
    task->done_at = desk_.now;
    task->outcome = by.why;
    desk_.ledger.put_task(*task);
    if (task->account != AccountId{}) {
        desk_.ledger.mark_dirty(task->account);
    }
    note(task->account, "task.done", "task=" + std::to_string(raw(id)), by);
    return {};
}

Result<void> People::resolve_hold(HoldId id, bool approve, const Operator& by) {
    if (auto error = unnamed(by)) {
        return *std::move(error);
    }
    auto hold = desk_.ledger.hold(id);
    if (!hold || hold->state != "open") {
        return no_such("open hold", raw(id));
    }
    hold->state = approve ? "approved" : "rejected";
    hold->resolved_by = by.name;
    hold->resolved_why = by.why;
    hold->resolved_at = desk_.now;
    desk_.ledger.put_hold(*hold);
    note(AccountId{}, approve ? "hold.approved" : "hold.rejected", "hold=" + std::to_string(raw(id)), by, "I10");
    for (const AccountId account : hold->accounts) {
        note(account, approve ? "hold.approved" : "hold.rejected", "hold=" + std::to_string(raw(id)), by, "I10");
        desk_.ledger.mark_dirty(account);
    }
    if (hold->reason == ReasonCode::shrink_hold && approve) {
        for (ErpSync* sync : syncs_) {
            if (sync->settings().name == hold->scope) {
                sync->accept_shrink(desk_);
            }
        }
    }
    return {};
}

std::optional<FreezeNote> People::freeze() {
    const auto at = parse_instant(desk_.ledger.meta(kFreezeAt).value_or(""));
    if (!frozen() || !at) {
        return std::nullopt;
    }
    return FreezeNote{*at, desk_.ledger.meta(kFreezeAuthor).value_or(""), desk_.ledger.meta(kFreezeWhy).value_or("")};
}

void People::set_freeze(bool on, const Operator& by) {
    standing_.set_freeze(desk_, on, "person: " + by.name);
    desk_.ledger.put_meta(kFreezeAt, to_rfc3339(desk_.now));
    desk_.ledger.put_meta(kFreezeAuthor, by.name);
    desk_.ledger.put_meta(kFreezeWhy, by.why);
    note(AccountId{}, on ? "freeze.why" : "thaw.why", {}, by);
}

void People::go_live(const Operator& by) {
    standing_.go_live(desk_, "person: " + by.name);
    note(AccountId{}, "policy.live.why", {}, by);
}

Result<void> People::sync_now(std::string_view erp, const Operator& by) {
    bool any = false;
    for (ErpSync* sync : syncs_) {
        if (erp.empty() || sync->settings().name == erp) {
            sync->want_full(desk_.now);
            any = true;
        }
    }
    if (!any) {
        return Error{ErrorKind::not_found, "no ERP is configured under the name \"" + std::string(erp) + "\"",
                     "see the [erp.NAME] sections of emdia.toml"};
    }
    writer_.retry_refused(desk_);
    access_.resync(desk_);
    note(AccountId{}, "sync.asked", "erp=" + std::string(erp), by);
    return {};
}

}  // namespace emdia
