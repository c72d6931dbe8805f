#pragma once
// Decisions and reasons as compact JSON, written and read only here. A reason is [code, invoice, date, at, amount];
// a null stands for "absent".

#include <string>
#include <string_view>

#include "daemon/core/decide.hpp"

namespace emdia::sqlite {

[[nodiscard]] std::string encode(const Reason& reason);
[[nodiscard]] std::string encode(const Decision& decision);
/// Throw LedgerFailure on text that encode did not write.
[[nodiscard]] Reason decode_reason(std::string_view json);
[[nodiscard]] Decision decode_decision(std::string_view json);

}  // namespace emdia::sqlite
