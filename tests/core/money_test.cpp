#include "daemon/core/money.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

namespace {
Money cents(std::int64_t n) { return Money::centavos(n); }
}  // namespace

TEST_CASE("money is read as ERPs and people write it", "[money]") {
    const auto [text, centavos] = GENERATE(table<const char*, std::int64_t>({
        {"1234.56", 123456},
        {"1234.5", 123450},
        {"1234", 123400},
        {"0.07", 7},
        {"0,07", 7},
        {"1.234,56", 123456},
        {"1234,56", 123456},
        {"1.234.567,8", 123456780},
        {"R$ 1.234,56", 123456},
        {"R$1.234,56", 123456},
        {"R$\u00a01.234,56", 123456},
        {"-R$ 1,00", -100},
        {"R$ -1,00", -100},
        {"-0.01", -1},
        {"-0.00", 0},
        {"109.900000000", 10990},
        {"0.500", 50},
        {"1234.500", 123450},
        {"10000000000000.00", 1'000'000'000'000'000},
    }));
    CAPTURE(text);
    const auto money = Money::parse(text);
    REQUIRE(money.ok());
    CHECK(money->centavos() == centavos);
}

TEST_CASE("money never guesses: what could be read twice is refused", "[money]") {
    const auto* const text = GENERATE("1.234", "1,234", "12.300", "999,000", "1,234.56", "1.234.567", "12.34,56",
                                      "1.2345,00", ".234,00", "1..234,00", "1234.567", "1.001", "0.005", "", "-", "R$ ",
                                      ".", ",", "1.", "1,", ".5", ",5", "--1", "-R$ -1,0x", "+1", "1e3", "1 234,00",
                                      " 1", "1 ", "US$ 1", "10000000000000.01", "99999999999999999999", "١");
    CAPTURE(text);
    const auto money = Money::parse(text);
    REQUIRE_FALSE(money.ok());
    CHECK(money.error().kind == ErrorKind::bad_input);
    CHECK_FALSE(money.error().cure.empty());
}

TEST_CASE("money prints for people and for machines", "[money]") {
    CHECK(cents(123456).pt_br() == "R$ 1.234,56");
    CHECK(cents(-100).pt_br() == "-R$ 1,00");
    CHECK(cents(5).pt_br() == "R$ 0,05");
    CHECK(cents(100'000'000).pt_br() == "R$ 1.000.000,00");
    CHECK(cents(123456).plain() == "1234.56");
    CHECK(cents(-7).plain() == "-0.07");
    CHECK(rc::check("parse(print(money)) == money, in both spellings", [] {
        const Money m = *test::any_money();
        RC_ASSERT(*Money::parse(m.plain()) == m);
        RC_ASSERT(*Money::parse(m.pt_br()) == m);
    }));
}

TEST_CASE("sums are exact and refuse to leave the range", "[money]") {
    CHECK(rc::check("a + b - b == a and sums agree with centavos", [] {
        const auto half = Money::limit() / 2;
        const Money a = *test::money_between(-half, half);
        const Money b = *test::money_between(-half, half);
        RC_ASSERT((a + b).centavos() == a.centavos() + b.centavos());
        RC_ASSERT(a + b - b == a);
        RC_ASSERT((a < b) == ((a - b).is_negative()));
        Money c = a;
        c += b;
        c -= a;
        RC_ASSERT(c == b);
    }));
    const Money most = cents(Money::limit());
    CHECK_THROWS_AS(most + cents(1), std::overflow_error);
    CHECK_THROWS_AS(cents(-Money::limit()) - cents(1), std::overflow_error);
    CHECK_THROWS_AS(cents(Money::limit() + 1), std::overflow_error);
    CHECK_THROWS_AS(most * 9'000'000'000'000'000'000, std::overflow_error);
    CHECK(cents(9990) * 3 == cents(29970));
}

TEST_CASE("8.2, 8.3: shares truncate or round up, never half", "[money]") {
    CHECK(truncated_share(cents(8125), 2, 100) == cents(162));
    CHECK(ceiling_share(cents(8125), 2, 100) == cents(163));
    CHECK(truncated_share(cents(5125), 2, 100) == cents(102));
    CHECK(ceiling_share(cents(5125), 2, 100) == cents(103));
    CHECK(truncated_share(cents(-8125), 2, 100) == cents(-162));
    CHECK(ceiling_share(cents(-8125), 2, 100) == cents(-163));
    CHECK(ceiling_share(cents(5000), 2, 100) == cents(100));
    CHECK(rc::check("the two differ by at most a centavo and enclose the exact share", [] {
        const Money p = *test::any_money();
        const auto numerator = *rc::gen::inRange<std::int64_t>(0, 100);
        const auto denominator = *rc::gen::inRange<std::int64_t>(100, 1'000'000);
        const auto low = truncated_share(p, numerator, denominator).centavos();
        const auto high = ceiling_share(p, numerator, denominator).centavos();
        const auto gap = p.is_negative() ? low - high : high - low;
        RC_ASSERT(gap == 0 || gap == 1);
    }));
}
