#include "daemon/core/uf.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace emdia;

TEST_CASE("the 27 units are read in either case and written in capitals", "[uf]") {
    std::set<std::string_view> codes;
    for (const Uf uf : all_ufs()) {
        CHECK(uf_from(to_string(uf)) == uf);
        codes.insert(to_string(uf));
    }
    CHECK(codes.size() == 27);
    CHECK(uf_from("sp") == Uf::SP);
    CHECK(uf_from("Mg") == Uf::MG);
    for (const auto* text : {"", "S", "XX", "SPO", "S ", "BR"}) {
        CAPTURE(text);
        CHECK_FALSE(uf_from(text).has_value());
    }
}

TEST_CASE("F8: each unit has the zone of its capital", "[uf]") {
    const auto [uf, zone] = GENERATE(table<Uf, const char*>({
        {Uf::AC, "America/Rio_Branco"},  {Uf::AM, "America/Manaus"},    {Uf::RR, "America/Boa_Vista"},
        {Uf::RO, "America/Porto_Velho"}, {Uf::MT, "America/Cuiaba"},    {Uf::MS, "America/Campo_Grande"},
        {Uf::PA, "America/Belem"},       {Uf::AP, "America/Belem"},     {Uf::MA, "America/Fortaleza"},
        {Uf::CE, "America/Fortaleza"},   {Uf::PB, "America/Fortaleza"}, {Uf::PI, "America/Fortaleza"},
        {Uf::RN, "America/Fortaleza"},   {Uf::PE, "America/Recife"},    {Uf::AL, "America/Maceio"},
        {Uf::SE, "America/Maceio"},      {Uf::BA, "America/Bahia"},     {Uf::TO, "America/Araguaina"},
        {Uf::DF, "America/Sao_Paulo"},   {Uf::ES, "America/Sao_Paulo"}, {Uf::GO, "America/Sao_Paulo"},
        {Uf::MG, "America/Sao_Paulo"},   {Uf::PR, "America/Sao_Paulo"}, {Uf::RJ, "America/Sao_Paulo"},
        {Uf::RS, "America/Sao_Paulo"},   {Uf::SC, "America/Sao_Paulo"}, {Uf::SP, "America/Sao_Paulo"},
    }));
    CHECK(iana_zone(uf) == zone);
}
