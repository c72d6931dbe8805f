#pragma once
// Calendars of places from holiday files: "sp.holidays" for a state (F4), "3550308.holidays" for a town (F5).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/calendar.hpp"
#include "daemon/core/uf.hpp"

namespace emdia {

/// The unit of the federation that an IBGE town code belongs to; nullopt: no such code.
[[nodiscard]] std::optional<Uf> uf_of_town(std::string_view ibge_code) noexcept;

/// One calendar per place that has a file. Immutable once loaded; references live as long as the book.
class CalendarBook {
public:
    CalendarBook();
    /// Reads every "*.holidays" file of both directories ("" or a directory that is not there: none). All that is
    /// wrong is said at once, one line each; nothing is taken then.
    [[nodiscard]] static Result<CalendarBook> load(const std::string& states_dir, const std::string& towns_dir);

    /// The calendar of the town if it has one, else of its state, else of `uf`, else the national one.
    [[nodiscard]] const Calendar& of(std::optional<Uf> uf, std::string_view ibge_code) const;
    /// States without a file: their holidays are not kept (a warning at start, F4).
    [[nodiscard]] std::vector<Uf> states_without_file() const;

private:
    Calendar national_;
    std::map<Uf, Calendar> states_;
    std::map<std::string, Calendar, std::less<>> towns_;
};

}  // namespace emdia
