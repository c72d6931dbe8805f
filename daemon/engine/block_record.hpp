#pragma once
// What a block stood on, kept for as long as the history is (I13, E5).

#include <string>

#include "daemon/engine/desk.hpp"

namespace emdia {

/// key=value pairs: the notice on which each invoice was cut, when it was delivered and the invoice read, the SHA-256
/// of the facts that were decided on, the versions of policy, calendar and zones. Ids, times and hashes only.
[[nodiscard]] std::string block_record(const Desk& desk, const AccountFacts& facts, const Decision& decision);

}  // namespace emdia
