#pragma once
// What a person must do about an account. Internal to the core.

#include "daemon/core/situation.hpp"

namespace emdia::detail {

/// Adds tasks about disputes, claims, long blocks, late releases, odd invoices and overpayments. `reason.at` or
/// `reason.date` says since when: a task that was closed after that need not be opened again.
void decide_tasks(Situation& s, Decision& decision);

}  // namespace emdia::detail
