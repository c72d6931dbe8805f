#include "daemon/core/civil.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

namespace emdia {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2999;

constexpr std::array<std::string_view, 7> kWeekdays{"domingo",      "segunda-feira", "terça-feira", "quarta-feira",
                                                    "quinta-feira", "sexta-feira",   "sábado"};
constexpr std::array<std::string_view, 12> kMonths{"janeiro",  "fevereiro", "março",    "abril",
                                                   "maio",     "junho",     "julho",    "agosto",
                                                   "setembro", "outubro",   "novembro", "dezembro"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Reads text from left to right; the first thing that does not fit makes every later step fail too.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// Exactly `width` digits.
    int number(std::size_t width) {
        int value = 0;
        if (rest_.size() < width) {
            ok_ = false;
            return 0;
        }
        for (const char c : rest_.substr(0, width)) {
            ok_ = ok_ && is_digit(c);
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }

    void literal(char c) {
        if (!accept(c)) {
            ok_ = false;
        }
    }

    bool accept(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    /// One to nine digits of a second's fraction, cut to milliseconds.
    Millis fraction() {
        int millis = 0;
        int digits = 0;
        while (!rest_.empty() && is_digit(rest_.front())) {
            if (digits < 3) {
                millis = millis * 10 + (rest_.front() - '0');
            }
            ++digits;
            rest_.remove_prefix(1);
        }
        ok_ = ok_ && digits >= 1 && digits <= 9;
        for (; digits < 3; ++digits) {
            millis *= 10;
        }
        return Millis{millis};
    }

    [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    std::string_view rest_;
    bool ok_ = true;
};

Error unreadable(std::string what, std::string cure) {
    return {ErrorKind::bad_input, std::move(what), std::move(cure)};
}

std::optional<Date> real_date(int y, int m, int d) {
    const year_month_day ymd{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    if (y < kFirstYear || y > kLastYear || !ymd.ok()) {
        return std::nullopt;
    }
    return Date{ymd};
}

std::string padded(long long value, std::size_t width) {
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string clock_text(Seconds of_day) {
    const std::chrono::hh_mm_ss parts{of_day};
    return padded(parts.hours().count(), 2) + ":" + padded(parts.minutes().count(), 2) + ":" +
           padded(parts.seconds().count(), 2);
}

}  // namespace

LocalTime FixedZone::local(Instant t) const {
    return LocalTime{std::chrono::floor<Seconds>(t.time_since_epoch() + offset_)};
}

Instant FixedZone::instant(LocalTime t) const { return Instant{t.time_since_epoch() - offset_}; }

Date make_date(int year_number, unsigned month_number, unsigned day_number) {
    const year_month_day ymd{year{year_number}, month{month_number}, day{day_number}};
    if (!ymd.ok()) {
        throw std::invalid_argument("make_date: no such date");
    }
    return Date{ymd};
}

Result<Date> parse_date(std::string_view iso) {
    Scanner in(iso);
    const int y = in.number(4);
    in.literal('-');
    const int m = in.number(2);
    in.literal('-');
    const int d = in.number(2);
    if (in.done()) {
        if (const auto date = real_date(y, m, d)) {
            return *date;
        }
    }
    return unreadable("not a date", "write it as YYYY-MM-DD, years 1900 to 2999");
}

std::string to_iso(Date d) {
    const year_month_day ymd{d};
    return padded(int{ymd.year()}, 4) + "-" + padded(unsigned{ymd.month()}, 2) + "-" + padded(unsigned{ymd.day()}, 2);
}

std::string pt_br(Date d) { return pt_br_short(d) + "/" + padded(int{year_month_day{d}.year()}, 4); }

std::string pt_br_short(Date d) {
    const year_month_day ymd{d};
    return padded(unsigned{ymd.day()}, 2) + "/" + padded(unsigned{ymd.month()}, 2);
}

std::string_view pt_br_weekday(Date d) { return kWeekdays.at(weekday_of(d).c_encoding()); }

std::string pt_br_month(Date d) {
    const year_month_day ymd{d};
    return std::string(kMonths.at(unsigned{ymd.month()} - 1)) + "/" + padded(int{ymd.year()}, 4);
}

Result<Instant> parse_instant(std::string_view rfc3339) {
    const Error wrong =
        unreadable("not an instant", "write it as 2026-03-10T13:00:03Z or with an offset such as -03:00");
    if (rfc3339.size() < 11) {
        return wrong;
    }
    const Result<Date> date = parse_date(rfc3339.substr(0, 10));
    if (!date) {
        return date.error();
    }
    Scanner in(rfc3339.substr(10));
    if (!in.accept('T')) {
        in.literal('t');
    }
    const int hour = in.number(2);
    in.literal(':');
    const int minute = in.number(2);
    in.literal(':');
    const int second = in.number(2);
    const Millis fraction = in.accept('.') ? in.fraction() : Millis{0};
    Minutes offset{0};
    if (!in.accept('Z') && !in.accept('z')) {
        const bool west = in.accept('-');
        if (!west) {
            in.literal('+');
        }
        const int offset_hour = in.number(2);
        in.literal(':');
        const int offset_minute = in.number(2);
        if (offset_hour > 23 || offset_minute > 59) {
            return wrong;
        }
        offset = Hours{offset_hour} + Minutes{offset_minute};
        offset = west ? -offset : offset;
    }
    if (!in.done() || hour > 23 || minute > 59 || second > 59) {
        return wrong;
    }
    const auto local = date->time_since_epoch() + Hours{hour} + Minutes{minute} + Seconds{second} + fraction;
    return Instant{local - offset};
}

std::string to_rfc3339(Instant t) {
    const auto whole = std::chrono::floor<Seconds>(t);
    std::string text = to_iso(LocalTime{whole.time_since_epoch()});
    text[10] = 'T';
    if (const Millis rest = t - whole; rest.count() != 0) {
        text += "." + padded(rest.count(), 3);
    }
    return text + "Z";
}

std::string to_iso(LocalTime t) { return to_iso(date_of(t)) + " " + clock_text(time_of_day(t)); }

Result<Seconds> parse_time_of_day(std::string_view hh_mm) {
    Scanner in(hh_mm);
    const int hour = in.number(2);
    in.literal(':');
    const int minute = in.number(2);
    const Seconds of_day = Hours{hour} + Minutes{minute};
    if (!in.done() || minute > 59 || of_day > Hours{24}) {
        return unreadable("not a time of day", "write it as HH:MM, 00:00 to 24:00");
    }
    return of_day;
}

Result<Millis> parse_duration(std::string_view text) {
    const Error wrong =
        unreadable("not a duration", "write a whole number from 1 to 999999 and s, m, h or d, such as 15m");
    std::int64_t amount = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (fault != std::errc{} || amount < 1 || amount > 999'999 || text.size() != digits + 1) {
        return wrong;
    }
    switch (text.back()) {
        case 's':
            return Millis{Seconds{amount}};
        case 'm':
            return Millis{Minutes{amount}};
        case 'h':
            return Millis{Hours{amount}};
        case 'd':
            return Millis{Days{amount}};
        default:
            return wrong;
    }
}

}  // namespace emdia
