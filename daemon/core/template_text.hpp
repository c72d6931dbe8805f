#pragma once
// The small text work that templates need: splitting at {{variables}}, counting, folding. Pure; UTF-8 in and out.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.hpp"

namespace emdia {

/// A stretch of literal text, or the name of a variable.
struct TextPart {
    bool variable = false;
    std::string text;
};

/// Splits "Olá, {{first_name}}." `bad_input` for braces that do not pair up or a name outside [a-z][a-z0-9_]*.
[[nodiscard]] Result<std::vector<TextPart>> split_template(std::string_view body);
/// Names in order of appearance, repetitions included.
[[nodiscard]] std::vector<std::string> variables_of(const std::vector<TextPart>& parts);
[[nodiscard]] std::string fill(const std::vector<TextPart>& parts,
                               const std::function<std::string(const std::string&)>& value_of);

/// Code points: the unit in which WhatsApp states its limits.
[[nodiscard]] std::size_t count_characters(std::string_view utf8) noexcept;
/// Every run of white space becomes one space, none at the ends: the platform refuses parameters with line ends, tabs
/// or more than four spaces (132018).
[[nodiscard]] std::string fold_spaces(std::string_view text);
/// Lower case, Latin accents removed: "SUSPENSÃO" -> "suspensao". Other characters stay.
[[nodiscard]] std::string plain_letters(std::string_view utf8);
/// True if `word` (plain letters) stands in `plain` at the beginning of a word.
[[nodiscard]] bool has_word(std::string_view plain, std::string_view word) noexcept;

}  // namespace emdia
