#pragma once
// The few words that must be obeyed at once, before anything understands more: stop (D2), start again, wrong person
// (C8), and the two that the formal notice tells people to answer: CONTESTAR (A12) and ATENDENTE (D3).

#include <string_view>

namespace emdia {

enum class TextSignal { none, opt_out, opt_in, wrong_number, dispute, human };

/// On what a subscriber wrote (UTF-8, any bytes). Case, accents, punctuation and repeated spaces do not matter. Words
/// count only when they are the whole message; phrases also inside a longer one.
[[nodiscard]] TextSignal signal_of(std::string_view text);

}  // namespace emdia
