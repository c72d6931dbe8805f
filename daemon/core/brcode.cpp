#include "daemon/core/brcode.hpp"

#include "daemon/core/brcode_rules.hpp"

namespace emdia {
namespace {

using namespace brcode;

template <class Accepts>
bool all_of(std::string_view text, Accepts accepts) noexcept {
    return std::all_of(text.begin(), text.end(), accepts);
}

bool is_capital_or_digit(char c) noexcept { return is_digit(c) || (c >= 'A' && c <= 'Z'); }

/// ^\+[1-9][0-9]\d{1,14}$
bool is_phone(std::string_view key) noexcept {
    return key.size() >= 4 && key.size() <= 17 && key[0] == '+' && key[1] != '0' && all_of(key.substr(1), is_digit);
}

/// UUID in lower case: 8-4-4-4-12.
bool is_evp(std::string_view key) noexcept {
    if (key.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < key.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = is_digit(key[i]) || (key[i] >= 'a' && key[i] <= 'f');
        if (hyphen ? key[i] != '-' : !hex) {
            return false;
        }
    }
    return true;
}

bool is_email(std::string_view key) noexcept {
    const std::size_t at = key.find('@');
    return key.size() <= kLongestKey && at != std::string_view::npos && at > 0 && at + 1 < key.size() &&
           key.find('@', at + 1) == std::string_view::npos &&
           all_of(key, [](char c) { return c > ' ' && c <= '~' && !(c >= 'A' && c <= 'Z'); });
}

}  // namespace

std::optional<PixKeyKind> pix_key_kind(std::string_view key) noexcept {
    if (key.size() == 11 && all_of(key, is_digit)) {
        return PixKeyKind::cpf;
    }
    if (key.size() == 14 && all_of(key, is_capital_or_digit)) {
        return PixKeyKind::cnpj;
    }
    if (is_phone(key)) {
        return PixKeyKind::phone;
    }
    if (is_evp(key)) {
        return PixKeyKind::evp;
    }
    if (is_email(key)) {
        return PixKeyKind::email;
    }
    return std::nullopt;
}

std::uint16_t crc16(std::string_view bytes) noexcept {
    std::uint16_t crc = 0xFFFF;
    for (const char byte : bytes) {
        crc = static_cast<std::uint16_t>(crc ^ (static_cast<unsigned char>(byte) << 8U));
        for (int bit = 0; bit < 8; ++bit) {
            const bool carry = (crc & 0x8000U) != 0;
            crc = static_cast<std::uint16_t>(crc << 1U);
            crc = carry ? static_cast<std::uint16_t>(crc ^ 0x1021U) : crc;
        }
    }
    return crc;
}

std::string brcode::crc_hex(std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const unsigned crc = crc16(bytes);
    return {kHex[crc >> 12U], kHex[(crc >> 8U) & 15U], kHex[(crc >> 4U) & 15U], kHex[crc & 15U]};
}

}  // namespace emdia
