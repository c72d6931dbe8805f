#pragma once
// Civil dates and instants. The core never asks what time it is: it is told.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/result.hpp"

namespace emdia {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Minutes = std::chrono::minutes;
using Hours = std::chrono::hours;
using Days = std::chrono::days;

/// A point on the UTC time line, milliseconds.
using Instant = std::chrono::sys_time<Millis>;
/// A civil date without zone. Date arithmetic is in whole days.
using Date = std::chrono::local_days;
/// A civil date and time of day in the zone of whoever is spoken of.
using LocalTime = std::chrono::local_time<Seconds>;

/// Civil time of one IANA zone. A pure function of the time-zone data it was made from. Implementations are
/// immutable and may be used from any thread.
class Zone {
public:
    virtual ~Zone() = default;
    [[nodiscard]] virtual LocalTime local(Instant t) const = 0;
    /// The first instant at which the zone's clocks show `t` or later.
    [[nodiscard]] virtual Instant instant(LocalTime t) const = 0;
};

/// A zone with one offset for all time: for tests and for input that carries its own offset.
class FixedZone final : public Zone {
public:
    explicit FixedZone(Minutes offset) : offset_(offset) {}
    [[nodiscard]] LocalTime local(Instant t) const override;
    [[nodiscard]] Instant instant(LocalTime t) const override;

private:
    Minutes offset_;
};

[[nodiscard]] inline Date date_of(LocalTime t) { return std::chrono::floor<Days>(t); }
[[nodiscard]] inline Seconds time_of_day(LocalTime t) { return t - date_of(t); }
[[nodiscard]] inline LocalTime at(Date d, Seconds time_of_day) { return LocalTime{d} + time_of_day; }
[[nodiscard]] Date make_date(int year, unsigned month, unsigned day);
[[nodiscard]] inline std::chrono::weekday weekday_of(Date d) { return std::chrono::weekday{d}; }

/// "2026-03-10". Refuses dates that do not exist and years outside 1900..2999.
[[nodiscard]] Result<Date> parse_date(std::string_view iso);
[[nodiscard]] std::string to_iso(Date d);
/// "10/03/2026", "10/03", "terça-feira", "março/2026": as a subscriber reads them.
[[nodiscard]] std::string pt_br(Date d);
[[nodiscard]] std::string pt_br_short(Date d);
[[nodiscard]] std::string_view pt_br_weekday(Date d);
[[nodiscard]] std::string pt_br_month(Date d);

/// RFC 3339: "2026-03-10T13:00:03Z", "...03.250Z", "...T10:00:03-03:00".
[[nodiscard]] Result<Instant> parse_instant(std::string_view rfc3339);
/// "2026-03-10T13:00:03Z", with milliseconds only when there are any.
[[nodiscard]] std::string to_rfc3339(Instant t);
/// "2026-03-10 10:00:03".
[[nodiscard]] std::string to_iso(LocalTime t);
/// "09:00" as seconds of the day, 00:00..24:00.
[[nodiscard]] Result<Seconds> parse_time_of_day(std::string_view hh_mm);
/// A duration such as "90s", "15m", "48h", "3d"; positive.
[[nodiscard]] Result<Millis> parse_duration(std::string_view text);

}  // namespace emdia
