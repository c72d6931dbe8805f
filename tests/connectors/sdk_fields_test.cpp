#include <catch2/catch.hpp>

#include "erp-connectors/sdk/fields.hpp"
#include "erp-connectors/sdk/log.hpp"
#include "erp-connectors/sdk/rate_limiter.hpp"

using namespace emdia;
using namespace emdia::sdk;
using namespace std::chrono_literals;

TEST_CASE("money is read with dot or comma and never guessed (erp-ixc.md, section 2)") {
    CHECK(**read_money("109.90") == Money::centavos(10990));
    CHECK(**read_money(" 1.234,56 ") == Money::centavos(123456));
    CHECK(**read_money("37,1") == Money::centavos(3710));
    CHECK(**read_money("99.900000000") == Money::centavos(9990));
    CHECK_FALSE(*read_money(""));
    for (const auto* text : {"1.234", "abc", "12,3,4", "NaN", "1e5"}) {
        CHECK_FALSE(read_money(text).ok());
    }
}

TEST_CASE("dates are read in the ERP's forms and zero dates are absent") {
    const auto day = make_date(2026, 11, 20);
    CHECK(**read_date("2026-11-20") == day);
    CHECK(**read_date("2026-11-20 13:53:41") == day);
    CHECK(**read_date("20/11/2026") == day);
    CHECK(**read_date("20/11/2026 00:00:00") == day);
    for (const auto* text : {"", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000"}) {
        REQUIRE(read_date(text).ok());
        CHECK_FALSE(*read_date(text));
    }
    for (const auto* text : {"2026-02-30", "20-11-2026", "2026-11-20x", "31/02/2026", "x"}) {
        CHECK_FALSE(read_date(text).ok());
    }
    CHECK(to_iso(**read_date_time("2026-11-20 13:53:41")) == "2026-11-20 13:53:41");
    CHECK_FALSE(read_date_time("2026-11-20 25:00:00").ok());
    CHECK_FALSE(read_date_time("2026-11-20").ok());
    CHECK(br_date(day) == "20/11/2026");
}

TEST_CASE("phones as people write them become E.164, anything else nothing (IXC 3.1)") {
    CHECK(br_phone("(11) 90000-0001") == "+5511900000001");
    CHECK(br_phone("+55 11 90000-0001") == "+5511900000001");
    CHECK(br_phone("011 90000-0001") == "+5511900000001");
    CHECK(br_phone("(11) 3000-0001") == "+551130000001");
    CHECK(br_phone("(11) 8000-0001") == "+5511980000001");  // as it was written before the ninth digit
    for (const auto* text : {"", "90000-0001", "(11) 80000-00011", "(00) 90000-0001", "n/a"}) {
        CHECK(br_phone(text).empty());
    }
}

TEST_CASE("first names are as used in messages") {
    CHECK(first_name("FULANA DE TESTE") == "Fulana");
    CHECK(first_name("  ÉRICA  SILVA") == "Érica");
    CHECK(first_name("joão") == "João");
    CHECK(first_name("") == "");
}

TEST_CASE("mojibake is undone and good text is left alone (IXC 2.19)") {
    CHECK(without_mojibake("JosÃ© AraÃºjo") == "José Araújo");
    CHECK(without_mojibake("José") == "José");
    CHECK(without_mojibake("plain") == "plain");
    CHECK(without_mojibake("日本") == "日本");
}

TEST_CASE("addresses are dotted quads") {
    CHECK(is_ipv4("192.0.2.7"));
    for (const auto* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.x", "1..2.3", "-1.2.3.4"}) {
        CHECK_FALSE(is_ipv4(text));
    }
}

TEST_CASE("keys of other rows: empty and 0 are absent") {
    CHECK(absent_key(""));
    CHECK(absent_key(" 0 "));
    CHECK_FALSE(absent_key("7301"));
}

TEST_CASE("text of an ERP is presentable: no tags, documents, phones, addresses; short (E4)") {
    CHECK(presentable("Parcela já está recebida ou cancelada!<br />") == "Parcela já está recebida ou cancelada!");
    CHECK(presentable("cpf 000.000.001-91, tel (11) 90000-0001 e 12345678901") ==
          "cpf [number], tel ([number] e [number]");
    CHECK(presentable("fulana@exemplo.invalid saiu") == "[address] saiu");
    CHECK(presentable("contrato 7301 vence 2026") == "contrato 7301 vence 2026");
    CHECK(presentable(std::string(500, 'a')).size() == 200);
}

TEST_CASE("the log never shows a secret") {
    Logger log;
    log.hide("s3cr3t-token");
    CHECK(log.redact("a s3cr3t-token b s3cr3t-token") == "a [redacted] b [redacted]");
}

TEST_CASE("the rate limiter lets a burst through and then keeps the pace") {
    RateLimiter limiter{60, 2};
    const RateLimiter::TimePoint start{100s};
    CHECK(limiter.reserve(start) == start);
    CHECK(limiter.reserve(start) == start);
    CHECK(limiter.reserve(start) == start + 1s);
    CHECK(limiter.reserve(start) == start + 2s);
    CHECK(limiter.reserve(start + 60s) == start + 60s);
}
