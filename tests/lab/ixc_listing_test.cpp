// How the imitation lists (erp-ixc.md section 2) and what its switches do to a listing (7.3).

#include <set>

#include <catch2/catch.hpp>

#include "tests/lab/lab_fixture.hpp"

namespace emdia::lab {

using nlohmann::json;

namespace {

const char* red = "#FF0000";

json open_titles(std::size_t per_page = 500, std::size_t page = 1) {
    return query("fn_areceber.status", "=", "A", per_page, page);
}

void set(Lab& lab, const std::string& name, std::int64_t value = 0, const std::string& match = {}) {
    REQUIRE(LabClient(lab.ports().control).switch_on(name, value, match).ok());
}

}  // namespace

TEST_CASE("a listing pages through every row once and says the true total (2.18)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json whole = ixc.list("fn_areceber", open_titles());
    std::set<std::string> seen;
    for (std::size_t page = 1; page <= 20 && seen.size() < whole["registros"].size(); ++page) {
        const json part = ixc.list("fn_areceber", open_titles(7, page));
        CHECK(part["total"] == whole["total"]);
        for (const json& row : part["registros"]) {
            CHECK(seen.insert(row["id"]).second);
        }
    }
    CHECK(std::to_string(seen.size()) == whole["total"]);
    CHECK(seen.size() == 60);
}

TEST_CASE("no match has no registros key, a page past the end keeps the total (2.18)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json none = ixc.list("fn_areceber", query("fn_areceber.id", "=", "1"));
    CHECK(none["total"] == "0");
    CHECK_FALSE(none.contains("registros"));
    const json past = ixc.list("fn_areceber", open_titles(500, 9));
    CHECK(past["total"] == "60");
    CHECK_FALSE(past.contains("registros"));
}

TEST_CASE("grid_param is ANDed with the triple; P2 is a second alternative (2.12, 2.13)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json open = ixc.list(
        "fn_areceber", with_grid(query("fn_areceber.id", ">=", "1"),
                                 json::array({{{"TB", "fn_areceber.status"}, {"OP", "!="}, {"P", "R"}, {"P2", "C"}}})));
    CHECK(open["total"] == "60");
    const json window = ixc.list(
        "fn_areceber",
        with_grid(
            open_titles(),
            json::array(
                {{{"TB", "fn_areceber.data_vencimento"}, {"OP", "BE"}, {"P", "2026-03-01"}, {"P2", "2026-03-31"}}})));
    CHECK(window["total"] == "30");
    const json in =
        ixc.list("fn_areceber",
                 with_grid(query("fn_areceber.id", ">=", "1"),
                           json::array({{{"TB", "fn_areceber.id"}, {"OP", "IN"}, {"P", "145002,145003,145003,1"}}})));
    CHECK(in["total"] == "2");
}

TEST_CASE("dates filter as ISO and as dd/mm/yyyy; dd/mm/yyyy on a DATETIME finds nothing (section 2)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    const json iso = ixc.list("fn_areceber", query("fn_areceber.data_vencimento", "<=", "2026-03-31"));
    CHECK(iso == ixc.list("fn_areceber", query("fn_areceber.data_vencimento", "<=", "31/03/2026")));
    CHECK(ixc.list("cliente", query("cliente.ultima_atualizacao", "=", "01/03/2026"))["total"] == "0");
    set(lab, "ixc.br_dates_only");
    CHECK(ixc.list("fn_areceber", query("fn_areceber.data_vencimento", "=", "2026-03-10"))["total"] == "0");
}

TEST_CASE("a bare column, an unknown column and an unknown operator get the red page with 200 (2.1, 2.17)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    for (const json& body :
         {query("status", "=", "A"), query("fn_areceber.nada", "=", "A"), query("fn_areceber.status", "<>", "A")}) {
        const auto answer = ixc.call("GET", "fn_areceber", body, true);
        REQUIRE(answer.ok());
        CHECK(answer->status == 200);
        CHECK(answer->body.find(red) != std::string::npos);
    }
    set(lab, "ixc.unknown_column_is_empty");
    CHECK(ixc.list("fn_areceber", query("fn_areceber.nada", "=", "A"))["total"] == "0");
}

TEST_CASE("receipts are addressed as fn_movim_finan (3.6)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.list("fn_areceber_baixas", query("fn_movim_finan.id", ">=", "1"))["total"] == "30");
    CHECK(ixc.list_text("fn_areceber_baixas", query("fn_areceber_baixas.id", ">=", "1")).find(red) !=
          std::string::npos);
}

TEST_CASE("masked phones are found with L, not with = (2.9)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    CHECK(ixc.list("cliente", query("cliente.telefone_celular", "=", "11900004001"))["total"] == "0");
    CHECK(ixc.list("cliente", query("cliente.telefone_celular", "L", "0000-4001"))["total"] != "0");
}

TEST_CASE("switches bend listings as installs differ (7.3)") {
    Lab lab(small_lab());
    const IxcCaller ixc(lab);
    SECTION("empty list") {
        set(lab, "ixc.empty_list", 0, "fn_areceber");
        CHECK(ixc.list("fn_areceber", open_titles())["total"] == "0");
        CHECK(ixc.list("cliente", query("cliente.id", ">=", "1"))["total"] != "0");
    }
    SECTION("half the base") {
        set(lab, "ixc.half_base");
        CHECK(ixc.list("fn_areceber", open_titles())["total"] == "30");
    }
    SECTION("the same page for ever") {
        set(lab, "ixc.same_page");
        CHECK(ixc.list("fn_areceber", open_titles(5, 1))["registros"] ==
              ixc.list("fn_areceber", open_titles(5, 9))["registros"]);
    }
    SECTION("zero dates and comma amounts") {
        set(lab, "ixc.zero_dates");
        set(lab, "ixc.comma_amounts");
        const json row = ixc.list("fn_areceber", query("fn_areceber.id", "=", "145002"))["registros"][0];
        CHECK(row["data_vencimento"] == "0000-00-00");
        CHECK(row["valor"].get<std::string>().find(',') != std::string::npos);
    }
    SECTION("total as a number, rows as an object, an empty array") {
        set(lab, "ixc.numeric_total");
        set(lab, "ixc.rows_as_object");
        set(lab, "ixc.empty_array");
        const json answer = ixc.list("fn_areceber", open_titles(2));
        CHECK(answer["total"] == 60);
        CHECK(answer["registros"].is_object());
        CHECK(ixc.list("fn_areceber", query("fn_areceber.id", "=", "1"))["registros"] == json::array());
    }
    SECTION("a blank contract on titles, no NAS rows, a frozen stamp") {
        set(lab, "ixc.contract_blank_on_titles");
        set(lab, "ixc.no_nas_rows");
        set(lab, "ixc.update_stamp_frozen");
        const json row = ixc.list("fn_areceber", query("fn_areceber.id", "=", "145002"))["registros"][0];
        CHECK(row["id_contrato"] == "");
        CHECK(row["id_contrato_avulso"] == "7001");
        CHECK(row["ultima_atualizacao"].get<std::string>().substr(0, 10) == row["data_emissao"]);
        CHECK(ixc.list("radauth_nas", query("radauth_nas.id", ">=", "1"))["total"] == "0");
    }
}

}  // namespace emdia::lab
