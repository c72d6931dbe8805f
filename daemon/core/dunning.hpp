#pragma once
// Which step of the ladder is due for which invoice, and whether it may go now. Internal to the core.

#include "daemon/core/caps.hpp"

namespace emdia::detail {

/// Adds to `decision`: at most one collection message (C5), the reasons of those held back, tasks where a notice must
/// go another way, `refresh` where the facts are too old (B2).
void decide_dunning(Situation& s, const std::vector<Reason>& holds, Decision& decision);

/// Why no collection message may go for this invoice, apart from hours and caps; nullopt: it may.
[[nodiscard]] std::optional<Reason> collection_hold(Situation& s, const OwedInvoice& owed);

/// B4: only what can come may be announced. Why no suspension can come for this invoice; nullopt: it can.
[[nodiscard]] std::optional<Reason> no_block_to_announce(Situation& s, const OwedInvoice& owed);

}  // namespace emdia::detail
