#include "daemon/core/phone.hpp"

#include <algorithm>

namespace emdia {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kLongest = 15;
constexpr std::string_view kBrazil = "55";
constexpr std::size_t kSubscriberAt = 4;   // after country and area code
constexpr std::size_t kWithoutNinth = 12;  // 55, two digits of area, eight of the subscriber

}  // namespace

std::string canonical_phone(std::string_view digits) {
    if (!digits.empty() && digits.front() == '+') {
        digits.remove_prefix(1);
    }
    const bool numeric = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!numeric || digits.size() < kShortest || digits.size() > kLongest) {
        return {};
    }
    std::string number(digits);
    // Landlines begin with 2..5 and never grew a ninth digit; what begins otherwise is a mobile without its own.
    const bool landline = digits.size() > kSubscriberAt && digits[kSubscriberAt] >= '2' && digits[kSubscriberAt] <= '5';
    if (digits.size() == kWithoutNinth && digits.substr(0, 2) == kBrazil && !landline) {
        number.insert(kSubscriberAt, 1, '9');
    }
    return "+" + number;
}

}  // namespace emdia
