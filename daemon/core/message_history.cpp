#include "daemon/core/message_history.hpp"

namespace emdia::detail {
namespace {

bool is_notice_of(const Situation& s, const Message& m, const OwedInvoice& owed) {
    if (m.stage != Stage::notice || m.invoice != owed.id() ||
        s.moment.date(contact_time(m)) <= owed.dates.effective_due) {
        return false;
    }
    const auto reversed_at = last_reversal(s.facts, *owed.invoice);
    return !reversed_at || contact_time(m) > *reversed_at;
}

void take(StageHistory& history, const Message& m) {
    if (m.state == MessageState::dropped) {
        ++history.given_up;
        history.last_given_up_at = std::max(history.last_given_up_at, m.queued_at);
    } else if (history.last == nullptr || m.queued_at >= history.last->queued_at) {
        history.last = &m;
    }
}

}  // namespace

std::optional<Instant> last_reversal(const AccountFacts& facts, const Invoice& invoice) {
    const auto was_away = [&](Instant t) {
        return std::any_of(
            facts.blocked_intervals.begin(), facts.blocked_intervals.end(),
            [t](const BlockedInterval& away) { return away.from <= t && (!away.until || t < *away.until); });
    };
    std::optional<Instant> last;
    for (const Payment& payment : facts.payments) {
        if (payment.reversed && payment.invoice_erp_id == invoice.erp_id && !was_away(payment.known_at)) {
            last = std::max(last.value_or(payment.known_at), payment.known_at);
        }
    }
    return last;
}

StageHistory history_of(const AccountFacts& facts, Stage stage, std::optional<InvoiceId> invoice, Instant since) {
    StageHistory history;
    for (const Message& m : facts.messages) {
        if (m.stage == stage && (!invoice || m.invoice == *invoice)) {
            ++history.attempts;
            if (m.queued_at >= since) {
                take(history, m);
            }
        }
    }
    return history;
}

StageHistory notice_history(const Situation& s, const OwedInvoice& owed) {
    StageHistory history;
    for (const Message& m : s.facts.messages) {
        if (m.stage == Stage::notice && m.invoice == owed.id()) {
            ++history.attempts;
            if (is_notice_of(s, m, owed)) {
                take(history, m);
            }
        }
    }
    return history;
}

std::optional<Instant> notice_proof(const Situation& s, const OwedInvoice& owed) {
    std::optional<Instant> proof;
    for (const Message& m : s.facts.messages) {
        if (m.delivered_at && is_notice_of(s, m, owed)) {
            proof = proof ? std::min(*proof, *m.delivered_at) : *m.delivered_at;
        }
    }
    return proof;
}

}  // namespace emdia::detail
