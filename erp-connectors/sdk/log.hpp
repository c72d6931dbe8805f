#pragma once
// Log lines on standard error: a level letter (D I W E), a blank, one line of text. Secrets never come out.

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace emdia::sdk {

/// Text that came from an ERP, fit for logs and errors: without tags and line breaks, long runs of digits (documents,
/// phones, codes) and e-mail addresses masked, at most 200 bytes.
[[nodiscard]] std::string presentable(std::string_view text);

/// Thread-safe. Writes to the given descriptor.
class Logger {
public:
    explicit Logger(int descriptor = 2) : descriptor_(descriptor) {}
    /// Whatever follows, this text comes out as [redacted]. Texts of fewer than 4 bytes are not hidden.
    void hide(std::string secret);
    [[nodiscard]] std::string redact(std::string text) const;

    void debug(std::string_view text) { write('D', text); }
    void info(std::string_view text) { write('I', text); }
    void warning(std::string_view text) { write('W', text); }
    void error(std::string_view text) { write('E', text); }

private:
    void write(char level, std::string_view text) const;

    int descriptor_;
    mutable std::mutex mutex_;
    std::vector<std::string> secrets_;
};

}  // namespace emdia::sdk
