#pragma once
// A person's sentence per reason. Operator output in both languages; texts to subscribers are templates, not this.

#include <string>
#include <vector>

#include "daemon/core/decide.hpp"

namespace emdia {

enum class Language { en, pt_br };

/// "Notice period over: notice delivered 2026-03-16 10:00:09, day 15 was 2026-03-31 (A1)". Times in the
/// subscriber's zone. Every ReasonCode has a sentence in both languages; a test holds it to that.
[[nodiscard]] std::string explain(const Reason& reason, const AccountFacts& facts, const Zone& zone, Language language);
}  // namespace emdia
