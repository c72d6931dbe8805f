// Section 7 of brazil-rules.md: stage dates and earliest blocks (C6, C5, F1-F6, F11, A1, A12).

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

const Calendar kNational;

Calendar state(const std::string& month_day) {
    return Calendar({parse_holidays(month_day + " feriado estadual", "test").value()});
}

Date earliest_block(const std::string& delivered, const Calendar& calendar = kNational) {
    return notice_clock(day(delivered), {}, Policy{}, calendar)->earliest_block;
}

}  // namespace

TEST_CASE("A1 F2 F3 F11: notice delivered, day 15, end of the period, earliest block") {
    struct Row {
        const char* delivered;
        const char* day_15;
        const char* ends;
        const char* block;
    };
    const std::vector<Row> rows{{"2026-01-15", "2026-01-30", "2026-01-30", "2026-02-02"},
                                {"2026-02-02", "2026-02-17", "2026-02-18", "2026-02-19"},
                                {"2026-03-11", "2026-03-26", "2026-03-26", "2026-03-30"},
                                {"2026-03-16", "2026-03-31", "2026-03-31", "2026-04-01"},
                                {"2026-03-17", "2026-04-01", "2026-04-01", "2026-04-06"},
                                {"2026-04-06", "2026-04-21", "2026-04-22", "2026-04-23"},
                                {"2026-04-14", "2026-04-29", "2026-04-29", "2026-05-04"},
                                {"2026-05-20", "2026-06-04", "2026-06-05", "2026-06-08"},
                                {"2026-06-22", "2026-07-07", "2026-07-07", "2026-07-08"},
                                {"2026-11-03", "2026-11-18", "2026-11-18", "2026-11-23"},
                                {"2026-12-10", "2026-12-25", "2026-12-28", "2026-12-29"},
                                {"2026-12-16", "2026-12-31", "2027-01-04", "2027-01-05"}};
    for (const Row& row : rows) {
        INFO(row.delivered);
        const auto clock = notice_clock(day(row.delivered), {}, Policy{}, kNational);
        REQUIRE(clock.has_value());
        CHECK(clock->last_day == day(row.day_15));
        CHECK(clock->period_ends == day(row.ends));
        CHECK(clock->earliest_block == day(row.block));
    }
}

TEST_CASE("F4 F11: state holidays and their eves move the block") {
    CHECK(earliest_block("2026-04-06", state("04-23")) == day("2026-04-27"));
    CHECK(earliest_block("2026-06-22", state("07-09")) == day("2026-07-13"));
}

TEST_CASE("C5 C6 F6: due date, reminder, collection, notice, earliest block") {
    struct Row {
        const char* due;
        const char* effective;
        const char* before;
        const char* after;  ///< "" for skipped
        const char* notice;
        const char* block;
    };
    const std::vector<Row> rows{{"2026-01-10", "2026-01-12", "2026-01-08", "2026-01-13", "2026-01-19", "2026-02-04"},
                                {"2026-02-17", "2026-02-18", "2026-02-13", "2026-02-19", "2026-02-23", "2026-03-11"},
                                {"2026-03-10", "2026-03-10", "2026-03-06", "2026-03-11", "2026-03-16", "2026-04-01"},
                                {"2026-04-05", "2026-04-06", "2026-04-02", "2026-04-07", "2026-04-13", "2026-04-29"},
                                {"2026-11-20", "2026-11-23", "2026-11-18", "2026-11-24", "2026-11-30", "2026-12-16"},
                                {"2026-12-23", "2026-12-23", "2026-12-21", "", "2026-12-28", "2027-01-13"},
                                {"2026-12-31", "2027-01-04", "2026-12-29", "2027-01-05", "2027-01-11", "2027-01-27"}};
    for (const Row& row : rows) {
        INFO(row.due);
        const StageDates dates = stage_dates(day(row.due), Policy{}, kNational);
        CHECK(dates.effective_due == day(row.effective));
        CHECK(dates.before == day(row.before));
        CHECK(dates.after_skipped == std::string(row.after).empty());
        CHECK(dates.after == (dates.after_skipped ? std::nullopt : std::optional{day(row.after)}));
        CHECK(dates.notice == day(row.notice));
        CHECK(earliest_block(row.notice) == day(row.block));
    }
}

TEST_CASE("C5 8a.4: '+1' gives way on the day of the notice and on the day before it") {
    int same_day = 0;
    int next_day = 0;
    for (Date due = day("2024-01-01"); due < day("2030-01-01"); due += Days{1}) {
        const StageDates dates = stage_dates(due, Policy{}, kNational);
        const Date after = kNational.contact_day_on_or_after(dates.effective_due + Days{1});
        same_day += after == dates.notice ? 1 : 0;
        next_day += after + Days{1} == dates.notice ? 1 : 0;
        CHECK(dates.after_skipped == (dates.notice - after < Days{2}));
    }
    CHECK(same_day == 11);
    CHECK(next_day == 23);
}

TEST_CASE("F11 8a.5: 194 days of 2026 allow a block, at most six days apart") {
    int days = 0;
    int longest = 0;
    Date last = day("2025-12-30");
    for (Date d = day("2026-01-01"); d <= day("2026-12-31"); d += Days{1}) {
        if (is_block_day(d, Policy{}, kNational)) {
            ++days;
            longest = std::max(longest, static_cast<int>((d - last).count()));
            last = d;
        }
    }
    CHECK(days == 194);
    CHECK(longest == 6);
    CHECK(is_block_day(day("2026-02-18"), Policy{}, kNational));        // Ash Wednesday
    CHECK(is_block_day(day("2026-12-23"), Policy{}, kNational));        // no eve
    CHECK_FALSE(is_block_day(day("2026-12-24"), Policy{}, kNational));  // year end
    CHECK_FALSE(is_block_day(day("2026-04-02"), Policy{}, kNational));  // eve of Good Friday
    CHECK_FALSE(is_block_day(day("2026-02-16"), Policy{}, kNational));  // Carnival Monday
}

TEST_CASE("F11: Friday and eves only when the policy says so; weekends and holidays never") {
    Policy loose;
    loose.block.weekdays.set();
    loose.block.eve_of_holiday = true;
    CHECK(is_block_day(day("2026-03-13"), loose, kNational));
    CHECK(is_block_day(day("2026-04-02"), loose, kNational));
    CHECK_FALSE(is_block_day(day("2026-03-14"), loose, kNational));
    CHECK_FALSE(is_block_day(day("2026-03-15"), loose, kNational));
    CHECK_FALSE(is_block_day(day("2026-04-03"), loose, kNational));
    Policy none;
    none.block.weekdays.reset();
    CHECK(block_day_on_or_after(day("2026-03-13"), none, kNational) > day("2027-03-13"));
}

TEST_CASE("A12 8a.3: remaining days resume after a pause, then the end moves to a business day") {
    const auto clock = [](std::vector<Pause> pauses) {
        return notice_clock(day("2026-03-16"), pauses, Policy{}, kNational);
    };
    const auto worked = clock({{day("2026-03-20"), day("2026-04-08")}});
    CHECK(worked->last_day == day("2026-04-19"));
    CHECK(worked->period_ends == day("2026-04-20"));
    CHECK(worked->earliest_block == day("2026-04-22"));
    SECTION("an open pause: no block day is known") { CHECK_FALSE(clock({{day("2026-03-20"), std::nullopt}})); }
    SECTION("answered on the day it was opened: no day was lost") {
        CHECK(clock({{day("2026-03-20"), day("2026-03-20")}})->last_day == day("2026-03-31"));
    }
    SECTION("overlapping pauses count once, in any order") {
        const auto joined = clock({{day("2026-03-25"), day("2026-04-08")}, {day("2026-03-20"), day("2026-03-30")}});
        CHECK(joined->last_day == day("2026-04-19"));
    }
    SECTION("two pauses apart both count") {
        const auto two = clock({{day("2026-03-18"), day("2026-03-20")}, {day("2026-03-24"), day("2026-03-27")}});
        CHECK(two->last_day == day("2026-04-05"));
    }
    SECTION("opened before the delivery: counts from the delivery") {
        CHECK(clock({{day("2026-03-10"), day("2026-03-20")}})->last_day == day("2026-04-04"));
    }
    SECTION("over before the delivery: nothing") {
        CHECK(clock({{day("2026-03-10"), day("2026-03-12")}})->last_day == day("2026-03-31"));
    }
    SECTION("opened when the period was over: the block waits for the day after the answer") {
        const auto late = clock({{day("2026-04-01"), day("2026-04-13")}});
        CHECK(late->last_day == day("2026-03-31"));
        CHECK(late->earliest_block == day("2026-04-14"));
    }
}

TEST_CASE("A1 I1: a longer notice period of the policy moves everything with it") {
    Policy slow;
    slow.notice.days = 30;
    CHECK(notice_clock(day("2026-03-16"), {}, slow, kNational)->last_day == day("2026-04-15"));
}
