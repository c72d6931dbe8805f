#pragma once
// SHA-256 and what is built on it: proof of texts (A5) and signatures of webhooks (RFC 2104).

#include <string>
#include <string_view>

#include "daemon/ports/digest.hpp"

namespace emdia {

/// Thread-safe, stateless.
class Sha256Digest final : public Digest {
public:
    [[nodiscard]] std::string sha256_hex(std::string_view bytes) const override;
};

/// HMAC-SHA-256 as 64 lower-case hex digits. The key is never kept or logged. Thread-safe.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Takes the same time wherever the two differ; the length is not secret. Compare signatures and tokens with this.
[[nodiscard]] bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

}  // namespace emdia
