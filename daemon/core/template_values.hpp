#pragma once
// The variables a template may use and what they become. The list is closed: a template file cannot invent one.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "daemon/core/templates.hpp"

namespace emdia {

/// Every variable of a body. Names only; docs/MESSAGES.md says what each means.
[[nodiscard]] std::span<const std::string_view> body_variables() noexcept;
/// The one variable of a button title: a date of the promise offer. Such a button is repeated once per date.
inline constexpr std::string_view kOfferDate = "{{offer_date}}";

/// The values the facts give; a variable that has none (no invoice, no code) is absent. Refuses parts that do not
/// add up (B10).
[[nodiscard]] Result<std::map<std::string, std::string>> template_values(const ComposeInput& input);

/// The invoice the message speaks of: the wish's own, else the first one of its promise; nullptr for neither.
[[nodiscard]] const Invoice* invoice_of(const ComposeInput& input) noexcept;

/// Values that are data of a person or of a bank, not words of ours: the linter does not judge them.
[[nodiscard]] bool is_opaque_variable(std::string_view name) noexcept;

}  // namespace emdia
