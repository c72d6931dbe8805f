#pragma once
// MD5 as RADIUS needs it (RFC 2865 section 3, RFC 2869 section 5.14). Not for anything else.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace emdia {

using ByteView = std::span<const std::uint8_t>;
using Md5Sum = std::array<std::uint8_t, 16>;

/// Of the parts joined. Thread-safe. Throws std::runtime_error when OpenSSL offers no MD5 (FIPS mode).
[[nodiscard]] Md5Sum md5(std::initializer_list<ByteView> parts);
[[nodiscard]] Md5Sum hmac_md5(std::string_view key, ByteView message);
/// Takes the same time whatever the sums are.
[[nodiscard]] bool same_sum(const Md5Sum& a, ByteView b) noexcept;
[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace emdia
