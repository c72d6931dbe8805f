#include "erp-connectors/sdk/fields.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/core/phone.hpp"

namespace emdia::sdk {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// 0000-00-00, 0000-00-00 00:00:00, 00/00/0000.
bool is_zero_date(std::string_view text) noexcept {
    return text.substr(0, 10) == "0000-00-00" || text.substr(0, 10) == "00/00/0000";
}

Error not_a_date() { return {ErrorKind::bad_input, "not a date", ""}; }

std::string append_utf8(unsigned code) {
    std::string out;
    if (code < 0x80U) {
        out += static_cast<char>(code);
    } else {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
    return out;
}

/// The code point of a one- or two-byte UTF-8 character at `at`, which moves behind it; nullopt for anything longer.
std::optional<unsigned> latin_at(std::string_view text, std::size_t& at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
    if (byte(at) < 0x80U) {
        return byte(at++);
    }
    if ((byte(at) & 0xE0U) == 0xC0U && at + 1 < text.size() && (byte(at + 1) & 0xC0U) == 0x80U) {
        const unsigned code = ((byte(at) & 0x1FU) << 6U) | (byte(at + 1) & 0x3FU);
        at += 2;
        return code;
    }
    return std::nullopt;
}

bool is_utf8_of_latin(std::string_view bytes) noexcept {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto code = latin_at(bytes, at);
        if (!code || (*code >= 0x80U && *code < 0xA0U)) {
            return false;
        }
    }
    return true;
}

unsigned lower(unsigned code) noexcept {
    const bool ascii = code >= 'A' && code <= 'Z';
    const bool latin = code >= 0xC0U && code <= 0xDEU && code != 0xD7U;
    return ascii || latin ? code + 0x20U : code;
}
unsigned upper(unsigned code) noexcept {
    const bool ascii = code >= 'a' && code <= 'z';
    const bool latin = code >= 0xE0U && code <= 0xFEU && code != 0xF7U;
    return ascii || latin ? code - 0x20U : code;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool absent_key(std::string_view text) noexcept {
    const auto t = trimmed(text);
    return t.empty() || t == "0";
}

Result<std::optional<Money>> read_money(std::string_view text) {
    const auto t = trimmed(text);
    if (t.empty()) {
        return std::optional<Money>{};
    }
    auto money = Money::parse(t);
    if (!money) {
        return Error{ErrorKind::bad_input, "not an amount", ""};
    }
    return std::optional{*money};
}

Result<std::optional<Date>> read_date(std::string_view text) {
    const auto t = trimmed(text);
    if (t.empty() || is_zero_date(t)) {
        return std::optional<Date>{};
    }
    if (t.size() < 10 || (t.size() > 10 && t[10] != ' ' && t[10] != 'T')) {
        return not_a_date();
    }
    auto day = std::string{t.substr(0, 10)};
    if (day[2] == '/' && day[5] == '/') {
        day = day.substr(6, 4) + "-" + day.substr(3, 2) + "-" + day.substr(0, 2);
    }
    const auto date = parse_date(day);
    if (!date) {
        return not_a_date();
    }
    return std::optional{*date};
}

Result<std::optional<LocalTime>> read_date_time(std::string_view text) {
    const auto t = trimmed(text);
    auto date = read_date(t);
    if (!date) {
        return date.error();
    }
    if (!*date) {
        return std::optional<LocalTime>{};
    }
    const auto number = [&](std::size_t at, int most) {
        int n = -1;
        if (t.size() == 19) {
            std::from_chars(t.data() + at, t.data() + at + 2, n);
        }
        return n >= 0 && n <= most ? n : -1;
    };
    const int hour = number(11, 23);
    const int minute = number(14, 59);
    const int second = number(17, 59);
    if (hour < 0 || minute < 0 || second < 0) {
        return not_a_date();
    }
    return std::optional{at(**date, Hours{hour} + Minutes{minute} + Seconds{second})};
}

std::string br_date(Date date) { return pt_br(date); }

std::string br_phone(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
    if (digits.size() >= 12 && digits.compare(0, 2, "55") == 0) {
        digits.erase(0, 2);
    } else if (digits.size() >= 11 && digits.front() == '0') {
        digits.erase(0, 1);
    }
    const bool area_code = digits.size() >= 2 && digits[0] != '0' && digits[1] != '0';
    const bool mobile = digits.size() == 11 && digits[2] == '9';
    const bool without_ninth = digits.size() == 10;  // a landline, or a mobile as it was written before 2016
    return area_code && (mobile || without_ninth) ? canonical_phone("55" + digits) : std::string{};
}

std::string first_name(std::string_view full_name) {
    const auto name = trimmed(full_name);
    const auto word = name.substr(0, name.find(' '));
    std::string out;
    for (std::size_t at = 0; at < word.size();) {
        const bool first = at == 0;
        const auto code = latin_at(word, at);
        if (!code) {
            return std::string{word};
        }
        out += append_utf8(first ? upper(*code) : lower(*code));
    }
    return out;
}

std::string without_mojibake(std::string_view text) {
    std::string bytes;
    bool suspicious = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto code = latin_at(text, at);
        if (!code || *code > 0xFFU) {
            return std::string{text};
        }
        suspicious = suspicious || *code >= 0x80U;
        bytes += static_cast<char>(*code);
    }
    return suspicious && is_utf8_of_latin(bytes) ? bytes : std::string{text};
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) {
        return std::string{text};
    }
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (most > 0 && continues(text[most])) {
        --most;
    }
    return std::string{text.substr(0, most)};
}

bool is_ipv4(std::string_view text) noexcept {
    int parts = 0;
    while (true) {
        const auto dot = text.find('.');
        const auto part = text.substr(0, dot);
        int n = -1;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), n);
        const bool plain = !part.empty() && is_digit(part.front()) && (part.size() == 1 || part.front() != '0');
        if (error != std::errc{} || end != part.data() + part.size() || !plain || n > 255) {
            return false;
        }
        ++parts;
        if (dot == std::string_view::npos) {
            return parts == 4;
        }
        text.remove_prefix(dot + 1);
    }
}

}  // namespace emdia::sdk
