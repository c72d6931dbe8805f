#include <catch2/catch.hpp>

#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"
#include "tests/connectors/ixc_imitation.hpp"
#include "tests/support/test_tls.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

ErpPull invoices(bool full = true) {
    ErpPull pull;
    pull.kind = RecordKind::invoices;
    pull.page_size = 2;
    pull.full = full;
    pull.due_from = make_date(2026, 9, 1);
    pull.due_to = make_date(2026, 12, 1);
    return pull;
}

const char* const kPix =
    "00020101021226780014br.gov.bcb.pix2556pix.psp.example/v2/cobv/"
    "0123456789abcdef0123456789abcdef5204000053039865406109.905802BR5916PROVEDOR EXEMPLO6009SAO PAULO62070503***"
    "630403B8";

Json pix_answer(const std::string& code, const std::string& expiry) {
    return {{"pix", {{"qrCode", {{"qrcode", code}}}, {"dadosPix", {{"expiracaoPix", expiry}}}}}, {"type", "success"}};
}

}  // namespace

TEST_CASE("pages go by id: header, filters and authorization as IXC wants them (1.6, 1.10, 2.14)") {
    IxcImitation ixc;
    ixc.answer("fn_areceber", {IxcImitation::json({{"total", "3"}, {"registros", {title_row("5"), title_row("9")}}}),
                               IxcImitation::listing({title_row("12")})});
    IxcUnderTest t{ixc};
    REQUIRE(t.ready.ok());
    auto pull = invoices();
    const auto first = t.connector.pull(pull, t.context());
    REQUIRE(first.ok());
    CHECK(std::get<std::vector<ErpInvoice>>(first->records).size() == 2);
    CHECK(first->since.empty());
    pull.cursor = first->next_cursor;
    const auto second = t.connector.pull(pull, t.context());
    REQUIRE(second.ok());
    CHECK(second->next_cursor.empty());
    CHECK_FALSE(second->since.empty());
    const auto asked = ixc.asked("fn_areceber");
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].method == "GET");
    CHECK(asked[0].header == "listar");
    CHECK(asked[0].authorization == "Basic NzphYmNkZWY=");
    CHECK(asked[1].body["query"] == "9");
    CHECK(asked[0].body["qtype"] == "fn_areceber.id");
    REQUIRE(asked[0].body["grid_param"].is_string());
    const auto grid = Json::parse(asked[0].body["grid_param"].get<std::string>());
    CHECK(grid[0] == Json{{"TB", "fn_areceber.data_vencimento"}, {"OP", ">="}, {"P", "2026-09-01"}});
}

TEST_CASE("listing by POST keeps its header (1.11), and dates in the Brazilian form where an install wants them") {
    IxcImitation ixc;
    ixc.rows("fn_areceber", {title_row("5")});
    IxcUnderTest t{ixc, {{"listing", "post"}, {"dates", "br"}}};
    REQUIRE(t.connector.pull(invoices(false), t.context()).ok());
    const auto asked = ixc.asked("fn_areceber");
    CHECK(asked[0].method == "POST");
    CHECK(asked[0].header == "listar");
    CHECK(asked[0].body["grid_param"].get<std::string>().find("01/09/2026") != std::string::npos);
}

TEST_CASE("the same page for ever, and a total that contradicts the rows, are errors and conclude nothing (6.5)") {
    IxcImitation ixc;
    ixc.answer("fn_areceber", {IxcImitation::json({{"total", "9"}, {"registros", {title_row("5"), title_row("9")}}})});
    IxcUnderTest t{ixc};
    auto pull = invoices();
    const auto first = t.connector.pull(pull, t.context());
    REQUIRE(first.ok());
    pull.cursor = first->next_cursor;
    CHECK(t.connector.pull(pull, t.context()).error().kind == ErrorKind::protocol);

    ixc.answer("fn_areceber", {IxcImitation::json({{"total", "500"}})});
    CHECK(t.connector.pull(invoices(), t.context()).error().kind == ErrorKind::protocol);
}

TEST_CASE("rows in doubt are quarantined, the rest of the page goes on") {
    IxcImitation ixc;
    auto zero = title_row("6");
    zero["data_vencimento"] = "0000-00-00";
    auto comma = title_row("7");
    comma["valor_aberto"] = "1.109,90";
    ixc.rows("fn_areceber", {zero, comma});
    IxcUnderTest t{ixc};
    const auto page = t.connector.pull(invoices(), t.context());
    REQUIRE(page.ok());
    CHECK(page->quarantined == std::vector<std::string>{"fn_areceber 6: data_vencimento is empty or zero"});
    CHECK(std::get<std::vector<ErpInvoice>>(page->records).at(0).open == Money::centavos(110990));
}

TEST_CASE("titles without a contract get the subscriber's only active one, never one of several (3.3)") {
    for (const std::size_t count : {1U, 2U}) {
        IxcImitation ixc;
        auto blank = title_row("5");
        blank["id_contrato"] = "0";
        ixc.rows("fn_areceber", {blank});
        auto second = contract_row("A");
        second["id"] = "7302";
        std::vector<Json> contracts{contract_row("A"), second};
        contracts.resize(count);
        ixc.rows("cliente_contrato", contracts);
        IxcUnderTest t{ixc};
        const auto page = t.connector.pull(invoices(), t.context());
        REQUIRE(page.ok());
        const auto& invoice = std::get<std::vector<ErpInvoice>>(page->records).at(0);
        CHECK(invoice.contract_id == (count == 1 ? "7301" : ""));
    }
}

TEST_CASE("a fresh read: what a list leaves out is asked for by itself before it is missing") {
    IxcImitation ixc;
    const ServedResponse none = IxcImitation::json({{"page", "1"}, {"total", "0"}});
    ixc.answer("fn_areceber", {IxcImitation::listing({title_row("5")}), none, IxcImitation::listing({title_row("5")})});
    ixc.rows("fn_areceber_baixas",
             {{{"id", "1"}, {"id_receber", "5"}, {"credito", "9.90"}, {"data", "2026-11-21"}, {"tipo_lanc", "R"}}});
    IxcUnderTest t{ixc};
    const auto read = t.connector.read_invoices({{"5", "6"}}, t.context());
    REQUIRE(read.ok());
    CHECK(read->invoices.size() == 1);
    CHECK(read->payments.size() == 1);
    CHECK(read->missing == std::vector<std::string>{"6"});
    CHECK(ixc.asked("fn_areceber_baixas")[0].body["qtype"] == "fn_movim_finan.id");

    ixc.answer("fn_areceber", {none, IxcImitation::listing({title_row("5")})});
    CHECK(t.connector.read_invoices({{"5"}}, t.context()).error().kind == ErrorKind::protocol);
}

TEST_CASE("a fresh read does not need the receipts: whatever goes wrong with their list, titles are told") {
    IxcImitation ixc;
    ixc.rows("fn_areceber", {title_row("5")});
    for (const auto& bad : {IxcImitation::html(500, ""), IxcImitation::html(200, "<div>Ocorreu um erro ao processar"),
                            IxcImitation::json({{"type", "error"}, {"message", "Tabela bloqueada"}}),
                            IxcImitation::json({{"page", "1"}})}) {
        ixc.answer("fn_areceber_baixas", {bad});
        IxcUnderTest t{ixc};
        const auto read = t.connector.read_invoices({{"5"}}, t.context());
        REQUIRE(read.ok());
        CHECK(read->invoices.size() == 1);
        CHECK(read->payments.empty());
        CHECK(read->quarantined.empty());
    }
}

TEST_CASE("many titles that vanish at once do not poison a read: nothing is concluded of them, the others are told") {
    IxcImitation ixc;
    std::vector<std::string> ids{"5"};
    for (int i = 0; i < 30; ++i) {
        ids.push_back(std::to_string(100 + i));
    }
    ixc.answer("fn_areceber", {IxcImitation::listing({title_row("5")})});
    IxcUnderTest t{ixc};
    const auto read = t.connector.read_invoices({ids}, t.context());
    REQUIRE(read.ok());
    CHECK(read->invoices.size() == 1);
    CHECK(read->missing.empty());
    CHECK(read->quarantined.size() == 30);
    CHECK(ixc.asked("fn_areceber").size() == 1);

    ixc.answer("fn_areceber", {IxcImitation::json({{"page", "1"}, {"total", "0"}})});
    CHECK(t.connector.read_invoices({ids}, t.context()).error().kind == ErrorKind::protocol);
}

TEST_CASE("reads survive one failure; a revoked token is not hammered") {
    IxcImitation ixc;
    ixc.answer("cliente_contrato", {IxcImitation::html(504, ""), IxcImitation::listing({contract_row("A")})});
    IxcUnderTest t{ixc};
    ErpPull pull;
    pull.kind = RecordKind::contracts;
    CHECK(t.connector.pull(pull, t.context()).ok());
    ixc.answer("cliente_contrato", {IxcImitation::html(401, "<html>401 Authorization Required</html>")});
    CHECK(t.connector.pull(pull, t.context()).error().kind == ErrorKind::unauthorized);
    CHECK(ixc.asked("cliente_contrato").size() == 3);
}

TEST_CASE("a block counts when it is read back, whatever the action said (pitfall 1)") {
    const ServedResponse ok = IxcImitation::json({{"type", "success"}, {"message", "ok"}});
    const ServedResponse open = IxcImitation::listing({contract_row("A")});
    const ServedResponse blocked = IxcImitation::listing({contract_row("CM")});
    IxcImitation ixc;
    IxcUnderTest t{ixc};
    SECTION("done") {
        ixc.answer("cliente_contrato", {open, blocked});
        ixc.answer("cliente_contrato_15300", {ok});
        const auto done = t.connector.block({"7301"}, t.context());
        REQUIRE(done.ok());
        CHECK(done->access == ErpAccess::blocked);
        CHECK(done->note == "status_internet=CM");
        CHECK(ixc.asked("cliente_contrato_15300")[0].body == Json{{"id_contrato", "7301"}});
        CHECK(ixc.asked("cliente_contrato_15300")[0].header.empty());
    }
    SECTION("blocked already: nothing is sent") {
        ixc.answer("cliente_contrato", {blocked});
        CHECK(t.connector.block({"7301"}, t.context()).ok());
        CHECK(ixc.asked("cliente_contrato_15300").empty());
    }
    SECTION("success without effect is refused") {
        ixc.answer("cliente_contrato", {open});
        ixc.answer("cliente_contrato_15300", {ok});
        CHECK(t.connector.block({"7301"}, t.context()).error().kind == ErrorKind::refused);
    }
    SECTION("a failure with effect is done") {
        ixc.answer("cliente_contrato", {open, blocked});
        ixc.answer("cliente_contrato_15300", {IxcImitation::html(500, "")});
        CHECK(t.connector.block({"7301"}, t.context()).ok());
    }
    SECTION("a failure without visible effect stays unknown and is not repeated") {
        ixc.answer("cliente_contrato", {open});
        ixc.answer("cliente_contrato_15300", {IxcImitation::html(500, "")});
        CHECK(t.connector.block({"7301"}, t.context()).error().kind == ErrorKind::unknown);
        CHECK(ixc.asked("cliente_contrato_15300").size() == 1);
    }
    SECTION("a state we do not understand is not touched") {
        ixc.rows("cliente_contrato", {contract_row("CE")});
        CHECK(t.connector.block({"7301"}, t.context()).error().kind == ErrorKind::refused);
        CHECK(ixc.asked("cliente_contrato_15300").empty());
    }
}

TEST_CASE("trust unblock: refused where the contract forbids it, done when access is back (4.4)") {
    IxcImitation ixc;
    auto forbidden = contract_row("CA");
    forbidden["desbloqueio_confianca"] = "N";
    ixc.rows("cliente_contrato", {forbidden});
    IxcUnderTest t{ixc};
    CHECK(t.connector.release({"7301", 2}, t.context()).error().kind == ErrorKind::refused);
    CHECK(ixc.asked("desbloqueio_confianca").empty());

    auto released = contract_row("A");
    released["desbloqueio_confianca_ativo"] = "S";
    ixc.answer("cliente_contrato", {IxcImitation::listing({contract_row("CA")}), IxcImitation::listing({released})});
    ixc.answer("desbloqueio_confianca", {IxcImitation::json({{"tipo", "sucesso"}, {"codigo", "100"}})});
    const auto done = t.connector.release({"7301", 2}, t.context());
    REQUIRE(done.ok());
    CHECK(done->note.find("trust unblock in force") != std::string::npos);
}

TEST_CASE("Pix codes are checked: empty, expired and damaged ones are left out (4.1)") {
    IxcImitation ixc;
    ixc.rows("fn_areceber", {title_row("145535")});
    IxcUnderTest t{ixc};
    const ErpGetPaymentCodes get{"145535", make_date(2026, 11, 25)};
    const auto pix = [&](const Json& answer) {
        ixc.answer("get_pix", {IxcImitation::json(answer)});
        const auto codes = t.connector.payment_codes(get, t.context());
        REQUIRE(codes.ok());
        CHECK(codes->total == Money::centavos(10990));
        CHECK_FALSE(codes->quoted);
        return codes->pix;
    };
    CHECK(pix(pix_answer("", "31/12/1969 21:00:00")).empty());
    CHECK(pix(pix_answer(std::string{kPix} + "0", "18/02/2027 00:00:00")).empty());
    CHECK(pix(pix_answer(kPix, "24/11/2026 00:00:00")).empty());
    CHECK(pix(pix_answer(kPix, "18/02/2027 00:00:00")) == kPix);
    ixc.answer("get_pix", {IxcImitation::html(500, "")});
    CHECK(t.connector.payment_codes(get, t.context())->pix.empty());
    auto paid = title_row("145535");
    paid["status"] = "R";
    ixc.rows("fn_areceber", {paid});
    CHECK(t.connector.payment_codes(get, t.context()).error().kind == ErrorKind::refused);
}

TEST_CASE("a static Pix code asks for what is owed or is left out; a code without a payment too (4.1)") {
    IxcImitation ixc;
    ixc.rows("fn_areceber", {title_row("145535")});
    IxcUnderTest t{ixc};
    const auto offered = [&](const std::string& code) {
        ixc.answer("get_pix", {IxcImitation::json(pix_answer(code, "18/02/2027 00:00:00"))});
        return t.connector.payment_codes({"145535", make_date(2026, 11, 25)}, t.context())->pix == code;
    };
    StaticPix pix{"chave@exemplo.invalid", "PROVEDOR EXEMPLO", "SAO PAULO", Money::centavos(10990), "***", ""};
    CHECK(offered(build_brcode(pix).value()));
    pix.amount = Money::centavos(10991);
    CHECK_FALSE(offered(build_brcode(pix).value()));
    pix.amount.reset();
    CHECK(offered(build_brcode(pix).value()));
}

TEST_CASE(
    "the boleto line that appears when asking for Pix registers the charge is read at once, and only then (3.3)") {
    IxcImitation ixc;
    const auto line =
        build_boleto({"341", make_date(2026, 11, 20), Money::centavos(10990), std::string(25, '0')})->line;
    auto registered = title_row("145535");
    registered["linha_digitavel"] = line;
    ixc.answer("fn_areceber", {IxcImitation::listing({title_row("145535")}), IxcImitation::listing({registered})});
    ixc.answer("get_pix", {IxcImitation::json(pix_answer(kPix, "18/02/2027 00:00:00"))});
    IxcUnderTest t{ixc};
    const ErpGetPaymentCodes get{"145535", make_date(2026, 11, 25)};
    CHECK(t.connector.payment_codes(get, t.context())->boleto_line == line);
    CHECK(t.connector.payment_codes(get, t.context())->boleto_line == line);
    CHECK(ixc.asked("fn_areceber").size() == 3);
}

TEST_CASE("a promise is a line in the history, found again by its key, written once (4.9)") {
    IxcImitation ixc;
    const ServedResponse none = IxcImitation::json({{"page", "1"}, {"total", "0"}});
    const Json line{{"id", "72947"}, {"id_contrato", "7301"}, {"historico", "Promete pagar [emdia key-1]"}};
    ixc.answer("cliente_contrato_historico",
               {none, IxcImitation::json({{"type", "success"}, {"id", "72947"}}), IxcImitation::listing({line})});
    IxcUnderTest t{ixc};
    const ErpRecordPromise promise{"7301", "4102", make_date(2026, 11, 30), Money::centavos(10990)};
    REQUIRE(t.connector.record_promise(promise, t.context()).ok());
    REQUIRE(t.connector.record_promise(promise, t.context()).ok());
    const auto asked = ixc.asked("cliente_contrato_historico");
    REQUIRE(asked.size() == 4);
    CHECK(asked[1].method == "POST");
    CHECK(asked[1].body["historico"] == "Promete pagar R$ 109,90 até 30/11/2026 [emdia key-1]");
    CHECK(asked[1].body["data"].get<std::string>().size() == 10);
}

TEST_CASE("receipts that our user may not read: an empty list, not a failure") {
    IxcImitation ixc;
    IxcUnderTest t{ixc};
    ErpPull pull;
    pull.kind = RecordKind::payments;
    const auto page = t.connector.pull(pull, t.context());
    REQUIRE(page.ok());
    CHECK(std::get<std::vector<ErpPayment>>(page->records).empty());
    CHECK(page->quarantined.empty());  // no row is lost; health names the right
}

TEST_CASE("a get_pix that does not answer is unavailable, not a write of unknown fate (4.1)") {
    IxcImitation ixc;
    ixc.rows("fn_areceber", {title_row("145535")});
    ixc.answer("get_pix", {IxcImitation::json(pix_answer(kPix, "18/02/2027 00:00:00"))});
    ixc.delay("get_pix", Millis{1'300});
    IxcUnderTest t{ixc, {{"timeout_ms", 1000}}};
    const auto codes = t.connector.payment_codes({"145535", make_date(2026, 11, 25)}, t.context());
    REQUIRE(codes.ok());  // a boleto may still be there
    CHECK(codes->pix.empty());
}

TEST_CASE("TLS settings reach the calls: a pin that is none, plain HTTP only on purpose") {
    const auto fresh = [](const std::string& url, Json settings) -> Result<ErpContractRead> {
        sdk::Logger log;
        ixc::IxcConnector connector{log};
        settings["url"] = url;
        const auto ready = connector.initialize({"ixc", settings.dump(), {{"token", "7:abcdef"}}});
        if (!ready) {
            return ready.error();
        }
        return connector.read_contract({"7301"}, IxcUnderTest::context());
    };
    const auto odd_pin = fresh("https://127.0.0.1:1", {{"tls.pinned_key", "not a pin"}});
    REQUIRE_FALSE(odd_pin.ok());
    const auto plain = fresh("http://ixc.example.invalid", Json::object());
    REQUIRE_FALSE(plain.ok());
    CHECK(plain.error().text().find("allow_plain_http") != std::string::npos);
}

TEST_CASE("settings: all faults at once, unknown ones too, no secret in the text") {
    sdk::Logger log;
    ixc::IxcConnector connector{log};
    const auto bad = connector.initialize({"ixc", R"({"listing":"head","colour":"red"})", {{"token", "s3cr3t"}}});
    REQUIRE_FALSE(bad.ok());
    CHECK(bad.error().kind == ErrorKind::config);
    for (const auto* part : {"url is needed", "listing must be one of", "colour is not a setting", "token"}) {
        CHECK(bad.error().what.find(part) != std::string::npos);
    }
    CHECK(bad.error().text().find("s3cr3t") == std::string::npos);
}

TEST_CASE("tls.ca_file: an IXC whose certificate that authority signed is read, any other is refused with the cure") {
    const TempDir dir;
    const auto ours = make_certificate(dir, "ours", "IP:127.0.0.1");
    const auto other = make_certificate(dir, "other", "IP:127.0.0.1");
    IxcImitation ixc{&ours};
    ixc.rows("fn_areceber", {title_row("5")});
    const auto pulled_with = [&](const std::string& authority) {
        IxcUnderTest t{ixc, {{"tls", {{"ca_file", authority}}}}};
        REQUIRE(t.ready.ok());
        return t.connector.pull(invoices(), t.context());
    };
    CHECK(pulled_with(ours.certificate).ok());
    const std::size_t asked = ixc.asked("fn_areceber").size();
    const auto refused = pulled_with(other.certificate);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::config);
    CHECK_THAT(refused.error().cure, Catch::Contains("tls.ca_file"));
    CHECK(ixc.asked("fn_areceber").size() == asked);  // not even the token left
}
