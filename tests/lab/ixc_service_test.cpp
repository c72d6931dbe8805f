// Who may ask the IXC imitation, its actions and the faults of its wire (erp-ixc.md sections 1, 2.19, 4).

#include <catch2/catch.hpp>

#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"
#include "tests/lab/lab_fixture.hpp"

namespace emdia::lab {

using nlohmann::json;

namespace {

json contract_row(const IxcCaller& ixc, const std::string& id) {
    return ixc.list("cliente_contrato", query("cliente_contrato.id", "=", id))["registros"][0];
}

void set(Lab& lab, const std::string& name, std::int64_t value = 0) {
    REQUIRE(LabClient(lab.ports().control).switch_on(name, value).ok());
}

const json any_title = query("fn_areceber.id", ">=", "1", 2);

}  // namespace

TEST_CASE("a wrong token gets nginx's 401 page; a revoked one too (2.19)") {
    Lab lab(small_lab());
    const auto wrong = IxcCaller(lab, "7:wrong").call("GET", "fn_areceber", any_title, true);
    REQUIRE(wrong.ok());
    CHECK(wrong->status == 401);
    CHECK(wrong->body.find("401 Authorization Required") != std::string::npos);
    set(lab, "ixc.token_revoked");
    CHECK(IxcCaller(lab).call("GET", "fn_areceber", any_title, true)->status == 401);
}

TEST_CASE("a GET without the listing header is 404; a POST without it is an insert (1.6, section 9.8)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.call("GET", "fn_areceber", any_title, false)->status == 404);
    CHECK(ixc.act("fn_areceber", any_title)["type"] == "error");
    CHECK(ixc.call("POST", "fn_areceber", any_title, true)->body.find("registros") != std::string::npos);
    set(lab, "ixc.post_listing_only");
    CHECK(ixc.call("GET", "fn_areceber", any_title, true)->status == 404);
}

TEST_CASE("unknown resources, refused addresses and versions are errors with status 200 (2.19)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.list("contrato", query("contrato.id", "=", "1"))["message"] == "Recurso contrato não está disponível!");
    set(lab, "ixc.ip_denied");
    const auto denied = ixc.call("GET", "fn_areceber", any_title, true);
    CHECK(denied->status == 200);
    CHECK(json::parse(denied->body)["type"] == "error");
}

TEST_CASE("faults of the wire reach the client as they would on the Internet (2.19)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    SECTION("HTML instead of JSON, once") {
        REQUIRE(LabClient(lab.ports().control).post("/faults", {{"name", "ixc.html"}, {"count", 1}}).ok());
        CHECK(ixc.list_text("fn_areceber", any_title).find("<div") == 0);
        CHECK(ixc.list("fn_areceber", any_title).contains("registros"));
    }
    SECTION("500 and every third call 504") {
        set(lab, "ixc.every_nth_504", 3);
        int failed = 0;
        for (int i = 0; i < 9; ++i) {
            failed += ixc.call("GET", "fn_areceber", any_title, true)->status == 504 ? 1 : 0;
        }
        CHECK(failed == 3);
        set(lab, "ixc.http_status", 500);
        CHECK(ixc.call("GET", "fn_areceber", any_title, true)->status == 500);
    }
    SECTION("a dropped line and half an answer are no answer") {
        set(lab, "ixc.dropped");
        CHECK_FALSE(ixc.call("GET", "fn_areceber", any_title, true).ok());
        REQUIRE(LabClient(lab.ports().control).switch_off("ixc.dropped").ok());
        set(lab, "ixc.truncated");
        const auto half = ixc.call("GET", "fn_areceber", any_title, true);
        CHECK((!half.ok() || !json::accept(half->body)));
    }
    SECTION("JSON that ends in the middle, and a body of five megabytes") {
        set(lab, "ixc.not_json");
        CHECK_FALSE(json::accept(ixc.list_text("fn_areceber", any_title)));
        set(lab, "ixc.huge", 5'000'000);
        CHECK(ixc.list_text("fn_areceber", any_title).size() == 5'000'000);
    }
    SECTION("a slow answer takes its time") {
        set(lab, "ixc.slow", 60);
        const auto before = std::chrono::steady_clock::now();
        CHECK(ixc.list("fn_areceber", any_title).contains("total"));
        CHECK(std::chrono::steady_clock::now() - before >= Millis{60});
    }
}

TEST_CASE("get_pix gives a code that the core reads, and registers the charge (4.1)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json pix = ixc.act("get_pix", {{"id_areceber", "145002"}});
    const auto code = parse_brcode(pix["pix"]["qrCode"]["qrcode"].get<std::string>());
    REQUIRE(code.ok());
    CHECK(code->kind == BrCode::Kind::dynamic_url);
    CHECK(code->warnings.empty());
    const json row = ixc.list("fn_areceber", query("fn_areceber.id", "=", "145002"))["registros"][0];
    CHECK(code->amount->plain() == row["valor"]);
    CHECK(row["pix_txid"] != "");
    CHECK(parse_boleto(row["linha_digitavel"].get<std::string>(), make_date(2026, 3, 1)).ok());
}

TEST_CASE("no Pix is a success with an empty code; an unknown title is 500; a bad CRC is refused by the core (4.1)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.call("POST", "get_pix", {{"id_areceber", "1"}}, false)->status == 500);
    set(lab, "ixc.pix_bad_crc");
    const json bad = ixc.act("get_pix", {{"id_areceber", "145002"}});
    CHECK_FALSE(parse_brcode(bad["pix"]["qrCode"]["qrcode"].get<std::string>()).ok());
    set(lab, "ixc.pix_unavailable");
    const json none = ixc.act("get_pix", {{"id_areceber", "145002"}});
    CHECK(none["type"] == "success");
    CHECK(none["pix"]["qrCode"]["qrcode"] == "");
    CHECK(none["pix"]["dadosPix"]["expiracaoPix"] == "31/12/1969 21:00:00");
}

TEST_CASE("get_boleto answers bare base64, a PDF, data, or nothing (4.2)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const auto ask = [&](const json& body) { return ixc.call("POST", "get_boleto", body, false)->body; };
    CHECK(ask({{"boletos", "145002"}, {"tipo_boleto", "arquivo"}, {"base64", "S"}}).rfind("JVBER", 0) == 0);
    CHECK(ask({{"boletos", 145002}, {"tipo_boleto", "arquivo"}, {"base64", "N"}}).rfind("%PDF", 0) == 0);
    const json data = json::parse(ask({{"boletos", "145002"}, {"tipo_boleto", "dados"}}));
    CHECK(parse_boleto(data[0]["linha_digitavel"].get<std::string>(), make_date(2026, 3, 1)).ok());
    CHECK(ask({{"boletos", "1"}, {"tipo_boleto", "arquivo"}}).empty());
}

TEST_CASE("block and release change what the contract says, unless the switch makes them lie (4.5, 7.4, 9.1)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.act("cliente_contrato_15300", {{"id_contrato", "7001"}})["type"] == "success");
    CHECK(contract_row(ixc, "7001")["status_internet"] == "CM");
    CHECK(ixc.act("cliente_contrato_15464", {{"id_contrato", "7001"}})["type"] == "success");
    CHECK(contract_row(ixc, "7001")["status_internet"] == "A");
    set(lab, "ixc.action_without_effect");
    CHECK(ixc.act("cliente_contrato_15300", {{"id_contrato", "7001"}})["type"] == "success");
    CHECK(contract_row(ixc, "7001")["status_internet"] == "A");
}

TEST_CASE("trust unblock answers in Portuguese keys with its codes (4.4)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.act("desbloqueio_confianca", {{"id", "1"}})["codigo"] == "106");
    REQUIRE(ixc.act("cliente_contrato_15300", {{"id_contrato", "7001"}})["type"] == "success");
    CHECK(ixc.act("desbloqueio_confianca", {{"id", 7001}})["tipo"] == "sucesso");
    CHECK(contract_row(ixc, "7001")["desbloqueio_confianca_ativo"] == "S");
    CHECK(contract_row(ixc, "7001")["status_internet"] == "A");
    CHECK(ixc.act("desbloqueio_confianca", {{"id", "7001"}})["codigo"] == "107");
}

TEST_CASE("lib_temp of no contract says success all the same (4.5)") {
    Lab lab(small_lab());
    CHECK(IxcCaller(lab).act("cliente_contrato_btn_lib_temp_24722", {{"id", "-1"}})["type"] == "success");
}

TEST_CASE("by switch a temporary release and a write-off say success and do nothing (9.1, 7.3)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    REQUIRE(ixc.act("cliente_contrato_15300", {{"id_contrato", "7001"}})["type"] == "success");
    set(lab, "ixc.temporary_release_without_effect");
    CHECK(ixc.act("cliente_contrato_btn_lib_temp_24722", {{"id", "7001"}})["type"] == "success");
    CHECK(contract_row(ixc, "7001")["status_internet"] == "CM");
    set(lab, "ixc.write_off_without_effect");
    for (int twice = 0; twice < 2; ++twice) {
        const auto said = ixc.act("fn_areceber_recebimentos_baixas_novo",
                                  {{"id_receber", "145001"}, {"valor_total_recebido", "99.90"}});
        CHECK(said["type"] == "success");
    }
}

TEST_CASE("a note is kept and its id may come as a number (4.9, 4.10)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json note{{"tipo", "Promessa de pagamento"}, {"historico", "Promete pagar"}, {"id_contrato", "7001"}};
    CHECK(ixc.act("cliente_contrato_historico", note)["id"] == "72947");
    set(lab, "ixc.id_as_number");
    CHECK(ixc.act("cliente_contrato_historico", note)["id"] == 72948);
    CHECK(ixc.list("cliente_contrato_historico",
                   query("cliente_contrato_historico.id_contrato", "=", "7001"))["total"] == "2");
}

TEST_CASE("a partial PUT gets the red page, a full one is taken (5.0)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const auto partial = ixc.call("PUT", "cliente_contrato/7001", {{"nao_bloquear_ate", "10/03/2026"}}, false);
    CHECK(partial->body.find("#FF0000") != std::string::npos);
    json row = contract_row(ixc, "7001");
    row["nao_bloquear_ate"] = "10/03/2026";
    CHECK(json::parse(ixc.call("PUT", "cliente_contrato/7001", row, false)->body)["type"] == "success");
    CHECK(contract_row(ixc, "7001")["nao_bloquear_ate"] == "2026-03-10");
}

TEST_CASE("a write-off pays, a second one is refused, deleting the receipt opens the title again (4.7)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json write_off{{"id_receber", "145002"}, {"valor_total_recebido", "40,00"}, {"tipo_recebimento", "Pix"}};
    const auto status = [&] {
        return ixc.list("fn_areceber", query("fn_areceber.id", "=", "145002"))["registros"][0]["status"];
    };
    CHECK(ixc.act("fn_areceber_recebimentos_baixas_novo", write_off)["type"] == "success");
    CHECK(status() == "P");
    json rest = write_off;
    rest["valor_total_recebido"] = "500,00";
    CHECK(ixc.act("fn_areceber_recebimentos_baixas_novo", rest)["type"] == "success");
    CHECK(status() == "R");
    CHECK(ixc.act("fn_areceber_recebimentos_baixas_novo", rest)["type"] == "error");
    const json receipts =
        ixc.list("fn_areceber_baixas", query("fn_movim_finan.id_receber", "=", "145002"))["registros"];
    REQUIRE(receipts.size() == 2);
    for (const json& receipt : receipts) {
        CHECK(json::parse(ixc.call("DELETE", "fn_areceber_baixas/" + receipt["id"].get<std::string>(), {}, false)
                              ->body)["type"] == "success");
    }
    CHECK(status() == "A");
}

}  // namespace emdia::lab
