#include "daemon/engine/outbox.hpp"

#include <algorithm>
#include <utility>

#include "daemon/core/backoff.hpp"
#include "daemon/core/late_charges.hpp"
#include "daemon/core/message_state.hpp"
#include "daemon/engine/outgoing.hpp"

namespace emdia {
namespace {

constexpr int kBatch = 256;
constexpr Hours kDay{24};
constexpr Minutes kReachedAgain{1};
constexpr Minutes kAnswerGrace{15};  // a row that waits for the ERP is looked at again after this
constexpr Hours kTierAgain{1};
constexpr Minutes kPairAgain{1};
constexpr int kSubmitTries = 6;
constexpr BackoffRule kAgain{.first = Millis{2'000}, .factor = 3, .ceiling = Millis{900'000}, .jitter_percent = 20};
constexpr int kUndeliverableCode = 131026;

bool is_reply(const OutboxRow& row) { return message_class(row.message.stage) == MessageClass::reply; }

/// What the subscriber quotes when he calls: the day and the row.
std::string protocol_of(const Desk& desk, MessageId id) {
    std::string day = to_iso(desk.today());
    day.erase(std::remove(day.begin(), day.end(), '-'), day.end());
    return day + "-" + std::to_string(raw(id));
}

}  // namespace

void Outbox::recover(Desk& desk) {
    under_way_ = 0;
    codes_.clear();
    codes_asked_.clear();
    waiting_fresh_.clear();
    reached_at_.reset();
    gate_.recover(desk);
    for (OutboxRow row : desk.ledger.messages_in(MessageState::sending, 1'000'000)) {
        set_state(desk, row, MessageState::unknown, "cause=restart");
        desk.ledger.mark_dirty(row.account);
    }
}

void Outbox::dispatch(Desk& desk) {
    const auto full = [&] {
        return under_way_ >= gate_.allowed(static_cast<std::size_t>(desk.settings.channel.in_flight));
    };
    if (full()) {
        return;
    }
    for (OutboxRow& row : desk.ledger.due_messages(desk.now, kBatch)) {
        if (full()) {
            return;
        }
        look(desk, row);
    }
}

bool Outbox::withdraw_outdated(Desk& desk, const AccountFacts& facts) {
    const bool any = std::any_of(facts.messages.begin(), facts.messages.end(),
                                 [](const Message& m) { return m.state == MessageState::queued; });
    bool dropped = false;
    if (!any) {
        return dropped;
    }
    for (OutboxRow row : desk.ledger.queued_messages_of(facts.id)) {
        const SendVerdict verdict = may_send(facts, row.wish, desk.context(facts), desk.now);
        if (verdict.kind == SendVerdict::Kind::drop) {
            drop(desk, row, verdict.reason);
            dropped = true;
        }
    }
    return dropped;
}

void Outbox::clock_set_back(Desk& desk) {
    gate_.clock_set_back(desk);
    for (OutboxRow row : desk.ledger.messages_in(MessageState::queued, 1'000'000)) {
        if (row.not_before > desk.now) {
            wait(desk, row, desk.now);
        }
    }
}

bool Outbox::within_tier(Desk& desk) {
    // Counting walks a day of messages, so it is not done in every turn. Between counts a recipient reached twice
    // counts twice, which errs on the safe side.
    if (!reached_at_ || desk.now < *reached_at_ || desk.now - *reached_at_ >= kReachedAgain) {
        reached_ = desk.ledger.initiated_since(desk.now - kDay);
        reached_at_ = desk.now;
    }
    return reached_ < desk.settings.channel.initiated_per_day;
}

/// The last look before a message leaves.
void Outbox::look(Desk& desk, OutboxRow& row) {
    Ready ready;
    auto facts = desk.facts(row.account);
    if (!facts) {
        drop(desk, row, Reason{ReasonCode::contract_not_active, {}, {}, {}, {}});
        return;
    }
    ready.facts = std::move(*facts);
    if (!is_reply(row) && standing_.stops(desk, ready.facts)) {
        wait(desk, row, desk.now + kAnswerGrace);
        return;
    }
    if (const auto until = gate_.shut(desk, is_reply(row))) {
        wait(desk, row, *until);
        return;
    }
    const SendVerdict verdict = may_send(ready.facts, row.wish, desk.context(ready.facts), desk.now);
    switch (verdict.kind) {
        case SendVerdict::Kind::drop:
            drop(desk, row, verdict.reason);
            return;
        case SendVerdict::Kind::wait:
            wait(desk, row, std::max(verdict.not_before.value_or(desk.now + kAnswerGrace), desk.now + Seconds{1}));
            return;
        case SendVerdict::Kind::refresh: {
            std::vector<std::string> ids;
            for (const Invoice& invoice : ready.facts.invoices) {
                if (invoice.owed()) {
                    ids.push_back(invoice.erp_id);
                }
            }
            if (ErpSync* sync = sync_of_(ready.facts.subscriber.erp)) {
                sync->want_fresh(desk, row.account, ids);
                waiting_fresh_[row.account].insert(row.message.id);
            }
            wait(desk, row, desk.now + kAnswerGrace);
            return;
        }
        case SendVerdict::Kind::send:
            break;
    }
    ready.tmpl = templates_.find(row.message.stage, row.wish.reply);
    if (ready.tmpl == nullptr) {
        fail(desk, row, 0, "no template for this stage");
        return;
    }
    if (!is_reply(row)) {
        const auto until = gate_.template_shut(desk, ready.tmpl->name);
        if (until || !within_tier(desk)) {  // D8
            wait(desk, row, until.value_or(desk.now + kTierAgain));
            return;
        }
    }
    if (have_codes(desk, row, ready)) {
        reached_ += is_reply(row) ? 0 : 1;
        send(desk, row, ready);
    }
}

bool Outbox::have_codes(Desk& desk, OutboxRow& row, Ready& ready) {
    const Invoice* invoice = ready.facts.find_invoice(row.message.invoice);
    ErpSync* sync = sync_of_(ready.facts.subscriber.erp);
    if (!carries_codes(row.message.stage, row.wish.reply) || invoice == nullptr || sync == nullptr) {
        return true;
    }
    ready.codes.original = invoice->open;
    ready.codes.total = invoice->open;
    if (!sync->can("invoice.payment_codes")) {
        return true;
    }
    const auto context = desk.context(ready.facts);
    const Date today = date_of(context.zone.local(desk.now));
    const auto arrived = codes_.find(row.message.id);
    if (arrived == codes_.end()) {
        if (codes_asked_.insert(row.message.id).second) {
            sync->want_codes(desk, row.message.id, invoice->erp_id, today);
        }
        wait(desk, row, desk.now + kAnswerGrace);
        return false;
    }
    const Result<PaymentCodes> codes = std::move(arrived->second);
    codes_.erase(arrived);
    if (!codes) {
        if (is_retryable(codes.error().kind) && row.tries < kSubmitTries) {
            ++row.tries;
            row.last_error = codes.error().text();
            wait(desk, row, desk.now + backoff_delay(kAgain, row.tries, desk.entropy.next()));
            return false;
        }
        // A reminder without a code is still a reminder; asking again for one is a button of it.
        desk.task(row.account, row.message.invoice, TaskKind::data_problem, 4,
                  "the ERP gives no payment code: " + codes.error().text());
        return true;
    }
    const AmountCheck check = check_asked(codes.value(), invoice->due, today, context.calendar);
    if (check == AmountCheck::wrong) {  // I7
        desk.task(row.account, row.message.invoice, TaskKind::data_problem, 2,
                  "the amount asked for the invoice is not what the law allows or its parts do not add up");
        drop(desk, row, Reason{ReasonCode::amount_check_failed, row.message.invoice, {}, {}, codes.value().total});
        return false;
    }
    ready.codes = codes.value();
    return true;
}

void Outbox::send(Desk& desk, OutboxRow& row, const Ready& ready) {
    const DecisionContext context = desk.context(ready.facts);
    const PromiseOffer offer = promise_offer(ready.facts, context, desk.now);
    row.message.protocol = protocol_of(desk, row.message.id);
    const auto composed = compose(
        *ready.tmpl,
        ComposeInput{ready.facts, row.wish, ready.codes, desk.settings.isp, offer, context, row.message.protocol},
        desk.now);
    if (!composed) {
        desk.log.write(LogLevel::error, "MESSAGE-NOT-COMPOSED", composed.error().text(),
                       {{"message", std::to_string(raw(row.message.id))}});
        desk.task(row.account, row.message.invoice, TaskKind::channel_problem, 2, composed.error().text());
        fail(desk, row, 0, composed.error().what);
        return;
    }
    row.text = composed->text;
    row.message.text_hash = desk.digest.sha256_hex(composed->text);
    row.message.template_version = composed->template_name + "/" + composed->template_version;
    ++row.tries;
    set_state(desk, row, MessageState::sending);
    gate_.leaves(desk, row);
    ++under_way_;
    auto message = outgoing(row, ready.facts, *composed, ready.codes, desk.settings.channel, desk.now);
    desk.after_commit([this, message = std::move(message)] { messenger_.submit(message); });
}

// --- What happens to a row -------------------------------------------------------------------------------------------

void Outbox::set_state(Desk& desk, OutboxRow& row, MessageState state, const std::string& detail) {
    row.message.state = state;
    row.state_at = desk.now;
    desk.ledger.put_message(row);
    desk.note(row.account, "message." + std::string(to_string(state)),
              "message=" + std::to_string(raw(row.message.id)) + " stage=" + std::string(to_string(row.message.stage)) +
                  (detail.empty() ? "" : " " + detail));
}

void Outbox::wait(Desk& desk, OutboxRow& row, Instant until) {
    row.not_before = until;
    desk.ledger.put_message(row);
}

void Outbox::drop(Desk& desk, OutboxRow& row, const Reason& reason) {
    codes_.erase(row.message.id);
    row.last_error = std::string(to_string(reason.code));
    set_state(desk, row, MessageState::dropped, "reason=" + row.last_error);
    desk.ledger.mark_dirty(row.account);
}

void Outbox::fail(Desk& desk, OutboxRow& row, int code, const std::string& cause) {
    row.message.failed_code = code;
    row.last_error = cause;
    set_state(desk, row, MessageState::failed, "code=" + std::to_string(code));
    if (code == kUndeliverableCode) {
        count_undeliverable(desk, row);
    }
    desk.ledger.mark_dirty(row.account);
}

/// Separate cycles (whatsapp.md section 9) are separate invoices, as for C4; what was delivered in between starts the
/// count again.
void Outbox::count_undeliverable(Desk& desk, const OutboxRow& row) {
    auto facts = row.message.invoice == InvoiceId{} ? std::nullopt : desk.facts(row.account);
    if (!facts) {
        return;
    }
    std::set<InvoiceId> cycles;
    if (facts->subscriber.undeliverable_cycles > 0) {  // 0: what failed before is about another number.
        for (const Message& m : facts->messages) {
            if (m.delivered_at) {
                cycles.clear();
            } else if (m.failed_code == kUndeliverableCode && m.invoice != InvoiceId{}) {
                cycles.insert(m.invoice);
            }
        }
    }
    cycles.insert(row.message.invoice);
    facts->subscriber.undeliverable_cycles = static_cast<int>(cycles.size());
    desk.ledger.put_channel(facts->subscriber);
}

void Outbox::on_fresh(Desk& desk, AccountId account, bool read) {
    const auto waiting = waiting_fresh_.extract(account);
    if (waiting.empty() || !read) {
        return;
    }
    for (const MessageId id : waiting.mapped()) {
        if (auto row = desk.ledger.message(id); row && row->message.state == MessageState::queued) {
            wait(desk, *row, desk.now);
        }
    }
}

void Outbox::on_codes(Desk& desk, MessageId message, Result<PaymentCodes> codes) {
    codes_asked_.erase(message);
    auto row = desk.ledger.message(message);
    if (!row || row->message.state != MessageState::queued) {
        return;
    }
    codes_.insert_or_assign(message, std::move(codes));
    wait(desk, *row, desk.now);
}

void Outbox::on_result(Desk& desk, const SendResult& result) {
    under_way_ -= under_way_ > 0 ? 1 : 0;
    auto stored = desk.ledger.message(result.id);
    if (!stored) {
        return;
    }
    OutboxRow& row = *stored;
    if (const auto* accepted = std::get_if<SendAccepted>(&result.outcome)) {
        row.provider_id = accepted->provider_id;
        if (!row.message.sent_at) {
            row.message.sent_at = desk.now;
        }
        if (const auto state = advance(row.message.state, MessageState::accepted)) {
            set_state(desk, row, *state);
        } else {
            desk.ledger.put_message(row);
        }
        gate_.accepted(desk, row);
    } else if (row.message.state != MessageState::sending && row.message.state != MessageState::unknown) {
        return;  // its status arrived first and knows more
    } else if (const auto* rejected = std::get_if<SendRejected>(&result.outcome)) {
        on_rejected(desk, row, *rejected);
    } else if (row.message.state == MessageState::sending) {
        row.last_error = std::get<SendUnknown>(result.outcome).cause;
        set_state(desk, row, MessageState::unknown);
    }
    desk.ledger.mark_dirty(row.account);
}

void Outbox::again(Desk& desk, OutboxRow& row, int code, Instant when) {
    row.not_before = when;
    row.tries -= row.tries > 0 ? 1 : 0;
    set_state(desk, row, MessageState::queued, code == 0 ? "reason=later" : "code=" + std::to_string(code));
}

void Outbox::on_rejected(Desk& desk, OutboxRow& row, const SendRejected& rejected) {
    row.last_error = rejected.error.text();
    if (const auto when = gate_.refused(desk, row, rejected, under_way_)) {
        again(desk, row, rejected.code, *when);
        return;
    }
    const bool transient = rejected.verdict != SendVerdictKind::undeliverable &&
                           rejected.verdict != SendVerdictKind::needs_template &&
                           rejected.verdict != SendVerdictKind::dead;
    if (transient && row.tries < kSubmitTries) {
        row.not_before =
            desk.now + rejected.error.retry_after.value_or(backoff_delay(kAgain, row.tries, desk.entropy.next()));
        set_state(desk, row, MessageState::queued, "code=" + std::to_string(rejected.code));
        return;
    }
    if (rejected.verdict != SendVerdictKind::undeliverable) {
        desk.task(row.account, row.message.invoice, TaskKind::channel_problem, 3, row.last_error);
    }
    fail(desk, row, rejected.code, row.last_error);
}

// --- What the provider says ------------------------------------------------------------------------------------------

void Outbox::on_status(Desk& desk, const MessageStatusEvent& status) {
    std::optional<OutboxRow> stored;
    if (status.id) {
        stored = desk.ledger.message(*status.id);
    } else if (const auto id = desk.ledger.message_of_provider(status.provider_id)) {
        stored = desk.ledger.message(*id);
    }
    // A ledger that was restored gives a number out again: the moment it was queued tells the two apart. And what was
    // never sent proves nothing.
    const bool other = stored && status.id && stored->message.queued_at != status.queued_at;
    const bool unsent = stored && stored->message.state == MessageState::queued;
    if (!stored || other || unsent || (!stored->provider_id.empty() && stored->provider_id != status.provider_id)) {
        desk.log.write(LogLevel::info, "WHATSAPP-STATUS-FOREIGN", "a status of a message that is not ours was ignored");
        return;
    }
    OutboxRow& row = *stored;
    const auto state = advance(row.message.state, status.state);
    if (!state) {
        return;
    }
    row.provider_id = status.provider_id;
    if (*state == MessageState::failed) {
        on_failed(desk, row, status);
        return;
    }
    gate_.passed(desk, row);
    if (!row.message.sent_at) {
        row.message.sent_at = status.at;
    }
    const bool proof = *state == MessageState::delivered || *state == MessageState::read;
    if (proof && !row.message.delivered_at) {
        row.message.delivered_at = status.at;
    }
    set_state(desk, row, *state);
    desk.ledger.mark_dirty(row.account);
}

/// A refusal by webhook means what it means as an answer, and did not reach anybody either.
void Outbox::on_failed(Desk& desk, OutboxRow& row, const MessageStatusEvent& status) {
    const std::string cause = "the provider says failed, code " + std::to_string(status.code);
    if (status.verdict) {
        const bool pair = *status.verdict == SendVerdictKind::retry_recipient;
        const SendRejected rejected{
            *status.verdict, status.code,
            Error{ErrorKind::refused, cause, {}, pair ? std::optional{Millis{kPairAgain}} : std::nullopt}};
        if (const auto when = gate_.refused(desk, row, rejected, under_way_)) {
            row.provider_id.clear();
            row.message.sent_at.reset();
            row.last_error = cause;
            again(desk, row, status.code, *when);
            desk.ledger.mark_dirty(row.account);
            return;
        }
    }
    if (!row.message.sent_at) {
        row.message.sent_at = status.at;
    }
    fail(desk, row, status.code, cause);
}

}  // namespace emdia
