#pragma once
// A strict view of one TOML table: each read names its key, type and range; whatever was not read is unknown. Private
// to this room.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "daemon/adapters/config_file.hpp"

namespace emdia {

/// Where faults go, and where each key that was read stands (so that a later check can point at it).
struct TomlFindings {
    std::string file;
    std::vector<ConfigFault> faults;
    std::vector<ConfigFault> warnings;
    std::map<std::string, toml::source_position> places;

    void fault(const std::string& key, toml::source_position where, std::string what);
    /// A fault at a key read before, or at the file when it was not there.
    void fault_at(const std::string& key, std::string what);
    void warn_at(const std::string& key, std::string what);
};

enum class Need { optional, required };

class TomlReader {
public:
    TomlReader(const toml::table& table, std::string path, TomlFindings& findings)
        : table_(table), path_(std::move(path)), findings_(findings) {}

    /// Each returns whether the key was there and fit; otherwise `out` is left as it was.
    bool text(std::string_view key, std::string& out, Need need = Need::optional);
    bool flag(std::string_view key, bool& out);
    bool integer(std::string_view key, int& out, int low, int high);
    bool words(std::string_view key, std::vector<std::string>& out, Need need = Need::optional);

    /// "15m": a whole number of the unit of `D`, within [low, high].
    template <class D>
    bool duration(std::string_view key, D& out, D low, D high) {
        std::int64_t ticks = 0;
        using Unit = std::chrono::duration<std::int64_t, typename D::period>;
        if (!duration_ms(key, ticks, std::chrono::duration_cast<Millis>(Unit{1}), low, high)) {
            return false;
        }
        out = D{static_cast<typename D::rep>(ticks)};
        return true;
    }

    /// A text that `parse` understands; `expected` says what would be right.
    template <class T>
    bool parsed(std::string_view key, T& out, const std::function<std::optional<T>(std::string_view)>& parse,
                std::string_view expected, Need need = Need::optional) {
        std::string raw;
        if (!text(key, raw, need)) {
            return false;
        }
        if (auto value = parse(raw)) {
            out = *std::move(value);
            return true;
        }
        fault(key, "must be " + std::string(expected));
        return false;
    }

    /// The value as it stands, for settings that have two shapes ("off" or a number).
    [[nodiscard]] const toml::node* any(std::string_view key);
    [[nodiscard]] std::optional<TomlReader> table(std::string_view key, Need need = Need::optional);
    /// The sub-tables of this table, each with its name; a value that is no table is a fault.
    [[nodiscard]] std::vector<std::pair<std::string, TomlReader>> each_table();
    /// All keys of this table with their text values; for maps such as routes.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> each_text();

    void fault(std::string_view key, std::string what);
    [[nodiscard]] std::string key_path(std::string_view key) const;
    [[nodiscard]] const toml::table& raw() const noexcept { return table_; }
    /// Reports every key that nobody asked for. Call it once, last.
    void done();

private:
    const toml::node* look(std::string_view key, Need need);
    bool duration_ms(std::string_view key, std::int64_t& out, Millis unit, Millis low, Millis high);

    const toml::table& table_;
    std::string path_;
    TomlFindings& findings_;
    std::set<std::string, std::less<>> known_;
};

/// The candidate nearest to `word`, if one is near enough to be a slip of the pen.
[[nodiscard]] std::optional<std::string> did_you_mean(std::string_view word,
                                                      const std::set<std::string, std::less<>>& candidates);

/// Parses a whole file; a syntax error becomes a fault.
[[nodiscard]] std::optional<toml::table> parse_toml_file(const std::string& path, TomlFindings& findings);
/// The same for content at hand; `origin` names it.
[[nodiscard]] std::optional<toml::table> parse_toml_text(std::string_view content, const std::string& origin,
                                                         TomlFindings& findings);

}  // namespace emdia
