#pragma once
// Asks the pure core what each changed account should have, writes it down with its reasons, and turns wishes into
// rows of the outbox, promises, tasks and access.

#include "daemon/engine/access_loop.hpp"
#include "daemon/engine/block_run.hpp"
#include "daemon/engine/outbox.hpp"
#include "daemon/engine/standing.hpp"

namespace emdia {

/// Used by the engine's thread only.
class Decisions {
public:
    using SyncOf = ErpWriter::SyncOf;
    Decisions(AccessLoop& access, ErpWriter& writer, BlockRun& blocks, Outbox& outbox, const Standing& standing,
              SyncOf sync_of)
        : access_(access),
          writer_(writer),
          blocks_(blocks),
          outbox_(outbox),
          standing_(standing),
          sync_of_(std::move(sync_of)) {}

    /// Decides up to `limit` accounts whose time has come. Returns how many.
    int run_due(Desk& desk, int limit);

private:
    void decide_one(Desk& desk, AccountId id);
    void apply_promises(Desk& desk, AccountFacts& facts, const std::vector<PromiseChange>& changes);
    void apply_messages(Desk& desk, const AccountFacts& facts, Decision& decision);
    void apply_access(Desk& desk, AccountFacts& facts, Decision& decision);

    AccessLoop& access_;
    ErpWriter& writer_;
    BlockRun& blocks_;
    Outbox& outbox_;
    const Standing& standing_;
    SyncOf sync_of_;
};

}  // namespace emdia
