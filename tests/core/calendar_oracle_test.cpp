// The computed calendar against an independent table that lies beside the clone, not in it (its licence is not ours).

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "daemon/core/calendar.hpp"

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

/// The rows of the whole country. Election Sundays are not holidays for us (8a.10).
std::vector<OracleRow> national_rows(std::istream& csv) {
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
        if (read && state == "BR" && name != "Dia de Eleição") {
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

}  // namespace

TEST_CASE("F1, F2: five years have ten national and three bank days each", "[calendar][oracle]") {
    const auto national = of_kind(HolidayKind::national);
    const auto bank = of_kind(HolidayKind::bank);
    CHECK(national.size() == 50);
    CHECK(bank.size() == 15);

    std::ifstream csv(oracle_file());
    if (!csv) {
        std::cerr << "calendar oracle: " << oracle_file()
                  << " is not there; only the hand-written vectors were checked\n";
        return;
    }
    const auto rows = national_rows(csv);
    CHECK(national == of_type(rows, "public"));
    CHECK(bank == of_type(rows, "bank"));
    for (const Date d : of_type(rows, "optional")) {
        CAPTURE(to_iso(d));
        const bool opens_late = Calendar{}.contact_opens(d) == Hours{14};
        const bool carnival_saturday = weekday_of(d) == std::chrono::Saturday;
        CHECK((of_kind(HolidayKind::year_end).contains(d) || opens_late || carnival_saturday));
    }
}
