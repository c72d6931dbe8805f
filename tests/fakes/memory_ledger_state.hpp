#pragma once
// The rows of MemoryLedger: plain maps, copied when a transaction begins and put back when it is rolled back.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "daemon/ports/ledger.hpp"

namespace emdia::fakes {

using ErpKey = std::pair<std::string, std::string>;  ///< (ERP name, its id)

struct StoredSubscriber {
    ErpSubscriber said;  ///< By the ERP; empty but for the id until it comes.
    Subscriber ours;     ///< Consent and channel fields, id and ERP key; the rest is filled from `said`.
    std::string erp;
};

struct StoredAccount {
    std::string erp;
    ErpContract said;
    SubscriberId subscriber{};
    bool exempt = false;
    std::string exempt_reason;
    AccessRecord access;
    std::optional<Instant> wake;
    std::optional<StoredDecision> decision;
};

struct StoredConnection {
    std::string erp;
    ErpConnection said;
    AccountId account{};  ///< 0: contract not known yet.
};

struct StoredInvoice {
    std::string erp;
    ErpInvoice said;
    AccountId account{};  ///< 0: contract not known yet.
    std::optional<Instant> read_at;
    std::optional<Instant> paid_known_at;

    [[nodiscard]] bool owed() const { return said.state == InvoiceState::open || said.state == InvoiceState::partial; }
    [[nodiscard]] bool settled() const {
        return said.state == InvoiceState::paid || said.state == InvoiceState::cancelled;
    }
};

struct StoredPayment {
    std::string erp;
    ErpPayment said;
    Instant known_at{};
};

/// A row that belongs to one account and keeps the order in which it was added.
template <class Row>
struct Owned {
    AccountId account{};
    Row row;
};

struct MemoryState {
    std::map<SubscriberId, StoredSubscriber> subscribers;
    std::map<ErpKey, SubscriberId> subscriber_keys;
    std::map<AccountId, StoredAccount> accounts;
    std::map<ErpKey, AccountId> contract_keys;
    std::map<ConnectionId, StoredConnection> connections;
    std::map<ErpKey, ConnectionId> connection_keys;
    std::map<InvoiceId, StoredInvoice> invoices;
    std::map<ErpKey, InvoiceId> invoice_keys;
    std::map<ErpKey, StoredPayment> payments;

    std::map<MessageId, OutboxRow> messages;
    std::set<std::string> message_keys;  ///< What makes an outbox row unique.
    std::map<CommandId, CommandRow> commands;
    std::map<std::int64_t, ErpWriteRow> erp_writes;
    std::map<PromiseId, Owned<Promise>> promises;
    std::map<DisputeId, Owned<Dispute>> disputes;
    std::vector<Owned<PaymentClaim>> claims;
    std::vector<Owned<Override>> overrides;
    std::vector<Owned<BlockedInterval>> blocked_intervals;
    std::map<TaskId, TaskRow> tasks;
    std::map<HoldId, HoldRow> holds;

    std::vector<TimelineEvent> timeline;
    std::vector<Owned<InboundRow>> inbound;
    std::map<std::pair<std::string, std::string>, Instant> seen;
    std::map<std::string, std::string, std::less<>> meta;

    std::map<std::type_index, std::int64_t> last_ids;  ///< Per sort of row; ids are never used twice.

    template <class Id>
    [[nodiscard]] Id next_id() {
        return Id{++last_ids[typeid(Id)]};
    }
};

/// When a message left, or may have left: sent, under way, or of unknown fate.
[[nodiscard]] inline std::optional<Instant> left_at(const OutboxRow& row) {
    if (row.message.sent_at) {
        return row.message.sent_at;
    }
    const bool perhaps = row.message.state == MessageState::sending || row.message.state == MessageState::unknown;
    return perhaps ? std::optional{row.state_at} : std::nullopt;
}

/// Not plainly open: wanted or applied is something else, or unknown although equipment was asked.
[[nodiscard]] inline bool restricted(const AccessRecord& access) {
    return access.wanted != Access::open || access.applied.value_or(Access::open) != Access::open ||
           (!access.applied && access.generation > 0);
}

[[noreturn]] inline void fault(std::string what) {
    throw LedgerFailure({ErrorKind::internal, "ledger: " + std::move(what), "report this: it is a fault of emdia"});
}

/// The row, or a fault: a row that was never added cannot be changed.
template <class Map, class Key>
[[nodiscard]] auto& existing(Map& rows, const Key& key) {
    const auto found = rows.find(key);
    if (found == rows.end()) {
        fault("the row to be changed does not exist");
    }
    return found->second;
}

}  // namespace emdia::fakes
