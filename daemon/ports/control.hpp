#pragma once
// What a person may do to the running daemon. Implemented by the engine, used by admin; called on the engine's thread
// only, inside the transaction of a turn: what a call changes is durable before its answer leaves.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ports/ledger.hpp"

namespace emdia {

/// Who asks. Every change needs a name and a reason; both land in the timeline (I8).
struct Operator {
    std::string name;  ///< From the peer credentials of the socket, e.g. "maria".
    std::string why;
};

/// One configured ERP, channel or device as `emdia status` shows it.
struct PartHealth {
    std::string part;  ///< "erp:ixc", "whatsapp", "radius:bras-1"
    bool healthy = false;
    std::string text;  ///< Version and last pull, or the cause and its cure.
};

/// Who stopped everything outgoing, when and why.
struct FreezeNote {
    Instant at{};
    std::string author;
    std::string why;
};

class Control {
public:
    virtual ~Control() = default;

    [[nodiscard]] virtual Instant now() const = 0;
    /// Civil date of the installation (Brasília time).
    [[nodiscard]] virtual Date today() const = 0;
    /// For queries. Changes go through the verbs below.
    [[nodiscard]] virtual Ledger& ledger() = 0;
    /// Policy, calendar and zones that hold for this account.
    [[nodiscard]] virtual DecisionContext context_of(const AccountFacts& facts) const = 0;
    /// The account as decide sees it now, health of its ERP included.
    [[nodiscard]] virtual std::optional<AccountFacts> facts_of(AccountId id) = 0;
    [[nodiscard]] virtual std::vector<PartHealth> health() = 0;
    [[nodiscard]] virtual bool frozen() const = 0;
    /// nullopt: not frozen, or nobody knows any more.
    [[nodiscard]] virtual std::optional<FreezeNote> freeze() = 0;
    /// "shadow", "live" or "observe".
    [[nodiscard]] virtual std::string mode() const = 0;

    [[nodiscard]] virtual Result<void> add_override(AccountId id, OverrideKind kind, Millis duration,
                                                    const Operator& by) = 0;
    /// `not_found` when no override of this kind is in force.
    [[nodiscard]] virtual Result<void> end_override(AccountId id, OverrideKind kind, const Operator& by) = 0;
    [[nodiscard]] virtual Result<PromiseId> add_promise(AccountId id, Date until, const Operator& by) = 0;
    [[nodiscard]] virtual Result<void> cancel_promise(AccountId id, PromiseId promise, const Operator& by) = 0;
    [[nodiscard]] virtual Result<void> add_dispute(AccountId id, InvoiceId invoice, const Operator& by) = 0;
    [[nodiscard]] virtual Result<void> answer_dispute(AccountId id, DisputeId dispute, const Operator& by) = 0;
    /// A4 A5: a notice, or the announcement after a broken promise, that a person had served by e-mail, SMS or letter
    /// on that day. Its clock starts there as if we had sent it. `bad_input`: not owed, not overdue then, or a day to
    /// come.
    [[nodiscard]] virtual Result<void> record_notice(AccountId id, InvoiceId invoice, Stage stage, Channel channel,
                                                     Date delivered, const Operator& by) = 0;
    /// A18; a person decides (I8).
    [[nodiscard]] virtual Result<void> set_exempt(AccountId id, bool exempt, const Operator& by) = 0;
    [[nodiscard]] virtual Result<void> take_task(TaskId id, const Operator& by) = 0;
    [[nodiscard]] virtual Result<void> finish_task(TaskId id, const Operator& by) = 0;
    /// Approving a batch of blocks lets exactly the accounts named in it pass I10, for this day.
    [[nodiscard]] virtual Result<void> resolve_hold(HoldId id, bool approve, const Operator& by) = 0;
    /// Stops everything outgoing but unblocks, at once; survives a restart.
    virtual void set_freeze(bool on, const Operator& by) = 0;
    /// Ends shadow mode for the policy version in force.
    virtual void go_live(const Operator& by) = 0;
    /// Full pull of every ERP (or the named one) and resync of every device, now.
    [[nodiscard]] virtual Result<void> sync_now(std::string_view erp, const Operator& by) = 0;
};

/// Runs `call` on the engine's thread inside a turn; `done(error)` after the commit, or with the failure of it.
struct ControlCall {
    std::function<void(Control&)> call;
    std::function<void(std::optional<Error>)> done;
};
using ControlSink = std::function<void(ControlCall)>;

}  // namespace emdia
