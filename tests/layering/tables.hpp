#pragma once
// The tables of the layering test: who may include whom, what may not stand where, which headers a library owns.

#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace emdia::layering {

struct Layer {
    std::string path;
    std::vector<std::string> ours;
    std::vector<std::string> libraries;
    std::string why;
};

struct Ban {
    std::string path;
    bool whole_text;  ///< Comments and strings too.
    std::regex what;
    std::string why;
};

struct Library {
    std::string name;
    std::vector<std::string> patterns;  ///< "curl/*", "sqlite3.h"
    std::string home;
};

// Each throws std::runtime_error naming the line of a row that cannot be read: a rule without a reason is no rule.
[[nodiscard]] std::vector<Layer> parse_layers(std::string_view tsv);
[[nodiscard]] std::vector<Ban> parse_bans(std::string_view tsv);
[[nodiscard]] std::vector<Library> parse_libraries(std::string_view tsv);

}  // namespace emdia::layering
