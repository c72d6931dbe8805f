#include "daemon/core/calendar.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

namespace {

Date day(const char* iso) { return *parse_date(iso); }

Calendar with_days(const char* rows) { return Calendar{{*parse_holidays(rows, "test")}}; }

std::vector<std::string> dates_of(const Calendar& calendar, int year, HolidayKind kind) {
    std::vector<std::string> dates;
    for (const Holiday& h : calendar.holidays(year)) {
        if (h.kind == kind) {
            dates.push_back(to_iso(h.date));
        }
    }
    return dates;
}

using Dates = std::vector<std::string>;

}  // namespace

TEST_CASE("F1: the ten national holidays, computed, with 20 November since 2024", "[calendar]") {
    const Calendar calendar;
    CHECK(dates_of(calendar, 2026, HolidayKind::national) ==
          Dates{"2026-01-01", "2026-04-03", "2026-04-21", "2026-05-01", "2026-09-07", "2026-10-12", "2026-11-02",
                "2026-11-15", "2026-11-20", "2026-12-25"});
    CHECK(dates_of(calendar, 2024, HolidayKind::national).size() == 10);
    CHECK(dates_of(calendar, 2023, HolidayKind::national).size() == 9);
    CHECK_FALSE(calendar.is_holiday(day("2023-11-20")));
    CHECK(calendar.is_holiday(day("2024-11-20")));
}

TEST_CASE("F1, F2: Good Friday and the bank days move with Easter", "[calendar]") {
    const auto [year, easter_day, good_friday, bank_days] = GENERATE(table<int, const char*, const char*, Dates>({
        {2024, "2024-03-31", "2024-03-29", {"2024-02-12", "2024-02-13", "2024-05-30"}},
        {2025, "2025-04-20", "2025-04-18", {"2025-03-03", "2025-03-04", "2025-06-19"}},
        {2026, "2026-04-05", "2026-04-03", {"2026-02-16", "2026-02-17", "2026-06-04"}},
        {2027, "2027-03-28", "2027-03-26", {"2027-02-08", "2027-02-09", "2027-05-27"}},
        {2028, "2028-04-16", "2028-04-14", {"2028-02-28", "2028-02-29", "2028-06-15"}},
    }));
    CAPTURE(year);
    const Calendar calendar;
    CHECK(easter(year) == day(easter_day));
    CHECK(calendar.is_holiday(day(good_friday)));
    CHECK(dates_of(calendar, year, HolidayKind::bank) == bank_days);
}

TEST_CASE("Easter at the ends of its range and in its odd years", "[calendar]") {
    for (const auto* iso : {"1900-04-15", "1954-04-18", "1981-04-19", "2008-03-23", "2038-04-25", "2076-04-19",
                            "2285-03-22", "2299-04-16", "2999-03-24"}) {
        CAPTURE(iso);
        const Date d = day(iso);
        CHECK(easter(int{std::chrono::year_month_day{d}.year()}) == d);
    }
    CHECK(rc::check("Easter is a Sunday from 22 March to 25 April", [] {
        const int year = *rc::gen::inRange(1900, 3000);
        RC_ASSERT(weekday_of(easter(year)) == std::chrono::Sunday);
        RC_ASSERT(easter(year) >= make_date(year, 3, 22));
        RC_ASSERT(easter(year) <= make_date(year, 4, 25));
    }));
}

TEST_CASE("F3: 24 and 31 December are no holidays, 31 is no bank day, neither is a contact day", "[calendar]") {
    const Calendar calendar;
    CHECK(dates_of(calendar, 2026, HolidayKind::year_end) == Dates{"2026-12-24", "2026-12-31"});
    CHECK_FALSE(calendar.is_holiday(day("2026-12-24")));
    CHECK_FALSE(calendar.is_holiday(day("2026-12-31")));
    CHECK(calendar.is_bank_business_day(day("2026-12-24")));
    CHECK_FALSE(calendar.is_bank_business_day(day("2026-12-31")));
    CHECK_FALSE(calendar.is_contact_day(day("2026-12-24")));
    CHECK_FALSE(calendar.is_contact_day(day("2026-12-31")));
    CHECK(calendar.is_contact_day(day("2026-12-23")));
}

TEST_CASE("F3: Ash Wednesday is a contact day from 14:00, every other day opens at midnight", "[calendar]") {
    const Calendar calendar;
    CHECK(calendar.is_contact_day(day("2026-02-18")));
    CHECK(calendar.contact_opens(day("2026-02-18")) == Hours{14});
    CHECK(calendar.contact_opens(day("2026-02-25")) == Seconds{0});
    CHECK(calendar.contact_opens(day("2026-02-17")) == Seconds{0});
}

TEST_CASE("8a.5: eves are days before holidays, bank holidays included, but not 23 and 30 December", "[calendar]") {
    const Calendar calendar;
    CHECK(calendar.is_eve(day("2026-04-02")));
    CHECK(calendar.is_eve(day("2026-06-03")));
    CHECK(calendar.is_eve(day("2026-02-15")));
    CHECK(calendar.is_eve(day("2026-12-24")));
    CHECK_FALSE(calendar.is_eve(day("2026-12-23")));
    CHECK_FALSE(calendar.is_eve(day("2026-12-30")));
    CHECK_FALSE(calendar.is_eve(day("2026-02-17")));
}

TEST_CASE("F6: section 7, due date to effective due date and the contact days around it", "[calendar]") {
    struct Row {
        const char* due;
        const char* effective;
        const char* before;
        const char* after;
        const char* notice;
    };
    // Where "+1" is closer than 48 h to the notice the stages skip it; its day is still this one.
    const auto row = GENERATE(Row{"2026-01-10", "2026-01-12", "2026-01-08", "2026-01-13", "2026-01-19"},
                              Row{"2026-02-17", "2026-02-18", "2026-02-13", "2026-02-19", "2026-02-23"},
                              Row{"2026-03-10", "2026-03-10", "2026-03-06", "2026-03-11", "2026-03-16"},
                              Row{"2026-04-05", "2026-04-06", "2026-04-02", "2026-04-07", "2026-04-13"},
                              Row{"2026-11-20", "2026-11-23", "2026-11-18", "2026-11-24", "2026-11-30"},
                              Row{"2026-12-23", "2026-12-23", "2026-12-21", "2026-12-28", "2026-12-28"},
                              Row{"2026-12-31", "2027-01-04", "2026-12-29", "2027-01-05", "2027-01-11"});
    CAPTURE(row.due);
    const Calendar calendar;
    const Date due = day(row.due);
    const Date effective = calendar.effective_due(due);
    CHECK(to_iso(effective) == row.effective);
    CHECK(to_iso(calendar.contact_day_on_or_before(due - Days{2})) == row.before);
    CHECK(to_iso(calendar.contact_day_on_or_after(effective + Days{1})) == row.after);
    CHECK(to_iso(calendar.contact_day_on_or_after(effective + Days{5})) == row.notice);
}

TEST_CASE("A1: section 7, the 15 days from delivery end on a bank business day", "[calendar]") {
    const auto [delivered, period_ends] = GENERATE(table<const char*, const char*>({
        {"2026-01-15", "2026-01-30"},
        {"2026-02-02", "2026-02-18"},
        {"2026-03-11", "2026-03-26"},
        {"2026-03-16", "2026-03-31"},
        {"2026-03-17", "2026-04-01"},
        {"2026-04-06", "2026-04-22"},
        {"2026-04-14", "2026-04-29"},
        {"2026-05-20", "2026-06-05"},
        {"2026-06-22", "2026-07-07"},
        {"2026-11-03", "2026-11-18"},
        {"2026-12-10", "2026-12-28"},
        {"2026-12-16", "2027-01-04"},
    }));
    CAPTURE(delivered);
    CHECK(to_iso(Calendar{}.next_bank_business_day(day(delivered) + Days{15})) == period_ends);
}

TEST_CASE("F11: section 7, the days of 2026 that are Monday to Thursday, no holiday, no eve, no year end",
          "[calendar]") {
    const Calendar calendar;
    int count = 0;
    Date last = day("2025-12-30");
    Days longest{0};
    for (Date d = day("2026-01-01"); d <= day("2026-12-31"); d += Days{1}) {
        if (weekday_of(d).iso_encoding() <= 4 && calendar.is_contact_day(d) && !calendar.is_eve(d)) {
            ++count;
            longest = std::max(longest, d - last);
            last = d;
        }
    }
    CHECK(count == 194);
    CHECK(longest == Days{6});
}

TEST_CASE("F4, F5, 8a.6: holidays of the state and the town count in every question", "[calendar]") {
    const Calendar rio = with_days("04-23 São Jorge\n");
    CHECK(rio.is_holiday(day("2026-04-23")));
    CHECK(rio.is_eve(day("2026-04-22")));
    CHECK_FALSE(rio.is_business_day(day("2026-04-23")));
    CHECK(to_iso(rio.effective_due(day("2026-04-23"))) == "2026-04-24");
    const Calendar sao_paulo = with_days("07-09 Revolução Constitucionalista\n");
    CHECK(sao_paulo.is_eve(day("2026-07-08")));
    const Calendar once = with_days("2026-08-03 Luto oficial\n");
    CHECK(once.is_holiday(day("2026-08-03")));
    CHECK_FALSE(once.is_holiday(day("2027-08-03")));
    const Calendar leap = with_days("02-29 Aniversário da cidade\n");
    CHECK(leap.holidays(2028).size() == leap.holidays(2027).size() + 1);
}

TEST_CASE("the holidays of a year come in order and with the kind of the file they are from", "[calendar]") {
    LocalHolidays town = *parse_holidays("2026-06-24 São João\n06-13 Santo Antônio\n", "town");
    town.kind = HolidayKind::municipal;
    LocalHolidays state = *parse_holidays("07-09 Estado\n", "state");
    state.version = "sp-1";
    town.version = "3550308-2";
    const Calendar calendar{{state, town}};
    const auto days = calendar.holidays(2026);
    CHECK(std::is_sorted(days.begin(), days.end(), [](const auto& a, const auto& b) { return a.date < b.date; }));
    CHECK(dates_of(calendar, 2026, HolidayKind::state) == Dates{"2026-07-09"});
    CHECK(dates_of(calendar, 2026, HolidayKind::municipal) == Dates{"2026-06-13", "2026-06-24"});
    CHECK(calendar.version() == "national+sp-1+3550308-2");
    CHECK(Calendar{}.version() == "national");
}

TEST_CASE("8a.7: business days of a promise: the first day is not counted, 24 December is, state holidays are not",
          "[calendar]") {
    const Calendar calendar;
    CHECK(calendar.business_days_between(day("2026-04-01"), day("2026-04-06")) == 2);
    CHECK(calendar.business_days_between(day("2026-12-23"), day("2026-12-28")) == 2);
    CHECK(calendar.business_days_between(day("2026-12-30"), day("2027-01-04")) == 1);
    CHECK(calendar.business_days_between(day("2026-03-10"), day("2026-03-10")) == 0);
    CHECK(calendar.business_days_between(day("2026-03-10"), day("2026-03-01")) == 0);
    CHECK(with_days("04-06 Cidade\n").business_days_between(day("2026-04-01"), day("2026-04-06")) == 1);
}

TEST_CASE("a holiday file may have comments, blank lines and Windows line ends", "[calendar]") {
    const auto days = parse_holidays(
        "# São Paulo\r\n\r\n 07-09\tRevolução Constitucionalista  # Lei 9.497\r\n"
        "2026-08-03 Luto",
        "sp.holidays");
    REQUIRE(days.ok());
    CHECK(days->recurring.size() == 1);
    CHECK(days->recurring.begin()->second == "Revolução Constitucionalista");
    CHECK(days->dated.at(day("2026-08-03")) == "Luto");
    CHECK(parse_holidays("", "empty")->recurring.empty());
}

TEST_CASE("a fault in a holiday file names file and line and takes nothing", "[calendar]") {
    const auto [text, what] = GENERATE(table<const char*, const char*>({
        {"07-09 Um\n07-09 Dois\n", "sp.holidays:2: the same day twice"},
        {"\n07-09\n", "sp.holidays:2: a day without a name"},
        {"02-30 Nunca\n", "sp.holidays:1: not a day"},
        {"2026-02-29 Nunca\n", "sp.holidays:1: not a day"},
        {"9/7 Barra\n", "sp.holidays:1: not a day"},
    }));
    const auto days = parse_holidays(text, "sp.holidays");
    REQUIRE_FALSE(days.ok());
    CHECK(days.error().what == what);
    CHECK_FALSE(days.error().cure.empty());
}

TEST_CASE("a file cannot declare the whole year a holiday: the next business day must exist", "[calendar]") {
    std::string rows;
    for (Date d = day("2000-01-01"); d <= day("2000-12-31"); d += Days{1}) {
        rows += to_iso(d).substr(5) + " festa\n";
    }
    const auto days = parse_holidays(rows, "town");
    REQUIRE_FALSE(days.ok());
    CHECK(days.error().what == "town:61: more than 60 yearly holidays");
}

TEST_CASE("properties of every date", "[calendar]") {
    const Calendar calendar = with_days("04-23 São Jorge\n07-09 Estado\n2026-08-03 Luto\n");
    CHECK(rc::check("the effective due date is the first bank business day on or after", [&] {
        const Date due = *test::any_date();
        const Date effective = calendar.effective_due(due);
        RC_ASSERT(effective >= due);
        RC_ASSERT(calendar.is_bank_business_day(effective));
        for (Date d = due; d < effective; d += Days{1}) {
            RC_ASSERT_FALSE(calendar.is_bank_business_day(d));
        }
    }));
    CHECK(rc::check("a contact day is a bank business day; neither is ever a holiday; the list agrees", [&] {
        const Date d = *test::any_date();
        const auto list = calendar.holidays(int{std::chrono::year_month_day{d}.year()});
        const bool listed = std::any_of(
            list.begin(), list.end(), [&](const Holiday& h) { return h.date == d && h.kind != HolidayKind::year_end; });
        RC_ASSERT(calendar.is_holiday(d) == listed);
        RC_ASSERT(!calendar.is_contact_day(d) || calendar.is_bank_business_day(d));
        RC_ASSERT(!calendar.is_bank_business_day(d) || !calendar.is_holiday(d));
        RC_ASSERT(calendar.contact_day_on_or_before(d) <= d);
        RC_ASSERT(calendar.contact_day_on_or_after(d) >= d);
    }));
    CHECK(rc::check("business days add up", [&] {
        const Date from = *test::date_between(make_date(2020, 1, 1), make_date(2035, 1, 1));
        const int first = *rc::gen::inRange(0, 60);
        const int second = *rc::gen::inRange(0, 60);
        const Date middle = from + Days{first};
        const Date to = middle + Days{second};
        RC_ASSERT(calendar.business_days_between(from, to) ==
                  calendar.business_days_between(from, middle) + calendar.business_days_between(middle, to));
    }));
}
