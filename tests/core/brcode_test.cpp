#include "daemon/core/brcode.hpp"

#include <catch2/catch.hpp>

#include "tests/core/generators.hpp"

using namespace emdia;

namespace {

constexpr auto kOfficialStatic =
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de "
    "Tal6008BRASILIA62070503***63041D3D";
constexpr auto kOfficialDynamic =
    "00020101021226700014br.gov.bcb.pix2548pix.example.com/"
    "8b3da2f39a4140d1a91abd93113bd4415204000053039865802BR5913Fulano "
    "de Tal6008BRASILIA62070503***630464E4";
constexpr auto kS1 =
    "00020126360014br.gov.bcb.pix011412345678000195520400005303986540599.905802BR5916PROVEDOR "
    "EXEMPLO6008CAMPINAS62170513FAT20261100016304BC0E";
constexpr auto kS2 =
    "00020126540014br.gov.bcb.pix0114+55199987654320214Fatura 11/202652040000530398654040.015802BR5916PROVEDOR "
    "EXEMPLO6008CAMPINAS62100506ABC12363043F5D";
constexpr auto kS3 =
    "00020126360014br.gov.bcb.pix0114123456780001955204000053039865802BR5916PROVEDOR "
    "EXEMPLO6008CAMPINAS62070503***63048C2E";
constexpr auto kD1 =
    "00020101021226810014br.gov.bcb.pix2559pix.example.com/qr/v2/cobv/"
    "2353c790eefb11eaadc10242ac1200025204000053039865802BR5916PROVEDOR EXEMPLO6008CAMPINAS62070503***6304FCB1";
constexpr auto kW1 =
    "00020101021226950014br.gov.bcb.pix2573api.openpix.com.br/api/testaccount/qr/v1/"
    "79a955477ca34fffae213363d5c340705204000053039865406100.005802BR5914EDUARDO_MACIEL6009Sao_"
    "Paulo6229052579a955477ca34fffae213363d6304219B";

StaticPix provider(const char* key) {
    StaticPix pix;
    pix.key = key;
    pix.merchant_name = "PROVEDOR EXEMPLO";
    pix.merchant_city = "CAMPINAS";
    return pix;
}

std::string hex4(std::uint16_t value) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string text;
    for (unsigned shift = 16; shift > 0; shift -= 4) {
        text += kHex[(unsigned{value} >> (shift - 4)) & 15U];
    }
    return text;
}

/// `body` with the head 000201 and a right CRC: to reach the checks behind the CRC.
std::string sealed(const std::string& body) {
    const std::string code = "000201" + body + "6304";
    return code + hex4(crc16(code));
}

const std::string kAccount = "26360014br.gov.bcb.pix011412345678000195";
const std::string kTail = "5204000053039865802BR5916PROVEDOR EXEMPLO6008CAMPINAS62070503***";

}  // namespace

TEST_CASE("1.2: the check value is CRC-16/CCITT-FALSE", "[brcode]") {
    CHECK(crc16("123456789") == 0x29B1);
    CHECK(crc16("") == 0xFFFF);
}

TEST_CASE("1.5: the official static code is read", "[brcode]") {
    const auto code = parse_brcode(kOfficialStatic);
    REQUIRE(code.ok());
    CHECK(code->kind == BrCode::Kind::static_key);
    CHECK(code->key == "123e4567-e12b-12d1-a456-426655440000");
    CHECK(code->merchant_name == "Fulano de Tal");
    CHECK(code->merchant_city == "BRASILIA");
    CHECK(code->txid.empty());
    CHECK_FALSE(code->amount.has_value());
    CHECK_FALSE(code->single_use);
    CHECK(code->warnings.empty());
}

TEST_CASE("1.5: the official dynamic code is read", "[brcode]") {
    const auto code = parse_brcode(kOfficialDynamic);
    REQUIRE(code.ok());
    CHECK(code->kind == BrCode::Kind::dynamic_url);
    CHECK(code->url == "pix.example.com/8b3da2f39a4140d1a91abd93113bd441");
    CHECK(code->key.empty());
    CHECK(code->single_use);
    CHECK(code->warnings.empty());
}

TEST_CASE("1.5 S1: CNPJ key, amount and txid, built as three libraries build it", "[brcode]") {
    StaticPix pix = provider("12345678000195");
    pix.amount = Money::centavos(9990);
    pix.txid = "FAT2026110001";
    CHECK(*build_brcode(pix) == kS1);
    const auto read = parse_brcode(kS1);
    CHECK(read->amount == Money::centavos(9990));
    CHECK(read->txid == "FAT2026110001");
}

TEST_CASE("1.5 S2: phone key with information", "[brcode]") {
    StaticPix pix = provider("+5519998765432");
    pix.info = "Fatura 11/2026";
    pix.amount = Money::centavos(1);
    pix.txid = "ABC123";
    CHECK(*build_brcode(pix) == kS2);
    CHECK(parse_brcode(kS2)->info == "Fatura 11/2026");
}

TEST_CASE("1.5 S2: the other kinds of key give the other libraries' check values", "[brcode]") {
    const auto [key, kind, crc] = GENERATE(table<const char*, PixKeyKind, const char*>({
        {"financeiro@provedor.example", PixKeyKind::email, "6304815F"},
        {"7d9f0335-8dcc-4054-9bf9-0dbd61d36906", PixKeyKind::evp, "6304299B"},
        {"12345678909", PixKeyKind::cpf, "6304354A"},
    }));
    CAPTURE(key);
    StaticPix pix = provider(key);
    pix.info = "Fatura 11/2026";
    pix.amount = Money::centavos(1);
    pix.txid = "ABC123";
    CHECK(pix_key_kind(key) == kind);
    CHECK_THAT(*build_brcode(pix), Catch::EndsWith(crc));
}

TEST_CASE("1.5 S3: no amount, no txid", "[brcode]") { CHECK(*build_brcode(provider("12345678000195")) == kS3); }

TEST_CASE("1.5 D1: dynamic with 12 in field 01", "[brcode]") {
    const DynamicPix pix{.url = "pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002",
                         .merchant_name = "PROVEDOR EXEMPLO",
                         .merchant_city = "CAMPINAS",
                         .amount = std::nullopt};
    CHECK(*build_brcode(pix) == kD1);
    CHECK(parse_brcode(kD1)->url == pix.url);
}

TEST_CASE("1.5 W1: a dynamic code of the wild with txid and amount is read", "[brcode]") {
    const auto code = parse_brcode(kW1);
    REQUIRE(code.ok());
    CHECK(code->kind == BrCode::Kind::dynamic_url);
    CHECK(code->txid == "79a955477ca34fffae213363d");
    CHECK(code->amount == Money::centavos(10000));
}

TEST_CASE("1.5: codes that differ in style only are read", "[brcode]") {
    const std::string s1_upper =
        "00020126360014BR.GOV.BCB.PIX011412345678000195520400005303986540599.905802BR5916PROVEDOR "
        "EXEMPLO6008CAMPINAS62170513FAT202611000163045128";
    const std::string s1_reusable =
        "00020101021126360014br.gov.bcb.pix011412345678000195520400005303986540599.905802BR5916PROVEDOR "
        "EXEMPLO6008CAMPINAS62170513FAT20261100016304E9FE";
    for (const auto& text : {s1_upper, s1_reusable}) {
        const auto code = parse_brcode(text);
        REQUIRE(code.ok());
        CHECK(code->key == "12345678000195");
        CHECK_FALSE(code->single_use);
        CHECK(code->warnings.empty());
    }
    std::string d1 = kD1;
    const std::string d1_without = d1.erase(6, 6).substr(0, d1.size() - 4) + "42A5";
    REQUIRE(parse_brcode(d1_without).ok());
    CHECK(parse_brcode(d1_without)->warnings.size() == 1);
    std::string d1_reusable = d1_without;
    d1_reusable.insert(6, "010211").replace(d1_reusable.size() - 4, 4, "086D");
    CHECK(parse_brcode(d1_reusable)->kind == BrCode::Kind::dynamic_url);
}

TEST_CASE("1.5: a flag under 02 is not single use, and an amount without decimals is an amount", "[brcode]") {
    const auto code = parse_brcode(
        "00020102021226360014br.gov.bcb.pix01141234567800019552040000530398654031005802BR5916PROVEDOR "
        "EXEMPLO6008CAMPINAS62170513FAT2026110001630445CC");
    REQUIRE(code.ok());
    CHECK(code->kind == BrCode::Kind::static_key);
    CHECK_FALSE(code->single_use);
    CHECK(code->amount == Money::centavos(10000));
    CHECK(parse_brcode(sealed(kAccount + "520400005303986540499.95802BR5916PROVEDOR EXEMPLO6008CAMPINAS62070503***"))
              ->amount == Money::centavos(9990));
}

TEST_CASE("1.1: a lower-case CRC is accepted when reading", "[brcode]") {
    std::string lower = kS1;
    lower.replace(lower.size() - 4, 4, "bc0e");
    CHECK(parse_brcode(lower).ok());
}

TEST_CASE("1.1: Pix in another template than 26, and the composite code of Pix Automático", "[brcode]") {
    CHECK(parse_brcode(sealed("26130009com.other"
                              "27360014br.gov.bcb.pix011412345678000195" +
                              kTail))
              ->key == "12345678000195");
    const std::string recurrence = "80510014br.gov.bcb.pix2529pix.example.com/rec/123456789";
    const auto composite = parse_brcode(sealed(kAccount + kTail + recurrence));
    REQUIRE(composite.ok());
    CHECK(composite->kind == BrCode::Kind::static_key);
    CHECK(composite->recurrence_url == "pix.example.com/rec/123456789");
    const auto only = parse_brcode(sealed("26180014br.gov.bcb.pix" + kTail + recurrence));
    REQUIRE(only.ok());
    CHECK(only->kind == BrCode::Kind::recurrence_only);
}

TEST_CASE("8a.8: structure faults are refused", "[brcode]") {
    std::string wrong_crc = kOfficialStatic;
    wrong_crc.replace(wrong_crc.size() - 4, 4, "1D3E");
    const std::string s1 = kS1;
    const std::pair<const char*, std::string> cases[] = {
        {"check value is wrong", wrong_crc},
        {"does not begin with 000201", ""},
        {"does not begin with 000201", "000200" + s1.substr(6)},
        {"does not begin with 000201", kAccount},
        {"lengths do not fit", sealed(kAccount + "5299" + kTail.substr(4))},
        {"lengths do not fit", sealed(kAccount + "52x4" + kTail.substr(4))},
        {"lengths do not fit", sealed(kAccount + kTail + kTail.substr(0, 8))},
        {"lengths do not fit", sealed(kAccount + kTail + "6304ABCD")},
        {"lengths do not fit", s1 + "6304BC0E"},
        {"check value (63)", s1.substr(0, s1.size() - 8)},
        {"check value (63)", s1 + "640201"},
        {"no Pix account", sealed(kTail)},
        {"no Pix account", sealed("26130009com.other" + kTail)},
        {"both a key and a URL", sealed("26580014br.gov.bcb.pix0114123456780001952518pix.example.com/ab" + kTail)},
        {"neither a key nor a URL", sealed("26180014br.gov.bcb.pix" + kTail)},
        {"inside field 62", sealed(kAccount + kTail.substr(0, kTail.size() - 11) + "62070599***")},
        {"longer than 512", "000201" + std::string(507, '9')},
    };
    for (const auto& [what, text] : cases) {
        CAPTURE(what, text);
        const auto code = parse_brcode(text);
        REQUIRE_FALSE(code.ok());
        CHECK(code.error().kind == ErrorKind::bad_input);
        CHECK_THAT(code.error().what, Catch::Contains(what));
    }
}

TEST_CASE("8a.8: field faults are read with a warning", "[brcode]") {
    const std::string long_name = "5926PROVEDOR EXEMPLO DE NOME X";
    const std::pair<const char*, std::string> cases[] = {
        {"name", sealed(kAccount + "5204000053039865802BR" + long_name + "6008CAMPINAS62070503***")},
        {"city", sealed(kAccount + "5204000053039865802BR5904NOME6016CIDADE COMPRIDAX62070503***")},
        {"city", sealed(kAccount + "5204000053039865802BR5904NOME62070503***")},
        {"txid", sealed(kAccount + "5204000053039865802BR5904NOME6008CAMPINAS62110507FAT-001")},
        {"txid", sealed(kAccount + "5204000053039865802BR5904NOME6008CAMPINAS")},
        {"currency", sealed(kAccount + "5204000053038405802BR5904NOME6008CAMPINAS62070503***")},
        {"country", sealed(kAccount + "5204000053039865802US5904NOME6008CAMPINAS62070503***")},
        {"merchant category", sealed(kAccount + "5203000"
                                                "53039865802BR5904NOME6008CAMPINAS62070503***")},
        {"amount cannot be read", sealed(kAccount + "5204000053039865405"
                                                    "1,000"
                                                    "5802BR5904NOME6008CAMPINAS62070503***")},
        {"amount is zero", sealed(kAccount + "5204000053039865404"
                                             "0.00"
                                             "5802BR5904NOME6008CAMPINAS62070503***")},
        {"13 characters", sealed(kAccount + "5204000053039865414"
                                            "00000000099.90"
                                            "5802BR5904NOME6008CAMPINAS62070503***")},
        {"neither 11 nor 12", sealed("010213" + kAccount + kTail)},
        {"no kind of Pix key", sealed("26270014br.gov.bcb.pix0105"
                                      "Ana@x" +
                                      kTail)},
        {"additional information", sealed("26430014br.gov.bcb.pix0111123456789090206"
                                          "a\nb\xc3\xa3"
                                          "c" +
                                          kTail)},
        {"a field is empty", sealed(kAccount + kTail + "6100")},
    };
    for (const auto& [what, text] : cases) {
        CAPTURE(what, text);
        const auto code = parse_brcode(text);
        REQUIRE(code.ok());
        REQUIRE(code->warnings.size() == 1);
        CHECK_THAT(code->warnings.front(), Catch::Contains(what));
    }
}

TEST_CASE("8a.8: what is read with a warning is refused when building", "[brcode]") {
    const auto refused = [](const char* field, auto change) {
        StaticPix pix = provider("12345678000195");
        change(pix);
        const auto code = build_brcode(pix);
        CAPTURE(field);
        REQUIRE_FALSE(code.ok());
        CHECK_THAT(code.error().what, Catch::Contains(field));
    };
    refused("name", [](StaticPix& p) { p.merchant_name = std::string(26, 'A'); });
    refused("name", [](StaticPix& p) { p.merchant_name.clear(); });
    refused("name", [](StaticPix& p) { p.merchant_name = "Provedor ☎"; });
    refused("name", [](StaticPix& p) { p.merchant_name = "a\nb"; });
    refused("city", [](StaticPix& p) { p.merchant_city = std::string(16, 'A'); });
    refused("txid", [](StaticPix& p) { p.txid = "FAT-001"; });
    refused("txid", [](StaticPix& p) { p.txid = std::string(26, 'A'); });
    refused("txid", [](StaticPix& p) { p.txid.clear(); });
    refused("key", [](StaticPix& p) { p.key = "19998765432x"; });
    refused("key", [](StaticPix& p) { p.key = "Ana@provedor.example"; });
    refused("key", [](StaticPix& p) { p.key = std::string(70, 'a') + "@b.example"; });
    refused("amount", [](StaticPix& p) { p.amount = Money{}; });
    refused("amount", [](StaticPix& p) { p.amount = Money::centavos(-1); });
    refused("amount", [](StaticPix& p) { p.amount = Money::centavos(1'000'000'000'000); });
    refused("information", [](StaticPix& p) { p.info = std::string(60, 'x'); });
    for (const auto* url :
         {"", "https://pix.example.com/a", "pix.example.com", "/a", "pix.example.com/", "pix.example.com/a b"}) {
        CAPTURE(url);
        CHECK_FALSE(build_brcode(DynamicPix{url, "N", "C", std::nullopt}).ok());
    }
    CHECK_FALSE(build_brcode(DynamicPix{"a.example/" + std::string(68, 'x'), "N", "C", std::nullopt}).ok());
    CHECK(build_brcode(DynamicPix{"a.example/" + std::string(67, 'x'), "N", "C", std::nullopt}).ok());
}

TEST_CASE("1.1: the room for information is 73 characters less the key: 62 with a CPF, 37 with an EVP", "[brcode]") {
    const auto [key, room] = GENERATE(table<const char*, std::size_t>({
        {"12345678909", 62},
        {"7d9f0335-8dcc-4054-9bf9-0dbd61d36906", 37},
    }));
    StaticPix pix = provider(key);
    pix.info = std::string(room, 'x');
    CHECK(build_brcode(pix).ok());
    pix.info += 'x';
    CHECK_FALSE(build_brcode(pix).ok());
}

TEST_CASE("1.1: accents are folded before the limits are counted", "[brcode]") {
    StaticPix pix = provider("12345678909");
    pix.merchant_name = "CONEXÃO AÇÚCAR & PÃO LTDA";
    pix.merchant_city = "São João d'Ávi";
    const auto code = parse_brcode(*build_brcode(pix));
    REQUIRE(code.ok());
    CHECK(code->merchant_name == "CONEXAO ACUCAR & PAO LTDA");
    CHECK(code->merchant_city == "Sao Joao d'Avi");
}

TEST_CASE("1.3: forms of keys", "[brcode]") {
    CHECK(pix_key_kind("12345678909") == PixKeyKind::cpf);
    CHECK(pix_key_kind("12345678000195") == PixKeyKind::cnpj);
    CHECK(pix_key_kind("12ABC34501DE35") == PixKeyKind::cnpj);
    CHECK(pix_key_kind("+5519998765432") == PixKeyKind::phone);
    CHECK(pix_key_kind("a@b.example") == PixKeyKind::email);
    for (const auto* key : {"", "1234567890", "5519998765432", "+0199987654", "+55", "@b", "a@", "a@b@c", "a b@c",
                            "7D9F0335-8DCC-4054-9BF9-0DBD61D36906", "7d9f0335x8dcc-4054-9bf9-0dbd61d36906"}) {
        CAPTURE(key);
        CHECK_FALSE(pix_key_kind(key).has_value());
    }
}

namespace {

rc::Gen<std::string> text_of(const char* letters, std::size_t longest) {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, longest + 1), [letters](std::size_t size) {
        return rc::gen::container<std::string>(size, rc::gen::elementOf(std::string(letters)));
    });
}

StaticPix any_static_pix() {
    StaticPix pix;
    pix.key = *rc::gen::element<std::string>("12345678909", "12345678000195", "+5519998765432", "a@b.example",
                                             "7d9f0335-8dcc-4054-9bf9-0dbd61d36906");
    pix.merchant_name = *text_of("ABCxyz 019.&-", 25);
    pix.merchant_city = *text_of("ABCxyz '", 15);
    if (*rc::gen::arbitrary<bool>()) {
        pix.amount = *test::money_between(1, 999'999'999'999);
    }
    if (*rc::gen::arbitrary<bool>()) {
        pix.txid = *text_of("ABCxyz019", 25);
    }
    if (*rc::gen::arbitrary<bool>()) {
        pix.info = *text_of("ABC xyz/0", 73 - pix.key.size());
    }
    return pix;
}

}  // namespace

TEST_CASE("properties of Pix codes", "[brcode]") {
    CHECK(rc::check("parse(build(static)) gives everything back, without a warning", [] {
        const StaticPix pix = any_static_pix();
        const auto code = parse_brcode(*build_brcode(pix));
        RC_ASSERT(code.ok());
        RC_ASSERT(code->key == pix.key);
        RC_ASSERT(code->merchant_name == pix.merchant_name);
        RC_ASSERT(code->merchant_city == pix.merchant_city);
        RC_ASSERT(code->amount == pix.amount);
        RC_ASSERT(code->txid == (pix.txid == "***" ? "" : pix.txid));
        RC_ASSERT(code->info == pix.info);
        RC_ASSERT(code->warnings.empty());
    }));
    CHECK(rc::check("parse(build(dynamic)) gives everything back, without a warning", [] {
        const DynamicPix pix{*text_of("abc.019", 20) + "/" + *text_of("abc/019-", 56), *text_of("ABCxyz", 25),
                             *text_of("ABCxyz", 15), std::nullopt};
        const auto code = parse_brcode(*build_brcode(pix));
        RC_ASSERT(code.ok());
        RC_ASSERT(code->url == pix.url);
        RC_ASSERT(code->merchant_name == pix.merchant_name);
        RC_ASSERT(code->warnings.empty());
    }));
    CHECK(rc::check("one wrong character is always noticed", [] {
        std::string code = *build_brcode(any_static_pix());
        const auto at = *rc::gen::inRange<std::size_t>(0, code.size());
        const char old = code[at];
        code[at] = *rc::gen::distinctFrom(rc::gen::inRange<char>(' ', '~'), old);
        const bool only_case = at >= code.size() - 4 && (code[at] | 0x20) == (old | 0x20);
        RC_ASSERT(only_case || !parse_brcode(code).ok());
    }));
    CHECK(rc::check("any bytes are read or refused, never more", [] {
        const auto bytes = *rc::gen::arbitrary<std::string>();
        RC_ASSERT(!parse_brcode(bytes).ok());
        const auto behind_the_crc = parse_brcode(sealed(bytes));
        RC_ASSERT(behind_the_crc.ok() || !behind_the_crc.error().what.empty());
    }));
}
