#pragma once
// Money is an integer number of centavos. There is no floating point anywhere near it.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/core/result.hpp"

namespace emdia {

/// An amount in centavos of BRL. Range: +/- 10^15 centavos (limit()); arithmetic outside it throws
/// std::overflow_error, because an amount that large is a fault of ours, never a fact.
class Money {
public:
    constexpr Money() = default;
    /// Throws std::overflow_error outside +/- limit().
    static Money centavos(std::int64_t n);
    [[nodiscard]] static constexpr std::int64_t limit() noexcept { return 1'000'000'000'000'000; }

    /// Reads "1234.56", "1234.5", "1234" (plain, at most two decimals) or, with a comma as decimal
    /// mark, "1.234,56", "1234,56", each with an optional leading "R$ " and '-'. More than two decimals are
    /// accepted only when the rest is zeros (ERP plan prices). Never guesses: "1.234" alone is refused
    /// (`bad_input`) because it reads as 1,234 in one country and 1234 in the other.
    [[nodiscard]] static Result<Money> parse(std::string_view text);

    [[nodiscard]] constexpr std::int64_t centavos() const noexcept { return centavos_; }
    [[nodiscard]] constexpr bool is_zero() const noexcept { return centavos_ == 0; }
    [[nodiscard]] constexpr bool is_negative() const noexcept { return centavos_ < 0; }

    /// "R$ 1.234,56" ("-R$ 1,00" below zero).
    [[nodiscard]] std::string pt_br() const;
    /// "1234.56".
    [[nodiscard]] std::string plain() const;

    friend constexpr auto operator<=>(Money, Money) = default;
    friend Money operator+(Money a, Money b);
    friend Money operator-(Money a, Money b);
    friend Money operator*(Money a, std::int64_t n);
    Money& operator+=(Money b) { return *this = *this + b; }
    Money& operator-=(Money b) { return *this = *this - b; }

private:
    constexpr explicit Money(std::int64_t n) : centavos_(n) {}
    std::int64_t centavos_ = 0;
};

/// p * numerator / denominator, truncated towards zero, without overflow for |p| <= limit().
/// Precondition: denominator > 0.
[[nodiscard]] Money truncated_share(Money p, std::int64_t numerator, std::int64_t denominator);
/// As truncated_share, but any remainder rounds away from zero (the legal ceiling, brazil-rules.md 8.2).
[[nodiscard]] Money ceiling_share(Money p, std::int64_t numerator, std::int64_t denominator);

}  // namespace emdia
