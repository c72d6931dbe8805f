#pragma once
// Account facts and decisions as JSON: what `emdia why --facts` shows and `emdia decide` reads (docs/DECIDE.md).

#include <string>
#include <string_view>

#include "daemon/core/decide.hpp"
#include "daemon/core/explain.hpp"

namespace emdia {

/// Everything wrong is said at once, one line each, with its place: "$.invoices[0].due: must be a date like ...".
/// Unknown fields are errors. Only `invoices[].due`, `open` and `state` have no default.
[[nodiscard]] Result<AccountFacts> facts_from_json(std::string_view text);

/// Indented JSON that facts_from_json reads back to the same facts.
[[nodiscard]] std::string facts_to_json(const AccountFacts& facts);

/// The decision with a sentence and the rule ids for every reason. Times in RFC 3339, UTC; indented.
[[nodiscard]] std::string decision_to_json(const Decision& decision, const AccountFacts& facts, const Zone& zone,
                                           Language language);

}  // namespace emdia
