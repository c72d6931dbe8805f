#pragma once
// JSON names of the enums of the facts, in the order of each enum. Private to this room.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "daemon/core/model.hpp"

namespace emdia {

template <class E>
inline constexpr std::array<std::string_view, 0> kEnumNames{};
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<ContractStatus>{"active", "cancelled", "pending", "other"};
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<ErpAccess>{"open", "reduced", "blocked", "unknown"};
template <>
inline constexpr std::array<std::string_view, 5> kEnumNames<InvoiceState>{"open", "partial", "paid", "cancelled",
                                                                          "unknown"};
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<Channel>{"whatsapp", "email", "sms", "letter"};
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<Proof>{"none", "acknowledged", "observed"};

/// How many enumerators of an enum have their names from the core.
template <class E>
inline constexpr std::size_t kNamedByCore = 0;
template <>
inline constexpr std::size_t kNamedByCore<Access> = static_cast<std::size_t>(Access::blocked) + 1;
template <>
inline constexpr std::size_t kNamedByCore<OverrideKind> = static_cast<std::size_t>(OverrideKind::freeze) + 1;
template <>
inline constexpr std::size_t kNamedByCore<PromiseState> = static_cast<std::size_t>(PromiseState::cancelled) + 1;
template <>
inline constexpr std::size_t kNamedByCore<MessageState> = static_cast<std::size_t>(MessageState::dropped) + 1;
template <>
inline constexpr std::size_t kNamedByCore<Stage> = static_cast<std::size_t>(Stage::reply) + 1;

template <class E>
inline constexpr std::size_t kEnumCount = kNamedByCore<E> + kEnumNames<E>.size();

template <class E>
[[nodiscard]] std::string_view enum_name(E value) {
    if constexpr (kNamedByCore<E> != 0) {
        return to_string(value);
    } else {
        const auto index = static_cast<std::size_t>(value);
        return index < kEnumNames<E>.size() ? kEnumNames<E>[index] : std::string_view("?");
    }
}

template <class E>
[[nodiscard]] std::optional<E> enum_from(std::string_view text) {
    for (std::size_t i = 0; i < kEnumCount<E>; ++i) {
        if (enum_name(static_cast<E>(i)) == text) {
            return static_cast<E>(i);
        }
    }
    return std::nullopt;
}

/// "open, partial, paid": for messages about a wrong one.
template <class E>
[[nodiscard]] std::string enum_choices() {
    std::string out;
    for (std::size_t i = 0; i < kEnumCount<E>; ++i) {
        out += (out.empty() ? "" : ", ") + std::string(enum_name(static_cast<E>(i)));
    }
    return out;
}

}  // namespace emdia
