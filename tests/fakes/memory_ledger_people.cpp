// What subscribers and people bring in: promises, disputes, claims, overrides, consent; tasks and holds; history.

#include <algorithm>
#include <tuple>

#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {

PromiseId MemoryLedger::add_promise(AccountId account, const Promise& promise) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, account));
    Promise added = promise;
    added.id = state.next_id<PromiseId>();
    state.promises[added.id] = {account, added};
    return added.id;
}

void MemoryLedger::put_promise(AccountId account, const Promise& promise) {
    existing(writable().promises, promise.id) = {account, promise};
}

DisputeId MemoryLedger::add_dispute(AccountId account, const Dispute& dispute) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, account));
    Dispute added = dispute;
    added.id = state.next_id<DisputeId>();
    state.disputes[added.id] = {account, added};
    return added.id;
}

void MemoryLedger::answer_dispute(AccountId account, DisputeId dispute, Instant at) {
    auto& stored = existing(writable().disputes, dispute);
    if (stored.account != account) {
        fault("the row to be changed does not exist");
    }
    stored.row.answered_at = at;
}

void MemoryLedger::add_claim(AccountId account, const PaymentClaim& claim) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, account));
    state.claims.push_back({account, claim});
}

void MemoryLedger::add_override(AccountId account, const Override& override_) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, account));
    state.overrides.push_back({account, override_});
}

void MemoryLedger::end_overrides(AccountId account, OverrideKind kind, Instant at) {
    for (auto& stored : writable().overrides) {
        if (stored.account == account && stored.row.kind == kind && stored.row.until > at) {
            stored.row.until = at;
        }
    }
}

void MemoryLedger::set_exempt(AccountId account, bool exempt, std::string_view reason) {
    StoredAccount& stored = existing(writable().accounts, account);
    stored.exempt = exempt;
    stored.exempt_reason = reason;
}

void MemoryLedger::put_channel(const Subscriber& subscriber) {
    Subscriber& ours = existing(writable().subscribers, subscriber.id).ours;
    ours.optin_at = subscriber.optin_at;
    ours.optin_source = subscriber.optin_source;
    ours.optout_at = subscriber.optout_at;
    ours.wrong_number = subscriber.wrong_number;
    ours.undeliverable_cycles = subscriber.undeliverable_cycles;
    ours.last_inbound_at = subscriber.last_inbound_at;
}

std::optional<TaskId> MemoryLedger::open_task(const TaskRow& row, std::optional<Instant> since) {
    MemoryState& state = writable();
    const auto same = [&row](const TaskRow& other) {
        return other.account == row.account && other.kind == row.kind && other.invoice == row.invoice &&
               other.subject == row.subject;
    };
    for (auto& [id, open] : state.tasks) {
        if (!open.done_at && same(open) && open.priority > row.priority) {
            open.priority = row.priority;
            open.text = row.text;
        }
    }
    const bool asked = std::any_of(state.tasks.begin(), state.tasks.end(), [&](const auto& other) {
        const TaskRow& task = other.second;
        const bool stands = !task.done_at || (since && *task.done_at >= *since);
        return stands && same(task);
    });
    if (asked) {
        return std::nullopt;
    }
    TaskRow added = row;
    added.id = state.next_id<TaskId>();
    state.tasks[added.id] = added;
    return added.id;
}

void MemoryLedger::put_task(const TaskRow& row) { existing(writable().tasks, row.id) = row; }

std::optional<TaskRow> MemoryLedger::task(TaskId id) {
    const auto found = state_.tasks.find(id);
    return found == state_.tasks.end() ? std::nullopt : std::optional{found->second};
}

std::vector<TaskRow> MemoryLedger::open_tasks(int limit) {
    std::vector<TaskRow> open;
    for (const auto& [id, row] : state_.tasks) {
        if (!row.done_at) {
            open.push_back(row);
        }
    }
    std::sort(open.begin(), open.end(), [](const TaskRow& a, const TaskRow& b) {
        return std::tie(a.priority, a.opened_at, a.id) < std::tie(b.priority, b.opened_at, b.id);
    });
    open.resize(std::min(open.size(), static_cast<std::size_t>(limit)));
    return open;
}

HoldId MemoryLedger::add_hold(const HoldRow& row) {
    MemoryState& state = writable();
    HoldRow added = row;
    added.id = state.next_id<HoldId>();
    state.holds[added.id] = added;
    return added.id;
}

void MemoryLedger::put_hold(const HoldRow& row) { existing(writable().holds, row.id) = row; }

std::vector<HoldRow> MemoryLedger::open_holds() {
    std::vector<HoldRow> open;
    for (const auto& [id, row] : state_.holds) {
        if (row.state == "open") {
            open.push_back(row);
        }
    }
    return open;
}

std::vector<HoldRow> MemoryLedger::holds_resolved_since(Instant since) {
    std::vector<HoldRow> resolved;
    for (const auto& [id, row] : state_.holds) {
        if (row.resolved_at && *row.resolved_at >= since) {
            resolved.push_back(row);
        }
    }
    return resolved;
}

std::optional<HoldRow> MemoryLedger::hold(HoldId id) {
    const auto found = state_.holds.find(id);
    return found == state_.holds.end() ? std::nullopt : std::optional{found->second};
}

void MemoryLedger::append(const TimelineEvent& event) { writable().timeline.push_back(event); }

std::vector<TimelineEvent> MemoryLedger::timeline(AccountId id, int limit) {
    std::vector<TimelineEvent> events;
    for (auto event = state_.timeline.rbegin(); event != state_.timeline.rend(); ++event) {
        if (events.size() == static_cast<std::size_t>(limit)) {
            break;
        }
        if (event->account == id) {
            events.push_back(*event);
        }
    }
    std::reverse(events.begin(), events.end());
    return events;
}

bool MemoryLedger::first_seen(std::string_view scope, std::string_view id, Instant now) {
    return writable().seen.try_emplace({std::string{scope}, std::string{id}}, now).second;
}

void MemoryLedger::store_inbound(AccountId account, std::string_view provider_id, std::string_view kind,
                                 std::string_view text, Instant at) {
    writable().inbound.push_back({account, {std::string{provider_id}, std::string{kind}, std::string{text}, at}});
}

std::vector<InboundRow> MemoryLedger::inbound_of(AccountId account, int limit) {
    std::vector<InboundRow> rows;
    for (auto stored = state_.inbound.rbegin(); stored != state_.inbound.rend(); ++stored) {
        if (rows.size() == static_cast<std::size_t>(limit)) {
            break;
        }
        if (stored->account == account) {
            rows.push_back(stored->row);
        }
    }
    return rows;
}

}  // namespace emdia::fakes
