#include "daemon/core/uf.hpp"

#include <cstddef>
#include <utility>

namespace emdia {
namespace {

struct UfRow {
    Uf uf;
    std::string_view code;
    std::string_view zone;
};

// F8. Parts of AM, PA and PE keep another clock: a municipal override of the configuration says so.
constexpr std::array<UfRow, 27> kRows{{
    {Uf::AC, "AC", "America/Rio_Branco"}, {Uf::AL, "AL", "America/Maceio"},    {Uf::AM, "AM", "America/Manaus"},
    {Uf::AP, "AP", "America/Belem"},      {Uf::BA, "BA", "America/Bahia"},     {Uf::CE, "CE", "America/Fortaleza"},
    {Uf::DF, "DF", "America/Sao_Paulo"},  {Uf::ES, "ES", "America/Sao_Paulo"}, {Uf::GO, "GO", "America/Sao_Paulo"},
    {Uf::MA, "MA", "America/Fortaleza"},  {Uf::MG, "MG", "America/Sao_Paulo"}, {Uf::MS, "MS", "America/Campo_Grande"},
    {Uf::MT, "MT", "America/Cuiaba"},     {Uf::PA, "PA", "America/Belem"},     {Uf::PB, "PB", "America/Fortaleza"},
    {Uf::PE, "PE", "America/Recife"},     {Uf::PI, "PI", "America/Fortaleza"}, {Uf::PR, "PR", "America/Sao_Paulo"},
    {Uf::RJ, "RJ", "America/Sao_Paulo"},  {Uf::RN, "RN", "America/Fortaleza"}, {Uf::RO, "RO", "America/Porto_Velho"},
    {Uf::RR, "RR", "America/Boa_Vista"},  {Uf::RS, "RS", "America/Sao_Paulo"}, {Uf::SC, "SC", "America/Sao_Paulo"},
    {Uf::SE, "SE", "America/Maceio"},     {Uf::SP, "SP", "America/Sao_Paulo"}, {Uf::TO, "TO", "America/Araguaina"},
}};

constexpr bool rows_follow_the_enum() noexcept {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].uf) != i) {
            return false;
        }
    }
    return true;
}
static_assert(rows_follow_the_enum());

constexpr std::array<Uf, 27> kAll = [] {
    std::array<Uf, 27> all{};
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        all[i] = kRows[i].uf;
    }
    return all;
}();

constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

const UfRow& row_of(Uf uf) noexcept { return kRows[static_cast<std::size_t>(uf)]; }

}  // namespace

const std::array<Uf, 27>& all_ufs() noexcept { return kAll; }

std::string_view to_string(Uf uf) noexcept { return row_of(uf).code; }

std::optional<Uf> uf_from(std::string_view text) noexcept {
    if (text.size() != 2) {
        return std::nullopt;
    }
    for (const UfRow& row : kRows) {
        if (row.code[0] == upper(text[0]) && row.code[1] == upper(text[1])) {
            return row.uf;
        }
    }
    return std::nullopt;
}

std::string_view iana_zone(Uf uf) noexcept { return row_of(uf).zone; }

std::optional<Uf> uf_of_town(std::string_view ibge_code) noexcept {
    static constexpr std::array<std::pair<std::string_view, Uf>, 27> kPrefixes{{
        {"11", Uf::RO}, {"12", Uf::AC}, {"13", Uf::AM}, {"14", Uf::RR}, {"15", Uf::PA}, {"16", Uf::AP}, {"17", Uf::TO},
        {"21", Uf::MA}, {"22", Uf::PI}, {"23", Uf::CE}, {"24", Uf::RN}, {"25", Uf::PB}, {"26", Uf::PE}, {"27", Uf::AL},
        {"28", Uf::SE}, {"29", Uf::BA}, {"31", Uf::MG}, {"32", Uf::ES}, {"33", Uf::RJ}, {"35", Uf::SP}, {"41", Uf::PR},
        {"42", Uf::SC}, {"43", Uf::RS}, {"50", Uf::MS}, {"51", Uf::MT}, {"52", Uf::GO}, {"53", Uf::DF},
    }};
    if (ibge_code.size() != 7) {
        return std::nullopt;
    }
    for (const auto& [prefix, uf] : kPrefixes) {
        if (ibge_code.substr(0, 2) == prefix) {
            return uf;
        }
    }
    return std::nullopt;
}

}  // namespace emdia
