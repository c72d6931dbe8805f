#pragma once
// Templates that the account knows (whatsapp.md 4). An account that never registered one takes every template, so that
// tests of other things need not register any.

#include <map>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/lab/wa_message.hpp"

namespace emdia::lab::wa {

/// Not thread-safe: guarded by the lab's lock.
class Templates {
public:
    /// The body of POST message_templates. Approved at once. Refuses a body that breaks the rules of 4.1.
    [[nodiscard]] std::variant<nlohmann::json, Refusal> create(const nlohmann::json& body);
    [[nodiscard]] nlohmann::json list() const;
    /// Checks a send against the template, and gives its quick-reply buttons their titles.
    [[nodiscard]] std::optional<Refusal> check(Message& message) const;

private:
    struct Known {
        std::int64_t id = 0;
        std::string body;
        std::set<std::string> variables;
        std::vector<std::string> quick_replies;
        nlohmann::json source;
    };
    std::map<std::pair<std::string, std::string>, Known> known_;  ///< By name and language.
};

}  // namespace emdia::lab::wa
