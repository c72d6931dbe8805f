#pragma once
// Errors and cures in the language of the operator. They are made in English all over the house, often by code that
// does not know who will read them; this is the one place that knows both texts. Private to this room.

#include <string>
#include <string_view>

namespace emdia {

/// The text in Brazilian Portuguese; as it is when nobody translated it.
[[nodiscard]] std::string in_portuguese(std::string_view english);

/// Words of states in tables and sentences ("blocked", "observed"); as it is when it is none.
[[nodiscard]] std::string_view state_in_portuguese(std::string_view word);

}  // namespace emdia
