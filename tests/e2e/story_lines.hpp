#pragma once
// How the story is printed: moments in order, texts as the subscriber reads them.

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/core/templates.hpp"

namespace emdia::e2e {

struct StoryLine {
    std::string at;  ///< "2026-04-01 09:30:00", printed to the minute.
    std::string who;
    std::string what;
    std::string text;  ///< May have several lines.
};

/// In order of time, the text indented and folded at the width of a terminal.
void print(std::ostream& out, std::vector<StoryLine> lines);

/// Puts the texts of messages together again: the lab receives templates as names and values, as Meta does.
class StoryTexts {
public:
    /// Throws std::runtime_error when the folder cannot be read.
    explicit StoryTexts(const std::string& templates_folder);

    /// A message of the lab's GET /messages.
    [[nodiscard]] std::string read(const nlohmann::json& message) const;
    /// "notice", "blocked"...; "reply" for free text.
    [[nodiscard]] std::string stage_of(const nlohmann::json& message) const;
    /// An entry of GET /inbound: what was written, or the title of the pressed button.
    [[nodiscard]] std::string read_answer(const nlohmann::json& answer) const;

private:
    std::map<std::string, Template> by_name_;
};

}  // namespace emdia::e2e
