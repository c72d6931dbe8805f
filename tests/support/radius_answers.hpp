#pragma once
// The NAS's side of RADIUS, for tests that play it.

#include <optional>
#include <string>
#include <string_view>

#include "network/radius/radius_packet.hpp"

namespace emdia::testing {

/// A correct answer to the request, signed with the secret.
[[nodiscard]] Bytes radius_answer(ByteView request, RadiusCode code, std::string_view secret,
                                  std::optional<std::uint32_t> error_cause = std::nullopt);

/// Whether a NAS with this secret would take the request.
[[nodiscard]] bool is_genuine_request(ByteView request, std::string_view secret);

/// The text of the first attribute of the type; vendor attributes by (26, vendor id, vendor type).
[[nodiscard]] std::optional<std::string> text_of(const RadiusPacket& packet, std::uint8_t type);
[[nodiscard]] std::optional<std::string> vendor_text_of(const RadiusPacket& packet, std::uint32_t vendor,
                                                        std::uint8_t type);

[[nodiscard]] Bytes from_hex(std::string_view hex);
[[nodiscard]] std::string to_hex(ByteView bytes);

}  // namespace emdia::testing
