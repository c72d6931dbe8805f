#include "daemon/core/boleto.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

namespace {

Date day(const char* iso) { return *parse_date(iso); }
const Date kToday = make_date(2026, 11, 25);

Result<Boleto> read(const std::string& digits) { return parse_boleto(digits, kToday); }

struct Vector {
    const char* name;
    const char* barcode;
    const char* line;
    const char* due;  ///< Empty: none.
    std::int64_t centavos;
};
const Vector kBankVectors[] = {
    {"B1", "00192165600000099900000003128557000123456717", "00190000090312855700001234567178216560000009990",
     "2026-12-10", 9990},
    {"B2", "34191999900000150001091234567890123456789012", "34191091233456789012334567890123199990000015000",
     "2025-02-21", 15000},
    {"B3", "34195100000000150001091234567890123456789012", "34191091233456789012334567890123510000000015000",
     "2025-02-22", 15000},
    {"B4", "75692000000000000001436201011234567800000001", "75691436260101123456278000000014200000000000000", "", 0},
    {"B5a", "23791163600000079900000000000000000000000004", "23790000090000000000000000000042116360000007990",
     "2026-11-20", 7990},
    {"B5b", "23791163600000079900000000000000000000000013", "23790000090000000000000000000133116360000007990",
     "2026-11-20", 7990},
    {"B5c", "23791163600000079900000000000000000000000009", "23790000090000000000000000000091116360000007990",
     "2026-11-20", 7990},
    {"Meta", "03398985100000088489026941400000022834610101", "03399026944140000002628346101018898510000008848",
     "2024-09-26", 8848},
};
const Vector kCollectionVectors[] = {
    {"A1", "84600000001234501230202611200000000000012345", "846000000014234501230200261120000003000000123455", "",
     12345},
    {"A2", "83810000000999004562026121000000000987654321", "838100000000999004562026612100000004009876543216", "",
     9990},
};

void check_both_forms(const Vector& v, Boleto::Kind kind) {
    CAPTURE(v.name);
    const auto from_barcode = read(v.barcode);
    const auto from_line = read(v.line);
    REQUIRE(from_barcode.ok());
    REQUIRE(from_line.ok());
    CHECK(*from_barcode == *from_line);
    CHECK(from_line->kind == kind);
    CHECK(from_line->barcode == v.barcode);
    CHECK(from_line->line == v.line);
    CHECK(from_line->amount == (v.centavos == 0 ? std::nullopt : std::optional(Money::centavos(v.centavos))));
    CHECK((from_line->due ? to_iso(*from_line->due) : "") == v.due);
}

}  // namespace

TEST_CASE("5.5: bank boletos B1 to B5 and Meta's sample, as barcode and as line", "[boleto]") {
    for (const Vector& v : kBankVectors) {
        check_both_forms(v, Boleto::Kind::bank);
    }
    CHECK(read(kBankVectors[0].line)->bank == "001");
}

TEST_CASE("5.5: collection documents A1 (modulo 10) and A2 (modulo 11), as barcode and as line", "[boleto]") {
    for (const Vector& v : kCollectionVectors) {
        check_both_forms(v, Boleto::Kind::collection);
    }
    CHECK(read(kCollectionVectors[0].line)->bank.empty());
}

TEST_CASE("5.5: the samples of other libraries are valid", "[boleto]") {
    for (const auto* line :
         {"23793381286000782713695000063305975520000370000", "34191091070000013555851122200002157810000115300",
          "00190000090114971860168524522114675860000102656"}) {
        CAPTURE(line);
        CHECK(read(line).ok());
    }
}

TEST_CASE("5.5: a wrong general digit is refused, in the line and in the barcode", "[boleto]") {
    const auto line = read("00190000090312855700001234567178316560000009990");
    REQUIRE_FALSE(line.ok());
    CHECK(line.error().kind == ErrorKind::bad_input);
    CHECK_THAT(line.error().what, Catch::Contains("general check digit"));
    CHECK_FALSE(read("00193165600000099900000003128557000123456717").ok());
}

TEST_CASE("5.5: a wrong digit of a field is refused, and the error says which field", "[boleto]") {
    const auto [at, what] = GENERATE(table<std::size_t, const char*>({
        {9, "field 1"},
        {20, "field 2"},
        {31, "field 3"},
    }));
    std::string line = kBankVectors[0].line;
    line[at] = line[at] == '9' ? '0' : static_cast<char>(line[at] + 1);
    const auto boleto = read(line);
    REQUIRE_FALSE(boleto.ok());
    CHECK_THAT(boleto.error().what, Catch::Contains(what));
}

TEST_CASE("5.4: a wrong group of a collection line is refused, and the error says which group", "[boleto]") {
    for (const Vector& v : kCollectionVectors) {
        for (const std::size_t group : {1U, 2U, 3U, 4U}) {
            std::string line = v.line;
            char& digit = line[group * 12 - 1];
            digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
            const auto boleto = read(line);
            REQUIRE_FALSE(boleto.ok());
            CHECK_THAT(boleto.error().what, Catch::Contains("group " + std::to_string(group)));
        }
    }
}

TEST_CASE("5.4: segments and value digits that do not exist are refused; a reference value is no amount", "[boleto]") {
    CHECK_FALSE(read("80600000001234501230202611200000000000012345").ok());
    CHECK_FALSE(read("88600000001234501230202611200000000000012345").ok());
    CHECK_FALSE(read("84500000001234501230202611200000000000012345").ok());
    CHECK_FALSE(read("845000000014234501230200261120000003000000123455").ok());
    int readable = 0;
    for (char check = '0'; check <= '9'; ++check) {
        std::string reference = "84700000001234501230202611200000000000012345";
        reference[3] = check;
        if (const auto boleto = read(reference)) {
            ++readable;
            CHECK_FALSE(boleto->amount.has_value());
        }
    }
    CHECK(readable == 1);
}

TEST_CASE("5.3: the due factor ends on 2025-02-21 with 9999 and restarts the day after with 1000", "[boleto]") {
    const auto [due, factor] = GENERATE(table<const char*, const char*>({
        {"2000-07-03", "1000"},
        {"2025-02-21", "9999"},
        {"2025-02-22", "1000"},
        {"2026-12-10", "1656"},
        {"2049-10-13", "9999"},
        {"2049-10-14", "1000"},
    }));
    CAPTURE(due);
    const auto boleto =
        build_boleto({.bank = "001", .due = day(due), .amount = Money{}, .free_field = std::string(25, '1')});
    REQUIRE(boleto.ok());
    CHECK(boleto->barcode.substr(5, 4) == factor);
    CHECK(boleto->due == day(due));
}

TEST_CASE("5.3: a factor is read as the date nearest to today", "[boleto]") {
    const std::string line = kBankVectors[2].line;
    CHECK(parse_boleto(line, day("2001-01-01"))->due == day("2000-07-03"));
    CHECK(parse_boleto(line, day("2026-11-25"))->due == day("2025-02-22"));
    CHECK(parse_boleto(line, day("2050-01-01"))->due == day("2049-10-14"));
    CHECK(parse_boleto(line, day("1990-01-01"))->due == day("2000-07-03"));
}

TEST_CASE("lines are read as they are printed", "[boleto]") {
    const auto bank = read("34191.09123 34567.890123 34567.890123 5 10000000015000");
    REQUIRE(bank.ok());
    CHECK(bank->line == kBankVectors[2].line);
    CHECK(printed_line(*bank) == "34191.09123 34567.890123 34567.890123 5 10000000015000");
    const auto collection = read("84600000001-4 23450123020-0 26112000000-3 00000012345-5");
    REQUIRE(collection.ok());
    CHECK(printed_line(*collection) == "846000000014 234501230200 261120000003 000000123455");
}

TEST_CASE("anything else is refused with what to do", "[boleto]") {
    const auto* const text =
        GENERATE("", "1", "abc", "3419109123345678901233456789012319999000001500x",
                 "3419109123345678901233456789012319999000001500", "٠٠١٩",
                 "84670000001435900240200240500024384221010811000", "341910912334567890123345678901231999900000150001",
                 "00182165600000099900000003128557000123456717", "00190000090000000000000000000000104560000009990");
    CAPTURE(text);
    const auto boleto = read(text);
    REQUIRE_FALSE(boleto.ok());
    CHECK(boleto.error().kind == ErrorKind::bad_input);
    CHECK_FALSE(boleto.error().cure.empty());
}

TEST_CASE("a due factor below 1000 has no date and is refused", "[boleto]") {
    int refused_for_the_factor = 0;
    for (char check = '1'; check <= '9'; ++check) {
        std::string barcode = "00190099900000099900000003128557000123456717";
        barcode[4] = check;
        const auto boleto = read(barcode);
        REQUIRE_FALSE(boleto.ok());
        refused_for_the_factor += boleto.error().what.find("due factor") != std::string::npos ? 1 : 0;
    }
    CHECK(refused_for_the_factor == 1);
}

TEST_CASE("building refuses what a boleto cannot hold", "[boleto]") {
    const BankBoleto good{.bank = "341",
                          .due = day("2025-02-22"),
                          .amount = Money::centavos(15000),
                          .free_field = "1091234567890123456789012"};
    CHECK(build_boleto(good)->line == kBankVectors[2].line);
    const auto refused = [&](auto change) {
        BankBoleto boleto = good;
        change(boleto);
        return !build_boleto(boleto).ok();
    };
    CHECK(refused([](BankBoleto& b) { b.bank = "34"; }));
    CHECK(refused([](BankBoleto& b) { b.bank = "34x"; }));
    CHECK(refused([](BankBoleto& b) { b.bank = "841"; }));
    CHECK(refused([](BankBoleto& b) { b.due = day("2000-07-02"); }));
    CHECK(refused([](BankBoleto& b) { b.amount = Money::centavos(-1); }));
    CHECK(refused([](BankBoleto& b) { b.amount = Money::centavos(10'000'000'000); }));
    CHECK(refused([](BankBoleto& b) { b.free_field.pop_back(); }));
    CHECK(refused([](BankBoleto& b) { b.free_field[0] = 'x'; }));
}

namespace {

BankBoleto any_bank_boleto() {
    return {.bank = *rc::gen::element<std::string>("001", "341", "237", "756", "033"),
            .due = *test::date_between(make_date(2000, 7, 3), make_date(2060, 1, 1)),
            .amount = *test::money_between(1, 9'999'999'999),
            .free_field = *test::digits(25)};
}

char other_digit(char digit) {
    return *rc::gen::distinctFrom(rc::gen::inRange('0', static_cast<char>('9' + 1)), digit);
}

}  // namespace

TEST_CASE("properties of bank boletos", "[boleto]") {
    CHECK(rc::check("parse(build(boleto)) == boleto, from line and from barcode", [] {
        const BankBoleto boleto = any_bank_boleto();
        const Boleto built = *build_boleto(boleto);
        const Date today = *boleto.due + Days{*rc::gen::inRange(-4000, 4000)};
        RC_ASSERT(*parse_boleto(built.line, today) == built);
        RC_ASSERT(*parse_boleto(built.barcode, today) == built);
        RC_ASSERT(*parse_boleto(printed_line(built), today) == built);
        RC_ASSERT(built.due == boleto.due);
        RC_ASSERT(built.amount == boleto.amount);
    }));
    CHECK(rc::check("one wrong digit in the three fields is always noticed (modulo 10)", [] {
        std::string line = build_boleto(any_bank_boleto())->line;
        const auto at = *rc::gen::inRange<std::size_t>(0, 32);
        line[at] = other_digit(line[at]);
        RC_ASSERT(!read(line).ok());
    }));
    CHECK(rc::check("one wrong digit of a barcode is noticed, unless the general digit is the ambiguous 1 (modulo 11)",
                    [] {
                        std::string barcode = build_boleto(any_bank_boleto())->barcode;
                        const auto at = *rc::gen::inRange<std::size_t>(0, 44);
                        barcode[at] = other_digit(barcode[at]);
                        RC_ASSERT(!read(barcode).ok() || barcode[4] == '1');
                    }));
}

TEST_CASE("properties of collection documents", "[boleto]") {
    CHECK(rc::check("barcode to line and back", [] {
        const std::string head =
            "8" + *rc::gen::element<std::string>("1", "4", "9") + *rc::gen::element<std::string>("6", "7", "8", "9");
        const std::string rest = *test::digits(40);
        int valid = 0;
        for (char check = '0'; check <= '9'; ++check) {
            std::string barcode = head;
            barcode += check;
            barcode += rest;
            const auto from_barcode = read(barcode);
            if (from_barcode) {
                ++valid;
                RC_ASSERT(*read(from_barcode->line) == *from_barcode);
                std::string wrong = from_barcode->line;
                const auto at = *rc::gen::inRange<std::size_t>(0, 11);
                wrong[at] = other_digit(wrong[at]);
                const bool modulo_10 = head[2] <= '7';
                RC_ASSERT(!modulo_10 || !read(wrong).ok() || at == 2);
            }
        }
        RC_ASSERT(valid == 1);
    }));
}
