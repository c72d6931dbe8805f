#include "daemon/adapters/connector_log.hpp"

#include <algorithm>

namespace emdia {
namespace {

constexpr std::size_t kLongestLine = 500;
constexpr int kMostInWindow = 100;
constexpr std::chrono::seconds kWindow{10};

LogLevel level_of(char letter) {
    switch (letter) {
        case 'E':
            return LogLevel::error;
        case 'W':
            return LogLevel::warning;
        case 'D':
            return LogLevel::debug;
        default:
            return LogLevel::info;
    }
}

}  // namespace

void ConnectorLog::feed(std::string_view bytes, TimePoint now) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        if (!cutting_) {
            part_.append(bytes.substr(0, std::min(end, kLongestLine - std::min(part_.size(), kLongestLine))));
        }
        cutting_ = part_.size() >= kLongestLine;
        if (end == std::string_view::npos) {
            return;
        }
        line(part_, now);
        part_.clear();
        cutting_ = false;
        bytes.remove_prefix(end + 1);
    }
}

void ConnectorLog::line(std::string_view text, TimePoint now) {
    if (now - window_begin_ >= kWindow) {
        if (in_window_ > kMostInWindow) {
            log_.write(LogLevel::warning, "ERP-CONNECTOR-LOG", "lines of the connector's log were left out",
                       {{"erp", erp_}, {"lines", std::to_string(in_window_ - kMostInWindow)}});
        }
        window_begin_ = now;
        in_window_ = 0;
    }
    if (text.empty() || ++in_window_ > kMostInWindow) {
        return;
    }
    const bool lettered = text.size() > 2 && text[1] == ' ';
    std::string clean{lettered ? text.substr(2) : text};
    std::replace_if(
        clean.begin(), clean.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    log_.write(lettered ? level_of(text[0]) : LogLevel::info, "ERP-CONNECTOR-LOG", clean, {{"erp", erp_}});
}

}  // namespace emdia
