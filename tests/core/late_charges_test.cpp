#include "daemon/core/late_charges.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

namespace {

Money cents(std::int64_t n) { return Money::centavos(n); }
Date day(const char* iso) { return *parse_date(iso); }

PaymentCodes quoted(std::int64_t original, std::int64_t fine, std::int64_t interest) {
    PaymentCodes codes;
    codes.original = cents(original);
    codes.fine = cents(fine);
    codes.interest = cents(interest);
    codes.total = cents(original + fine + interest);
    codes.quoted = true;
    return codes;
}

}  // namespace

TEST_CASE("section 8, B6, B7: R$ 100,00 due on a Saturday, paid 33 days after the extended due date, costs 103,10",
          "[late]") {
    const Calendar calendar;
    const Date effective = calendar.effective_due(day("2026-01-10"));
    const LateCharges own = late_estimate(cents(10000), effective, day("2026-02-14"));
    CHECK(days_late(effective, day("2026-02-14")) == 33);
    CHECK(own.fine == cents(200));
    CHECK(own.interest == cents(110));
    CHECK(cents(10000) + own.total() == cents(10310));
}

TEST_CASE("section 8: of the five honest readings, those that count from the nominal due date ask too much", "[late]") {
    const Calendar calendar;
    const auto [interest, verdict] = GENERATE(table<std::int64_t, AmountCheck>({
        {110, AmountCheck::ok},             // extended due date
        {117, AmountCheck::wrong},          // nominal, half-up
        {116, AmountCheck::wrong},          // nominal, truncated, or 0,033 % a day
        {105, AmountCheck::ok},             // daily amount rounded first: less than the law allows
        {111, AmountCheck::one_cent_over},  // 8a.2
        {112, AmountCheck::wrong},
    }));
    CHECK(check_asked(quoted(10000, 200, interest), day("2026-01-10"), day("2026-02-14"), calendar) == verdict);
}

TEST_CASE("section 6: R$ 99,90 due 10 March asks 2,00 and 0,20 on the 16th, 2,00 and 0,93 on 7 April", "[late]") {
    const Calendar calendar;
    CHECK(check_asked(quoted(9990, 200, 20), day("2026-03-10"), day("2026-03-16"), calendar) == AmountCheck::ok);
    CHECK(check_asked(quoted(9990, 200, 93), day("2026-03-10"), day("2026-04-07"), calendar) == AmountCheck::ok);
    const LateCharges own = late_estimate(cents(9990), day("2026-03-10"), day("2026-04-07"));
    CHECK(own.fine == cents(199));
    CHECK(own.interest == cents(93));
}

TEST_CASE("pix-boleto 4.3: every half-up figure lies between the estimate and the ceiling", "[late]") {
    const auto [value, days, fine, interest] = GENERATE(table<std::int64_t, int, std::int64_t, std::int64_t>({
        {9990, 1, 200, 3},
        {9990, 4, 200, 13},
        {9990, 5, 200, 17},
        {9990, 30, 200, 100},
        {11990, 5, 240, 20},
        {7990, 12, 160, 32},
        {14999, 45, 300, 225},
    }));
    CAPTURE(value, days);
    const Date due = day("2026-03-10");
    const LateCharges low = late_estimate(cents(value), due, due + Days{days});
    const LateCharges high = late_ceiling(cents(value), due, due + Days{days});
    CHECK(low.fine <= cents(fine));
    CHECK(cents(fine) <= high.fine);
    CHECK(low.interest <= cents(interest));
    CHECK(cents(interest) <= high.interest);
    CHECK(check_asked(quoted(value, fine, interest), due, due + Days{days}, Calendar{}) == AmountCheck::ok);
}

TEST_CASE("8.3: a tie rounded half-up stays within the cent of tolerance", "[late]") {
    const Date due = day("2026-03-10");
    CHECK(late_estimate(cents(8125), due, due + Days{1}).fine == cents(162));
    CHECK(late_ceiling(cents(8125), due, due + Days{1}).fine == cents(163));
    CHECK(check_asked(quoted(8125, 163, 2), due, due + Days{1}, Calendar{}) == AmountCheck::ok);
    CHECK(check_asked(quoted(5125, 103, 1), due, due + Days{1}, Calendar{}) == AmountCheck::ok);
}

TEST_CASE("8.4, 8a.9: paid on the effective due date, or before, nothing may be added", "[late]") {
    const Calendar calendar;
    CHECK(late_ceiling(cents(9990), day("2026-03-10"), day("2026-03-10")) == LateCharges{});
    CHECK(late_ceiling(cents(9990), day("2026-03-10"), day("2026-03-01")) == LateCharges{});
    CHECK(check_asked(quoted(9990, 0, 0), day("2026-03-10"), day("2026-03-10"), calendar) == AmountCheck::ok);
    CHECK(check_asked(quoted(9990, 200, 0), day("2026-01-10"), day("2026-01-12"), calendar) == AmountCheck::wrong);
    CHECK(check_asked(quoted(9990, 200, 3), day("2026-01-10"), day("2026-01-13"), calendar) == AmountCheck::ok);
}

TEST_CASE("8a.1: for a due date of 31 December the PSP may count from that day or from the next bank day", "[late]") {
    const Calendar calendar;
    CHECK(to_iso(calendar.effective_due(day("2026-12-31"))) == "2027-01-04");
    CHECK(check_asked(quoted(9990, 200, 4), day("2026-12-31"), day("2027-01-01"), calendar) == AmountCheck::ok);
    CHECK(check_asked(quoted(9990, 0, 0), day("2026-12-31"), day("2027-01-04"), calendar) == AmountCheck::ok);
    CHECK(check_asked(quoted(9990, 200, 17), day("2026-12-31"), day("2027-01-05"), calendar) == AmountCheck::ok);
    CHECK(check_asked(quoted(9990, 200, 19), day("2026-12-31"), day("2027-01-05"), calendar) == AmountCheck::wrong);
    // 31 December 2028 is a Sunday: no reading makes it a bank day.
    CHECK(check_asked(quoted(9990, 200, 4), day("2028-12-31"), day("2029-01-02"), calendar) == AmountCheck::wrong);
}

TEST_CASE("I7, B10: parts must be positive and add up to the cent", "[late]") {
    const Calendar calendar;
    PaymentCodes codes = quoted(9990, 200, 20);
    codes.total = codes.total + cents(1);
    CHECK(check_asked(codes, day("2026-03-10"), day("2026-03-16"), calendar) == AmountCheck::wrong);
    CHECK(check_asked(quoted(9990, -1, 1), day("2026-03-10"), day("2026-03-16"), calendar) == AmountCheck::wrong);
    CHECK(check_asked(quoted(9990, 201, 20), day("2026-03-10"), day("2026-03-16"), calendar) ==
          AmountCheck::one_cent_over);
    CHECK(check_asked(quoted(9990, 201, 21), day("2026-03-10"), day("2026-03-16"), calendar) == AmountCheck::wrong);
    CHECK(check_asked(PaymentCodes{}, day("2026-03-10"), day("2026-03-16"), calendar) == AmountCheck::ok);
}

TEST_CASE("pix-boleto 4.2: with a limit above the law the PSP's own check value is found wrong", "[late]") {
    // R$ 100,00 with 3 % and 1 % a day, two days late: 105,00 is what such a charge asks, and more than may be asked.
    const Date due = day("2026-03-10");
    CHECK(check_asked(quoted(10000, 300, 200), due, due + Days{2}, Calendar{}) == AmountCheck::wrong);
}

TEST_CASE("I7: the estimate never exceeds the ceiling, and both are always accepted", "[late]") {
    const Calendar calendar;
    CHECK(rc::check("estimate <= ceiling <= estimate + 1 cent a part", [&] {
        const Money principal = *test::money_between(0, 100'000'000);
        const Date due = *test::date_between(make_date(2020, 1, 1), make_date(2040, 1, 1));
        const Date on = due + Days{*rc::gen::inRange(-10, 2000)};
        const Date effective = calendar.effective_due(due);
        const LateCharges low = late_estimate(principal, effective, on);
        const LateCharges high = late_ceiling(principal, effective, on);
        RC_ASSERT(low.fine <= high.fine);
        RC_ASSERT(high.fine <= low.fine + Money::centavos(1));
        RC_ASSERT(low.interest <= high.interest);
        RC_ASSERT(high.interest <= low.interest + Money::centavos(1));
        for (const LateCharges& asked : {low, high}) {
            const auto codes = quoted(principal.centavos(), asked.fine.centavos(), asked.interest.centavos());
            RC_ASSERT(check_asked(codes, due, on, calendar) == AmountCheck::ok);
        }
    }));
}
