#pragma once
// Holidays of places from files: "sp.holidays" for a state (F4), "3550308.holidays" for a town (F5).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/calendar.hpp"
#include "daemon/core/uf.hpp"

namespace emdia {

struct HolidayFiles {
    std::map<Uf, LocalHolidays> states;
    std::map<std::string, LocalHolidays> towns;  ///< By IBGE code.

    /// National days, those of the state and those of the town, as far as there are files.
    [[nodiscard]] Calendar calendar(std::optional<Uf> uf, const std::string& ibge_code) const;
    /// States without a file: their holidays are not kept (a warning at start, F4).
    [[nodiscard]] std::vector<Uf> states_without_file() const;
};

/// Reads every "*.holidays" file of both directories; "" or a directory that is not there: none. All that is wrong is
/// said at once, one line each; nothing is taken then.
[[nodiscard]] Result<HolidayFiles> load_holidays(const std::string& states_dir, const std::string& towns_dir);

}  // namespace emdia
