#pragma once
// Names of enumerators kept in one array per enum, in the order of the enum. Internal to the core.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace emdia::detail {

template <class Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view name_in(const std::array<std::string_view, N>& names, Enum value) noexcept {
    const auto index = static_cast<std::size_t>(value);
    return index < N ? names[index] : std::string_view{"?"};
}

template <class Enum, std::size_t N>
[[nodiscard]] constexpr std::optional<Enum> value_in(const std::array<std::string_view, N>& names,
                                                     std::string_view name) noexcept {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace emdia::detail
