#include "daemon/cli/portuguese.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "daemon/cli/portuguese_texts.hpp"

namespace emdia {
namespace {

using detail::TextPair;

constexpr TextPair kStates[] = {
    {"open", "aberto"},
    {"reduced", "reduzido"},
    {"blocked", "bloqueado"},
    {"none", "sem prova"},
    {"acknowledged", "confirmado pelo equipamento"},
    {"observed", "observado no equipamento"},
    {"proposed", "proposta"},
    {"active", "em andamento"},
    {"kept", "cumprida"},
    {"kept_late", "cumprida com atraso"},
    {"partial", "cumprida em parte"},
    {"broken", "descumprida"},
    {"cancelled", "cancelada"},
};

/// What each '*' stands for when `text` is of this form.
std::optional<std::vector<std::string_view>> match(std::string_view form, std::string_view text) {
    std::vector<std::string_view> kept;
    std::size_t star = form.find('*');
    if (!text.starts_with(form.substr(0, star))) {
        return std::nullopt;
    }
    text.remove_prefix(std::min(star, form.size()));
    while (star != std::string_view::npos) {
        form.remove_prefix(star + 1);
        star = form.find('*');
        const std::string_view next = form.substr(0, star);
        const bool last = star == std::string_view::npos;
        const std::size_t end = last ? text.size() - std::min(text.size(), next.size()) : text.find(next);
        if (end == std::string_view::npos || text.substr(end, next.size()) != next) {
            return std::nullopt;
        }
        kept.push_back(text.substr(0, end));
        text.remove_prefix(end + next.size());
    }
    return text.empty() ? std::optional(kept) : std::nullopt;
}

std::string filled(std::string_view form, const std::vector<std::string_view>& kept) {
    std::string out;
    for (const std::string_view value : kept) {
        const std::size_t star = form.find('*');
        out += std::string(form.substr(0, star)) + in_portuguese(value);
        form.remove_prefix(star + 1);
    }
    return out.append(form);
}

}  // namespace

std::string in_portuguese(std::string_view english) {
    if (const std::size_t line = english.find('\n'); line != std::string_view::npos) {
        return in_portuguese(english.substr(0, line)) + "\n" + in_portuguese(english.substr(line + 1));
    }
    for (const TextPair& pair : detail::portuguese_texts()) {
        if (const auto kept = match(pair.english, english)) {
            return filled(pair.portuguese, *kept);
        }
    }
    // "what (cure)", as Error::text() joins them.
    for (std::size_t open = english.find(" ("); open != std::string_view::npos && english.ends_with(')');
         open = english.find(" (", open + 1)) {
        const std::string_view what = english.substr(0, open);
        const std::string_view cure = english.substr(open + 2, english.size() - open - 3);
        std::string both = in_portuguese(what) + " (" + in_portuguese(cure) + ")";
        if (both != english) {
            return both;
        }
    }
    // "where: what"
    if (const std::size_t colon = english.find(": "); colon != std::string_view::npos) {
        return std::string(english.substr(0, colon + 2)) + in_portuguese(english.substr(colon + 2));
    }
    return std::string(english);
}

std::string_view state_in_portuguese(std::string_view word) {
    for (const TextPair& pair : kStates) {
        if (pair.english == word) {
            return pair.portuguese;
        }
    }
    return word;
}

}  // namespace emdia
