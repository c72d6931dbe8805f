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

/// A settled invoice takes along its payments and all that speaks of it.
void erase_invoice(MemoryState& state, InvoiceId id) {
    const StoredInvoice& invoice = state.invoices.at(id);
    std::erase_if(state.payments, [&](const auto& payment) {
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
}

void erase_old_invoices(MemoryState& state, Date oldest) {
    std::vector<InvoiceId> old;
    for (const auto& [id, invoice] : state.invoices) {
        if (invoice.settled() && invoice.said.due < oldest) {
            old.push_back(id);
        }
    }
    for (const InvoiceId id : old) {
        erase_invoice(state, id);
    }
}

}  // namespace

void MemoryLedger::purge(Instant now) {
    MemoryState& state = writable();
    for (auto& [id, row] : state.messages) {
        if (row.message.queued_at < now - kTextDays) {
            row.text.clear();
        }
    }
    std::erase_if(state.inbound, [&](const auto& stored) { return stored.row.at < now - kTextDays; });
    std::erase_if(state.seen, [&](const auto& seen) { return seen.second < now - kSeenDays; });

    const Instant limit = now - kEvidenceDays;
    erase_old_invoices(state, Date{std::chrono::floor<Days>(limit).time_since_epoch()});
    std::erase_if(state.messages, [&](const auto& row) {
        return is_closed(row.second.message.state) && row.second.message.queued_at < limit;
    });
    std::erase_if(state.commands,
                  [&](const auto& row) { return is_closed(row.second.state) && row.second.created_at < limit; });
    std::erase_if(state.erp_writes,
                  [&](const auto& row) { return is_closed(row.second.state) && row.second.created_at < limit; });
    std::erase_if(state.promises, [&](const auto& promise) { return before(promise.second.row.closed_at, limit); });
    std::erase_if(state.disputes, [&](const auto& dispute) { return before(dispute.second.row.answered_at, limit); });
    std::erase_if(state.claims, [&](const auto& claim) { return claim.row.at < limit; });
    std::erase_if(state.overrides, [&](const auto& stored) { return stored.row.until < limit; });
    std::erase_if(state.blocked_intervals, [&](const auto& interval) { return before(interval.row.until, limit); });
    std::erase_if(state.tasks, [&](const auto& task) { return before(task.second.done_at, limit); });
    std::erase_if(state.holds, [&](const auto& hold) { return before(hold.second.resolved_at, limit); });
    std::erase_if(state.timeline, [&](const TimelineEvent& event) { return event.at < limit; });
}

}  // namespace emdia::fakes
