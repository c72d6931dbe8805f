// The computed calendar and the files of the states against an independent table that lies beside the clone, not in it
// (its licence is not ours). CTest lists the comparison as skipped where the table is not there.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "daemon/core/calendar.hpp"
#include "daemon/core/uf.hpp"

using namespace emdia;

namespace {

std::filesystem::path oracle_file() {
    const char* const set = std::getenv("EMDIA_HOLIDAY_ORACLE");
    return set != nullptr ? std::filesystem::path(set)
                          : std::filesystem::path(EMDIA_SOURCE_DIR) / "../shared/data/br-holidays-2024-2028.csv";
}

struct OracleRow {
    Date date;
    std::string name;
    std::string type;
};

/// The rows of a state, or with "BR" of the whole country. Election Sundays are not holidays for us (8a.10).
std::vector<OracleRow> rows_of(std::string_view place) {
    std::ifstream csv(oracle_file());
    std::vector<OracleRow> rows;
    for (std::string line; std::getline(csv, line);) {
        std::istringstream fields(line);
        std::string date;
        std::string name;
        std::string type;
        std::string state;
        std::getline(fields, date, ',');
        std::getline(fields, name, ',');
        std::getline(fields, type, ',');
        std::getline(fields, state, ',');
        const auto read = parse_date(date);
        if (read && state == place && name != "Dia de Eleição") {
            rows.push_back({*read, name, type});
        }
    }
    return rows;
}

std::set<Date> of_type(const std::vector<OracleRow>& rows, std::string_view type) {
    std::set<Date> dates;
    for (const OracleRow& row : rows) {
        if (row.type == type) {
            dates.insert(row.date);
        }
    }
    return dates;
}

std::set<Date> of_kind(HolidayKind kind) {
    std::set<Date> dates;
    for (int year = 2024; year <= 2028; ++year) {
        for (const Holiday& h : Calendar{}.holidays(year)) {
            if (h.kind == kind) {
                dates.insert(h.date);
            }
        }
    }
    return dates;
}

LocalHolidays state_file(Uf uf) {
    std::string name(to_string(uf));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    const auto path = std::filesystem::path(EMDIA_SOURCE_DIR) / "holidays" / (name + ".holidays");
    std::ifstream in(path);
    const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return parse_holidays(content, path.string()).value();
}

}  // namespace

TEST_CASE("F1, F2: five years have ten national and three bank days each", "[calendar]") {
    CHECK(of_kind(HolidayKind::national).size() == 50);
    CHECK(of_kind(HolidayKind::bank).size() == 15);
}

TEST_CASE("F1 F2 F3 F4: the calendar and the shipped files of the states agree with the oracle", "[.oracle]") {
    if (!std::filesystem::exists(oracle_file())) {
        WARN("no calendar oracle at " << oracle_file() << "; another place: EMDIA_HOLIDAY_ORACLE");
        return;
    }
    const auto rows = rows_of("BR");
    CHECK(of_kind(HolidayKind::national) == of_type(rows, "public"));
    CHECK(of_kind(HolidayKind::bank) == of_type(rows, "bank"));
    for (const Date d : of_type(rows, "optional")) {
        CAPTURE(to_iso(d));
        const bool opens_late = Calendar{}.contact_opens(d) == Hours{14};
        const bool carnival_saturday = weekday_of(d) == std::chrono::Saturday;
        CHECK((of_kind(HolidayKind::year_end).contains(d) || opens_late || carnival_saturday));
    }
    int compared = 0;
    for (const Uf uf : all_ufs()) {
        const std::string code(to_string(uf));
        const Calendar state({state_file(uf)});
        for (const Date d : of_type(rows_of(code), "public")) {
            CAPTURE(code, to_iso(d));
            // A day too many only delays; Sundays are no business days anyway.
            CHECK((state.is_holiday(d) || weekday_of(d) == std::chrono::Sunday));
            ++compared;
        }
    }
    CHECK(compared > 200);
}
