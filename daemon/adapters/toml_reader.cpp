#include "daemon/adapters/toml_reader.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "daemon/core/civil.hpp"

namespace emdia {
namespace {

std::string_view type_name(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a number with decimals";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

std::string wrong_type(std::string_view expected, const toml::node& node) {
    return "must be " + std::string(expected) + "; is " + std::string(type_name(node));
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

std::string duration_text(Millis d) {
    const auto ms = d.count();
    if (ms % 86'400'000 == 0) {
        return std::to_string(ms / 86'400'000) + "d";
    }
    if (ms % 3'600'000 == 0) {
        return std::to_string(ms / 3'600'000) + "h";
    }
    if (ms % 60'000 == 0) {
        return std::to_string(ms / 60'000) + "m";
    }
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word, const std::set<std::string, std::less<>>& candidates) {
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

void TomlFindings::fault(const std::string& key, toml::source_position where, std::string what) {
    faults.push_back({file, where.line, where.column, key, std::move(what)});
}

void TomlFindings::fault_at(const std::string& key, std::string what) {
    const auto place = places.find(key);
    fault(key, place == places.end() ? toml::source_position{} : place->second, std::move(what));
}

void TomlFindings::warn_at(const std::string& key, std::string what) {
    const auto place = places.find(key);
    const toml::source_position where = place == places.end() ? toml::source_position{} : place->second;
    warnings.push_back({file, where.line, where.column, key, std::move(what)});
}

std::string TomlReader::key_path(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void TomlReader::fault(std::string_view key, std::string what) {
    const toml::node* node = table_.get(key);
    findings_.fault(key_path(key), node != nullptr ? node->source().begin : table_.source().begin, std::move(what));
}

const toml::node* TomlReader::look(std::string_view key, Need need) {
    known_.emplace(key);
    const toml::node* node = table_.get(key);
    if (node != nullptr) {
        findings_.places[key_path(key)] = node->source().begin;
    } else if (need == Need::required) {
        fault(key, "is missing");
    }
    return node;
}

const toml::node* TomlReader::any(std::string_view key) { return look(key, Need::optional); }

bool TomlReader::text(std::string_view key, std::string& out, Need need) {
    const toml::node* node = look(key, need);
    if (node == nullptr) {
        return false;
    }
    const auto* value = node->as_string();
    if (value == nullptr) {
        fault(key, wrong_type("a text in quotes", *node));
        return false;
    }
    if (need == Need::required && value->get().empty()) {
        fault(key, "must not be empty");
        return false;
    }
    out = value->get();
    return true;
}

bool TomlReader::flag(std::string_view key, bool& out) {
    const toml::node* node = look(key, Need::optional);
    if (node == nullptr) {
        return false;
    }
    const auto* value = node->as_boolean();
    if (value == nullptr) {
        fault(key, wrong_type("true or false", *node));
        return false;
    }
    out = value->get();
    return true;
}

bool TomlReader::integer(std::string_view key, int& out, int low, int high) {
    const toml::node* node = look(key, Need::optional);
    if (node == nullptr) {
        return false;
    }
    const auto* value = node->as_integer();
    if (value == nullptr) {
        fault(key, wrong_type("a whole number", *node));
        return false;
    }
    if (value->get() < low || value->get() > high) {
        fault(key,
              "must be " + std::to_string(low) + ".." + std::to_string(high) + "; is " + std::to_string(value->get()));
        return false;
    }
    out = static_cast<int>(value->get());
    return true;
}

bool TomlReader::words(std::string_view key, std::vector<std::string>& out, Need need) {
    const toml::node* node = look(key, need);
    if (node == nullptr) {
        return false;
    }
    const toml::array* list = node->as_array();
    if (list == nullptr) {
        fault(key, wrong_type("a list of texts", *node));
        return false;
    }
    std::vector<std::string> read;
    for (const toml::node& item : *list) {
        const auto* value = item.as_string();
        if (value == nullptr) {
            findings_.fault(key_path(key), item.source().begin, wrong_type("a list of texts; one entry", item));
            return false;
        }
        read.push_back(value->get());
    }
    if (need == Need::required && read.empty()) {
        fault(key, "must not be empty");
        return false;
    }
    out = std::move(read);
    return true;
}

bool TomlReader::duration_ms(std::string_view key, std::int64_t& out, Millis unit, Millis low, Millis high) {
    std::string raw;
    if (!text(key, raw)) {
        return false;
    }
    const Result<Millis> value = parse_duration(raw);
    const std::string range = duration_text(low) + ".." + duration_text(high);
    if (!value) {
        fault(key, "must be a duration such as \"90s\", \"15m\", \"48h\" or \"3d\" within " + range);
        return false;
    }
    if (*value < low || *value > high || value.value().count() % unit.count() != 0) {
        fault(key, "must be " + range + " in steps of " + duration_text(unit) + "; is " + raw);
        return false;
    }
    out = value.value().count() / unit.count();
    return true;
}

std::optional<TomlReader> TomlReader::table(std::string_view key, Need need) {
    const toml::node* node = look(key, Need::optional);
    if (node == nullptr) {
        if (need == Need::required) {
            fault(key, "is missing: add a section [" + key_path(key) + "]");
        }
        return std::nullopt;
    }
    const toml::table* found = node->as_table();
    if (found == nullptr) {
        fault(key, wrong_type("a section [" + key_path(key) + "]", *node));
        return std::nullopt;
    }
    return TomlReader(*found, key_path(key), findings_);
}

std::vector<std::pair<std::string, TomlReader>> TomlReader::each_table() {
    std::vector<std::pair<std::string, TomlReader>> out;
    for (const auto& [key, node] : table_) {
        const std::string name(key.str());
        if (auto reader = table(name)) {
            out.emplace_back(name, *std::move(reader));
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> TomlReader::each_text() {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [key, node] : table_) {
        const std::string name(key.str());
        std::string value;
        if (text(name, value)) {
            out.emplace_back(name, std::move(value));
        }
    }
    return out;
}

void TomlReader::done() {
    for (const auto& [key, node] : table_) {
        if (known_.contains(key.str())) {
            continue;
        }
        const auto near = did_you_mean(key.str(), known_);
        findings_.fault(key_path(key.str()), key.source().begin,
                        near ? "is no setting; did you mean \"" + *near + "\"?" : "is no setting");
    }
}

std::optional<toml::table> parse_toml_file(const std::string& path, TomlFindings& findings) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        findings.fault("", {}, "cannot be opened; give the right path, and run with the right to read it");
        return std::nullopt;
    }
    std::ostringstream content;
    content << in.rdbuf();
    return parse_toml_text(content.str(), path, findings);
}

std::optional<toml::table> parse_toml_text(std::string_view content, const std::string& origin,
                                           TomlFindings& findings) {
    try {
        return toml::parse(content, origin);
    } catch (const toml::parse_error& error) {
        findings.fault("", error.source().begin, std::string(error.description()));
        return std::nullopt;
    }
}

}  // namespace emdia
