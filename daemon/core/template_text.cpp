#include "daemon/core/template_text.hpp"

namespace emdia {
namespace {

bool is_name(std::string_view name) noexcept {
    if (name.empty() || name.front() < 'a' || name.front() > 'z') {
        return false;
    }
    for (const char c : name) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (!good) {
            return false;
        }
    }
    return true;
}

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f'; }

/// U+00C0..U+00FF, lower case and without accents; a blank is no letter that Portuguese uses.
constexpr std::string_view kLatinLetters = "aaaaaa ceeeeiiii nooooo  uuuuy  aaaaaa ceeeeiiii nooooo  uuuuy y";

bool is_plain_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

Result<std::vector<TextPart>> split_template(std::string_view body) {
    std::vector<TextPart> parts;
    while (!body.empty()) {
        const std::size_t open = body.find("{{");
        const std::string_view literal = body.substr(0, open);
        if (literal.find("}}") != std::string_view::npos) {
            return Error{ErrorKind::bad_input, "\"}}\" without \"{{\"", "write variables as {{name}}"};
        }
        if (!literal.empty()) {
            parts.push_back({false, std::string(literal)});
        }
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = body.find("}}", open);
        const std::string_view name =
            close == std::string_view::npos ? std::string_view{} : body.substr(open + 2, close - open - 2);
        if (!is_name(name)) {
            return Error{ErrorKind::bad_input, "a variable is not written as {{name}}",
                         "names are lower case letters, digits and '_'"};
        }
        parts.push_back({true, std::string(name)});
        body.remove_prefix(close + 2);
    }
    return parts;
}

std::vector<std::string> variables_of(const std::vector<TextPart>& parts) {
    std::vector<std::string> names;
    for (const TextPart& part : parts) {
        if (part.variable) {
            names.push_back(part.text);
        }
    }
    return names;
}

std::string fill(const std::vector<TextPart>& parts, const std::function<std::string(const std::string&)>& value_of) {
    std::string text;
    for (const TextPart& part : parts) {
        text += part.variable ? value_of(part.text) : part.text;
    }
    return text;
}

std::size_t count_characters(std::string_view utf8) noexcept {
    std::size_t count = 0;
    for (const char c : utf8) {
        const bool continuation = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        count += continuation ? 0 : 1;
    }
    return count;
}

std::string fold_spaces(std::string_view text) {
    std::string folded;
    bool gap = false;
    for (const char c : text) {
        if (is_space(c)) {
            gap = !folded.empty();
            continue;
        }
        if (gap) {
            folded += ' ';
            gap = false;
        }
        folded += c;
    }
    return folded;
}

std::string plain_letters(std::string_view utf8) {
    std::string plain;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const char c = utf8[i];
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0xC3U && i + 1 < utf8.size()) {
            plain += kLatinLetters[static_cast<unsigned char>(utf8[i + 1]) & 0x3FU];
            ++i;
        } else if (c >= 'A' && c <= 'Z') {
            plain += static_cast<char>(c - 'A' + 'a');
        } else {
            plain += c;
        }
    }
    return plain;
}

bool has_word(std::string_view plain, std::string_view word) noexcept {
    for (std::size_t at = plain.find(word); at != std::string_view::npos; at = plain.find(word, at + 1)) {
        if (at == 0 || !is_plain_letter(plain[at - 1])) {
            return true;
        }
    }
    return false;
}

}  // namespace emdia
