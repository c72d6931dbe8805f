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
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<Access>{"open", "reduced", "blocked"};
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<OverrideKind>{"force_open", "force_blocked", "freeze"};
template <>
inline constexpr std::array<std::string_view, 7> kEnumNames<PromiseState>{"proposed", "active", "kept",     "kept_late",
                                                                          "partial",  "broken", "cancelled"};
template <>
inline constexpr std::array<std::string_view, 9> kEnumNames<MessageState>{
    "queued", "sending", "accepted", "sent", "delivered", "read", "failed", "unknown", "dropped"};
template <>
inline constexpr std::array<std::string_view, 12> kEnumNames<Stage>{"before",
                                                                    "after",
                                                                    "notice",
                                                                    "headsup",
                                                                    "blocked",
                                                                    "promise_offer",
                                                                    "promise_confirmed",
                                                                    "promise_reminder",
                                                                    "promise_broken",
                                                                    "payment_received",
                                                                    "unblocked",
                                                                    "reply"};

template <class E>
[[nodiscard]] constexpr std::string_view enum_name(E value) {
    const auto& names = kEnumNames<E>;
    const auto index = static_cast<std::size_t>(value);
    return index < names.size() ? names[index] : std::string_view("?");
}

template <class E>
[[nodiscard]] constexpr std::optional<E> enum_from(std::string_view text) {
    const auto& names = kEnumNames<E>;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) {
            return static_cast<E>(i);
        }
    }
    return std::nullopt;
}

/// "open, partial, paid": for messages about a wrong one.
template <class E>
[[nodiscard]] std::string enum_choices() {
    std::string out;
    for (const std::string_view name : kEnumNames<E>) {
        out += (out.empty() ? "" : ", ") + std::string(name);
    }
    return out;
}

}  // namespace emdia
