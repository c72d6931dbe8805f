#include "tests/layering/tables.hpp"

#include <sstream>
#include <stdexcept>

#include "tests/layering/source_text.hpp"

namespace emdia::layering {
namespace {

using Row = std::vector<std::string>;

Row split_row(std::string_view line) {
    Row columns;
    while (true) {
        const std::size_t tab = line.find('\t');
        columns.emplace_back(line.substr(0, tab));
        if (tab == std::string_view::npos) {
            return columns;
        }
        line.remove_prefix(tab + 1);
    }
}

std::vector<Row> rows_of(std::string_view tsv, std::size_t width) {
    std::vector<Row> rows;
    std::size_t number = 0;
    for (const std::string& line : split_lines(tsv)) {
        ++number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        Row row = split_row(line);
        if (row.size() != width || row.back().empty()) {
            throw std::runtime_error("line " + std::to_string(number) + ": needs " + std::to_string(width) +
                                     " columns separated by tabs, the last one the reason");
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> list;
    for (std::string word; in >> word;) {
        if (word != "-") {
            list.push_back(word);
        }
    }
    return list;
}

}  // namespace

std::vector<Layer> parse_layers(std::string_view tsv) {
    std::vector<Layer> layers;
    for (const Row& row : rows_of(tsv, 4)) {
        layers.push_back({row[0], words(row[1]), words(row[2]), row[3]});
    }
    return layers;
}

std::vector<Ban> parse_bans(std::string_view tsv) {
    std::vector<Ban> bans;
    for (const Row& row : rows_of(tsv, 4)) {
        if (row[1] != "code" && row[1] != "text") {
            throw std::runtime_error("the second column is 'code' or 'text', not '" + row[1] + "'");
        }
        bans.push_back({row[0], row[1] == "text", std::regex(row[2]), row[3]});
    }
    return bans;
}

std::vector<Library> parse_libraries(std::string_view tsv) {
    std::vector<Library> libraries;
    for (const Row& row : rows_of(tsv, 3)) {
        libraries.push_back({row[0], words(row[1]), row[2]});
    }
    return libraries;
}

}  // namespace emdia::layering
