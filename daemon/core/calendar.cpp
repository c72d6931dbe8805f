#include "daemon/core/calendar.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace emdia {
namespace {

using std::chrono::month;
using std::chrono::month_day;
using std::chrono::weekday;
using std::chrono::year;
using std::chrono::year_month_day;

struct FixedHoliday {
    month_day day;
    HolidayKind kind;
    int since;  ///< First year.
    std::string_view name;
};

constexpr month_day on(unsigned m, unsigned d) { return month_day{month{m}, std::chrono::day{d}}; }

constexpr std::array<FixedHoliday, 11> kFixed{{
    {on(1, 1), HolidayKind::national, 0, "Confraternização Universal"},
    {on(4, 21), HolidayKind::national, 0, "Tiradentes"},
    {on(5, 1), HolidayKind::national, 0, "Dia do Trabalho"},
    {on(9, 7), HolidayKind::national, 0, "Independência do Brasil"},
    {on(10, 12), HolidayKind::national, 0, "Nossa Senhora Aparecida"},
    {on(11, 2), HolidayKind::national, 0, "Finados"},
    {on(11, 15), HolidayKind::national, 0, "Proclamação da República"},
    {on(11, 20), HolidayKind::national, 2024, "Dia da Consciência Negra"},
    {on(12, 24), HolidayKind::year_end, 0, "Véspera de Natal"},
    {on(12, 25), HolidayKind::national, 0, "Natal"},
    {on(12, 31), HolidayKind::year_end, 0, "Véspera de Ano-Novo"},
}};

struct MovableHoliday {
    Days from_easter;
    HolidayKind kind;
    std::string_view name;
};

constexpr std::array<MovableHoliday, 4> kMovable{{
    {Days{-48}, HolidayKind::bank, "Segunda-feira de Carnaval"},
    {Days{-47}, HolidayKind::bank, "Terça-feira de Carnaval"},
    {Days{-2}, HolidayKind::national, "Sexta-feira Santa"},
    {Days{60}, HolidayKind::bank, "Corpus Christi"},
}};
constexpr Days kAshWednesday{-46};

/// So few that two files can never turn every working day of a year into a holiday: looking for the next business
/// day always ends. Towns may have four (F5), states have up to a dozen (F4).
constexpr std::size_t kMostYearlyDays = 60;

month_day month_day_of(const year_month_day& d) { return d.month() / d.day(); }

bool is_weekend(Date d) {
    const weekday day = weekday_of(d);
    return day == std::chrono::Saturday || day == std::chrono::Sunday;
}

bool is_year_end(Date d) {
    const month_day day = month_day_of(year_month_day{d});
    return day == on(12, 24) || day == on(12, 31);
}

bool compute_common_holiday(Date d) {
    const year_month_day ymd{d};
    const month_day day = month_day_of(ymd);
    const bool fixed = std::any_of(kFixed.begin(), kFixed.end(), [&](const FixedHoliday& h) {
        return h.day == day && h.kind != HolidayKind::year_end && int{ymd.year()} >= h.since;
    });
    if (fixed) {
        return true;
    }
    // Carnival begins in February, Corpus Christi ends by June: no need to know Easter in the rest of the year.
    if (ymd.month() < std::chrono::February || ymd.month() > std::chrono::June) {
        return false;
    }
    const Days from_easter = d - easter(int{ymd.year()});
    return std::any_of(kMovable.begin(), kMovable.end(),
                       [&](const MovableHoliday& h) { return h.from_easter == from_easter; });
}

constexpr Date kTableBegins{year{2000} / 1 / 1};
constexpr std::size_t kTableDays = 36'525;  // to 2099-12-31

/// A decision asks some dozens of such questions, and there are a million decisions: those of this century are
/// answered once.
bool is_common_holiday(Date d) {
    static const std::vector<bool> kTable = [] {
        std::vector<bool> table(kTableDays);
        for (std::size_t i = 0; i < kTableDays; ++i) {
            table[i] = compute_common_holiday(kTableBegins + Days{static_cast<int>(i)});
        }
        return table;
    }();
    const auto index = static_cast<std::size_t>((d - kTableBegins).count());
    return index < kTableDays ? kTable[index] : compute_common_holiday(d);
}

// --- Holiday files ---

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// A leap year stands in for "every year", so that 29 February can be a holiday.
std::optional<month_day> parse_month_day(std::string_view mm_dd) {
    const Result<Date> date = parse_date("2000-" + std::string(mm_dd));
    if (!date) {
        return std::nullopt;
    }
    return month_day_of(year_month_day{*date});
}

/// Adds one row; what is wrong with it otherwise.
std::optional<std::string> add_row(std::string_view row, LocalHolidays& into) {
    const std::size_t gap = row.find_first_of(" \t");
    const std::string_view when = row.substr(0, gap);
    const std::string name(gap == std::string_view::npos ? std::string_view{} : trimmed(row.substr(gap)));
    if (name.empty()) {
        return "a day without a name";
    }
    bool is_new = false;
    if (const auto day = parse_month_day(when)) {
        is_new = into.recurring.emplace(*day, name).second;
    } else if (const auto date = parse_date(when)) {
        is_new = into.dated.emplace(*date, name).second;
    } else {
        return "not a day";
    }
    if (!is_new) {
        return "the same day twice";
    }
    if (into.recurring.size() > kMostYearlyDays) {
        return "more than " + std::to_string(kMostYearlyDays) + " yearly holidays";
    }
    return std::nullopt;
}

}  // namespace

// The Gregorian computus in its arithmetic form (Meeus, Jones, Butcher): no table, no exceptions.
Date easter(int y) {
    const int golden = y % 19;
    const int century = y / 100;
    const int of_century = y % 100;
    const int correction = (century - (century + 8) / 25 + 1) / 3;
    const int epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    const int to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    const int late = (golden + 11 * epact + 22 * to_sunday) / 451;
    const int day_from_march = epact + to_sunday - 7 * late + 114;
    return make_date(y, static_cast<unsigned>(day_from_march / 31), static_cast<unsigned>(day_from_march % 31 + 1));
}

Result<LocalHolidays> parse_holidays(std::string_view text, std::string_view origin) {
    LocalHolidays holidays;
    for (int line_number = 1; !text.empty(); ++line_number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::string_view row = trimmed(line.substr(0, line.find('#')));
        if (row.empty()) {
            continue;
        }
        if (const auto fault = add_row(row, holidays)) {
            return Error{ErrorKind::config, std::string(origin) + ":" + std::to_string(line_number) + ": " + *fault,
                         "write each row as MM-DD name or YYYY-MM-DD name"};
        }
    }
    return holidays;
}

Calendar::Calendar() : Calendar(std::vector<LocalHolidays>{}) {}

Calendar::Calendar(std::vector<LocalHolidays> local) : local_(std::move(local)), version_("national") {
    for (const LocalHolidays& place : local_) {
        version_ += "+" + place.version;
    }
}

std::vector<Holiday> Calendar::holidays(int y) const {
    std::vector<Holiday> days;
    for (const FixedHoliday& h : kFixed) {
        if (y >= h.since) {
            days.push_back({Date{year{y} / h.day}, h.kind, std::string(h.name)});
        }
    }
    for (const MovableHoliday& h : kMovable) {
        days.push_back({easter(y) + h.from_easter, h.kind, std::string(h.name)});
    }
    for (const LocalHolidays& place : local_) {
        for (const auto& [day, name] : place.recurring) {
            if (const year_month_day ymd = year{y} / day; ymd.ok()) {
                days.push_back({Date{ymd}, place.kind, name});
            }
        }
        for (const auto& [date, name] : place.dated) {
            if (year_month_day{date}.year() == year{y}) {
                days.push_back({date, place.kind, name});
            }
        }
    }
    std::stable_sort(days.begin(), days.end(), [](const Holiday& a, const Holiday& b) { return a.date < b.date; });
    return days;
}

bool Calendar::is_local_holiday(Date d) const {
    if (local_.empty()) {
        return false;
    }
    const month_day day = month_day_of(year_month_day{d});
    return std::any_of(local_.begin(), local_.end(), [&](const LocalHolidays& place) {
        return place.recurring.contains(day) || place.dated.contains(d);
    });
}

bool Calendar::is_holiday(Date d) const { return is_common_holiday(d) || is_local_holiday(d); }

bool Calendar::is_bank_business_day(Date d) const {
    return !is_weekend(d) && !is_holiday(d) && month_day_of(year_month_day{d}) != on(12, 31);
}

bool Calendar::is_business_day(Date d) const { return is_bank_business_day(d); }

bool Calendar::is_contact_day(Date d) const { return !is_year_end(d) && is_bank_business_day(d); }

bool Calendar::is_eve(Date d) const { return is_holiday(d + Days{1}); }

Seconds Calendar::contact_opens(Date d) const {
    const bool ash_wednesday =
        weekday_of(d) == std::chrono::Wednesday && d == easter(int{year_month_day{d}.year()}) + kAshWednesday;
    return ash_wednesday ? Seconds{Hours{14}} : Seconds{0};
}

Date Calendar::next_bank_business_day(Date d) const {
    while (!is_bank_business_day(d)) {
        d += Days{1};
    }
    return d;
}

Date Calendar::contact_day_on_or_before(Date d) const {
    while (!is_contact_day(d)) {
        d -= Days{1};
    }
    return d;
}

Date Calendar::contact_day_on_or_after(Date d) const {
    while (!is_contact_day(d)) {
        d += Days{1};
    }
    return d;
}

int Calendar::business_days_between(Date from, Date to) const {
    int count = 0;
    for (Date d = from + Days{1}; d <= to; d += Days{1}) {
        count += is_business_day(d) ? 1 : 0;
    }
    return count;
}

}  // namespace emdia
