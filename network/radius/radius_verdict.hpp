#pragma once
// What an answer of a NAS means (network.md 1.2, RFC 5176 section 3.5). Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/ports/access_driver.hpp"
#include "network/radius/radius_packet.hpp"

namespace emdia {

struct RadiusVerdict {
    ApplyKind kind = ApplyKind::unknown;
    std::string cause;
    std::string hint;
    std::optional<Millis> retry_after;
    bool coa_unsupported = false;     ///< The NAS cannot do this by CoA: drop the session instead.
    bool short_of_resources = false;  ///< The NAS is asked too fast.
};

/// True when `answer` is the ACK or the NAK that belongs to `request`.
[[nodiscard]] bool pairs_with(RadiusCode request, RadiusCode answer) noexcept;

[[nodiscard]] RadiusVerdict judge_answer(RadiusCode answer, std::optional<std::uint32_t> error_cause);

}  // namespace emdia
