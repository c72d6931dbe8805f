#pragma once
// The sentences behind the reasons. Variables: {invoice} {date} {at} {amount}. A part in [brackets] is left out when a
// variable in it is not known. Internal to the core.

#include <string_view>

#include "daemon/core/reasons.hpp"

namespace emdia::detail {

struct ReasonText {
    std::string_view en;
    std::string_view pt_br;
};
[[nodiscard]] ReasonText reason_text(ReasonCode code) noexcept;

}  // namespace emdia::detail
