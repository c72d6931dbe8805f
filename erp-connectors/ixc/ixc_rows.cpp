#include "erp-connectors/ixc/ixc_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "daemon/core/uf.hpp"
#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {
namespace {

using sdk::absent_key;
using sdk::trimmed;

/// As on the connector protocol; sums of a few of them are safe.
constexpr std::int64_t kMostCentavos = 1'000'000'000'000;

/// Reads columns of one row; the first fault stays.
class Fields {
public:
    Fields(const Row& row, std::string table) : row_(row), name_(std::move(table)) {
        name_ += ' ';
        name_ += row_id(row) ? std::string{trimmed(row["id"])} : "without a number as id";
        if (!row_id(row)) {
            fail("id", "is not a number");
        }
    }

    [[nodiscard]] std::string text(std::string_view column) const { return std::string{trimmed(row_[column])}; }
    [[nodiscard]] bool yes(std::string_view column) const { return trimmed(row_[column]) == "S"; }
    [[nodiscard]] std::string key(std::string_view column) const {
        return absent_key(row_[column]) ? std::string{} : text(column);
    }
    std::string needed_key(std::string_view column) {
        auto found = key(column);
        if (found.empty()) {
            fail(column, "is empty");
        }
        return found;
    }
    std::optional<Date> date(std::string_view column) {
        auto read = sdk::read_date(row_[column]);
        if (!read) {
            fail(column, "is not a date");
            return std::nullopt;
        }
        return *read;
    }
    Date needed_date(std::string_view column) {
        const auto found = date(column);
        if (!found) {
            fail(column, "is empty or zero");
        }
        return found.value_or(Date{});
    }
    std::optional<Money> money(std::string_view column) {
        auto read = sdk::read_money(row_[column]);
        if (!read) {
            fail(column, "is not an amount");
            return std::nullopt;
        }
        if (*read && ((*read)->is_negative() || (*read)->centavos() > kMostCentavos)) {
            fail(column, (*read)->is_negative() ? "is below zero" : "is beyond any amount");
            return std::nullopt;
        }
        return *read;
    }
    Money needed_money(std::string_view column) {
        const auto found = money(column);
        if (!found) {
            fail(column, "is empty");
        }
        return found.value_or(Money{});
    }
    void fail(std::string_view column, const std::string& problem) {
        if (!fault_) {
            fault_ = Error{ErrorKind::bad_input, name_ + ": " + std::string{column} + " " + problem, ""};
        }
    }
    template <class T>
    [[nodiscard]] Result<T> result(T record) const {
        if (fault_) {
            return *fault_;
        }
        return record;
    }

private:
    const Row& row_;
    std::string name_;
    std::optional<Error> fault_;
};

std::string uf_of(const std::string& text, const RowRules& rules) {
    if (const auto uf = uf_from(text)) {
        return std::string{to_string(*uf)};
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!rules.uf_by_number || error != std::errc{} || end != text.data() + text.size() || number < 1 ||
        number > all_ufs().size()) {
        return {};
    }
    std::array<std::string_view, 27> names{};
    std::transform(all_ufs().begin(), all_ufs().end(), names.begin(), [](Uf uf) { return to_string(uf); });
    std::sort(names.begin(), names.end());
    return std::string{names[number - 1]};
}

/// A person is greeted by the first name, a company by the name it trades under.
std::string salutation(const Fields& f) {
    if (f.text("tipo_pessoa") != "J") {
        return sdk::first_name(f.text("razao"));
    }
    const auto trade_name = f.text("fantasia");
    return sdk::shortened(trade_name.empty() ? f.text("razao") : trade_name, 60);
}

ErpAccess access_of(const std::string& status, bool reduced_speed, const RowRules& rules) {
    if (status == "A") {
        return reduced_speed ? ErpAccess::reduced : ErpAccess::open;
    }
    if (status == "CM" || status == "CA") {
        return ErpAccess::blocked;
    }
    return status == "FA" ? rules.warned : ErpAccess::unknown;
}

ContractStatus contract_status(const std::string& status) {
    if (status == "A") {
        return ContractStatus::active;
    }
    if (status == "I" || status == "D") {
        return ContractStatus::cancelled;
    }
    return status == "P" ? ContractStatus::pending : ContractStatus::other;
}

InvoiceState invoice_state(const std::string& status, bool reversed) {
    if (status == "A") {
        return InvoiceState::open;
    }
    if (status == "P") {
        return InvoiceState::partial;
    }
    if (status == "R") {
        return reversed ? InvoiceState::unknown : InvoiceState::paid;
    }
    return status == "C" ? InvoiceState::cancelled : InvoiceState::unknown;
}

Date first_of_month(Date date) {
    const std::chrono::year_month_day ymd{date};
    return std::chrono::local_days{ymd.year() / ymd.month() / 1};
}

bool owed(InvoiceState state) { return state == InvoiceState::open || state == InvoiceState::partial; }

}  // namespace

const Columns& columns_of(RecordKind kind) {
    static const Columns subscribers{
        "id",   "tipo_pessoa",        "razao", "fantasia", "whatsapp",           "telefone_celular",
        "fone", "telefone_comercial", "uf",    "cidade",   "participa_cobranca", "ultima_atualizacao"};
    static const Columns contracts{"id",
                                   "id_cliente",
                                   "contrato",
                                   "status",
                                   "status_internet",
                                   "status_velocidade",
                                   "bloqueio_automatico",
                                   "nao_bloquear_ate",
                                   "desbloqueio_confianca",
                                   "desbloqueio_confianca_ativo",
                                   "restricao_auto_desbloqueio",
                                   "ultima_atualizacao"};
    static const Columns connections{"id",       "id_cliente",      "id_contrato",  "login",
                                     "ip",       "fixar_ip",        "pd_ipv6",      "framed_pd_ipv6",
                                     "id_grupo", "id_concentrador", "concentrador", "ultima_atualizacao"};
    static const Columns invoices{"id",
                                  "id_cliente",
                                  "id_contrato",
                                  "id_contrato_principal",
                                  "id_contrato_avulso",
                                  "data_vencimento",
                                  "data_inicial",
                                  "data_final",
                                  "valor",
                                  "valor_aberto",
                                  "status",
                                  "liberado",
                                  "estornado",
                                  "aguardando_confirmacao_pagamento",
                                  "titulo_protestado",
                                  "tipo_recebimento",
                                  "linha_digitavel",
                                  "gateway_link",
                                  "pix_txid",
                                  "ultima_atualizacao"};
    static const Columns payments{"id",   "id_receber",       "credito",   "vacrescimo",
                                  "data", "data_recebimento", "tipo_lanc", "cancelamento"};
    switch (kind) {
        case RecordKind::subscribers:
            return subscribers;
        case RecordKind::contracts:
            return contracts;
        case RecordKind::connections:
            return connections;
        case RecordKind::invoices:
            return invoices;
        case RecordKind::payments:
            break;
    }
    return payments;
}

std::optional<std::int64_t> row_id(const Row& row) noexcept {
    const auto text = trimmed(row["id"]);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) {
        return std::nullopt;
    }
    return id;
}

Result<ErpSubscriber> subscriber_from(const Row& row, const RowRules& rules) {
    Fields f{row, "cliente"};
    ErpSubscriber s;
    s.id = f.text("id");
    s.first_name = salutation(f);
    for (const auto* column : {"whatsapp", "telefone_celular", "fone", "telefone_comercial"}) {
        if (s.phone.empty()) {
            s.phone = sdk::br_phone(row[column]);
        }
    }
    s.uf = uf_of(f.text("uf"), rules);
    // IXC's own city numbers have fewer digits than the IBGE code that the calendar wants.
    const auto city = f.text("cidade");
    s.municipality = city.size() == 7 ? city : std::string{};
    s.no_dunning = rules.honour_no_dunning && f.text("participa_cobranca") == "N";
    return f.result(s);
}

Result<ErpContract> contract_from(const Row& row, const RowRules& rules) {
    Fields f{row, "cliente_contrato"};
    ErpContract c;
    c.id = f.text("id");
    c.subscriber_id = f.needed_key("id_cliente");
    c.plan = sdk::shortened(f.text("contrato"), 200);
    c.status = contract_status(f.text("status"));
    c.access = access_of(f.text("status_internet"), f.text("status_velocidade") == "R", rules);
    c.auto_block = f.yes("bloqueio_automatico");
    c.no_block_until = f.date("nao_bloquear_ate");
    return f.result(c);
}

Result<ErpConnection> connection_from(const Row& row, const RowRules& rules) {
    Fields f{row, "radusuarios"};
    ErpConnection c;
    c.id = f.text("id");
    c.contract_id = f.key("id_contrato");
    c.login = f.text("login");
    if (c.login.empty()) {
        f.fail("login", "is empty");
    }
    // Without fixar_ip this is the address of the last session, which may be somebody else's by now (3.4).
    c.ipv4 = f.yes("fixar_ip") && sdk::is_ipv4(f.text("ip")) ? f.text("ip") : std::string{};
    c.ipv6_prefix = f.text("pd_ipv6").empty() ? f.text("framed_pd_ipv6") : f.text("pd_ipv6");
    const auto name = f.text("concentrador");
    c.nas = rules.nas_by_id || name.empty() ? f.key("id_concentrador") : name;
    c.voice = rules.voice_groups.count(f.text("id_grupo")) > 0;
    return f.result(c);
}

Result<ErpInvoice> invoice_from(const Row& row) {
    Fields f{row, "fn_areceber"};
    ErpInvoice i;
    i.id = f.text("id");
    i.subscriber_id = f.needed_key("id_cliente");
    for (const auto* column : {"id_contrato", "id_contrato_principal", "id_contrato_avulso"}) {
        if (i.contract_id.empty()) {
            i.contract_id = f.key(column);
        }
    }
    i.due = f.needed_date("data_vencimento");
    i.period_begin = f.date("data_inicial");
    i.period_end = f.date("data_final");
    i.reference = first_of_month(i.period_begin.value_or(i.due));
    i.face = f.needed_money("valor");
    i.state = invoice_state(f.text("status"), f.yes("estornado"));
    if (owed(i.state)) {
        i.open = f.needed_money("valor_aberto");
        if (i.open.is_zero()) {
            f.fail("valor_aberto", "is zero although the title is open");
        }
    }
    const auto released = f.text("liberado");
    if (released != "S" && released != "N") {
        f.fail("liberado", "is neither S nor N");
    }
    i.released = released == "S";
    i.payment_pending = f.yes("aguardando_confirmacao_pagamento");
    i.protested = f.yes("titulo_protestado");
    return f.result(i);
}

Result<std::optional<ErpPayment>> payment_from(const Row& row) {
    if (absent_key(row["id_receber"]) || trimmed(row["tipo_lanc"]) != "R") {
        return std::optional<ErpPayment>{};
    }
    Fields f{row, "fn_movim_finan"};
    ErpPayment p;
    p.id = f.text("id");
    p.invoice_id = f.text("id_receber");
    // Charges stand beside the credit; a discount settles the debt as money does and is not taken off (3.6).
    p.amount = f.needed_money("credito");
    p.amount += f.money("vacrescimo").value_or(Money{});
    const auto received = f.date("data_recebimento");
    p.paid_on = received ? *received : f.needed_date("data");
    const auto cancelled = f.text("cancelamento");
    p.reversed = !cancelled.empty() && cancelled != "N" && cancelled != "0";
    return f.result(std::optional{p});
}

}  // namespace emdia::ixc
