// What waits to leave: messages, commands to equipment, writes to the ERP.

#include <algorithm>
#include <limits>
#include <tuple>

#include "tests/fakes/memory_ledger.hpp"

namespace emdia::fakes {
namespace {

/// What makes a row of the outbox unique.
std::string unique_key(AccountId account, const MessageWish& wish, std::string_view dedupe) {
    const std::string stage = std::to_string(raw(account)) + "/" + std::to_string(static_cast<int>(wish.stage));
    if (message_class(wish.stage) != MessageClass::collection) {
        return stage + "/" + std::string{dedupe};
    }
    return stage + "/" + std::to_string(raw(wish.invoice)) + "/" + std::to_string(wish.attempt) + "/" +
           std::to_string(static_cast<int>(wish.channel));
}

/// Replies and service first, then notices, then the rest.
int urgency(const OutboxRow& row) {
    if (message_class(row.message.stage) != MessageClass::collection) {
        return 0;
    }
    return row.message.stage == Stage::notice ? 1 : 2;
}
/// Unblocks first.
int urgency(const CommandRow& row) { return row.access == Access::open ? 0 : 1; }
int urgency(const ErpWriteRow& row) {
    return row.kind == ErpWriteKind::unblock || row.kind == ErpWriteKind::release ? 0 : 1;
}

bool waits(CommandState state) { return state == CommandState::queued || state == CommandState::unknown; }

/// The rows that pass `keep`, ordered by `order`, at most `limit`.
template <class Map, class Keep, class Order>
auto select(const Map& rows, Keep keep, Order order, int limit) {
    std::vector<typename Map::mapped_type> chosen;
    for (const auto& [id, row] : rows) {
        if (keep(row)) {
            chosen.push_back(row);
        }
    }
    std::stable_sort(chosen.begin(), chosen.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(limit)));
    return chosen;
}

template <class Map, class Key>
auto find(const Map& rows, const Key& key) {
    const auto found = rows.find(key);
    return found == rows.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

std::optional<MessageId> MemoryLedger::add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                                   Instant now) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, account));
    if (!state.message_keys.insert(unique_key(account, wish, dedupe)).second) {
        return std::nullopt;
    }
    OutboxRow row;
    row.message.id = state.next_id<MessageId>();
    row.message.stage = wish.stage;
    row.message.invoice = wish.invoice;
    row.message.channel = wish.channel;
    row.message.attempt = wish.attempt;
    row.message.queued_at = now;
    row.account = account;
    row.wish = wish;
    row.not_before = now;
    row.state_at = now;
    state.messages[row.message.id] = row;
    return row.message.id;
}

void MemoryLedger::put_message(const OutboxRow& row) { existing(writable().messages, row.message.id) = row; }

std::optional<OutboxRow> MemoryLedger::message(MessageId id) { return find(state_.messages, id); }

std::optional<MessageId> MemoryLedger::message_of_provider(std::string_view provider_id) {
    for (const auto& [id, row] : state_.messages) {
        if (!provider_id.empty() && row.provider_id == provider_id) {
            return id;
        }
    }
    return std::nullopt;
}

std::vector<OutboxRow> MemoryLedger::due_messages(Instant now, int limit) {
    return select(
        state_.messages,
        [&](const OutboxRow& row) { return row.message.state == MessageState::queued && row.not_before <= now; },
        [](const OutboxRow& row) {
            return std::tuple{urgency(row), row.message.queued_at};
        },
        limit);
}

std::vector<OutboxRow> MemoryLedger::messages_in(MessageState state, int limit) {
    return select(
        state_.messages, [&](const OutboxRow& row) { return row.message.state == state; },
        [](const OutboxRow& row) { return row.state_at; }, limit);
}

std::vector<OutboxRow> MemoryLedger::queued_messages_of(AccountId account) {
    return select(
        state_.messages,
        [&](const OutboxRow& row) { return row.account == account && row.message.state == MessageState::queued; },
        [](const OutboxRow& row) { return row.message.queued_at; }, std::numeric_limits<int>::max());
}

std::int64_t MemoryLedger::initiated_since(Instant since) {
    std::set<SubscriberId> reached;
    for (const auto& [id, row] : state_.messages) {
        const auto at = left_at(row);
        if (message_class(row.message.stage) != MessageClass::reply && at && *at >= since) {
            reached.insert(state_.accounts.at(row.account).subscriber);
        }
    }
    return static_cast<std::int64_t>(reached.size());
}

CommandId MemoryLedger::add_command(const CommandRow& row) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, row.account));
    static_cast<void>(existing(state.connections, row.connection));
    for (auto& [id, other] : state.commands) {
        const bool replaced = waits(other.state) && (other.generation < row.generation || other.driver == row.driver);
        if (other.connection == row.connection && (replaced || other.state == CommandState::refused)) {
            other.state = CommandState::superseded;
        }
    }
    CommandRow added = row;
    added.id = state.next_id<CommandId>();
    state.commands[added.id] = added;
    return added.id;
}

void MemoryLedger::put_command(const CommandRow& row) { existing(writable().commands, row.id) = row; }

std::optional<CommandRow> MemoryLedger::command(CommandId id) { return find(state_.commands, id); }

std::vector<CommandRow> MemoryLedger::due_commands(Instant now, int limit) {
    return select(
        state_.commands, [&](const CommandRow& row) { return waits(row.state) && row.next_try_at <= now; },
        [](const CommandRow& row) {
            return std::tuple{urgency(row), row.created_at};
        },
        limit);
}

std::vector<CommandRow> MemoryLedger::commands_of(AccountId account, std::int64_t generation) {
    return select(
        state_.commands, [&](const CommandRow& row) { return row.account == account && row.generation == generation; },
        [](const CommandRow& row) { return row.id; }, std::numeric_limits<int>::max());
}

std::vector<CommandRow> MemoryLedger::commands_in(CommandState state, int limit) {
    return select(
        state_.commands, [&](const CommandRow& row) { return row.state == state; },
        [](const CommandRow& row) { return row.created_at; }, limit);
}

std::int64_t MemoryLedger::add_erp_write(const ErpWriteRow& row) {
    MemoryState& state = writable();
    static_cast<void>(existing(state.accounts, row.account));
    ErpWriteRow added = row;
    added.id = state.next_id<std::int64_t>();
    state.erp_writes[added.id] = added;
    return added.id;
}

void MemoryLedger::put_erp_write(const ErpWriteRow& row) { existing(writable().erp_writes, row.id) = row; }

std::optional<ErpWriteRow> MemoryLedger::erp_write(std::int64_t id) { return find(state_.erp_writes, id); }

std::vector<ErpWriteRow> MemoryLedger::due_erp_writes(Instant now, int limit) {
    return select(
        state_.erp_writes, [&](const ErpWriteRow& row) { return waits(row.state) && row.next_try_at <= now; },
        [](const ErpWriteRow& row) {
            return std::tuple{urgency(row), row.created_at};
        },
        limit);
}

std::vector<ErpWriteRow> MemoryLedger::erp_writes_of(AccountId account, int limit) {
    return select(
        state_.erp_writes, [&](const ErpWriteRow& row) { return row.account == account; },
        [](const ErpWriteRow& row) {
            return std::tuple{urgency(row), row.created_at};
        },
        limit);
}

std::vector<ErpWriteRow> MemoryLedger::erp_writes_in(CommandState state, int limit) {
    return select(
        state_.erp_writes, [&](const ErpWriteRow& row) { return row.state == state; },
        [](const ErpWriteRow& row) {
            return std::tuple{urgency(row), row.created_at};
        },
        limit);
}

}  // namespace emdia::fakes
