#include "erp-connectors/sdk/settings.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace emdia::sdk {

namespace {

using Json = nlohmann::json;

/// Leaves of nested tables, names joined by '.'.
void flatten(const std::string& prefix, const Json& table, std::vector<std::pair<std::string, Json>>& leaves) {
    for (const auto& [key, value] : table.items()) {
        if (value.is_object()) {
            flatten(prefix + key + ".", value, leaves);
        } else {
            leaves.emplace_back(prefix + key, value);
        }
    }
}

}  // namespace

SettingsReader::SettingsReader(const protocol::Initialize& init)
    : where_("erp." + init.erp + ".settings"), secrets_(init.secrets) {
    const auto settings = Json::parse(init.settings_json, nullptr, false);
    if (!settings.is_object()) {
        faults_.push_back(where_ + " is not a table");
        return;
    }
    std::vector<std::pair<std::string, Json>> leaves;
    flatten("", settings, leaves);
    for (const auto& [name, value] : leaves) {
        if (value.is_string()) {
            values_[name] = value.get<std::string>();
        } else if (value.is_boolean()) {
            values_[name] = value.get<bool>();
        } else if (value.is_number_integer()) {
            values_[name] = value.get<std::int64_t>();
        } else {
            fault(name, "must be a text, an integer, or true or false");
        }
    }
}

void SettingsReader::fault(const std::string& name, const std::string& problem) {
    faults_.push_back(where_ + "." + name + " " + problem);
}

template <class T>
const T* SettingsReader::find(const std::string& name, const char* expected) {
    asked_.insert(name);
    const auto found = values_.find(name);
    if (found == values_.end()) {
        return nullptr;
    }
    const T* value = std::get_if<T>(&found->second);
    if (value == nullptr) {
        fault(name, std::string{"must be "} + expected);
    }
    return value;
}

std::string SettingsReader::text(const std::string& name, const std::string& otherwise) {
    const auto* value = find<std::string>(name, "a text");
    return value == nullptr ? otherwise : *value;
}

std::string SettingsReader::required_text(const std::string& name) {
    auto value = text(name);
    if (value.empty()) {
        fault(name, "is needed");
    }
    return value;
}

int SettingsReader::integer(const std::string& name, int lowest, int highest, int otherwise) {
    const auto* value = find<std::int64_t>(name, "an integer");
    if (value == nullptr) {
        return otherwise;
    }
    if (*value < lowest || *value > highest) {
        fault(name, "must be within " + std::to_string(lowest) + ".." + std::to_string(highest));
        return otherwise;
    }
    return static_cast<int>(*value);
}

bool SettingsReader::flag(const std::string& name, bool otherwise) {
    const auto* value = find<bool>(name, "true or false");
    return value == nullptr ? otherwise : *value;
}

std::string SettingsReader::choice(const std::string& name, const std::vector<std::string>& choices,
                                   std::string otherwise) {
    auto value = text(name, otherwise);
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
        return value;
    }
    std::string list;
    for (const auto& choice : choices) {
        list += (list.empty() ? "" : ", ") + choice;
    }
    fault(name, "must be one of " + list);
    return otherwise;
}

std::string SettingsReader::required_secret(const std::string& name) {
    const auto found = secrets_.find(name);
    if (found == secrets_.end() || found->second.empty()) {
        faults_.push_back(where_ + ": the secret '" + name + "' is needed");
        return {};
    }
    return found->second;
}

Result<void> SettingsReader::finish() const {
    auto faults = faults_;
    for (const auto& [name, value] : values_) {
        if (asked_.count(name) == 0) {
            faults.push_back(where_ + "." + name + " is not a setting of this connector");
        }
    }
    if (faults.empty()) {
        return {};
    }
    std::string all;
    for (const auto& fault : faults) {
        all += (all.empty() ? "" : "; ") + fault;
    }
    return Error{ErrorKind::config, std::move(all), "correct the configuration file"};
}

}  // namespace emdia::sdk
