#include "daemon/engine/outbox.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
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
constexpr Minutes kStoppedProbe{10};
constexpr Hours kInitiatedHold{1};
constexpr int kSubmitTries = 6;
constexpr BackoffRule kAgain{.first = Millis{2'000}, .factor = 3, .ceiling = Millis{900'000}, .jitter_percent = 20};
constexpr BackoffRule kRecipientAgain{
    .first = Millis{6'000}, .factor = 2, .ceiling = Millis{60'000}, .jitter_percent = 10};
constexpr int kUndeliverableCode = 131026;

bool is_reply(const OutboxRow& row) { return message_class(row.message.stage) == MessageClass::reply; }

std::string template_key(const std::string& name) { return "template.off." + name; }

constexpr std::string_view kRedQuality = "template_quality RED";

/// Other states (FLAGGED, PENDING, IN_APPEAL...) say nothing about whether the template may be sent.
bool stops_template(std::string_view state) {
    constexpr std::array<std::string_view, 8> stops{"PAUSED",  "DISABLED",       "REJECTED", "PENDING_DELETION",
                                                    "DELETED", "LIMIT_EXCEEDED", "LOCKED",   "ARCHIVED"};
    return std::find(stops.begin(), stops.end(), state) != stops.end();
}

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
    for (OutboxRow row : desk.ledger.messages_in(MessageState::sending, 1'000'000)) {
        set_state(desk, row, MessageState::unknown, "cause=restart");
        desk.ledger.mark_dirty(row.account);
    }
}

void Outbox::dispatch(Desk& desk) {
    const auto in_flight = static_cast<std::size_t>(desk.settings.channel.in_flight);
    if (under_way_ >= in_flight) {
        return;
    }
    for (OutboxRow& row : desk.ledger.due_messages(desk.now, kBatch)) {
        if (under_way_ >= in_flight) {
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
    stopped_until_.reset();
    initiated_after_.reset();
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
    if (stopped_until_ && *stopped_until_ > desk.now) {
        wait(desk, row, *stopped_until_);
        return;
    }
    if (!is_reply(row) && initiated_after_ && *initiated_after_ > desk.now) {
        wait(desk, row, *initiated_after_);
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
    if (!is_reply(row) && !desk.ledger.meta(template_key(ready.tmpl->name)).value_or("").empty()) {
        wait(desk, row, desk.now + kInitiatedHold);
        return;
    }
    if (!is_reply(row) && !within_tier(desk)) {  // D8
        wait(desk, row, desk.now + kInitiatedHold);
        return;
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
        if (auto facts = desk.facts(row.account)) {
            ++facts->subscriber.undeliverable_cycles;
            desk.ledger.put_channel(facts->subscriber);
        }
    }
    desk.ledger.mark_dirty(row.account);
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
        stop_cause_.clear();
        stopped_until_.reset();
    } else if (row.message.state != MessageState::sending) {
        return;  // its status arrived first and knows more
    } else if (const auto* rejected = std::get_if<SendRejected>(&result.outcome)) {
        on_rejected(desk, row, *rejected);
    } else {
        row.last_error = std::get<SendUnknown>(result.outcome).cause;
        set_state(desk, row, MessageState::unknown);
    }
    desk.ledger.mark_dirty(row.account);
}

void Outbox::on_rejected(Desk& desk, OutboxRow& row, const SendRejected& rejected) {
    row.last_error = rejected.error.text();
    const auto again = [&](Millis delay) {
        row.not_before = desk.now + delay;
        set_state(desk, row, MessageState::queued, "code=" + std::to_string(rejected.code));
    };
    hear_verdict(desk, row, rejected.verdict, row.last_error, rejected.error.retry_after);
    switch (rejected.verdict) {
        case SendVerdictKind::retry_later:
        case SendVerdictKind::retry_recipient:
            if (row.tries >= kSubmitTries) {
                desk.task(row.account, row.message.invoice, TaskKind::channel_problem, 3, row.last_error);
                fail(desk, row, rejected.code, row.last_error);
            } else {
                const auto& rule = rejected.verdict == SendVerdictKind::retry_later ? kAgain : kRecipientAgain;
                again(rejected.error.retry_after.value_or(backoff_delay(rule, row.tries, desk.entropy.next())));
            }
            break;
        case SendVerdictKind::channel_stopped:
            again(kStoppedProbe);
            break;
        case SendVerdictKind::hold_initiated:
            again(*initiated_after_ - desk.now);
            break;
        case SendVerdictKind::template_unusable:
            again(kInitiatedHold);
            break;
        case SendVerdictKind::undeliverable:
            fail(desk, row, rejected.code, row.last_error);
            break;
        case SendVerdictKind::needs_template:
        case SendVerdictKind::dead:
            desk.task(row.account, row.message.invoice, TaskKind::channel_problem, 3, row.last_error);
            fail(desk, row, rejected.code, row.last_error);
            break;
    }
}

void Outbox::hear_verdict(Desk& desk, const OutboxRow& row, SendVerdictKind verdict, const std::string& cause,
                          std::optional<Millis> retry_after) {
    if (verdict == SendVerdictKind::channel_stopped) {
        stopped_until_ = desk.now + kStoppedProbe;
        stop_cause_ = cause;
        desk.house_task("whatsapp", TaskKind::channel_problem, 1, "WhatsApp is stopped: " + cause);
        desk.log.write(LogLevel::error, "WHATSAPP-STOPPED", cause);
    } else if (verdict == SendVerdictKind::hold_initiated) {
        initiated_after_ = desk.now + retry_after.value_or(Millis{kInitiatedHold});
        desk.house_task("whatsapp limit", TaskKind::channel_problem, 2, cause);
    } else if (verdict == SendVerdictKind::template_unusable) {
        stop_template(desk, row.message.template_version.substr(0, row.message.template_version.find('/')), cause);
    }
}

void Outbox::stop_template(Desk& desk, const std::string& name, const std::string& cause) {
    desk.ledger.put_meta(template_key(name), cause.empty() ? "stopped" : cause);
    desk.house_task("template " + name, TaskKind::channel_problem, 2, "template " + name + " cannot be used: " + cause);
    desk.log.write(LogLevel::warning, "TEMPLATE-STOPPED", cause, {{"template", name}});
}

// --- What the provider says ------------------------------------------------------------------------------------------

void Outbox::on_status(Desk& desk, const MessageStatusEvent& status) {
    std::optional<OutboxRow> stored;
    if (status.id) {
        stored = desk.ledger.message(*status.id);
    } else if (const auto id = desk.ledger.message_of_provider(status.provider_id)) {
        stored = desk.ledger.message(*id);
    }
    // A number of a ledger that was restored may have been used before: what was never sent proves nothing.
    const bool unsent = stored && stored->message.state == MessageState::queued;
    if (!stored || unsent || (!stored->provider_id.empty() && stored->provider_id != status.provider_id)) {
        desk.log.write(LogLevel::info, "WHATSAPP-STATUS-FOREIGN", "a status of a message that is not ours was ignored");
        return;
    }
    OutboxRow& row = *stored;
    const auto state = advance(row.message.state, status.state);
    if (!state) {
        return;
    }
    row.provider_id = status.provider_id;
    if (!row.message.sent_at) {
        row.message.sent_at = status.at;
    }
    const bool proof = *state == MessageState::delivered || *state == MessageState::read;
    if (proof && !row.message.delivered_at) {
        row.message.delivered_at = status.at;
    }
    if (*state == MessageState::failed) {
        const std::string cause = "the provider says failed, code " + std::to_string(status.code);
        if (status.verdict) {
            hear_verdict(desk, row, *status.verdict, cause);
        }
        fail(desk, row, status.code, cause);
        return;
    }
    set_state(desk, row, *state);
    desk.ledger.mark_dirty(row.account);
}

void Outbox::on_notice(Desk& desk, const ChannelNotice& notice) {
    desk.note(AccountId{}, "channel." + notice.kind, "subject=" + notice.subject + " value=" + notice.value, "D6 D7");
    const bool recategorised = notice.kind == "template_category" && notice.value == "MARKETING";  // D6
    const bool status = notice.kind == "template_status";
    const bool quality = notice.kind == "template_quality";
    const auto& all = templates_.all();
    const bool ours = std::any_of(all.begin(), all.end(), [&](const Template& t) { return t.name == notice.subject; });
    if ((status || quality || notice.kind == "template_category") && !ours) {
        return;
    }
    const bool off = (status && stops_template(notice.value)) || (quality && notice.value == "RED");  // D7
    const bool better = quality && (notice.value == "GREEN" || notice.value == "YELLOW") &&
                        desk.ledger.meta(template_key(notice.subject)).value_or("") == kRedQuality;
    const bool on = (status && (notice.value == "APPROVED" || notice.value == "REINSTATED")) || better;
    if (recategorised || off) {
        stop_template(desk, notice.subject, notice.kind + " " + notice.value);
    } else if (on) {
        desk.ledger.put_meta(template_key(notice.subject), "");
    } else if (notice.kind == "account") {
        desk.house_task("whatsapp account", TaskKind::channel_problem, 1, "WhatsApp account: " + notice.value);
    }
}

PartHealth Outbox::health(Instant now) const {
    const bool stopped = stopped_until_ && *stopped_until_ > now;
    return PartHealth{"whatsapp", !stopped, stopped ? stop_cause_ : "messages may go"};
}

}  // namespace emdia
