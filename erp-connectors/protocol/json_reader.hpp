#pragma once
// Strict reading of a parsed JSON value that remembers where it is. Private to this room: it shows nlohmann types.

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"

namespace emdia::protocol {

using Json = nlohmann::json;

/// Thrown inside the codec only; codec functions turn it into an Error of kind `protocol`.
class ReadError : public std::runtime_error {
public:
    ReadError(const std::string& path, const std::string& problem) : std::runtime_error(path + ": " + problem) {}
};

class JsonReader {
public:
    JsonReader(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}

    [[noreturn]] void fail(const std::string& problem) const { throw ReadError(path_, problem); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool is_null() const noexcept { return value_->is_null(); }

    /// A field that must be there.
    [[nodiscard]] JsonReader field(std::string_view name) const;
    /// A field that may be missing or null.
    [[nodiscard]] std::optional<JsonReader> optional_field(std::string_view name) const;

    [[nodiscard]] std::int64_t integer(std::int64_t lowest, std::int64_t highest) const;
    [[nodiscard]] bool flag() const;
    /// Without control characters, at most `longest` bytes; may be empty.
    [[nodiscard]] std::string text(std::size_t longest = 1000) const;
    /// As text, not empty, at most 100 bytes.
    [[nodiscard]] std::string id() const;
    /// "2026-03-10", years 1990..2100.
    [[nodiscard]] Date date() const;
    /// Integer centavos, 0..10^12.
    [[nodiscard]] Money money() const;
    [[nodiscard]] std::vector<JsonReader> items(std::size_t most) const;
    [[nodiscard]] std::vector<std::string> texts(std::size_t most, std::size_t longest = 1000) const;
    [[nodiscard]] std::vector<std::pair<std::string, JsonReader>> members() const;
    /// The object as it came, as JSON text.
    [[nodiscard]] std::string dump_object() const;

    // Fields with a default.
    [[nodiscard]] std::string text_or_empty(std::string_view name, std::size_t longest = 1000) const;
    [[nodiscard]] bool flag_or(std::string_view name, bool otherwise) const;
    [[nodiscard]] std::optional<Date> date_if_any(std::string_view name) const;
    [[nodiscard]] std::optional<Money> money_if_any(std::string_view name) const;

private:
    const Json* value_;
    std::string path_;
};

/// Throws ReadError for what is not one JSON object.
[[nodiscard]] Json parse_object(std::string_view line);
/// One line; bytes that are not UTF-8 are replaced rather than refused, because ERPs store such text.
[[nodiscard]] std::string dump_line(const Json& value);

}  // namespace emdia::protocol
