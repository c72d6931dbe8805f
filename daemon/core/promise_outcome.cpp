#include "daemon/core/block.hpp"
#include "daemon/core/promise.hpp"

namespace emdia::detail {
namespace {

/// An offer that nobody confirmed is forgotten after the time in which it could be answered freely (D9).
constexpr Hours kOfferLives{24};
/// Received from this share on, with a rest too small to matter, a promise is kept.
constexpr std::int64_t kKeptPercent = 95;

Money still_owed(const Situation& s, const Promise& promise) {
    std::int64_t centavos = 0;
    for (const InvoiceId id : promise.invoices) {
        if (const OwedInvoice* owed = s.find_owed(id)) {
            centavos += owed->outstanding.centavos();
        }
    }
    return Money::centavos(std::min(centavos, Money::limit()));
}

/// The last day on which one of the promised invoices was paid; nullopt: they went away without a payment.
std::optional<Date> paid_on(const Situation& s, const Promise& promise) {
    std::optional<Date> last;
    const auto take = [&](Date d) { last = last ? std::max(*last, d) : d; };
    for (const InvoiceId id : promise.invoices) {
        const Invoice* invoice = s.facts.find_invoice(id);
        if (invoice == nullptr) {
            continue;
        }
        bool has_receipt = false;
        for (const Payment& payment : s.facts.payments) {
            if (!payment.reversed && payment.invoice_erp_id == invoice->erp_id) {
                take(payment.paid_on);
                has_receipt = true;
            }
        }
        if (!has_receipt && invoice->state == InvoiceState::paid && invoice->paid_known_at) {
            take(s.moment.date(*invoice->paid_known_at));
        }
    }
    return last;
}

PromiseChange change(const Promise& promise, PromiseState to, ReasonCode code) {
    return {.promise = promise.id, .to = to, .reason = {.code = code, .date = promise.until, .amount = promise.amount}};
}

PromiseChange settled(const Situation& s, const Promise& promise) {
    const auto day = paid_on(s, promise);
    if (!day) {
        return change(promise, PromiseState::cancelled, ReasonCode::settled_in_erp);
    }
    return *day <= promise.until ? change(promise, PromiseState::kept, ReasonCode::promise_kept)
                                 : change(promise, PromiseState::kept_late, ReasonCode::promise_kept_late);
}

PromiseChange unpaid(const Situation& s, const Promise& promise, Money rest) {
    const std::int64_t promised = promise.amount.centavos();
    const std::int64_t received = promised - rest.centavos();
    if (rest < s.policy().block.min_connection_debt && received * 100 >= promised * kKeptPercent) {
        return change(promise, PromiseState::kept, ReasonCode::promise_kept);
    }
    return received > 0 ? change(promise, PromiseState::partial, ReasonCode::promise_partial)
                        : change(promise, PromiseState::broken, ReasonCode::promise_broken);
}

/// Contested, or said to be paid: no verdict yet.
bool verdict_waits(Situation& s, const Promise& promise) {
    return std::any_of(promise.invoices.begin(), promise.invoices.end(), [&](InvoiceId id) {
        return open_dispute(s, id) != nullptr || claim_hold_end(s, id).has_value();
    });
}

bool any_unknown(const Situation& s, const Promise& promise) {
    return std::any_of(promise.invoices.begin(), promise.invoices.end(), [&](InvoiceId id) {
        const Invoice* invoice = s.facts.find_invoice(id);
        return invoice != nullptr && invoice->state == InvoiceState::unknown;
    });
}

bool all_fresh(const Situation& s, const Promise& promise) {
    return std::all_of(promise.invoices.begin(), promise.invoices.end(), [&](InvoiceId id) {
        const OwedInvoice* owed = s.find_owed(id);
        return owed == nullptr || is_fresh(*owed->invoice, s);
    });
}

void judge(Situation& s, const Promise& promise, Decision& decision) {
    const Money rest = still_owed(s, promise);
    if (rest.is_zero() && !any_unknown(s, promise)) {
        decision.promises.push_back(settled(s, promise));
        return;
    }
    s.active_promise = &promise;
    const Date check_day = block_day_on_or_after(promise.until + Days{1}, s.policy(), s.calendar());
    const bool due = s.moment.reached(at(check_day, s.policy().promise.broken_check_at));
    if (!due || !s.facts.source.healthy || any_unknown(s, promise) || verdict_waits(s, promise)) {
        return;
    }
    if (!all_fresh(s, promise)) {
        decision.refresh = true;
        return;
    }
    decision.promises.push_back(unpaid(s, promise, rest));
}

}  // namespace

bool was_in_force(const Promise& promise) noexcept {
    return promise.state != PromiseState::proposed && promise.state != PromiseState::cancelled;
}

void settle_promises(Situation& s, Decision& decision) {
    for (const Promise& promise : s.facts.promises) {
        if (promise.state == PromiseState::active) {
            judge(s, promise, decision);
        } else if (promise.state == PromiseState::proposed && s.moment.reached(promise.made_at + kOfferLives)) {
            decision.promises.push_back(change(promise, PromiseState::cancelled, ReasonCode::stage_expired));
        }
    }
}

}  // namespace emdia::detail
