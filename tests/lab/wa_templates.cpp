#include "tests/lab/wa_templates.hpp"

#include <algorithm>

namespace emdia::lab::wa {
namespace {

using nlohmann::json;

constexpr std::size_t longest_name = 512;
constexpr std::size_t longest_body = 1024;
constexpr std::int64_t first_id = 900'000'000'000'001;

bool good_name(const std::string& name) {
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::set<std::string> variables_in(const std::string& text) {
    std::set<std::string> names;
    for (auto open = text.find("{{"); open != std::string::npos; open = text.find("{{", open + 2)) {
        const auto close = text.find("}}", open);
        if (close == std::string::npos) {
            break;
        }
        names.insert(text.substr(open + 2, close - open - 2));
    }
    return names;
}

}  // namespace

std::variant<json, Refusal> Templates::create(const json& body) {
    Known known;
    known.id = first_id + static_cast<std::int64_t>(known_.size());
    known.source = body;
    const std::string name = body.value("name", "");
    const std::string language = body.value("language", "");
    if (!good_name(name) || language.empty() || !body.contains("components")) {
        return Refusal{100, "a template needs a name of [a-z0-9_], a language and components"};
    }
    for (const json& component : body["components"]) {
        const std::string type = component.value("type", "");
        if (type == "BODY") {
            known.body = component.value("text", "");
            known.variables = variables_in(known.body);
        }
        if (type == "BUTTONS") {
            for (const json& button : component.value("buttons", json::array())) {
                if (button.value("type", "") == "QUICK_REPLY") {
                    known.quick_replies.push_back(button.value("text", ""));
                }
            }
        }
    }
    if (known.body.empty() || known.body.size() > longest_body * 4) {
        return Refusal{100, "the body is empty or too long"};
    }
    if (known.body.rfind("{{", 0) == 0 || known.body.substr(known.body.size() - 2) == "}}") {
        return Refusal{2388299, "a variable is first or last in the body"};
    }
    const json answer{
        {"id", std::to_string(known.id)}, {"status", "APPROVED"}, {"category", body.value("category", "")}};
    known_[{name, language}] = std::move(known);
    return answer;
}

json Templates::list() const {
    json data = json::array();
    for (const auto& [key, known] : known_) {
        json entry = known.source;
        entry["id"] = std::to_string(known.id);
        entry["status"] = "APPROVED";
        data.push_back(std::move(entry));
    }
    return {{"data", std::move(data)}};
}

std::optional<Refusal> Templates::check(Message& message) const {
    if (known_.empty() || message.template_name.empty()) {
        return std::nullopt;
    }
    const auto found = known_.find({message.template_name, message.language});
    if (found == known_.end()) {
        return Refusal{132001, "template name does not exist in the translation"};
    }
    const Known& known = found->second;
    if (message.parameters.size() != known.variables.size()) {
        return Refusal{132000,
                       "number of parameters does not match: " + std::to_string(known.variables.size()) + " expected"};
    }
    for (const auto& [name, value] : message.parameters) {
        if (!name.empty() && known.variables.count(name) == 0) {
            return Refusal{132012, "a parameter has a name that the template does not have"};
        }
    }
    for (std::size_t i = 0; i < message.buttons.size() && i < known.quick_replies.size(); ++i) {
        message.buttons[i].title = known.quick_replies[i];
    }
    message.text = known.body;
    for (const auto& [name, value] : message.parameters) {
        const std::string variable = "{{" + name + "}}";
        for (auto at = message.text.find(variable); at != std::string::npos; at = message.text.find(variable)) {
            message.text.replace(at, variable.size(), value);
        }
    }
    return std::nullopt;
}

}  // namespace emdia::lab::wa
