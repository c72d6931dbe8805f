#pragma once
// What must be written to the ERP: promises, releases, blocks, notes. Stored first, sent after, verified by the
// connector reading back. The key of a row makes repeating it harmless, so a lost answer is asked again.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "daemon/engine/desk.hpp"
#include "daemon/engine/erp_sync.hpp"
#include "daemon/engine/standing.hpp"

namespace emdia {

/// Serves all ERPs; used by the engine's thread only.
class ErpWriter {
public:
    using SyncOf = std::function<ErpSync*(const std::string& erp)>;
    /// Told when the ERP has done a block or an unblock, with what it says now.
    using AccessSink = std::function<void(Desk&, AccountId, Access asked, std::optional<ErpAccess> said)>;
    ErpWriter(SyncOf sync_of, AccessSink on_access, const Standing& standing)
        : sync_of_(std::move(sync_of)), on_access_(std::move(on_access)), standing_(standing) {}

    /// Rows whose answer a crash took are queued again.
    void recover(Desk& desk);
    void add_promise(Desk& desk, const AccountFacts& facts, const Promise& promise);
    void add_access(Desk& desk, const AccountFacts& facts, Access wanted);
    void add_note(Desk& desk, const AccountFacts& facts, std::string title, std::string text);
    /// What waits for a connector that has not said what it can do stays queued.
    void dispatch(Desk& desk);
    /// The connector of this ERP answers again: what waits for it is tried now.
    void erp_up(Desk& desk, const std::string& erp);
    /// A person has looked: blocks and unblocks that were refused and are still wanted are asked for again.
    void retry_refused(Desk& desk);
    /// The ERP has done the last block or unblock it was asked for, and that is what is `wanted`; also when it was
    /// never asked for any.
    [[nodiscard]] bool has_taken(Desk& desk, AccountId account, Access wanted) const;
    /// The clock was set back: what waits by the old one is tried now.
    void clock_set_back(Desk& desk);
    /// True if the answer belonged to a write.
    bool on_reply(Desk& desk, const ErpReply& reply);
    [[nodiscard]] std::size_t under_way() const noexcept { return asked_.size(); }

private:
    struct Asked {
        std::int64_t row = 0;
        AccountId account{};
        bool access = false;  ///< Changes access: one at a time of an account, or they might arrive in another order.
    };

    void add(Desk& desk, const AccountFacts& facts, ErpWriteRow row);
    /// When a row that may not leave now is looked at again.
    [[nodiscard]] std::optional<Instant> waits(const Desk& desk, const ErpWriteRow& row, const AccountFacts& facts,
                                               const ErpSync& sync) const;
    void cannot(Desk& desk, ErpWriteRow row) const;
    [[nodiscard]] bool changes_access_now(AccountId account) const;
    [[nodiscard]] ErpCall call_of(const ErpWriteRow& row, const AccountFacts& facts, Date today) const;

    SyncOf sync_of_;
    AccessSink on_access_;
    const Standing& standing_;
    std::map<std::pair<std::string, ErpRequestId>, Asked> asked_;
};

}  // namespace emdia
