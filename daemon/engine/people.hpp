#pragma once
// What people decide: overrides, promises, disputes, exemptions, tasks, holds, freeze. Each change has an author and a
// reason and lands in the history (I8).

#include <functional>
#include <vector>

#include "daemon/engine/access_loop.hpp"
#include "daemon/engine/erp_sync.hpp"
#include "daemon/engine/standing.hpp"
#include "daemon/ports/control.hpp"

namespace emdia {

/// Calls come on the engine's thread, inside a turn.
class People final : public Control {
public:
    using Syncs = std::vector<ErpSync*>;
    using Health = std::function<std::vector<PartHealth>()>;
    People(Desk& desk, Standing& standing, AccessLoop& access, ErpWriter& writer, Syncs syncs, Health health)
        : desk_(desk),
          standing_(standing),
          access_(access),
          writer_(writer),
          syncs_(std::move(syncs)),
          health_(std::move(health)) {}

    [[nodiscard]] Instant now() const override { return desk_.now; }
    [[nodiscard]] Date today() const override { return desk_.today(); }
    [[nodiscard]] Ledger& ledger() override { return desk_.ledger; }
    [[nodiscard]] DecisionContext context_of(const AccountFacts& facts) const override { return desk_.context(facts); }
    [[nodiscard]] std::optional<AccountFacts> facts_of(AccountId id) override { return desk_.facts(id); }
    [[nodiscard]] std::vector<PartHealth> health() override { return health_(); }
    [[nodiscard]] bool frozen() const override { return standing_.frozen(); }
    [[nodiscard]] std::optional<FreezeNote> freeze() override;
    [[nodiscard]] std::string mode() const override { return standing_.live() ? "live" : "shadow"; }

    [[nodiscard]] Result<void> add_override(AccountId id, OverrideKind kind, Millis duration,
                                            const Operator& by) override;
    [[nodiscard]] Result<void> end_override(AccountId id, OverrideKind kind, const Operator& by) override;
    [[nodiscard]] Result<PromiseId> add_promise(AccountId id, Date until, const Operator& by) override;
    [[nodiscard]] Result<void> cancel_promise(AccountId id, PromiseId promise, const Operator& by) override;
    [[nodiscard]] Result<void> record_notice(AccountId id, InvoiceId invoice, Stage stage, Channel channel,
                                             Date delivered, const Operator& by) override;
    [[nodiscard]] Result<void> add_dispute(AccountId id, InvoiceId invoice, const Operator& by) override;
    [[nodiscard]] Result<void> answer_dispute(AccountId id, DisputeId dispute, const Operator& by) override;
    [[nodiscard]] Result<void> set_exempt(AccountId id, bool exempt, const Operator& by) override;
    [[nodiscard]] Result<void> take_task(TaskId id, const Operator& by) override;
    [[nodiscard]] Result<void> finish_task(TaskId id, const Operator& by) override;
    [[nodiscard]] Result<void> resolve_hold(HoldId id, bool approve, const Operator& by) override;
    void set_freeze(bool on, const Operator& by) override;
    void go_live(const Operator& by) override;
    [[nodiscard]] Result<void> sync_now(std::string_view erp, const Operator& by) override;

private:
    /// The account, or why it cannot be changed by this operator.
    [[nodiscard]] Result<AccountFacts> account(AccountId id, const Operator& by);
    void note(AccountId id, std::string_view kind, const std::string& detail, const Operator& by,
              std::string_view rules = "I8");

    Desk& desk_;
    Standing& standing_;
    AccessLoop& access_;
    ErpWriter& writer_;
    Syncs syncs_;
    Health health_;
};

}  // namespace emdia
