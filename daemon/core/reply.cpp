#include <array>
#include <utility>

#include "daemon/core/model.hpp"

namespace emdia {
namespace {

constexpr std::array<std::pair<Reply, std::string_view>, 13> kNames{{
    {Reply::none, "none"},
    {Reply::received, "received"},
    {Reply::claim_noted, "claim_noted"},
    {Reply::dispute_opened, "dispute_opened"},
    {Reply::human_called, "human_called"},
    {Reply::payment_code, "payment_code"},
    {Reply::promise_dates, "promise_dates"},
    {Reply::promise_refused, "promise_refused"},
    {Reply::promise_declined, "promise_declined"},
    {Reply::review_opened, "review_opened"},
    {Reply::nothing_owed, "nothing_owed"},
    {Reply::opted_out, "opted_out"},
    {Reply::wrong_number, "wrong_number"},
}};

}  // namespace

std::string_view to_string(Reply reply) noexcept {
    for (const auto& [value, name] : kNames) {
        if (value == reply) {
            return name;
        }
    }
    return "none";
}

std::optional<Reply> reply_from(std::string_view name) noexcept {
    for (const auto& [value, known] : kNames) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace emdia
