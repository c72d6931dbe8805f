#pragma once
// Which days count. National and bank days are computed (F1, F2, F3); states and towns come from files (F4, F5).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/uf.hpp"

namespace emdia {

/// Gregorian Easter Sunday; years 1900..2999.
[[nodiscard]] Date easter(int year);

enum class HolidayKind {
    national,  ///< F1: public holiday everywhere.
    bank,      ///< F2: Carnival Monday and Tuesday, Corpus Christi.
    year_end,  ///< F3: 24 and 31 December; 31 is no bank day either.
    state,     ///< F4: from the state file.
    municipal  ///< F5: from the town file.
};

struct Holiday {
    Date date;
    HolidayKind kind;
    std::string name;  ///< pt-BR.
    friend bool operator==(const Holiday&, const Holiday&) = default;
};

/// Days that are added to the national calendar for one place. `recurring` is month/day of every year.
struct LocalHolidays {
    std::map<std::chrono::month_day, std::string> recurring;
    std::map<Date, std::string> dated;
    HolidayKind kind = HolidayKind::state;  ///< Or municipal: whose file it was.
    std::string version;                    ///< Names the content, e.g. "sp-1f3a9c02"; part of every decision (I13).
};

/// Reads a holiday file: one row a line, "MM-DD name" (every year) or "YYYY-MM-DD name" (once); '#' starts
/// a comment; a day stands once, at most 60 recurring days. `origin` names the file in errors ("sp.holidays:3: ...").
/// Nothing is taken from a file with an error.
[[nodiscard]] Result<LocalHolidays> parse_holidays(std::string_view text, std::string_view origin);

/// The calendar of one place. Immutable; a value that many accounts share. All questions are pure.
class Calendar {
public:
    /// National and bank days only.
    Calendar();
    explicit Calendar(std::vector<LocalHolidays> local);

    /// The holidays of `year` in date order, bank and year-end days included.
    [[nodiscard]] std::vector<Holiday> holidays(int year) const;
    /// National, bank, state or municipal holiday (not 24 or 31 December).
    [[nodiscard]] bool is_holiday(Date d) const;
    /// F2, F3, F6: Monday to Friday, no holiday, not 31 December. What a due date and the notice clock move to.
    [[nodiscard]] bool is_bank_business_day(Date d) const;
    /// Business day of the promise horizon: as a bank business day, but 31 December does not count
    /// and 24 December does (8a.7).
    [[nodiscard]] bool is_business_day(Date d) const;
    /// C1: a bank business day that is not 24 December either. Ash Wednesday counts from 14:00 (F3), see contact_opens.
    [[nodiscard]] bool is_contact_day(Date d) const;
    /// Eve of a holiday (bank holidays count, F11). 23 and 30 December are not eves (8a.5).
    [[nodiscard]] bool is_eve(Date d) const;
    /// F3: Ash Wednesday opens at 14:00; every other day at midnight (the policy window decides the rest).
    [[nodiscard]] Seconds contact_opens(Date d) const;

    /// The first bank business day on or after `d`.
    [[nodiscard]] Date next_bank_business_day(Date d) const;
    /// F6, F7: the due date moved to the next bank business day.
    [[nodiscard]] Date effective_due(Date due) const { return next_bank_business_day(due); }
    /// C6: moves back (before due) or forward (after due) to a contact day.
    [[nodiscard]] Date contact_day_on_or_before(Date d) const;
    [[nodiscard]] Date contact_day_on_or_after(Date d) const;
    /// Number of business days in (from, to].
    [[nodiscard]] int business_days_between(Date from, Date to) const;

    /// Names the data a decision was made with (I13): national rules version plus the local files.
    [[nodiscard]] const std::string& version() const noexcept { return version_; }

private:
    [[nodiscard]] bool is_local_holiday(Date d) const;
    std::vector<LocalHolidays> local_;
    std::string version_;
};

}  // namespace emdia
