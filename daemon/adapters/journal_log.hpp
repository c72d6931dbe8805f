#pragma once
// Log lines for journald: "<3>ERP-PULL-FAILED the ERP did not answer erp=ixc attempt=3" on standard error.

#include <atomic>
#include <cstdint>

#include "daemon/ports/log.hpp"

namespace emdia {

/// One line is one write, so that lines of threads never mix. A reader that does not read costs at most a tenth of a
/// second a line; the line is lost then, and the next line that gets through says how many were.
class JournalLog final : public Log {
public:
    /// Writes to `descriptor`, which must stay open longer than this; lines below `threshold` are left out.
    explicit JournalLog(LogLevel threshold = LogLevel::info, int descriptor = 2) noexcept
        : threshold_(threshold), descriptor_(descriptor) {}

    void write(LogLevel level, std::string_view id, std::string_view text,
               std::initializer_list<LogField> fields = {}) override;

private:
    LogLevel threshold_;
    int descriptor_;
    std::atomic<std::uint64_t> lost_{0};
};

}  // namespace emdia
