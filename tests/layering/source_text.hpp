#pragma once
// C++ source as the layering rules look at it: lines, code without comments and strings, include lines.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace emdia::layering {

struct Include {
    std::size_t line;  ///< From 1.
    std::string header;
    bool angled;  ///< <header>, not "header".
};

struct SourceFile {
    std::string path;  ///< From the source root.
    std::vector<std::string> lines;
    std::vector<std::string> code;  ///< The same lines; comments gone, strings and characters emptied.
    std::vector<Include> includes;
};

[[nodiscard]] SourceFile read_source(std::string path, std::string_view text);

/// Every .cpp and .hpp below the rooms of `root`, in order.
[[nodiscard]] std::vector<SourceFile> read_tree(const std::filesystem::path& root);

[[nodiscard]] std::string read_whole(const std::filesystem::path& file);
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

}  // namespace emdia::layering
