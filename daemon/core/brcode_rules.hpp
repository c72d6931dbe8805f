#pragma once
// What the reader and the builder of BR Codes share: field numbers and limits (Manual do BR Code; EMV QRCPS-MPM).
// Private to the brcode*.cpp files.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace emdia::brcode {

inline constexpr std::string_view kGui = "br.gov.bcb.pix";
inline constexpr std::string_view kNoTxid = "***";
inline constexpr std::string_view kReusable = "11";
inline constexpr std::string_view kSingleUse = "12";
inline constexpr std::string_view kBrl = "986";
inline constexpr std::string_view kBrazil = "BR";

inline constexpr std::size_t kLongestField = 99;
inline constexpr std::size_t kLongestKey = 77;
inline constexpr std::size_t kLongestUrl = 77;
inline constexpr std::size_t kLongestName = 25;
inline constexpr std::size_t kLongestCity = 15;
inline constexpr std::size_t kLongestTxid = 25;
inline constexpr std::size_t kLongestAmount = 13;
inline constexpr std::size_t kLongestCode = 512;

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }

[[nodiscard]] inline bool is_printable(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return is_printable(c); });
}

/// 1..25 letters and digits, or "***".
[[nodiscard]] inline bool is_static_txid(std::string_view txid) noexcept {
    return txid == kNoTxid ||
           (!txid.empty() && txid.size() <= kLongestTxid &&
            std::all_of(txid.begin(), txid.end(), [](char c) { return is_digit(c) || is_letter(c); }));
}

/// Host and path without scheme or blanks.
[[nodiscard]] inline bool is_location(std::string_view url) noexcept {
    const std::size_t slash = url.find('/');
    return url.size() <= kLongestUrl && slash != std::string_view::npos && slash > 0 && slash + 1 < url.size() &&
           url.find("://") == std::string_view::npos &&
           std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// crc16 as four upper-case hex digits.
[[nodiscard]] std::string crc_hex(std::string_view bytes);

}  // namespace emdia::brcode
