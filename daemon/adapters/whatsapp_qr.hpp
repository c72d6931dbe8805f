#pragma once
// A QR code as a PNG image: for people who pay on another screen.

#include <string>
#include <string_view>

#include "daemon/core/result.hpp"

namespace emdia {

/// Black on white, error correction M, quiet zone of four modules, `scale` pixels per module (1..16). `bad_input` for
/// an empty text or one that no QR code can hold.
[[nodiscard]] Result<std::string> qr_png(std::string_view text, unsigned scale = 8);

}  // namespace emdia
