#include "tests/layering/rules.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace emdia::layering {
namespace {

namespace fs = std::filesystem;

bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool owns(const Library& library, std::string_view header) {
    return std::any_of(library.patterns.begin(), library.patterns.end(), [&](const std::string& pattern) {
        return pattern.ends_with("/*") ? header.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1))
                                       : header == pattern;
    });
}

const Library* library_of(std::string_view header, const std::vector<Library>& libraries) {
    const auto found = std::find_if(libraries.begin(), libraries.end(), [&](const auto& l) { return owns(l, header); });
    return found == libraries.end() ? nullptr : &*found;
}

const Layer* layer_of(std::string_view path, const std::vector<Layer>& layers) {
    const Layer* best = nullptr;
    for (const Layer& layer : layers) {
        if (path.starts_with(layer.path) && (best == nullptr || layer.path.size() > best->path.size())) {
            best = &layer;
        }
    }
    return best;
}

bool may_include(const Layer& layer, const Include& include, const Library* library) {
    if (library != nullptr) {
        return contains(layer.libraries, library->name) || contains(layer.libraries, "*");
    }
    return include.angled || contains(layer.ours, "*") ||
           std::any_of(layer.ours.begin(), layer.ours.end(),
                       [&](const std::string& prefix) { return include.header.starts_with(prefix); });
}

std::string finding(const std::string& path, std::size_t line, const std::string& what, const std::string& why) {
    return path + ":" + std::to_string(line) + ": " + what + " (" + why + ")";
}

std::set<std::string> paths_of(const std::vector<SourceFile>& files) {
    std::set<std::string> paths;
    for (const SourceFile& file : files) {
        paths.insert(file.path);
    }
    return paths;
}

}  // namespace

Findings check_includes(const std::vector<SourceFile>& files, const Rules& rules) {
    Findings findings;
    for (const SourceFile& file : files) {
        const Layer* const layer = layer_of(file.path, rules.layers);
        if (layer == nullptr) {
            findings.push_back(
                finding(file.path, 1, "no row of layers.tsv is about this file", "every file has a room"));
            continue;
        }
        for (const Include& include : file.includes) {
            const Library* const library = library_of(include.header, rules.libraries);
            if (!may_include(*layer, include, library)) {
                const std::string home =
                    library == nullptr ? "" : "; the home of " + library->name + " is " + library->home;
                findings.push_back(
                    finding(file.path, include.line, "may not include " + include.header + home, layer->why));
            }
        }
    }
    return findings;
}

Findings check_paths(const std::vector<SourceFile>& files) {
    const std::set<std::string> known = paths_of(files);
    Findings findings;
    for (const SourceFile& file : files) {
        for (const Include& include : file.includes) {
            if (!include.angled && !known.contains(include.header)) {
                findings.push_back(finding(file.path, include.line, "there is no " + include.header,
                                           "our headers are written from the source root, others in angle brackets"));
            }
        }
    }
    return findings;
}

Findings check_bans(const std::vector<SourceFile>& files, const Rules& rules) {
    Findings findings;
    for (const SourceFile& file : files) {
        for (const Ban& ban : rules.bans) {
            if (!file.path.starts_with(ban.path)) {
                continue;
            }
            const auto& lines = ban.whole_text ? file.lines : file.code;
            for (std::size_t i = 0; i < lines.size(); ++i) {
                std::smatch match;
                if (std::regex_search(lines[i], match, ban.what)) {
                    findings.push_back(
                        finding(file.path, i + 1, "'" + match[0].str() + "' may not stand here", ban.why));
                }
            }
        }
    }
    return findings;
}

Findings check_public_headers(const std::vector<SourceFile>& files, const std::vector<std::string>& public_headers,
                              const Rules& rules) {
    Findings findings;
    for (const SourceFile& file : files) {
        if (!contains(public_headers, file.path)) {
            continue;
        }
        for (const Include& include : file.includes) {
            if (const Library* const library = library_of(include.header, rules.libraries)) {
                findings.push_back(finding(file.path, include.line, "a public header includes " + include.header,
                                           library->name + " would reach everyone who uses the room"));
            }
        }
    }
    return findings;
}

Findings check_own_header_first(const std::vector<SourceFile>& files) {
    const std::set<std::string> known = paths_of(files);
    Findings findings;
    for (const SourceFile& file : files) {
        const std::string header = file.path.substr(0, file.path.rfind('.')) + ".hpp";
        if (file.path.ends_with(".cpp") && known.contains(header) &&
            (file.includes.empty() || file.includes.front().header != header)) {
            findings.push_back(finding(file.path, 1, "must include " + header + " before anything else",
                                       "that is how we know that the header stands alone"));
        }
    }
    return findings;
}

Findings check_lengths(const std::vector<SourceFile>& files, std::size_t most_lines) {
    Findings findings;
    for (const SourceFile& file : files) {
        if (file.lines.size() > most_lines) {
            findings.push_back(finding(file.path, most_lines + 1,
                                       "the file goes on after " + std::to_string(most_lines) + " lines",
                                       "a file answers one question"));
        }
    }
    return findings;
}

Findings check_dead_rows(const std::vector<SourceFile>& files, const Rules& rules) {
    std::set<const Layer*> used;
    for (const SourceFile& file : files) {
        used.insert(layer_of(file.path, rules.layers));
    }
    Findings findings;
    for (const Layer& layer : rules.layers) {
        if (!used.contains(&layer)) {
            findings.push_back("layers.tsv: no file begins with " + layer.path +
                               " (a rule about nothing hides the others)");
        }
    }
    return findings;
}

std::vector<std::string> public_headers_of(const fs::path& root) {
    std::vector<std::string> headers;
    for (const char* room : {"daemon", "erp-connectors", "network"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            if (entry.path().filename() != "CMakeLists.txt") {
                continue;
            }
            const fs::path folder = fs::relative(entry.path().parent_path(), root);
            std::istringstream words(read_whole(entry.path()));
            bool in_headers = false;
            for (std::string word; words >> word;) {
                if (word == "HEADERS" || word == "SOURCES" || word == "ROOMS" || word == "LIBS") {
                    in_headers = word == "HEADERS";
                } else if (in_headers) {
                    word.erase(std::remove(word.begin(), word.end(), ')'), word.end());
                    headers.push_back((folder / word).generic_string());
                }
            }
        }
    }
    return headers;
}

}  // namespace emdia::layering
