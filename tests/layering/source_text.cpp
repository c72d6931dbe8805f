#include "tests/layering/source_text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace emdia::layering {
namespace {

namespace fs = std::filesystem;

/// Walks over the text once and keeps what is code.
class Stripper {
public:
    explicit Stripper(std::string_view text) : text_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                skip_to("\n", /*keep_end=*/true);
            } else if (starts("/*")) {
                at_ += 2;
                skip_to("*/", /*keep_end=*/false);
            } else if (starts("R\"") && !in_word()) {
                skip_raw_string();
            } else if (text_[at_] == '"') {
                skip_literal('"');
            } else if (text_[at_] == '\'' && !in_word()) {
                skip_literal('\'');
            } else {
                code_ += text_[at_++];
            }
        }
        return std::move(code_);
    }

private:
    [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    /// Behind a letter or digit: the ' of 1'000, the R of OR"...
    [[nodiscard]] bool in_word() const {
        return at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0 || text_[at_ - 1] == '_');
    }

    void keep_line_ends(std::string_view skipped) {
        code_.append(static_cast<std::size_t>(std::count(skipped.begin(), skipped.end(), '\n')), '\n');
    }

    void skip_to(std::string_view end, bool keep_end) {
        const std::size_t found = std::min(text_.find(end, at_), text_.size());
        const std::size_t stop = keep_end ? found : std::min(found + end.size(), text_.size());
        keep_line_ends(text_.substr(at_, stop - at_));
        at_ = stop;
    }

    void skip_literal(char quote) {
        code_ += quote;
        for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            }
        }
        if (at_ < text_.size()) {
            code_ += text_[at_++];
        }
    }

    void skip_raw_string() {
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            at_ = text_.size();
            return;
        }
        const std::string end = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        code_ += "\"\"";
        skip_to(end, /*keep_end=*/false);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string code_;
};

bool is_source(const fs::path& file) { return file.extension() == ".cpp" || file.extension() == ".hpp"; }

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::string read_whole(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + file.string());
    }
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

SourceFile read_source(std::string path, std::string_view text) {
    SourceFile file{std::move(path), split_lines(text), split_lines(Stripper(text).run()), {}};
    static const std::regex kInclude(R"rx(^\s*#\s*include\s*([<"])([^>"]+)[>"])rx");
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        std::smatch match;
        // An include line inside a comment or a string is not one: then its code has no '#'.
        const bool is_code = i < file.code.size() && file.code[i].find('#') != std::string::npos;
        if (is_code && std::regex_search(file.lines[i], match, kInclude)) {
            file.includes.push_back({i + 1, match[2], match[1] == "<"});
        }
    }
    return file;
}

std::vector<SourceFile> read_tree(const fs::path& root) {
    constexpr std::array kRooms{"daemon", "erp-connectors", "network", "tests"};
    std::vector<SourceFile> files;
    for (const char* room : kRooms) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            if (entry.is_regular_file() && is_source(entry.path())) {
                files.push_back(
                    read_source(fs::relative(entry.path(), root).generic_string(), read_whole(entry.path())));
            }
        }
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

}  // namespace emdia::layering
