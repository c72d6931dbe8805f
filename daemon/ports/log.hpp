#pragma once
// Log lines have an id from the catalogue (docs/LOG-CATALOGUE.md), a level and fields. No personal data (E4): ids only.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace emdia {

enum class LogLevel { debug, info, warning, error };

struct LogField {
    std::string_view key;
    std::string value;
};

/// Thread-safe; never blocks for long; never throws.
class Log {
public:
    virtual ~Log() = default;
    /// `id` is a catalogue id such as "ERP-PULL-FAILED"; `text` one sentence without personal data.
    virtual void write(LogLevel level, std::string_view id, std::string_view text,
                       std::initializer_list<LogField> fields = {}) = 0;
};

}  // namespace emdia
