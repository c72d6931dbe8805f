#pragma once
// The settings of a connector, read once: every fault is collected, keys nobody asked for are faults too.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia::sdk {

class SettingsReader {
public:
    explicit SettingsReader(const protocol::Initialize& init);

    // Names of nested tables are joined by '.': "tls.ca_file". The default is returned for a missing or faulty value.
    [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = "");
    [[nodiscard]] std::string required_text(const std::string& name);
    [[nodiscard]] int integer(const std::string& name, int lowest, int highest, int otherwise);
    [[nodiscard]] bool flag(const std::string& name, bool otherwise);
    /// One of `choices`.
    [[nodiscard]] std::string choice(const std::string& name, const std::vector<std::string>& choices,
                                     std::string otherwise);
    [[nodiscard]] std::string required_secret(const std::string& name);
    void fault(const std::string& name, const std::string& problem);

    /// `config` with every fault, or nothing.
    [[nodiscard]] Result<void> finish() const;
    /// "erp.<name>.settings", for cures.
    [[nodiscard]] const std::string& where() const noexcept { return where_; }

private:
    using Value = std::variant<std::string, std::int64_t, bool>;
    template <class T>
    [[nodiscard]] const T* find(const std::string& name, const char* expected);

    std::string where_;
    protocol::Secrets secrets_;
    std::map<std::string, Value> values_;
    std::set<std::string> asked_;
    std::vector<std::string> faults_;
};

}  // namespace emdia::sdk
