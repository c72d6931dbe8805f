// Retention: what is old and closed goes (brazil-rules.md 2.5).

#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {
namespace {

constexpr Days kTextDays{180};
constexpr Days kSeenDays{8};
constexpr Days kEvidenceDays{5 * 365 + 1};

bool is_closed(MessageState state) {
    return state != MessageState::queued && state != MessageState::sending && state != MessageState::unknown;
}
bool is_closed(CommandState state) {
    return state != CommandState::queued && state != CommandState::sent && state != CommandState::unknown;
}
bool before(const std::optional<Instant>& at, Instant limit) { return at && *at < limit; }

/// A settled invoice takes along its payments and all that speaks of it; returns how many payments.
int erase_invoice(MemoryState& state, InvoiceId id) {
    const StoredInvoice& invoice = state.invoices.at(id);
    const auto payments = std::erase_if(state.payments, [&](const auto& payment) {
        return payment.second.erp == invoice.erp && payment.second.said.invoice_id == invoice.said.id;
    });
    std::erase_if(state.messages, [&](const auto& row) { return row.second.message.invoice == id; });
    std::erase_if(state.disputes, [&](const auto& dispute) { return dispute.second.row.invoice == id; });
    std::erase_if(state.claims, [&](const auto& claim) { return claim.row.invoice == id; });
    for (auto& [promise_id, promise] : state.promises) {
        std::erase(promise.row.invoices, id);
    }
    state.invoice_keys.erase({invoice.erp, invoice.said.id});
    state.invoices.erase(id);
    return static_cast<int>(payments);
}

/// Erases what `is_old` says while any are `left`.
template <class Container, class Old>
void erase_some(Container& rows, int& left, const Old& is_old) {
    std::erase_if(rows, [&](const auto& row) { return left > 0 && is_old(row) && left-- > 0; });
}

void erase_old_invoices(MemoryState& state, Date oldest, int& left) {
    std::vector<InvoiceId> old;
    for (const auto& [id, invoice] : state.invoices) {
        if (invoice.settled() && invoice.said.due < oldest && static_cast<int>(old.size()) < left) {
            old.push_back(id);
        }
    }
    for (const InvoiceId id : old) {
        left -= 1 + erase_invoice(state, id);
    }
}

}  // namespace

bool MemoryLedger::purge(Instant now, int limit) {
    MemoryState& state = writable();
    int left = limit;
    for (auto& [id, row] : state.messages) {
        if (left > 0 && row.message.queued_at < now - kTextDays && !row.text.empty()) {
            row.text.clear();
            --left;
        }
    }
    erase_some(state.inbound, left, [&](const auto& stored) { return stored.row.at < now - kTextDays; });
    erase_some(state.seen, left, [&](const auto& seen) { return seen.second < now - kSeenDays; });

    const Instant old = now - kEvidenceDays;
    erase_old_invoices(state, Date{std::chrono::floor<Days>(old).time_since_epoch()}, left);
    erase_some(state.messages, left,
               [&](const auto& row) { return is_closed(row.second.message.state) && row.second.state_at < old; });
    erase_some(state.commands, left,
               [&](const auto& row) { return is_closed(row.second.state) && row.second.created_at < old; });
    erase_some(state.erp_writes, left,
               [&](const auto& row) { return is_closed(row.second.state) && row.second.created_at < old; });
    erase_some(state.promises, left, [&](const auto& promise) { return before(promise.second.row.closed_at, old); });
    erase_some(state.disputes, left, [&](const auto& dispute) { return before(dispute.second.row.answered_at, old); });
    erase_some(state.claims, left, [&](const auto& claim) { return claim.row.at < old; });
    erase_some(state.overrides, left, [&](const auto& stored) { return stored.row.until < old; });
    erase_some(state.blocked_intervals, left, [&](const auto& interval) { return before(interval.row.until, old); });
    erase_some(state.tasks, left, [&](const auto& task) { return before(task.second.done_at, old); });
    erase_some(state.holds, left, [&](const auto& hold) { return before(hold.second.resolved_at, old); });
    erase_some(state.timeline, left, [&](const TimelineEvent& event) { return event.at < old; });
    return left <= 0;
}

}  // namespace emdia::fakes
