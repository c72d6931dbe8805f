#include "tests/e2e/story_lines.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "daemon/adapters/template_files.hpp"

namespace emdia::e2e {
namespace {

constexpr std::size_t kWidth = 100;
constexpr const char* kMargin = "                          ";

std::size_t columns(const std::string& word) {
    return static_cast<std::size_t>(std::count_if(
        word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void print_folded(std::ostream& out, const std::string& text) {
    std::istringstream paragraphs(text);
    for (std::string paragraph; std::getline(paragraphs, paragraph);) {
        std::istringstream words(paragraph);
        std::size_t used = 0;
        for (std::string word; words >> word;) {
            const bool fits = used != 0 && used + 1 + columns(word) <= kWidth;
            if (fits) {
                out << ' ' << word;
                used += 1 + columns(word);
            } else {
                out << (used == 0 ? "" : "\n") << kMargin << word;
                used = std::string_view(kMargin).size() + columns(word);
            }
        }
        out << (paragraph.empty() ? "" : "\n");
    }
}

std::string replaced(std::string text, const std::string& mark, const std::string& value) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
    return text;
}

/// Template buttons carry payloads only: "promise_pick:62:162:0".
std::string title_of(const std::string& payload) {
    static const std::map<std::string, std::string> titles{{"second_copy", "Receber código"},
                                                           {"promise_pick", "Prometer pagamento"},
                                                           {"paid", "Já paguei"},
                                                           {"dispute", "Contestar"},
                                                           {"review", "Pedir revisão"},
                                                           {"human", "Falar com atendente"}};
    const auto found = titles.find(payload.substr(0, payload.find(':')));
    return found == titles.end() ? payload : found->second;
}

/// Within one second: what somebody did, what became of the line, what was said about it.
int rank(const StoryLine& line) {
    if (line.what.starts_with("<-")) {
        return 2;
    }
    return line.what.starts_with("##") ? 1 : 0;
}

}  // namespace

void print(std::ostream& out, std::vector<StoryLine> lines) {
    std::stable_sort(lines.begin(), lines.end(), [](const StoryLine& a, const StoryLine& b) {
        return std::tuple(std::string_view(a.at), rank(a)) < std::tuple(std::string_view(b.at), rank(b));
    });
    for (const StoryLine& line : lines) {
        out << line.at.substr(0, 16) << "  " << line.who << "  " << line.what << '\n';
        print_folded(out, line.text);
    }
    out.flush();
}

StoryTexts::StoryTexts(const std::string& templates_folder) {
    auto files = load_templates(templates_folder);
    if (!files) {
        throw std::runtime_error(files.error().text());
    }
    for (Template& file : *files) {
        by_name_.emplace(file.name, std::move(file));
    }
}

std::string StoryTexts::read(const nlohmann::json& message) const {
    const auto found = by_name_.find(message.at("template").get<std::string>());
    std::string text = found == by_name_.end() ? message.at("text").get<std::string>() : found->second.body;
    for (const auto& [name, value] : message.at("parameters").items()) {
        text = replaced(std::move(text), "{{" + name + "}}", value);
    }
    std::string buttons;
    for (const nlohmann::json& button : message.at("buttons")) {
        const std::string title = button.at("title");
        buttons += " [" + (title.empty() ? title_of(button.at("payload")) : title) + "]";
    }
    return buttons.empty() ? text : text + "\n" + buttons;
}

std::string StoryTexts::stage_of(const nlohmann::json& message) const {
    const auto found = by_name_.find(message.at("template").get<std::string>());
    return found == by_name_.end() ? "reply" : std::string(to_string(found->second.stage));
}

std::string StoryTexts::read_answer(const nlohmann::json& answer) const {
    const std::string text = answer.at("text");
    return answer.at("press") == true ? "[" + title_of(text) + "]" : "\"" + text + "\"";
}

}  // namespace emdia::e2e
