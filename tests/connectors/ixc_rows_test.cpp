#include "erp-connectors/ixc/ixc_rows.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "erp-connectors/ixc/ixc_cursor.hpp"

using namespace emdia;
using namespace emdia::ixc;

namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

Row row(const Texts& texts) {
    Row r;
    for (const auto& [column, text] : texts) {
        r.set(column, text);
    }
    return r;
}

Row title(const Texts& changes = {}) {
    Texts texts{{"id", "145535"},
                {"id_cliente", "4102"},
                {"id_contrato", "7301"},
                {"data_vencimento", "2026-11-20"},
                {"data_inicial", "2026-11-01"},
                {"data_final", "2026-11-30"},
                {"valor", "109.90"},
                {"valor_aberto", "109.90"},
                {"status", "A"},
                {"liberado", "S"},
                {"estornado", "N"}};
    texts.insert(texts.end(), changes.begin(), changes.end());
    return row(texts);
}

}  // namespace

TEST_CASE("no password, document or address is among the columns that are kept (IXC 2.15)") {
    for (const auto kind : {RecordKind::subscribers, RecordKind::contracts, RecordKind::connections,
                            RecordKind::invoices, RecordKind::payments}) {
        for (const auto* secret : {"senha", "cnpj_cpf", "endereco", "email", "obs", "data_nascimento", "cep"}) {
            const auto& columns = columns_of(kind);
            CHECK(std::find(columns.begin(), columns.end(), secret) == columns.end());
        }
    }
}

TEST_CASE("titles: states of 3.3; P is partial; a received title is paid whatever its open amount says") {
    const auto open = invoice_from(title());
    REQUIRE(open.ok());
    CHECK(open->state == InvoiceState::open);
    CHECK(open->open == Money::centavos(10990));
    CHECK(open->reference == make_date(2026, 11, 1));
    CHECK(invoice_from(title({{"status", "P"}, {"valor_aberto", "9,90"}}))->open == Money::centavos(990));
    CHECK(invoice_from(title({{"status", "P"}}))->state == InvoiceState::partial);
    const auto paid = invoice_from(title({{"status", "R"}, {"valor_aberto", "3.00"}}));
    CHECK(paid->state == InvoiceState::paid);
    CHECK(paid->open.is_zero());
    CHECK(invoice_from(title({{"status", "R"}, {"estornado", "S"}}))->state == InvoiceState::unknown);
    CHECK(invoice_from(title({{"status", "C"}}))->state == InvoiceState::cancelled);
    CHECK(invoice_from(title({{"status", "V"}}))->state == InvoiceState::unknown);
    CHECK_FALSE(invoice_from(title({{"liberado", "N"}}))->released);
    CHECK(invoice_from(title({{"titulo_protestado", "S"}, {"aguardando_confirmacao_pagamento", "S"}}))->protested);
}

TEST_CASE("titles in doubt are quarantined by table, id and column, without the value (2.18)") {
    const std::pair<const char*, const char*> doubts[] = {
        {"data_vencimento", "0000-00-00"},
        {"data_vencimento", ""},
        {"data_vencimento", "2026-02-30"},
        {"valor_aberto", "abc"},
        {"valor_aberto", "-1.00"},
        {"valor_aberto", "0.00"},
        {"valor", ""},
        {"liberado", ""},
        {"id_cliente", "0"},
    };
    for (const auto& [column, value] : doubts) {
        const auto doubtful = invoice_from(title({{column, value}}));
        INFO(column << "=" << value);
        REQUIRE_FALSE(doubtful.ok());
        CHECK(doubtful.error().what.find("fn_areceber 145535: " + std::string{column}) == 0);
        CHECK(doubtful.error().what.find("abc") == std::string::npos);
    }
    CHECK_FALSE(invoice_from(title({{"id", "x"}})).ok());
}

TEST_CASE("a title's contract is id_contrato, else the principal, else the single one (3.3)") {
    CHECK(invoice_from(title({{"id_contrato", "0"}, {"id_contrato_principal", "8"}}))->contract_id == "8");
    CHECK(invoice_from(title({{"id_contrato", ""}, {"id_contrato_avulso", "9"}}))->contract_id == "9");
    CHECK(invoice_from(title({{"id_contrato", ""}}))->contract_id.empty());
}

TEST_CASE("contracts: access by status_internet, unknown values are unknown (3.2)") {
    const auto access = [](const char* status_internet, RowRules rules = {}) {
        return contract_from(
                   row({{"id", "1"}, {"id_cliente", "2"}, {"status", "A"}, {"status_internet", status_internet}}),
                   rules)
            ->access;
    };
    CHECK(access("A") == ErpAccess::open);
    CHECK(access("CM") == ErpAccess::blocked);
    CHECK(access("CA") == ErpAccess::blocked);
    CHECK(access("FA") == ErpAccess::reduced);
    RowRules cut;
    cut.warned = ErpAccess::blocked;
    CHECK(access("FA", cut) == ErpAccess::blocked);
    for (const auto* odd : {"D", "AA", "CE", "", "ZZ"}) {
        CHECK(access(odd) == ErpAccess::unknown);
    }
    const auto status = [](const char* s) {
        return contract_from(row({{"id", "1"}, {"id_cliente", "2"}, {"status", s}}), {})->status;
    };
    CHECK(status("A") == ContractStatus::active);
    CHECK(status("I") == ContractStatus::cancelled);
    CHECK(status("P") == ContractStatus::pending);
    CHECK(status("N") == ContractStatus::other);
}

TEST_CASE("subscribers: first number that is one, unit by abbreviation or by number when told so (3.1)") {
    const Row r = row({{"id", "4102"},
                       {"razao", "FULANA DE TESTE"},
                       {"whatsapp", "n/a"},
                       {"telefone_celular", "(11) 90000-0001"},
                       {"uf", "26"},
                       {"participa_cobranca", "N"}});
    const auto plain = subscriber_from(r, {});
    CHECK(plain->first_name == "Fulana");
    CHECK(plain->phone == "+5511900000001");
    CHECK(plain->uf.empty());
    CHECK(plain->no_dunning);
    RowRules numbered;
    numbered.uf_by_number = true;
    CHECK(subscriber_from(r, numbered)->uf == "SP");
    CHECK(subscriber_from(row({{"id", "1"}, {"uf", "pe"}}), {})->uf == "PE");
}

TEST_CASE("connections: voice groups are marked, odd addresses left out (A7)") {
    RowRules rules;
    rules.voice_groups = {"20"};
    const auto c = connection_from(row({{"id", "4709"},
                                        {"login", "f.t"},
                                        {"id_contrato", "0"},
                                        {"id_grupo", "20"},
                                        {"ip", "999.1.1.1"},
                                        {"concentrador", "BRAS-01"}}),
                                   rules);
    REQUIRE(c.ok());
    CHECK(c->voice);
    CHECK(c->ipv4.empty());
    CHECK(c->contract_id.empty());
    CHECK(c->nas == "BRAS-01");
    CHECK_FALSE(connection_from(row({{"id", "1"}}), rules).ok());
}

TEST_CASE("connections: an address counts when it is fixed; that of the last session is not the line's (3.4)") {
    const auto address = [](const char* fixed) {
        return connection_from(row({{"id", "1"}, {"login", "f"}, {"ip", "100.64.0.9"}, {"fixar_ip", fixed}}), {})->ipv4;
    };
    CHECK(address("S") == "100.64.0.9");
    for (const auto* not_fixed : {"N", "", "H"}) {
        CHECK(address(not_fixed).empty());
    }
    const auto& columns = columns_of(RecordKind::connections);
    CHECK(std::find(columns.begin(), columns.end(), "fixar_ip") != columns.end());
}

TEST_CASE("names are cut between characters (3.1, 3.2)") {
    std::string name(59, 'a');
    name += "\u00e7\u00e3o";
    const auto s = subscriber_from(row({{"id", "1"}, {"tipo_pessoa", "J"}, {"fantasia", name}}), {});
    CHECK(s->first_name == std::string(59, 'a'));
    std::string plan(199, 'b');
    plan += "\u00e9";
    CHECK(contract_from(row({{"id", "1"}, {"id_cliente", "2"}, {"contrato", plan}}), {})->plan ==
          std::string(199, 'b'));
}

TEST_CASE("receipts: only those of titles; a cancelled one is reversed (3.6)") {
    const Texts base{
        {"id", "880123"}, {"id_receber", "145535"}, {"credito", "109.90"}, {"data", "2026-11-21"}, {"tipo_lanc", "R"}};
    CHECK((*payment_from(row(base)))->amount == Money::centavos(10990));
    auto late = base;
    late.emplace_back("vacrescimo", "2.93");
    late.emplace_back("vdesconto", "5.00");
    CHECK((*payment_from(row(late)))->amount == Money::centavos(11283));
    auto cancelled = base;
    cancelled.emplace_back("cancelamento", "S");
    CHECK((*payment_from(row(cancelled)))->reversed);
    CHECK_FALSE(payment_from(row({{"id", "1"}, {"id_receber", "0"}, {"tipo_lanc", "R"}})).value());
    CHECK_FALSE(payment_from(row({{"id", "1"}, {"id_receber", "5"}, {"tipo_lanc", "P"}})).value());
}

TEST_CASE("the token is taken in the three forms operators paste it in (1.3)") {
    const auto plain = basic_authorization("7:ab12");
    REQUIRE(plain.ok());
    CHECK(*plain == "Basic NzphYjEy");
    CHECK(*basic_authorization(" NzphYjEy\n") == *plain);
    CHECK(*basic_authorization("Basic NzphYjEy") == *plain);
    CHECK(basic_authorization("s3cr3t").error().text().find("s3cr3t") == std::string::npos);
}

TEST_CASE("cursors survive the trip and foreign ones are refused") {
    const auto cursor = read_cursor("145535;2026-11-02 10:11:12");
    REQUIRE(cursor.ok());
    CHECK(to_text(*cursor) == "145535;2026-11-02 10:11:12");
    CHECK(to_text(*read_cursor("7;")) == "7;");
    for (const auto* foreign : {"x", "12", "-1;", "1;yesterday"}) {
        CHECK(read_cursor(foreign).error().kind == ErrorKind::bad_input);
    }
}
