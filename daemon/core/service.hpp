#pragma once
// Messages about what has happened: blocked, released, paid, promised (C3). Internal to the core.

#include "daemon/core/caps.hpp"

namespace emdia::detail {

/// Adds the service messages that should go now, with reasons for those that wait.
void decide_service(Situation& s, Decision& decision);

/// Whether what a message says is still true; nullopt: it is.
[[nodiscard]] std::optional<Reason> no_longer_true(Situation& s, const MessageWish& wish);
/// Whether the message asks for money or tells of a suspension, so that the ERP must have been read lately (B2).
[[nodiscard]] bool needs_fresh_facts(Stage stage) noexcept;

}  // namespace emdia::detail
