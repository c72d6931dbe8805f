#include <algorithm>

#include "tests/lab/charges.hpp"
#include "tests/lab/ixc_tables.hpp"

namespace emdia::lab::ixc {
namespace {

/// Amounts and dates as the switches want them.
class Spelling {
public:
    explicit Spelling(Faults& faults) : faults_(faults) {}
    [[nodiscard]] std::string money(Money amount) const {
        std::string text = amount.plain();
        if (faults_.on("ixc.comma_amounts")) {
            std::replace(text.begin(), text.end(), '.', ',');
        }
        return text;
    }
    [[nodiscard]] std::string due(Date date) const {
        return faults_.on("ixc.zero_dates") ? std::string{"0000-00-00"} : to_iso(date);
    }
    [[nodiscard]] bool on(std::string_view name) const { return faults_.on(name); }

private:
    Faults& faults_;
};

using TitleColumns = Columns<Title>;

void add_amounts(TitleColumns& columns, Spelling spell) {
    columns.number("valor", [spell](const Title& row) { return spell.money(row.face); })
        .number("valor_recebido", [spell](const Title& row) { return spell.money(row.received); })
        .number("valor_aberto", [spell](const Title& row) { return spell.money(row.open()); })
        .number("pagamento_valor",
                [spell](const Title& row) { return row.paid_on ? spell.money(row.received) : std::string{}; })
        .number("valor_cancelado",
                [spell](const Title& row) { return spell.money(row.cancelled_on ? row.face : Money{}); });
}

void add_dates(TitleColumns& columns, const ErpWorld& world, Spelling spell) {
    columns.date("data_vencimento", [spell](const Title& row) { return spell.due(row.due); })
        .date("data_emissao", [](const Title& row) { return to_iso(row.issued); })
        .date("data_inicial", [](const Title& row) { return to_iso(row.period_begin); })
        .date("data_final", [](const Title& row) { return to_iso(row.period_end); })
        .date("pagamento_data", [](const Title& row) { return date_or_blank(row.paid_on); })
        .date("credito_data", [](const Title& row) { return date_or_blank(row.paid_on); })
        .date("data_cancelamento", [](const Title& row) { return date_or_blank(row.cancelled_on); })
        .date_time(
            "baixa_data",
            [&world](const Title& row) { return row.written_off ? stamp(world, *row.written_off) : std::string{}; })
        .date_time("ultima_atualizacao", [&world, spell](const Title& row) {
            return spell.on("ixc.update_stamp_frozen") ? to_iso(row.issued) + " 13:53:41" : stamp(world, row.updated);
        });
}

void add_links(TitleColumns& columns, Spelling spell) {
    columns.number("id", [](const Title& row) { return std::to_string(row.id); })
        .number("id_cliente", [](const Title& row) { return std::to_string(row.customer); })
        .number("id_contrato",
                [spell](const Title& row) {
                    return spell.on("ixc.contract_blank_on_titles") ? std::string{} : std::to_string(row.contract);
                })
        .number("id_contrato_avulso",
                [spell](const Title& row) {
                    return spell.on("ixc.contract_blank_on_titles") ? std::to_string(row.contract) : std::string{"0"};
                })
        .text("status", [](const Title& row) { return std::string{row.status}; })
        .text("liberado", [](const Title& row) { return yes_no(row.released); })
        .text("titulo_protestado", [](const Title& row) { return yes_no(row.protested); })
        .text("aguardando_confirmacao_pagamento", [](const Title& row) { return yes_no(row.payment_pending); })
        .text("recebido_via_pix", [](const Title& row) { return yes_no(row.by_pix); })
        .text("documento", [](const Title& row) { return std::to_string(row.id / 2); })
        .text("id_saida", [](const Title& row) { return std::to_string(row.id / 2); })
        .text("pix_txid",
              [](const Title& row) {
                  return row.charge_registered ? "EMDIALAB" + std::to_string(1'000'000'000'000'000'000 + row.id)
                                               : std::string{};
              })
        .text("linha_digitavel",
              [](const Title& row) { return row.charge_registered ? boleto_line(row) : std::string{}; });
}

}  // namespace

std::unique_ptr<Table> make_receivables(const ErpWorld& world, Faults& faults) {
    const Spelling spell(faults);
    TitleColumns columns;
    add_links(columns, spell);
    add_amounts(columns, spell);
    add_dates(columns, world, spell);
    columns.same("Gateway", {"tipo_recebimento"})
        .same("I", {"tipo_cobranca"})
        .same("S", {"previsao"})
        .same("N", {"estornado", "libera_periodo", "impresso", "parcela_proporcional", "titulo_importado",
                    "parcelado_cartao"})
        .same("0", {"id_remessa", "id_contrato_principal", "id_nota_gerada"})
        .same("1", {"filial_id", "nparcela"})
        .same("5", {"id_carteira_cobranca"})
        .same("2758", {"id_conta"})
        .same("", {"gateway_link",
                   "nn_boleto",
                   "boleto",
                   "obs",
                   "numero_parcela_recorrente",
                   "tipo_renegociacao",
                   "id_mot_cancelamento",
                   "id_renegociacao",
                   "id_cobranca",
                   "id_renegociacao_novo",
                   "forma_recebimento",
                   "arquivo_remessa_baixado",
                   "id_nota_gerada_opc4",
                   "status_cobranca",
                   "id_im_imovel",
                   "duplicata",
                   "tipo_pagamento_cartao",
                   "id_sip",
                   "desconto_condicional_valor",
                   "gerencianet_token",
                   "validade_desconto_condicional",
                   "motivo_alteracao",
                   "id_remessa_alteracao",
                   "cancelamento_id_operador",
                   "baixa_id_operador",
                   "origem_importacao",
                   "id_nota_gerada_opc2",
                   "id_nota_gerada_opc3",
                   "id_lote_geracao_financeiro_fatura"});
    return std::make_unique<TypedTable<Title>>("fn_areceber", world.titles, columns.take());
}

std::unique_ptr<Table> make_receipts(const ErpWorld& world, Faults& faults) {
    const Spelling spell(faults);
    Columns<Receipt> columns;
    columns.number("id", [](const Receipt& row) { return std::to_string(row.id); })
        .number("id_receber", [](const Receipt& row) { return std::to_string(row.title); })
        .date("data", [](const Receipt& row) { return to_iso(row.on); })
        .date("data_recebimento", [](const Receipt& row) { return to_iso(row.on); })
        .number("credito", [spell](const Receipt& row) { return spell.money(row.amount - row.interest); })
        .number("vacrescimo", [spell](const Receipt& row) { return spell.money(row.interest); })
        .number("valor_liquido_recebido", [spell](const Receipt& row) { return spell.money(row.amount); })
        .text("cancelamento", [](const Receipt& row) { return row.cancelled ? std::string{"S"} : std::string{}; })
        .text("tipo_recebimento", [](const Receipt& row) { return row.by_pix ? std::string{"P"} : std::string{"D"}; })
        .date_time("ultima_atualizacao", [&world](const Receipt& row) { return stamp(world, row.updated); })
        .same("2758", {"id_conta"})
        .same("1", {"conta_", "filial_id"})
        .same("0.00", {"debito", "vdesconto", "pacrescimo", "pdesconto", "valor_juros", "valor_multas"})
        .same("R", {"tipo_lanc"})
        .same("7", {"id_operador"})
        .same("0", {"id_renegociacao"})
        .same("Recebimento de parcela", {"historico"})
        .same("", {"documento"});
    return std::make_unique<TypedTable<Receipt>>("fn_movim_finan", world.receipts, columns.take());
}

}  // namespace emdia::lab::ixc
