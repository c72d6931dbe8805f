#pragma once
// Telephone numbers as we keep them: E.164 with '+', Brazilian mobiles always with the ninth digit.

#include <string>
#include <string_view>

namespace emdia {

/// "558199990001" and "+5581999990001" both become "+5581999990001": WhatsApp drops the ninth digit of some Brazilian
/// mobiles (whatsapp.md 2.1), so numbers are compared in this form only. Landlines and other countries keep their
/// digits. Empty for anything that is not 8..15 digits, with or without '+'.
[[nodiscard]] std::string canonical_phone(std::string_view digits);

}  // namespace emdia
