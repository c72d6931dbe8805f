#include "daemon/adapters/holiday_files.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "daemon/core/decide.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

void write(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

}  // namespace

TEST_CASE("F4 F5: a town has the holidays of its state and its own") {
    const test::TempDir states;
    const test::TempDir towns;
    write(states.path("") + "sp.holidays", "07-09 Revolução Constitucionalista\n");
    write(towns.path("") + "3550308.holidays", "01-25 Aniversário de São Paulo\n");
    write(towns.path("") + "README", "not a holiday file\n");
    const auto files = load_holidays(states.path(""), towns.path(""));
    REQUIRE(files.ok());
    const Calendar town = files->calendar(std::nullopt, "3550308");
    CHECK(town.is_holiday(make_date(2026, 7, 9)));
    CHECK(town.is_holiday(make_date(2027, 1, 25)));
    const Calendar state = files->calendar(Uf::SP, "");
    CHECK(state.is_holiday(make_date(2026, 7, 9)));
    CHECK_FALSE(state.is_holiday(make_date(2027, 1, 25)));
    CHECK_FALSE(files->calendar(Uf::RJ, "").is_holiday(make_date(2026, 7, 9)));
    CHECK(files->states_without_file().size() == 26);
}

TEST_CASE("I13: the version names the files of the place and changes with their content") {
    const test::TempDir states;
    write(states.path("") + "sp.holidays", "07-09 A\n");
    write(states.path("") + "rj.holidays", "04-23 B\n");
    const std::string before = load_holidays(states.path(""), "")->calendar(Uf::SP, "").version();
    CHECK(before.find("sp-") != std::string::npos);
    CHECK(before.find("rj-") == std::string::npos);
    write(states.path("") + "sp.holidays", "07-10 A\n");
    CHECK(load_holidays(states.path(""), "")->calendar(Uf::SP, "").version() != before);
}

TEST_CASE("faults of all holiday files are said at once") {
    const test::TempDir states;
    write(states.path("") + "sp.holidays", "13-45 nothing\n");
    write(states.path("") + "xx.holidays", "07-09 A\n");
    const auto files = load_holidays(states.path(""), "/no/such/directory");
    REQUIRE_FALSE(files.ok());
    CHECK(files.error().what.find("sp.holidays:1") != std::string::npos);
    CHECK(files.error().what.find("xx.holidays: is named after no state") != std::string::npos);
}

TEST_CASE("F4: every state has a shipped file; the vectors of section 7 for RJ and SP hold with them") {
    const auto files = load_holidays(std::string(EMDIA_SOURCE_DIR) + "/holidays", "");
    INFO((files ? "" : files.error().text()));
    REQUIRE(files.ok());
    CHECK(files->states_without_file().empty());
    const Policy policy;
    const auto earliest_block = [&](Uf uf, Date delivered) {
        return notice_clock(delivered, {}, policy, files->calendar(uf, "")).value().earliest_block;
    };
    CHECK(earliest_block(Uf::RJ, make_date(2026, 4, 6)) == make_date(2026, 4, 27));
    CHECK(earliest_block(Uf::SP, make_date(2026, 6, 22)) == make_date(2026, 7, 13));
    CHECK(files->calendar(Uf::ES, "").is_holiday(make_date(2028, 4, 24)));  // Easter and eight days
}

TEST_CASE("every state has its IBGE prefix") {
    CHECK(uf_of_town("3550308") == Uf::SP);
    CHECK(uf_of_town("5300108") == Uf::DF);
    CHECK_FALSE(uf_of_town("9950308"));
    CHECK_FALSE(uf_of_town("35"));
}

}  // namespace emdia
