#include "daemon/core/money.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace emdia {
namespace {

/// Wide enough for limit() times any 64-bit factor.
__extension__ using Wide = __int128;

Money checked(Wide centavos) {
    if (centavos > Money::limit() || centavos < -Money::limit()) {
        throw std::overflow_error("Money: more than 10^15 centavos");
    }
    return Money::centavos(static_cast<std::int64_t>(centavos));
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool accept(std::string_view& text, std::string_view prefix) noexcept {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

/// "1.234.567" -> "1234567"; "1234" as it is; nullopt if dots stand anywhere but between groups of three.
std::optional<std::string> without_groups(std::string_view text) {
    std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) {
        return std::string(text);
    }
    if (dot == 0 || dot > 3) {
        return std::nullopt;
    }
    std::string digits(text.substr(0, dot));
    while (dot != std::string_view::npos) {
        text.remove_prefix(dot + 1);
        dot = text.find('.');
        const std::string_view group = text.substr(0, dot);
        if (group.size() != 3) {
            return std::nullopt;
        }
        digits += group;
    }
    return digits;
}

struct Parts {
    std::string whole;
    std::string_view decimals;
};

std::optional<Parts> split(std::string_view text) {
    if (const std::size_t comma = text.find(','); comma != std::string_view::npos) {
        auto whole = without_groups(text.substr(0, comma));
        if (!whole) {
            return std::nullopt;
        }
        return Parts{std::move(*whole), text.substr(comma + 1)};
    }
    if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
        return Parts{std::string(text.substr(0, dot)), text.substr(dot + 1)};
    }
    return Parts{std::string(text), "0"};
}

/// "1.234" and "1,234" could be a thousand or one: three digits behind one mark, one to three before it.
bool is_ambiguous(const Parts& parts) noexcept {
    return parts.decimals.size() == 3 && parts.whole.size() <= 3 && parts.whole != "0";
}

/// Only zeros may follow the second decimal: there is no part of a centavo.
bool fits_centavos(std::string_view decimals) noexcept {
    return decimals.find_first_not_of('0', 2) == std::string_view::npos;
}

std::optional<std::int64_t> read_magnitude(std::string_view text) {
    const auto parts = split(text);
    if (!parts || !all_digits(parts->whole) || !all_digits(parts->decimals) || is_ambiguous(*parts) ||
        !fits_centavos(parts->decimals)) {
        return std::nullopt;
    }
    std::string digits = parts->whole + std::string(parts->decimals.substr(0, 2));
    if (parts->decimals.size() == 1) {
        digits += '0';
    }
    std::int64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
        if (value > Money::limit()) {
            return std::nullopt;
        }
    }
    return value;
}

/// "1234" -> "1.234".
std::string with_groups(std::string digits) {
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, '.');
    }
    return digits;
}

struct Printed {
    std::string sign;
    std::string whole;
    std::string cents;
};

Printed printed(Money m) {
    const std::int64_t magnitude = m.is_negative() ? -m.centavos() : m.centavos();
    const std::string cents = std::to_string(magnitude % 100);
    return {m.is_negative() ? "-" : "", std::to_string(magnitude / 100), cents.size() < 2 ? "0" + cents : cents};
}

}  // namespace

Money Money::centavos(std::int64_t n) {
    if (n > limit() || n < -limit()) {
        throw std::overflow_error("Money: more than 10^15 centavos");
    }
    return Money{n};
}

Result<Money> Money::parse(std::string_view text) {
    bool negative = accept(text, "-");
    if (accept(text, "R$")) {
        // Some ERPs and every ICU formatter put a no-break space here.
        if (!accept(text, " ")) {
            accept(text, "\u00a0");
        }
        negative = accept(text, "-") != negative;
    }
    const auto magnitude = read_magnitude(text);
    if (!magnitude) {
        return Error{ErrorKind::bad_input, "not an amount of money", "write it as 1234.56 or 1.234,56"};
    }
    return Money{negative ? -*magnitude : *magnitude};
}

std::string Money::pt_br() const {
    const Printed p = printed(*this);
    return p.sign + "R$ " + with_groups(p.whole) + "," + p.cents;
}

std::string Money::plain() const {
    const Printed p = printed(*this);
    return p.sign + p.whole + "." + p.cents;
}

Money operator+(Money a, Money b) { return Money::centavos(a.centavos() + b.centavos()); }
Money operator-(Money a, Money b) { return Money::centavos(a.centavos() - b.centavos()); }
Money operator*(Money a, std::int64_t n) { return checked(Wide{a.centavos()} * n); }

Money truncated_share(Money p, std::int64_t numerator, std::int64_t denominator) {
    return checked(Wide{p.centavos()} * numerator / denominator);
}

Money ceiling_share(Money p, std::int64_t numerator, std::int64_t denominator) {
    const Wide product = Wide{p.centavos()} * numerator;
    const Wide quotient = product / denominator;
    if (product % denominator == 0) {
        return checked(quotient);
    }
    return checked(product < 0 ? quotient - 1 : quotient + 1);
}

}  // namespace emdia
