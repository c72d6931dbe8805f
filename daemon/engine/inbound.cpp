#include "daemon/engine/inbound.hpp"

#include <algorithm>
#include <utility>

#include "daemon/core/text_signal.hpp"

namespace emdia {
namespace {

constexpr Hours kReplyUseful{12};
constexpr Hours kOfferOpen{24};     // a proposed promise is confirmed within this or picked again
constexpr Hours kReviewFreeze{48};  // E8
constexpr std::string_view kNumberChanged = "user_changed_number";

std::string_view kind_name(InboundKind kind) {
    switch (kind) {
        case InboundKind::text:
            return "text";
        case InboundKind::button:
            return "button";
        case InboundKind::media:
            return "media";
        case InboundKind::system:
            return "system";
        case InboundKind::other:
            return "other";
    }
    return "other";
}

const Invoice* oldest_owed(const AccountFacts& facts) {
    const Invoice* oldest = nullptr;
    for (const Invoice& invoice : facts.invoices) {
        if (invoice.owed() && invoice.released && (oldest == nullptr || invoice.due < oldest->due)) {
            oldest = &invoice;
        }
    }
    return oldest;
}

}  // namespace

void Inbound::on_message(Desk& desk, const InboundMessage& message) {
    if (!desk.ledger.first_seen("whatsapp.inbound", message.provider_id, desk.now)) {
        return;
    }
    const auto accounts = desk.ledger.accounts_of_phone(message.from);
    const auto account = account_of(desk, message, accounts);
    const std::string& text = message.kind == InboundKind::button ? message.payload : message.text;
    desk.ledger.store_inbound(account.value_or(AccountId{}), message.provider_id, kind_name(message.kind), text,
                              message.at);
    if (message.kind == InboundKind::system) {  // The platform speaks, not the subscriber: it opens no window (D9).
        if (message.text == kNumberChanged) {
            number_changed(desk, accounts);
        }
        return;
    }
    if (!account) {
        desk.house_task("unknown number", TaskKind::inbound_text, 4, "somebody wrote from a number of no contract");
        return;
    }
    auto facts = desk.facts(*account);
    if (!facts) {
        return;
    }
    facts->subscriber.last_inbound_at = std::max(message.at, facts->subscriber.last_inbound_at.value_or(message.at));
    desk.ledger.put_channel(facts->subscriber);
    desk.note(*account, "inbound." + std::string(kind_name(message.kind)), "id=" + std::to_string(raw(*account)), {},
              "subscriber");
    const auto action = message.kind == InboundKind::button ? parse_button(message.payload) : std::nullopt;
    // A button of a ledger that was restored may name an invoice that this one does not hold.
    const bool known = action && action->account == *account &&
                       (action->invoice == InvoiceId{} || facts->find_invoice(action->invoice) != nullptr);
    if (known) {
        on_button(desk, *facts, *action, message.provider_id);
    } else {
        on_text(desk, *facts, message, accounts);
    }
    desk.ledger.mark_dirty(*account);
}

/// A button names its account, which must be one of the sender's. Other messages belong to the account whose message
/// they answer, or else to the one that was written to last.
std::optional<AccountId> Inbound::account_of(Desk& desk, const InboundMessage& message,
                                             const std::vector<AccountId>& accounts) {
    if (accounts.empty()) {
        // The platform may hide the number of who answers; which message is answered it tells all the same.
        const auto answered =
            message.from.empty() ? desk.ledger.message_of_provider(message.context_provider_id) : std::nullopt;
        const auto row = answered ? desk.ledger.message(*answered) : std::nullopt;
        return row ? std::optional{row->account} : std::nullopt;
    }
    const auto among = [&](AccountId id) { return std::find(accounts.begin(), accounts.end(), id) != accounts.end(); };
    if (const auto action = parse_button(message.payload); action && among(action->account)) {
        return action->account;
    }
    if (const auto answered = desk.ledger.message_of_provider(message.context_provider_id)) {
        if (const auto row = desk.ledger.message(*answered); row && among(row->account)) {
            return row->account;
        }
    }
    AccountId latest = accounts.front();
    Instant latest_at{};
    for (const AccountId id : accounts) {
        const auto facts = desk.facts(id);
        if (facts && !facts->messages.empty() && facts->messages.back().queued_at > latest_at) {
            latest = id;
            latest_at = facts->messages.back().queued_at;
        }
    }
    return latest;
}

void Inbound::reply(Desk& desk, AccountId account, Reply reply, InvoiceId invoice, const std::string& dedupe) {
    MessageWish wish;
    wish.stage = Stage::reply;
    wish.reply = reply;
    wish.invoice = invoice;
    wish.expires_at = desk.now + kReplyUseful;
    desk.ledger.add_message(account, wish, dedupe, desk.now);
}

void Inbound::on_button(Desk& desk, AccountFacts& facts, const ButtonAction& action, const std::string& dedupe) {
    const AccountId id = facts.id;
    using Kind = ButtonAction::Kind;
    switch (action.kind) {
        case Kind::paid:
            desk.ledger.add_claim(id, PaymentClaim{action.invoice, desk.now});
            desk.note(id, "claim.made", "invoice=" + std::to_string(raw(action.invoice)), "I3", "subscriber");
            reply(desk, id, Reply::claim_noted, action.invoice, dedupe);
            break;
        case Kind::dispute:
            open_dispute(desk, facts, action.invoice, dedupe);
            break;
        case Kind::human:
            desk.task(id, action.invoice, TaskKind::human_request, 2, "the subscriber asks for a person");
            reply(desk, id, Reply::human_called, action.invoice, dedupe);
            break;
        case Kind::promise_pick:
            pick_promise(desk, facts, action, dedupe);
            break;
        case Kind::promise_yes:
            confirm_promise(desk, facts, action.promise, dedupe);
            break;
        case Kind::promise_no:
            decline_promise(desk, facts, action.promise, dedupe);
            break;
        case Kind::second_copy: {
            const Invoice* named = facts.find_invoice(action.invoice);
            const Invoice* invoice = named != nullptr && named->owed() ? named : oldest_owed(facts);
            reply(desk, id, invoice != nullptr ? Reply::payment_code : Reply::nothing_owed,
                  invoice != nullptr ? invoice->id : InvoiceId{}, dedupe);
            break;
        }
        case Kind::review:
            desk.ledger.add_override(id, Override{OverrideKind::freeze, desk.now, desk.now + kReviewFreeze,
                                                  "subscriber", "review of the automated decision asked for"});
            desk.task(id, action.invoice, TaskKind::review_request, 1,
                      "the subscriber asks for a review (48 h freeze)");
            desk.note(id, "review.asked", {}, "E8", "subscriber");
            reply(desk, id, Reply::review_opened, action.invoice, dedupe);
            break;
    }
}

void Inbound::open_dispute(Desk& desk, const AccountFacts& facts, InvoiceId invoice, const std::string& dedupe) {
    const bool open = std::any_of(facts.disputes.begin(), facts.disputes.end(), [&](const Dispute& d) {
        return !d.answered_at && (d.invoice == invoice || d.invoice == InvoiceId{});
    });
    if (!open) {
        Dispute dispute;
        dispute.invoice = invoice;
        dispute.opened_at = desk.now;
        const DisputeId id = desk.ledger.add_dispute(facts.id, dispute);
        desk.task(facts.id, invoice, TaskKind::dispute, 2,
                  "the subscriber does not recognise the charge: answer in 30 days");
        desk.note(facts.id, "dispute.opened",
                  "dispute=" + std::to_string(raw(id)) + " invoice=" + std::to_string(raw(invoice)), "A12",
                  "subscriber");
    }
    reply(desk, facts.id, Reply::dispute_opened, invoice, dedupe);
}

void Inbound::pick_promise(Desk& desk, const AccountFacts& facts, const ButtonAction& action,
                           const std::string& dedupe) {
    const DecisionContext context = desk.context(facts);
    const PromiseOffer offer = promise_offer(facts, context, desk.now);
    if (!offer.allowed) {
        const bool nothing = offer.reason.code == ReasonCode::promise_nothing_owed;
        if (!nothing) {
            desk.task(facts.id, action.invoice, TaskKind::promise_review, 3,
                      explain(offer.reason, facts, context.zone, desk.settings.language));
        }
        reply(desk, facts.id, nothing ? Reply::nothing_owed : Reply::promise_refused, action.invoice, dedupe);
        return;
    }
    const Date today = date_of(context.zone.local(desk.now));
    if (!action.date || !check_promise_date(offer, *action.date, today)) {
        reply(desk, facts.id, Reply::promise_dates, action.invoice, dedupe);
        return;
    }
    Promise promise;
    promise.invoices = offer.invoices;
    promise.amount = offer.amount;
    promise.until = *action.date;
    promise.made_at = desk.now;
    promise.made_by = "subscriber (button)";
    promise.id = desk.ledger.add_promise(facts.id, promise);
    desk.note(facts.id, "promise.proposed",
              "promise=" + std::to_string(raw(promise.id)) + " until=" + to_iso(promise.until), "I12", "subscriber");
    MessageWish wish;
    wish.stage = Stage::promise_offer;
    wish.promise = promise.id;
    wish.invoice = offer.invoices.empty() ? InvoiceId{} : offer.invoices.front();
    wish.expires_at = desk.now + kReplyUseful;
    desk.ledger.add_message(facts.id, wish, dedupe, desk.now);
}

void Inbound::confirm_promise(Desk& desk, const AccountFacts& facts, PromiseId promise, const std::string& dedupe) {
    const auto found =
        std::find_if(facts.promises.begin(), facts.promises.end(), [&](const Promise& p) { return p.id == promise; });
    if (found == facts.promises.end() || found->state != PromiseState::proposed) {
        return;  // pressed twice, or closed meanwhile
    }
    const DecisionContext context = desk.context(facts);
    const PromiseOffer offer = promise_offer(facts, context, desk.now);
    const Date today = date_of(context.zone.local(desk.now));
    const bool late = desk.now - found->made_at > kOfferOpen;
    Promise accepted = *found;
    if (late || !offer.allowed || !check_promise_date(offer, found->until, today)) {
        accepted.state = PromiseState::cancelled;
        accepted.closed_at = desk.now;
        desk.ledger.put_promise(facts.id, accepted);
        reply(desk, facts.id, offer.allowed ? Reply::promise_dates : Reply::promise_refused, InvoiceId{}, dedupe);
        return;
    }
    accepted.state = PromiseState::active;
    accepted.made_at = desk.now;
    accepted.invoices = offer.invoices;
    accepted.amount = offer.amount;
    desk.ledger.put_promise(facts.id, accepted);
    desk.note(facts.id, "promise.active",
              "promise=" + std::to_string(raw(promise)) + " until=" + to_iso(accepted.until) +
                  " amount=" + accepted.amount.plain(),
              "I12", "subscriber");
    writer_.add_promise(desk, facts, accepted);
    writer_.add_note(desk, facts, "emdia: promessa de pagamento",
                     "promessa de " + accepted.amount.pt_br() + " para " + pt_br(accepted.until));
}

void Inbound::decline_promise(Desk& desk, const AccountFacts& facts, PromiseId promise, const std::string& dedupe) {
    for (Promise found : facts.promises) {
        if (found.id == promise && found.state == PromiseState::proposed) {
            found.state = PromiseState::cancelled;
            found.closed_at = desk.now;
            desk.ledger.put_promise(facts.id, found);
            desk.note(facts.id, "promise.cancelled", "promise=" + std::to_string(raw(promise)), {}, "subscriber");
            reply(desk, facts.id, Reply::promise_declined, InvoiceId{}, dedupe);
        }
    }
}

void Inbound::opt_out(Desk& desk, const std::vector<AccountId>& accounts) {
    for (const AccountId id : accounts) {
        auto facts = desk.facts(id);
        if (facts && !facts->subscriber.optout_at) {
            facts->subscriber.optout_at = desk.now;
            desk.ledger.put_channel(facts->subscriber);
            desk.note(id, "consent.out", {}, "D2", "subscriber");
            desk.ledger.mark_dirty(id);
        }
    }
}

void Inbound::number_changed(Desk& desk, const std::vector<AccountId>& accounts) {
    for (const AccountId id : accounts) {
        auto facts = desk.facts(id);
        if (!facts) {
            continue;
        }
        facts->subscriber.wrong_number = true;
        desk.ledger.put_channel(facts->subscriber);
        desk.note(id, "number.changed", {}, "C8", "subscriber");
        desk.task(id, InvoiceId{}, TaskKind::no_contact_channel, 2,
                  "the subscriber has another WhatsApp number now: ask for it and correct it in the ERP; nothing is "
                  "sent until then");
        desk.ledger.mark_dirty(id);
    }
}

void Inbound::on_text(Desk& desk, AccountFacts& facts, const InboundMessage& message,
                      const std::vector<AccountId>& accounts) {
    Subscriber& subscriber = facts.subscriber;
    switch (message.kind == InboundKind::text ? signal_of(message.text) : TextSignal::none) {
        case TextSignal::opt_out:
            opt_out(desk, accounts.empty() ? std::vector<AccountId>{facts.id} : accounts);
            reply(desk, facts.id, Reply::opted_out, InvoiceId{}, message.provider_id);
            return;
        case TextSignal::opt_in:
            subscriber.optout_at.reset();
            subscriber.optin_at = desk.now;
            subscriber.optin_source = "subscriber wrote";
            desk.ledger.put_channel(subscriber);
            desk.note(facts.id, "consent.in", {}, "D1", "subscriber");
            reply(desk, facts.id, Reply::received, InvoiceId{}, message.provider_id);
            return;
        case TextSignal::wrong_number:
            subscriber.wrong_number = true;
            desk.ledger.put_channel(subscriber);
            desk.note(facts.id, "number.wrong", {}, "C8", "subscriber");
            desk.task(facts.id, InvoiceId{}, TaskKind::no_contact_channel, 2,
                      "the number on the contract belongs to somebody else");
            reply(desk, facts.id, Reply::wrong_number, InvoiceId{}, message.provider_id);
            return;
        case TextSignal::dispute: {
            const Invoice* invoice = oldest_owed(facts);
            open_dispute(desk, facts, invoice != nullptr ? invoice->id : InvoiceId{}, message.provider_id);
            return;
        }
        case TextSignal::human:
            desk.task(facts.id, InvoiceId{}, TaskKind::human_request, 2, "the subscriber asks for a person");
            reply(desk, facts.id, Reply::human_called, InvoiceId{}, message.provider_id);
            return;
        case TextSignal::none:
            break;
    }
    desk.task(facts.id, InvoiceId{}, TaskKind::inbound_text, 3, "the subscriber wrote; read it and answer");
    // One "we received it" a day is polite, more is noise.
    reply(desk, facts.id, Reply::received, InvoiceId{}, "received " + to_iso(desk.today()));
}

}  // namespace emdia
