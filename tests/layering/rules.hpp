#pragma once
// What is wrong with a tree, one finding a line: "daemon/core/x.cpp:12: ... (reason)".

#include <filesystem>
#include <string>
#include <vector>

#include "tests/layering/source_text.hpp"
#include "tests/layering/tables.hpp"

namespace emdia::layering {

struct Rules {
    std::vector<Layer> layers;
    std::vector<Ban> bans;
    std::vector<Library> libraries;
};

using Findings = std::vector<std::string>;

/// Includes that the row of a file does not allow, and files without a row.
[[nodiscard]] Findings check_includes(const std::vector<SourceFile>& files, const Rules& rules);
/// Quoted includes that are not written from the source root, where `tree` is everything that exists.
[[nodiscard]] Findings check_paths(const std::vector<SourceFile>& files);
[[nodiscard]] Findings check_bans(const std::vector<SourceFile>& files, const Rules& rules);
/// Public headers (those in `public_headers`) that pull a library into whoever includes them.
[[nodiscard]] Findings check_public_headers(const std::vector<SourceFile>& files,
                                            const std::vector<std::string>& public_headers, const Rules& rules);
/// Sources that do not include their own header first: only then is it known to stand alone.
[[nodiscard]] Findings check_own_header_first(const std::vector<SourceFile>& files);
[[nodiscard]] Findings check_lengths(const std::vector<SourceFile>& files, std::size_t most_lines);
/// Rows that no file needs any more.
[[nodiscard]] Findings check_dead_rows(const std::vector<SourceFile>& files, const Rules& rules);

/// The headers that the emdia_room() calls below `root` publish, as paths from the root.
[[nodiscard]] std::vector<std::string> public_headers_of(const std::filesystem::path& root);

}  // namespace emdia::layering
