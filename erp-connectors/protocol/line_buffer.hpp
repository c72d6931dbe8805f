#pragma once
// Bytes into lines, with the protocol's limit. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia::protocol {

class LineBuffer {
public:
    explicit LineBuffer(std::size_t longest = kMaxLineBytes) : longest_(longest) {}

    /// False: a line is longer than allowed. The stream cannot be trusted any more; nothing further is taken.
    [[nodiscard]] bool feed(std::string_view bytes);
    /// The next complete line without LF (and without a CR before it), empty lines skipped.
    [[nodiscard]] std::optional<std::string> next();

private:
    std::size_t longest_;
    std::string bytes_;
    std::size_t begin_ = 0;    ///< Start of what was not handed out yet.
    std::size_t scanned_ = 0;  ///< No LF in [begin_, scanned_).
    std::size_t tail_ = 0;     ///< Length of the line that is still growing.
    bool broken_ = false;
};

}  // namespace emdia::protocol
