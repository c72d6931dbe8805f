#pragma once
// The table behind portuguese.hpp. Private to this room.

#include <span>
#include <string_view>

namespace emdia::detail {

/// A '*' on either side stands for a text that is kept or, where it is itself in the table, translated: a number, a
/// path, a range. Both sides have the same number of them, in the same order.
struct TextPair {
    std::string_view english;
    std::string_view portuguese;
};
[[nodiscard]] std::span<const TextPair> portuguese_texts() noexcept;

}  // namespace emdia::detail
