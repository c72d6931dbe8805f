// Transactions, wake-ups, decisions, access, settings, and what concerns all rows at once.

#include "tests/fakes/memory_ledger.hpp"

#include <algorithm>

namespace emdia::fakes {

MemoryState& MemoryLedger::writable() {
    if (!open_) {
        fault("a write outside a transaction");
    }
    if (!before_) {
        before_ = state_;  // only a transaction that writes pays for the way back
    }
    return state_;
}

void MemoryLedger::begin() {
    if (open_) {
        fault("a transaction inside a transaction");
    }
    open_ = true;
}

void MemoryLedger::commit() {
    if (!open_) {
        fault("a commit without a transaction");
    }
    if (commit_fault_) {
        const Error error = *std::exchange(commit_fault_, std::nullopt);
        rollback();
        throw LedgerFailure(error);
    }
    before_.reset();
    open_ = false;
}

void MemoryLedger::rollback() noexcept {
    if (before_) {
        state_ = std::move(*before_);
        before_.reset();
    }
    open_ = false;
}

void MemoryLedger::mark_dirty(AccountId id) { existing(writable().accounts, id).wake = Instant{}; }

std::vector<AccountId> MemoryLedger::due_accounts(Instant now, int limit) {
    std::vector<std::pair<Instant, AccountId>> due;
    for (const auto& [id, account] : state_.accounts) {
        if (account.wake && *account.wake <= now) {
            due.emplace_back(*account.wake, id);
        }
    }
    std::sort(due.begin(), due.end());
    std::vector<AccountId> ids;
    for (const auto& [wake, id] : due) {
        if (ids.size() == static_cast<std::size_t>(limit)) {
            break;
        }
        ids.push_back(id);
    }
    return ids;
}

namespace {

/// Behind those that an event woke; true when it changed something.
bool sweep(StoredAccount& account) {
    constexpr Instant kSweep{Millis{1}};
    if (account.wake && *account.wake <= kSweep) {
        return false;
    }
    account.wake = kSweep;
    return true;
}

}  // namespace

std::int64_t MemoryLedger::mark_dirty_overdue(std::string_view erp, Date today) {
    MemoryState& state = writable();
    std::set<AccountId> concerned;
    for (const auto& [id, invoice] : state.invoices) {
        if (invoice.erp == erp && invoice.owed() && invoice.said.due <= today && raw(invoice.account) != 0) {
            concerned.insert(invoice.account);
        }
    }
    for (const auto& [id, account] : state.accounts) {
        if (account.erp == erp && restricted(account.access)) {
            concerned.insert(id);
        }
    }
    std::int64_t woken = 0;
    for (const AccountId id : concerned) {
        woken += sweep(state.accounts.at(id)) ? 1 : 0;
    }
    return woken;
}

void MemoryLedger::mark_all_dirty() {
    for (auto& [id, account] : writable().accounts) {
        sweep(account);
    }
}

void MemoryLedger::put_decision(AccountId id, const StoredDecision& decision) {
    StoredAccount& account = existing(writable().accounts, id);
    account.decision = decision;
    account.wake = decision.decision.next_wake;
}

std::optional<StoredDecision> MemoryLedger::decision_of(AccountId id) {
    const auto found = state_.accounts.find(id);
    return found == state_.accounts.end() ? std::nullopt : found->second.decision;
}

void MemoryLedger::put_access(AccountId id, const AccessRecord& record) {
    existing(writable().accounts, id).access = record;
}

void MemoryLedger::note_blocked(AccountId id, Instant from) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, id));
    const bool open = std::any_of(state.blocked_intervals.begin(), state.blocked_intervals.end(),
                                  [&](const auto& i) { return i.account == id && !i.row.until; });
    if (!open) {
        state.blocked_intervals.push_back({id, {from, std::nullopt}});
    }
}

void MemoryLedger::note_unblocked(AccountId id, Instant until) {
    for (auto& interval : writable().blocked_intervals) {
        if (interval.account == id && !interval.row.until) {
            interval.row.until = until;
        }
    }
}

std::vector<RestrictedLine> MemoryLedger::restricted_lines() {
    std::vector<RestrictedLine> lines;
    for (const auto& [id, connection] : state_.connections) {
        const auto account = state_.accounts.find(connection.account);
        if (account == state_.accounts.end() || connection.said.voice || !restricted(account->second.access)) {
            continue;
        }
        const AccessRecord& access = account->second.access;
        const bool observed = access.applied == access.wanted && access.applied_generation == access.generation &&
                              access.proof == Proof::observed;
        lines.push_back({connection.account, id, connection.said.nas, access.wanted, access.generation, observed});
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.account < b.account; });
    return lines;
}

std::int64_t MemoryLedger::blocks_since(Instant since) {
    return std::count_if(state_.blocked_intervals.begin(), state_.blocked_intervals.end(),
                         [&](const auto& interval) { return interval.row.from >= since; });
}

void MemoryLedger::put_meta(std::string_view key, std::string_view value) {
    writable().meta.insert_or_assign(std::string{key}, std::string{value});
}

std::optional<std::string> MemoryLedger::meta(std::string_view key) {
    const auto found = state_.meta.find(key);
    return found == state_.meta.end() ? std::nullopt : std::optional{found->second};
}

LedgerCounts MemoryLedger::counts(Date today) {
    LedgerCounts counts;
    for (const auto& [id, account] : state_.accounts) {
        const AccessRecord& access = account.access;
        counts.accounts += account.said.status == ContractStatus::active;
        counts.blocked += access.wanted == Access::blocked;
        counts.gap += access.applied ? *access.applied != access.wanted : access.generation > 0;
    }
    std::set<AccountId> overdue;
    for (const auto& [id, invoice] : state_.invoices) {
        if (raw(invoice.account) != 0 && invoice.owed() && invoice.said.due < today) {
            overdue.insert(invoice.account);
        }
    }
    counts.overdue_accounts = static_cast<std::int64_t>(overdue.size());
    for (const auto& [id, row] : state_.messages) {
        counts.messages_queued += row.message.state == MessageState::queued;
        counts.messages_unknown += row.message.state == MessageState::unknown;
    }
    for (const auto& [id, promise] : state_.promises) {
        counts.promises_active += promise.row.state == PromiseState::active;
    }
    for (const auto& [id, task] : state_.tasks) {
        counts.tasks_open += !task.done_at;
    }
    for (const auto& [id, hold] : state_.holds) {
        counts.holds_open += hold.state == "open";
    }
    for (const auto& [id, dispute] : state_.disputes) {
        counts.disputes_open += !dispute.row.answered_at;
    }
    return counts;
}

std::optional<Instant> MemoryLedger::next_due() {
    std::optional<Instant> earliest;
    const auto consider = [&](std::optional<Instant> at) {
        if (at && (!earliest || *at < *earliest)) {
            earliest = at;
        }
    };
    const auto waits = [](CommandState state) {
        return state == CommandState::queued || state == CommandState::unknown;
    };
    for (const auto& [id, account] : state_.accounts) {
        consider(account.wake);
    }
    for (const auto& [id, row] : state_.messages) {
        consider(row.message.state == MessageState::queued ? std::optional{row.not_before} : std::nullopt);
    }
    for (const auto& [id, row] : state_.commands) {
        consider(waits(row.state) ? std::optional{row.next_try_at} : std::nullopt);
    }
    for (const auto& [id, row] : state_.erp_writes) {
        consider(waits(row.state) ? std::optional{row.next_try_at} : std::nullopt);
    }
    return earliest;
}

}  // namespace emdia::fakes
