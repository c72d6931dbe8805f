#include "daemon/core/civil.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

TEST_CASE("a date is read from ISO and written back", "[civil]") {
    CHECK(*parse_date("2026-03-10") == make_date(2026, 3, 10));
    CHECK(*parse_date("2024-02-29") == make_date(2024, 2, 29));
    CHECK(to_iso(make_date(2026, 3, 1)) == "2026-03-01");
    CHECK(rc::check("parse(print(date)) == date", [] {
        const Date d = *test::any_date();
        RC_ASSERT(*parse_date(to_iso(d)) == d);
    }));
}

TEST_CASE("dates that do not exist or look different are refused with a cure", "[civil]") {
    const auto* const text = GENERATE("", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "2026-1-1",
                                      "0000-00-00", "1899-12-31", "3000-01-01", "2026-03-10 ", " 2026-03-10",
                                      "10/03/2026", "2026/03/10", "-026-03-10", "2026-03-1x", "20260310");
    CAPTURE(text);
    const auto date = parse_date(text);
    REQUIRE_FALSE(date.ok());
    CHECK(date.error().kind == ErrorKind::bad_input);
    CHECK_FALSE(date.error().cure.empty());
}

TEST_CASE("make_date refuses what does not exist", "[civil]") {
    CHECK_THROWS_AS(make_date(2026, 2, 29), std::invalid_argument);
    CHECK_THROWS_AS(make_date(2026, 0, 1), std::invalid_argument);
}

TEST_CASE("a subscriber reads dates in Portuguese", "[civil]") {
    const Date d = make_date(2026, 3, 10);
    CHECK(pt_br(d) == "10/03/2026");
    CHECK(pt_br_short(d) == "10/03");
    CHECK(pt_br_weekday(d) == "terça-feira");
    CHECK(pt_br_weekday(make_date(2026, 3, 14)) == "sábado");
    CHECK(pt_br_weekday(make_date(2026, 3, 15)) == "domingo");
    CHECK(pt_br_month(d) == "março/2026");
    CHECK(pt_br_month(make_date(2026, 12, 1)) == "dezembro/2026");
}

TEST_CASE("instants follow RFC 3339", "[civil]") {
    const Instant t = *parse_instant("2026-03-10T13:00:03Z");
    CHECK(to_rfc3339(t) == "2026-03-10T13:00:03Z");
    CHECK(*parse_instant("2026-03-10T10:00:03-03:00") == t);
    CHECK(*parse_instant("2026-03-10t13:00:03z") == t);
    CHECK(*parse_instant("2026-03-11T00:30:03+11:30") == t);
    CHECK(to_rfc3339(*parse_instant("2026-03-10T13:00:03.250Z")) == "2026-03-10T13:00:03.250Z");
    CHECK(*parse_instant("2026-03-10T13:00:03.2509999Z") == t + Millis{250});
    CHECK(*parse_instant("2026-03-10T13:00:03.5Z") == t + Millis{500});
    CHECK(to_rfc3339(Instant{Millis{-1}}) == "1969-12-31T23:59:59.999Z");
    CHECK(rc::check("parse(print(instant)) == instant", [] {
        const Instant any = Instant{(*test::any_date()).time_since_epoch()} + Millis{*rc::gen::inRange(0, 86'400'000)};
        RC_ASSERT(*parse_instant(to_rfc3339(any)) == any);
    }));
}

TEST_CASE("an instant without offset or with an impossible time is refused", "[civil]") {
    const auto* const text = GENERATE(
        "", "2026-03-10", "2026-03-10T13:00:03", "2026-03-10 13:00:03Z", "2026-03-10T24:00:00Z", "2026-03-10T13:60:00Z",
        "2026-03-10T13:00:60Z", "2026-03-10T13:00:03.Z", "2026-03-10T13:00:03.1234567890Z", "2026-03-10T13:00:03+24:00",
        "2026-03-10T13:00:03+0300", "2026-03-10T13:00:03Zx", "2026-02-30T13:00:03Z");
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text).ok());
}

TEST_CASE("civil time prints to the second and splits into date and time of day", "[civil]") {
    const LocalTime t = at(make_date(2026, 3, 10), Hours{10} + Seconds{3});
    CHECK(to_iso(t) == "2026-03-10 10:00:03");
    CHECK(date_of(t) == make_date(2026, 3, 10));
    CHECK(time_of_day(t) == Hours{10} + Seconds{3});
}

TEST_CASE("a fixed zone shifts by its offset, before 1970 too", "[civil]") {
    const FixedZone brasilia{Hours{-3}};
    CHECK(to_iso(brasilia.local(*parse_instant("2026-03-10T02:59:59.999Z"))) == "2026-03-09 23:59:59");
    CHECK(to_iso(brasilia.local(*parse_instant("1960-01-01T02:59:59.500Z"))) == "1959-12-31 23:59:59");
    CHECK(rc::check("instant(local(t)) is t cut to the second", [] {
        const FixedZone zone{Minutes{*rc::gen::inRange(-12 * 60, 14 * 60 + 1)}};
        const Instant t = Instant{(*test::any_date()).time_since_epoch()} + Millis{*rc::gen::inRange(0, 86'400'000)};
        RC_ASSERT(zone.instant(zone.local(t)) == std::chrono::floor<Seconds>(t));
    }));
}

TEST_CASE("a time of day runs from 00:00 to 24:00", "[civil]") {
    CHECK(*parse_time_of_day("00:00") == Seconds{0});
    CHECK(*parse_time_of_day("09:30") == Hours{9} + Minutes{30});
    CHECK(*parse_time_of_day("24:00") == Hours{24});
    for (const auto* text : {"", "9:00", "24:01", "12:60", "12h00", "12:00:00", "-1:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time_of_day(text).ok());
    }
}

TEST_CASE("a duration is a positive whole number and a unit", "[civil]") {
    CHECK(*parse_duration("90s") == Seconds{90});
    CHECK(*parse_duration("15m") == Minutes{15});
    CHECK(*parse_duration("48h") == Hours{48});
    CHECK(*parse_duration("3d") == Days{3});
    for (const auto* text :
         {"", "s", "0s", "-1h", "1", "1.5h", "1 h", "1hh", "1w", "1000000s", "99999999999999999999d"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text).ok());
    }
}
