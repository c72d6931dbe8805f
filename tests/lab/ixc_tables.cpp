#include "tests/lab/ixc_tables.hpp"

namespace emdia::lab::ixc {
namespace {

template <class Row>
std::string id_of(const Row& row) {
    return std::to_string(row.id);
}

template <class Row>
std::unique_ptr<Table> table(std::string name, const Rows<Row>& rows, Columns<Row>& columns) {
    return std::make_unique<TypedTable<Row>>(std::move(name), rows, columns.take());
}

std::unique_ptr<Table> make_customers(const ErpWorld& world) {
    Columns<Customer> columns;
    columns.number("id", id_of<Customer>)
        .text("razao", [](const Customer& row) { return row.name; })
        .text("cnpj_cpf", [](const Customer& row) { return row.tax_id; })
        .text("telefone_celular", [](const Customer& row) { return row.mobile; })
        .text("whatsapp", [](const Customer& row) { return row.whatsapp; })
        .number("cidade", [](const Customer& row) { return std::to_string(row.city); })
        .number("uf", [](const Customer& row) { return uf_code(row.uf); })
        .text("participa_cobranca", [](const Customer& row) { return yes_no(!row.no_dunning); })
        .date_time("ultima_atualizacao", [&world](const Customer& row) { return stamp(world, row.updated); })
        .same("S", {"ativo", "participa_pre_cobranca", "cob_envia_email", "cob_envia_sms", "regua_cobranca_wpp",
                    "regua_cobranca_notificacao"})
        .same("F", {"tipo_pessoa"})
        .same("1", {"filial_id"})
        .same("0", {"num_dias_cob"})
        .same("P", {"regua_cobranca_considera"})
        .same("Rua Exemplo", {"endereco"})
        .same("senha-que-ninguem-deve-guardar", {"senha"})
        .same("2020-04-07", {"data_cadastro"})
        .same("linha um\r\nlinha dois", {"obs"})
        .same("", {"fantasia", "data_nascimento", "email", "telefone_comercial", "fone", "numero", "bairro", "cep",
                   "id_conta"});
    return table("cliente", world.customers, columns);
}

std::unique_ptr<Table> make_contracts(const ErpWorld& world) {
    Columns<Contract> columns;
    columns.number("id", id_of<Contract>)
        .number("id_cliente", [](const Contract& row) { return std::to_string(row.customer); })
        .text("contrato", [](const Contract& row) { return row.plan; })
        .text("status", [](const Contract& row) { return std::string{row.status}; })
        .text("status_internet", [](const Contract& row) { return row.access; })
        .date("data_ativacao", [](const Contract& row) { return to_iso(row.activated); })
        .text("bloqueio_automatico", [](const Contract& row) { return yes_no(row.auto_block); })
        .date("nao_bloquear_ate", [](const Contract& row) { return date_or_blank(row.no_block_until); })
        .text("desbloqueio_confianca", [](const Contract& row) { return std::string{row.trust_allowed}; })
        .text("desbloqueio_confianca_ativo", [](const Contract& row) { return yes_no(row.trust_active); })
        .date("dt_ult_des_bloq_conf", [](const Contract& row) { return date_or_blank(row.trust_used_on); })
        .date("dt_retorno_desb_conf", [](const Contract& row) { return date_or_blank(row.trust_until); })
        .date("dt_ult_bloq_auto", [](const Contract& row) { return date_or_blank(row.auto_blocked_on); })
        .date("dt_ult_bloq_manual", [](const Contract& row) { return date_or_blank(row.manually_blocked_on); })
        .date_time("ultima_atualizacao", [&world](const Contract& row) { return stamp(world, row.updated); })
        .same("1", {"id_filial", "id_carteira_cobranca"})
        .same("210", {"id_vd_contrato"})
        .same("N", {"status_velocidade", "restricao_auto_desbloqueio", "contrato_suspenso"})
        .same("S", {"aviso_atraso", "endereco_padrao_cliente"})
        .same("P", {"liberacao_bloqueio_manual", "liberacao_suspensao_parcial"})
        .same("R", {"situacao_financeira_contrato"})
        .same("0", {"num_parcelas_atraso"})
        .same("", {"data_cancelamento", "nao_avisar_ate", "motivo_restricao_auto_desbloq", "data_inicial_suspensao",
                   "data_final_suspensao", "dt_ult_finan_atraso", "pago_ate_data"});
    return table("cliente_contrato", world.contracts, columns);
}

std::unique_ptr<Table> make_logins(const ErpWorld& world) {
    Columns<Login> columns;
    columns.number("id", id_of<Login>)
        .number("id_cliente", [](const Login& row) { return std::to_string(row.customer); })
        .number("id_contrato", [](const Login& row) { return std::to_string(row.contract); })
        .text("login", [](const Login& row) { return row.name; })
        .text("ativo", [](const Login& row) { return yes_no(row.active); })
        .text("online", [](const Login& row) { return yes_no(row.online); })
        .text("ip", [](const Login& row) { return row.ip; })
        .text("fixar_ip", [](const Login& row) { return yes_no(row.fixed_ip); })
        .text("mac", [](const Login& row) { return row.mac; })
        .number("id_concentrador", [](const Login& row) { return std::to_string(row.nas); })
        .text("concentrador", [](const Login& row) { return "BRAS-0" + std::to_string(row.nas); })
        .date_time("ultima_conexao_inicial", [&world](const Login& row) { return stamp(world, row.updated); })
        .date_time("ultima_atualizacao", [&world](const Login& row) { return stamp(world, row.updated); })
        .same("senha-que-ninguem-deve-guardar", {"senha"})
        .same("20", {"id_grupo"})
        .same("L", {"autenticacao"})
        .same("N", {"franquia_atingida"})
        .same("1", {"id_filial"})
        .same("0", {"interface", "tempo_conectado", "tempo_conexao", "id_transmissor", "vlan"})
        .same("0000-00-00 00:00:00", {"ultima_conexao_final"})
        .same("", {"onu_mac", "conexao", "tipo_conexao", "motivo_desconexao", "pd_ipv6", "framed_pd_ipv6"});
    return table("radusuarios", world.logins, columns);
}

std::unique_ptr<Table> make_nases(const ErpWorld& world) {
    Columns<Nas> columns;
    columns.number("id", id_of<Nas>)
        .text("shortname", [](const Nas& row) { return row.name; })
        .text("nasname", [](const Nas& row) { return row.address; })
        .same("segredo-que-ninguem-deve-guardar", {"secret"})
        .same("3799", {"ports"})
        .same("other", {"type"})
        .same("", {"server", "community", "description", "ultima_atualizacao"});
    return table("radauth_nas", world.nases, columns);
}

std::unique_ptr<Table> make_cities(const ErpWorld& world) {
    Columns<City> columns;
    columns.number("id", id_of<City>)
        .text("nome", [](const City& row) { return row.name; })
        .number("uf", [](const City& row) { return uf_code(row.uf); });
    return table("cidade", world.cities, columns);
}

std::unique_ptr<Table> make_history(const ErpWorld& world) {
    Columns<HistoryNote> columns;
    columns.number("id", id_of<HistoryNote>)
        .number("id_cliente", [](const HistoryNote& row) { return std::to_string(row.customer); })
        .number("id_contrato", [](const HistoryNote& row) { return std::to_string(row.contract); })
        .text("tipo", [](const HistoryNote& row) { return row.kind; })
        .text("historico", [](const HistoryNote& row) { return row.text; })
        .date("data", [](const HistoryNote& row) { return to_iso(row.on); })
        .date_time("ultima_atualizacao", [&world](const HistoryNote& row) { return stamp(world, row.updated); });
    return table("cliente_contrato_historico", world.notes, columns);
}

/// Tables that hold settings and never change.
struct SettingsRow {
    std::int64_t id = 0;
    std::string label;
};

const Rows<SettingsRow>& settings_rows(const std::string& label) {
    static std::map<std::string, Rows<SettingsRow>> kept;
    auto& rows = kept[label];
    if (rows.all().empty()) {
        rows.add(SettingsRow{1, label});
    }
    return rows;
}

std::unique_ptr<Table> make_company() {
    Columns<SettingsRow> columns;
    columns.number("id", id_of<SettingsRow>)
        .text("razao", [](const SettingsRow& row) { return row.label; })
        .same("12.345.678/0001-95", {"cnpj"});
    return table("empresa", settings_rows("PROVEDOR EXEMPLO LTDA"), columns);
}

/// Fine and interest of the portfolio. The column names are our guess (erp-ixc.md 4.3 names the table only).
std::unique_ptr<Table> make_portfolio() {
    Columns<SettingsRow> columns;
    columns.number("id", id_of<SettingsRow>)
        .text("descricao", [](const SettingsRow& row) { return row.label; })
        .same("2.00", {"multa"})
        .same("0.03", {"juro"});
    return table("fn_carteira_cobranca", settings_rows("CARTEIRA PADRAO"), columns);
}

}  // namespace

std::string yes_no(bool yes) { return yes ? "S" : "N"; }

std::string date_or_blank(const std::optional<Date>& date) { return date ? to_iso(*date) : std::string{}; }

std::string stamp(const ErpWorld& world, Instant at) { return to_iso(world.local(at)); }

std::string uf_code(Uf uf) {
    // The sample's 26 for São Paulo is the place of SP in the list of the 27 by letters.
    return std::to_string(static_cast<int>(uf) + 1);
}

Catalogue make_catalogue(const ErpWorld& world, Faults& faults) {
    Catalogue catalogue;
    catalogue.emplace("cliente", make_customers(world));
    catalogue.emplace("cliente_contrato", make_contracts(world));
    catalogue.emplace("fn_areceber", make_receivables(world, faults));
    catalogue.emplace("fn_areceber_baixas", make_receipts(world, faults));
    catalogue.emplace("radusuarios", make_logins(world));
    catalogue.emplace("radauth_nas", make_nases(world));
    catalogue.emplace("cidade", make_cities(world));
    catalogue.emplace("cliente_contrato_historico", make_history(world));
    catalogue.emplace("empresa", make_company());
    catalogue.emplace("fn_carteira_cobranca", make_portfolio());
    return catalogue;
}

}  // namespace emdia::lab::ixc
