#include "daemon/core/result.hpp"

#include <array>

namespace emdia {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 12> kNames{{
    {ErrorKind::bad_input, "bad_input"},
    {ErrorKind::not_found, "not_found"},
    {ErrorKind::unauthorized, "unauthorized"},
    {ErrorKind::forbidden, "forbidden"},
    {ErrorKind::unsupported, "unsupported"},
    {ErrorKind::refused, "refused"},
    {ErrorKind::rate_limited, "rate_limited"},
    {ErrorKind::unavailable, "unavailable"},
    {ErrorKind::unknown, "unknown"},
    {ErrorKind::protocol, "protocol"},
    {ErrorKind::config, "config"},
    {ErrorKind::internal, "internal"},
}};

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept {
    for (const auto& [k, name] : kNames) {
        if (k == kind) {
            return name;
        }
    }
    return "internal";
}

std::optional<ErrorKind> error_kind_from(std::string_view name) noexcept {
    for (const auto& [k, n] : kNames) {
        if (n == name) {
            return k;
        }
    }
    return std::nullopt;
}

bool is_retryable(ErrorKind kind) noexcept { return kind == ErrorKind::rate_limited || kind == ErrorKind::unavailable; }

}  // namespace emdia
