#pragma once
// Keeps log lines so that a test can look for one.

#include <algorithm>
#include <mutex>
#include <vector>

#include "daemon/ports/log.hpp"

namespace emdia::fakes {

class FakeLog final : public Log {
public:
    struct Line {
        LogLevel level{};
        std::string id;
        std::string text;
        std::vector<std::pair<std::string, std::string>> fields;
    };

    void write(LogLevel level, std::string_view id, std::string_view text,
               std::initializer_list<LogField> fields = {}) override {
        Line line{level, std::string{id}, std::string{text}, {}};
        for (const LogField& field : fields) {
            line.fields.emplace_back(field.key, field.value);
        }
        const std::lock_guard lock{mutex_};
        lines_.push_back(std::move(line));
    }

    [[nodiscard]] std::vector<Line> lines() const {
        const std::lock_guard lock{mutex_};
        return lines_;
    }
    [[nodiscard]] std::size_t count(std::string_view id) const {
        const std::lock_guard lock{mutex_};
        return static_cast<std::size_t>(
            std::count_if(lines_.begin(), lines_.end(), [&](const Line& line) { return line.id == id; }));
    }

private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

}  // namespace emdia::fakes
