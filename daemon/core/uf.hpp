#pragma once
// The 27 units of the federation and their civil-time zones (brazil-rules.md F8).

#include <array>
#include <optional>
#include <string_view>

namespace emdia {

enum class Uf {
    AC,
    AL,
    AM,
    AP,
    BA,
    CE,
    DF,
    ES,
    GO,
    MA,
    MG,
    MS,
    MT,
    PA,
    PB,
    PE,
    PI,
    PR,
    RJ,
    RN,
    RO,
    RR,
    RS,
    SC,
    SE,
    SP,
    TO
};

[[nodiscard]] const std::array<Uf, 27>& all_ufs() noexcept;
/// "SP", upper case.
[[nodiscard]] std::string_view to_string(Uf uf) noexcept;
/// Accepts either case; nullopt for anything that is not one of the 27.
[[nodiscard]] std::optional<Uf> uf_from(std::string_view text) noexcept;
/// The IANA zone of the unit's capital, e.g. "America/Sao_Paulo" (F8). Municipal overrides are configuration.
[[nodiscard]] std::string_view iana_zone(Uf uf) noexcept;
/// The unit that an IBGE town code (7 digits) belongs to; nullopt: no such code.
[[nodiscard]] std::optional<Uf> uf_of_town(std::string_view ibge_code) noexcept;

}  // namespace emdia
