#pragma once
// May it be blocked, must it be opened (A1, A5, A6, A12, A13, F11; I1, I2, I3, I12). Internal to the core.

#include "daemon/core/block_time.hpp"
#include "daemon/core/message_history.hpp"

namespace emdia::detail {

struct AccessOutcome {
    Access access = Access::open;
    std::vector<Reason> reasons;
    bool refresh = false;
};
[[nodiscard]] AccessOutcome decide_access(Situation& s, const std::vector<Reason>& holds);
/// The oldest invoice on which a block can stand now; nullptr: none.
[[nodiscard]] const OwedInvoice* standing_invoice(Situation& s);

/// Pauses of the clock of one invoice (A12).
[[nodiscard]] std::vector<Pause> pauses_of(const Situation& s, InvoiceId invoice);

/// When an announced suspension returns after a broken promise, if the message is made at `t`: an hour to leave and
/// arrive, then the promised notice, down to the half hour so that the text names a round time (I12).
[[nodiscard]] LocalTime suspension_returns(const Situation& s, Instant t, LocalTime not_before);
/// The last broken promise that had given access back for this invoice after its notice was served; nullptr: none.
[[nodiscard]] const Promise* broken_release(const Situation& s, const OwedInvoice& owed, Instant proof) noexcept;

/// When the block of this invoice stands, and when its heads-up goes.
struct BlockPlan {
    LocalTime block_at{};
    std::optional<LocalTime> headsup_at;  ///< nullopt: none is needed, or it went already.
};
/// `proof` is when the notice was delivered: only a heads-up made since then announces this block.
[[nodiscard]] BlockPlan plan_block(const Situation& s, const OwedInvoice& owed, Instant proof,
                                   const NoticeClock& clock);

}  // namespace emdia::detail
