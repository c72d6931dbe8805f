#include "erp-connectors/protocol/json_reader.hpp"

#include <algorithm>

namespace emdia::protocol {
namespace {

constexpr std::int64_t kMostCentavos = 1'000'000'000'000;

}  // namespace

JsonReader JsonReader::field(std::string_view name) const {
    auto found = optional_field(name);
    if (!found) {
        throw ReadError(path_ + "." + std::string{name}, "missing");
    }
    return *found;
}

std::optional<JsonReader> JsonReader::optional_field(std::string_view name) const {
    if (!value_->is_object()) {
        fail("not an object");
    }
    const auto found = value_->find(name);
    if (found == value_->end() || found->is_null()) {
        return std::nullopt;
    }
    return JsonReader{*found, path_ + "." + std::string{name}};
}

std::int64_t JsonReader::integer(std::int64_t lowest, std::int64_t highest) const {
    const bool too_large =
        value_->is_number_unsigned() &&
        value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value_->is_number_integer() || too_large) {
        fail("not an integer");
    }
    const auto n = value_->get<std::int64_t>();
    if (n < lowest || n > highest) {
        fail(std::to_string(n) + " is outside " + std::to_string(lowest) + ".." + std::to_string(highest));
    }
    return n;
}

bool JsonReader::flag() const {
    if (!value_->is_boolean()) {
        fail("not true or false");
    }
    return value_->get<bool>();
}

std::string JsonReader::text(std::size_t longest) const {
    if (!value_->is_string()) {
        fail("not a text");
    }
    const auto& text = value_->get_ref<const std::string&>();
    if (text.size() > longest) {
        fail("longer than " + std::to_string(longest) + " bytes");
    }
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\n'; })) {
        fail("contains a control character");
    }
    return text;
}

std::string JsonReader::id() const {
    auto text = this->text(100);
    if (text.empty()) {
        fail("empty");
    }
    return text;
}

Date JsonReader::date() const {
    static const Date earliest{std::chrono::local_days{std::chrono::year{1990} / 1 / 1}};
    static const Date latest{std::chrono::local_days{std::chrono::year{2100} / 12 / 31}};
    const auto date = parse_date(text(10));
    if (!date) {
        fail("not a date such as 2026-03-10");
    }
    if (*date < earliest || *date > latest) {
        fail("outside the years 1990..2100");
    }
    return *date;
}

Money JsonReader::money() const { return Money::centavos(integer(0, kMostCentavos)); }

std::vector<JsonReader> JsonReader::items(std::size_t most) const {
    if (!value_->is_array()) {
        fail("not a list");
    }
    if (value_->size() > most) {
        fail(std::to_string(value_->size()) + " entries, at most " + std::to_string(most) + " are allowed");
    }
    std::vector<JsonReader> items;
    items.reserve(value_->size());
    for (const auto& item : *value_) {
        items.emplace_back(item, path_ + "[" + std::to_string(items.size()) + "]");
    }
    return items;
}

std::vector<std::string> JsonReader::texts(std::size_t most, std::size_t longest) const {
    std::vector<std::string> texts;
    for (const auto& item : items(most)) {
        texts.push_back(item.text(longest));
    }
    return texts;
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
    if (!value_->is_object()) {
        fail("not an object");
    }
    std::vector<std::pair<std::string, JsonReader>> members;
    for (const auto& [name, value] : value_->items()) {
        members.emplace_back(name, JsonReader{value, path_ + "." + name});
    }
    return members;
}

std::string JsonReader::dump_object() const {
    if (!value_->is_object()) {
        fail("not an object");
    }
    return dump_line(*value_);
}

std::string JsonReader::text_or_empty(std::string_view name, std::size_t longest) const {
    const auto found = optional_field(name);
    return found ? found->text(longest) : std::string{};
}

bool JsonReader::flag_or(std::string_view name, bool otherwise) const {
    const auto found = optional_field(name);
    return found ? found->flag() : otherwise;
}

std::optional<Date> JsonReader::date_if_any(std::string_view name) const {
    const auto found = optional_field(name);
    return found ? std::optional{found->date()} : std::nullopt;
}

std::optional<Money> JsonReader::money_if_any(std::string_view name) const {
    const auto found = optional_field(name);
    return found ? std::optional{found->money()} : std::nullopt;
}

Json parse_object(std::string_view line) {
    Json value = Json::parse(line, nullptr, false);
    if (value.is_discarded()) {
        throw ReadError("line", "not JSON");
    }
    if (!value.is_object()) {
        throw ReadError("line", "not a JSON object");
    }
    return value;
}

std::string dump_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace emdia::protocol
