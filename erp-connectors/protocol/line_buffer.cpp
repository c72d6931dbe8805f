#include "erp-connectors/protocol/line_buffer.hpp"

#include <algorithm>

namespace emdia::protocol {

bool LineBuffer::feed(std::string_view bytes) {
    if (broken_) {
        return false;
    }
    if (begin_ > 0 && begin_ * 2 >= bytes_.size()) {
        bytes_.erase(0, begin_);
        scanned_ -= std::min(begin_, scanned_);
        begin_ = 0;
    }
    for (const char c : bytes) {
        tail_ = c == '\n' ? 0 : tail_ + 1;
        if (tail_ > longest_) {
            broken_ = true;
            return false;
        }
    }
    bytes_.append(bytes);
    return true;
}

std::optional<std::string> LineBuffer::next() {
    while (true) {
        const auto end = bytes_.find('\n', std::max(begin_, scanned_));
        if (end == std::string::npos) {
            scanned_ = bytes_.size();
            return std::nullopt;
        }
        std::string line = bytes_.substr(begin_, end - begin_);
        begin_ = end + 1;
        scanned_ = begin_;
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        if (!line.empty()) {
            return line;
        }
    }
}

}  // namespace emdia::protocol
