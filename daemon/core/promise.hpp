#pragma once
// What becomes of a promise (kept, kept late, partial, broken). Offers are in promise_offer.cpp. Internal to the core.

#include "daemon/core/situation.hpp"

namespace emdia::detail {

/// Sets `s.active_promise`, and adds to `decision` the changes of promises that the facts demand, or `refresh` where a
/// verdict is due and the facts are too old. A promise judged now still holds the access open in this decision; the
/// next one, once the change is stored, sees it ended.
void settle_promises(Situation& s, Decision& decision);

/// Confirmed once: an offer that was declined or forgotten never was.
[[nodiscard]] bool was_in_force(const Promise& promise) noexcept;

}  // namespace emdia::detail
