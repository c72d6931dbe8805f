#include "daemon/adapters/journal_log.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>

#include <poll.h>
#include <unistd.h>

namespace emdia {
namespace {

constexpr int kPatienceMillis = 100;
/// PIPE_BUF: a write of up to this many bytes is not mixed with others, whatever stands behind the descriptor.
constexpr std::size_t kLongestLine = 4096;
constexpr std::string_view kCut = "[cut]\n";

/// sd-daemon(3): the priority journald files the line under.
std::string_view priority(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::debug:
            return "<7>";
        case LogLevel::info:
            return "<6>";
        case LogLevel::warning:
            return "<4>";
        case LogLevel::error:
            return "<3>";
    }
    return "<3>";
}

bool is_control(char c) noexcept { return (c >= '\0' && c < ' ') || c == '\x7f'; }

bool needs_quotes(std::string_view value) noexcept {
    return value.empty() || std::any_of(value.begin(), value.end(),
                                        [](char c) { return is_control(c) || c == ' ' || c == '"' || c == '\\'; });
}

/// A line stays a line: whoever wrote the text, he cannot begin another.
void append_plain(std::string& line, std::string_view text) {
    std::transform(text.begin(), text.end(), std::back_inserter(line), [](char c) { return is_control(c) ? ' ' : c; });
}

void append_value(std::string& line, std::string_view value) {
    if (!needs_quotes(value)) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            line += '\\';
        }
        append_plain(line, {&c, 1});
    }
    line += '"';
}

std::string line_of(LogLevel level, std::string_view id, std::string_view text,
                    std::initializer_list<LogField> fields) {
    std::string line(priority(level));
    append_plain(line, id);
    line += ' ';
    append_plain(line, text);
    for (const LogField& field : fields) {
        line += ' ';
        append_plain(line, field.key);
        line += '=';
        append_value(line, field.value);
    }
    line += '\n';
    if (line.size() > kLongestLine) {
        line.replace(kLongestLine - kCut.size(), std::string::npos, kCut);
    }
    return line;
}

bool write_line(int descriptor, std::string_view line) noexcept {
    while (!line.empty()) {
        pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
        const int answer = ::poll(&ready, 1, kPatienceMillis);
        if (answer < 0 && errno == EINTR) {
            continue;
        }
        if (answer <= 0) {
            return false;
        }
        const auto written = ::write(descriptor, line.data(), line.size());
        if (written >= 0) {
            line.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR && errno != EAGAIN) {
            return false;
        }
    }
    return true;
}

}  // namespace

void JournalLog::write(LogLevel level, std::string_view id, std::string_view text,
                       std::initializer_list<LogField> fields) {
    if (level < threshold_) {
        return;
    }
    try {
        if (const auto lost = lost_.exchange(0); lost != 0) {
            const std::string note =
                line_of(LogLevel::warning, "LOG-LINES-LOST", "the reader of the log did not keep up",
                        {{"lines", std::to_string(lost)}});
            if (!write_line(descriptor_, note)) {
                lost_ += lost + 1;
                return;
            }
        }
        if (!write_line(descriptor_, line_of(level, id, text, fields))) {
            ++lost_;
        }
    } catch (const std::exception&) {
        ++lost_;  // Out of memory: the port promises never to throw.
    }
}

}  // namespace emdia
