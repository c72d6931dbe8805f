// docs/POLICY.md accounts for every rule, and the tests it names have a case that says the rule.

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include <catch2/catch.hpp>

#include "daemon/core/policy.hpp"

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

const std::filesystem::path kRoot = EMDIA_SOURCE_DIR;

/// Every row of section 2 of the rules, and the invariants of section 5.
const std::vector<std::pair<char, int>> kRules{{'A', 18}, {'B', 15}, {'C', 10}, {'D', 9},
                                               {'E', 11}, {'F', 11}, {'G', 7},  {'I', 13}};

/// Rows of the tables of rules: their cells, the id first.
std::vector<std::vector<std::string>> rule_rows() {
    std::vector<std::vector<std::string>> rows;
    std::istringstream doc(text_of(kRoot / "docs/POLICY.md"));
    for (std::string line; std::getline(doc, line);) {
        const bool rule_row =
            line.size() > 4 && line.substr(0, 2) == "| " && std::isupper(line[2]) != 0 && std::isdigit(line[3]) != 0;
        if (!rule_row) {
            continue;
        }
        std::vector<std::string> cells;
        for (std::size_t at = 2, end = 0; (end = line.find(" |", at)) != std::string::npos; at = end + 3) {
            cells.push_back(line.substr(at, end - at));
        }
        REQUIRE(cells.size() == 4);
        rows.push_back(std::move(cells));
    }
    return rows;
}

/// What stands between `backticks`.
std::vector<std::string> paths_in(const std::string& cell) {
    std::vector<std::string> paths;
    for (std::size_t at = cell.find('`'); at != std::string::npos; at = cell.find('`', at + 1)) {
        const std::size_t end = cell.find('`', at + 1);
        REQUIRE(end != std::string::npos);
        paths.push_back(cell.substr(at + 1, end - at - 1));
        at = end;
    }
    return paths;
}

/// The words of the names of all cases in a source: "C4", "I9", "cannot"...
std::set<std::string> words_of_cases(const std::string& source) {
    std::set<std::string> words;
    for (std::size_t at = source.find("TEST_CASE("); at != std::string::npos; at = source.find("TEST_CASE(", at + 1)) {
        const std::size_t open = source.find('"', at);
        const std::size_t close = source.find('"', open + 1);
        std::string word;
        for (std::size_t i = open + 1; i <= close; ++i) {
            if (std::isalnum(static_cast<unsigned char>(source[i])) != 0) {
                word += source[i];
            } else {
                words.insert(std::exchange(word, {}));
            }
        }
    }
    return words;
}

}  // namespace

TEST_CASE("POLICY.md has a row for every rule id from A1 to G7 and for I1 to I13") {
    const std::string doc = text_of(kRoot / "docs/POLICY.md");
    for (const auto& [letter, count] : kRules) {
        for (int n = 1; n <= count; ++n) {
            const std::string row = std::string("\n| ") + letter + std::to_string(n) + " |";
            INFO("missing row:" << row);
            CHECK(doc.find(row) != std::string::npos);
        }
    }
}

TEST_CASE("every rule of POLICY.md is enforced and tested by its id, or says 'not yet' or 'by design'") {
    const auto rows = rule_rows();
    for (const auto& cells : rows) {
        const std::string& id = cells[0];
        const std::vector<std::string> sources = paths_in(cells[2]);
        const std::vector<std::string> tests = paths_in(cells[3]);
        INFO(id << ": " << cells[2] << " | " << cells[3]);
        const bool excused =
            cells[2].find("not yet") != std::string::npos || cells[2].find("by design") != std::string::npos;
        CHECK((excused || (!sources.empty() && !tests.empty())));
        for (const std::string& path : sources) {
            CHECK(std::filesystem::exists(kRoot / path));
        }
        for (const std::string& path : tests) {
            INFO(path << " has no case that names " << id);
            CHECK(words_of_cases(text_of(kRoot / path)).contains(id));
        }
    }
    CHECK(rows.size() == 18 + 15 + 10 + 9 + 11 + 11 + 7 + 13);
}

TEST_CASE("POLICY.md lists every setting with its range and rule") {
    const std::string doc = text_of(kRoot / "docs/POLICY.md");
    for (const emdia::PolicyField& field : emdia::policy_fields()) {
        const std::string row =
            "| `" + std::string(field.key) + "` | " + std::string(field.range) + " | " + std::string(field.rule) + " |";
        INFO("missing row: " << row);
        CHECK(doc.find(row) != std::string::npos);
    }
}
