#pragma once
// Errors are values. One closed set of kinds; whether to retry follows from the kind alone.
// Thread rules: plain values, no shared state.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace emdia {

/// Why something did not happen. The names travel on the connector protocol as `to_string` spells them.
enum class ErrorKind {
    bad_input,     ///< What we were given cannot be read. Never retried.
    not_found,     ///< The thing asked for does not exist.
    unauthorized,  ///< The other side does not know us (token, secret). A person must act.
    forbidden,     ///< It knows us and refuses (address list, permission). A person must act.
    unsupported,   ///< The other side cannot do this at all.
    refused,       ///< A business rule of the other side said no. Never retried as is.
    rate_limited,  ///< Later: `retry_after` says when, if known.
    unavailable,   ///< Down, overloaded, unreachable before the request left. Safe to retry.
    unknown,       ///< The request left and no answer came: it may have happened. Ask, never repeat.
    protocol,      ///< The answer is not what the protocol allows (HTML, truncated, wrong version).
    config,        ///< Our own configuration is wrong.
    internal       ///< A fault of ours.
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;
[[nodiscard]] std::optional<ErrorKind> error_kind_from(std::string_view name) noexcept;
/// True for the kinds that may be tried again unchanged: `rate_limited` and `unavailable`.
[[nodiscard]] bool is_retryable(ErrorKind kind) noexcept;

/// An error a person can act on. Holds no secret and no personal data: it may be logged whole.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string what;  ///< What went wrong, one sentence.
    std::string cure;  ///< What a person can do about it; empty if nothing.
    std::optional<std::chrono::milliseconds> retry_after{};

    /// "what (cure)".
    [[nodiscard]] std::string text() const { return cure.empty() ? what : what + " (" + cure + ")"; }
    friend bool operator==(const Error&, const Error&) = default;
};

/// A value or an Error. Reading the wrong side is a programming fault and throws std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] T& value() & { return std::get<0>(state_); }
    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
    explicit operator bool() const noexcept { return ok(); }
    [[nodiscard]] const Error& error() const { return error_.value(); }

private:
    std::optional<Error> error_;
};

}  // namespace emdia
