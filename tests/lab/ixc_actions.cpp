#include "tests/lab/ixc_actions.hpp"

#include <charconv>
#include <map>

#include <nlohmann/json.hpp>

#include "tests/lab/charges.hpp"
#include "tests/lab/ixc_charges.hpp"

namespace emdia::lab::ixc {
namespace {

using nlohmann::json;
using Action = HttpReply (*)(LabState&, const Fields&);

constexpr int trust_days = 3;

/// Contract actions answer success or error; the switch makes success a lie (erp-ixc.md 9.1).
HttpReply change_access(LabState& state, const Fields& fields, const char* access, const char* done) {
    Contract* contract = state.erp.contracts.find(id_in(fields, "id_contrato"));
    if (contract == nullptr) {
        return business_error(state, "Contrato não encontrado!<br />");
    }
    if (!state.faults.on("ixc.action_without_effect")) {
        state.erp.set_access(*contract, access, state.time.now());
    }
    return success(state, done);
}

HttpReply release(LabState& state, const Fields& fields) {
    return change_access(state, fields, "A", "Contrato liberado com sucesso!");
}

HttpReply block(LabState& state, const Fields& fields) {
    return change_access(state, fields, "CM", "Contrato bloqueado com sucesso!");
}

HttpReply warn(LabState& state, const Fields& fields) {
    return change_access(state, fields, "FA", "Aviso de atraso ativado com sucesso!");
}

HttpReply release_for_a_while(LabState& state, const Fields& fields) {
    const std::int64_t id = fields.count("id") > 0 ? id_in(fields, "id") : id_in(fields, "get_id");
    if (state.faults.on("ixc.action_without_effect") || state.faults.on("ixc.temporary_release_without_effect") ||
        state.erp.contracts.find(id) == nullptr) {
        return success(state, "Liberação temporária realizada com sucesso!");  // Success even for no contract (4.5).
    }
    return state.erp.temporary_release(id, state.time.now())
               ? success(state, "Liberação temporária realizada com sucesso!")
               : business_error(state, "Liberação temporária já utilizada nos últimos 30 dias!<br />");
}

HttpReply trust_answer(const char* kind, const char* code, const std::string& text) {
    return answer(json{{"tipo", kind}, {"codigo", code}, {"mensagem", text}}.dump());
}

HttpReply trust_unblock(LabState& state, const Fields& fields) {
    const std::int64_t id = id_in(fields, "id");
    if (state.faults.on("ixc.action_without_effect")) {
        return trust_answer("sucesso", "100", "Desbloqueio realizado.");
    }
    switch (state.erp.trust_release(id, trust_days, state.time.now())) {
        case TrustAnswer::released:
            return trust_answer("sucesso", "100", "Desbloqueio realizado.");
        case TrustAnswer::no_such_contract:
            return trust_answer("erro", "106", "O contrato informado não existe.");
        case TrustAnswer::already_active:
            return trust_answer("erro", "107", "O desbloqueio de confiança já está ativo.");
        case TrustAnswer::inactive:
            return trust_answer("erro", "109", "O contrato não está ativo.");
        case TrustAnswer::not_available:
            break;
    }
    return trust_answer("erro", "113",
                        "O desbloqueio de confiança não está disponível para o contrato " + std::to_string(id) + ".");
}

HttpReply disconnect(LabState& state, const Fields& fields) {
    Login* login = state.erp.logins.find(id_in(fields, "id"));
    if (login == nullptr) {
        return business_error(state, "Login não encontrado!<br />");
    }
    login->updated = state.time.now();
    return success(state, "Cliente desconectado!");
}

HttpReply write_off(LabState& state, const Fields& fields) {
    const auto text = fields.find("valor_total_recebido");
    const auto amount = text == fields.end() ? Result<Money>(Error{}) : Money::parse(text->second);
    if (!amount) {
        return business_error(state, "Preencha o campo valor total recebido!<br />");
    }
    if (state.faults.on("ixc.write_off_without_effect")) {
        return success(state, "Registro inserido com sucesso!");
    }
    const auto kind = fields.find("tipo_recebimento");
    const bool by_pix = kind != fields.end() && kind->second == "Pix";
    const auto paid = state.erp.pay(Payment{id_in(fields, "id_receber"), *amount, state.time.now(), by_pix});
    return paid ? success(state, "Registro inserido com sucesso!")
                : business_error(state, "Parcela já está recebida ou cancelada!<br />");
}

HttpReply cancel_title(LabState& state, const Fields& fields) {
    const std::int64_t id = id_in(fields, "id");
    if (!state.erp.cancel(id, state.time.now())) {
        return business_error(state, "Parcela já está recebida ou cancelada!<br />");
    }
    return answer(json{
        {"dadosCancelamento", {{"success", false}, {"idVenda", nullptr}}},
        {"message", "Contas à receber " + std::to_string(id) + " cancelados com sucesso!<br />"},
        {"type",
         "success"}}.dump());
}

HttpReply protocol_number(LabState& state, const Fields& /*fields*/) {
    const std::string day = to_iso(state.erp.today(state.time.now()));
    return answer(json{{"type", "success"},
                       {"message", "Protocolo gerado com sucesso!"},
                       {"protocolo", day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2) + "00001"}}
                      .dump());
}

}  // namespace

HttpReply answer(std::string body) {
    HttpReply reply;
    reply.content_type = "text/x-json; charset=utf-8";
    reply.body = std::move(body);
    return reply;
}

HttpReply success(LabState& state, const std::string& message) {
    const std::string text = state.faults.on("ixc.english") ? "Record successfully processed!" : message;
    return answer(json{{"type", "success"}, {"message", text}}.dump());
}

HttpReply business_error(LabState& state, const std::string& message) {
    std::string text = state.faults.on("ixc.english") ? "Operation refused!<br />" : message;
    if (state.faults.on("ixc.mojibake")) {
        std::string wrong;
        for (const char c : text) {  // Each byte taken for a character of ISO-8859-1 and encoded once more.
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x80) {
                wrong += c;
            } else {
                wrong += static_cast<char>(0xC0 | (byte >> 6));
                wrong += static_cast<char>(0x80 | (byte & 0x3F));
            }
        }
        text = wrong;
    }
    return answer(json{{"type", "error"}, {"message", text}}.dump());
}

std::int64_t id_in(const Fields& fields, const std::string& key) {
    const auto found = fields.find(key);
    std::int64_t id = 0;
    if (found != fields.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), id);
    }
    return id;
}

std::optional<HttpReply> run_action(LabState& state, const std::string& name, const Fields& fields) {
    static const std::map<std::string, Action, std::less<>> actions{
        {"get_pix", get_pix},
        {"get_boleto", get_boleto},
        {"desbloqueio_confianca", trust_unblock},
        {"cliente_contrato_15464", release},
        {"cliente_contrato_15300", block},
        {"cliente_contrato_15463", warn},
        {"cliente_contrato_btn_lib_temp_24722", release_for_a_while},
        {"desconectar_clientes", disconnect},
        {"fn_areceber_recebimentos_baixas_novo", write_off},
        {"cancelar_financeiro", cancel_title},
        {"gerar_protocolo_atendimento", protocol_number},
    };
    const auto action = actions.find(name);
    return action == actions.end() ? std::nullopt : std::optional{action->second(state, fields)};
}

}  // namespace emdia::lab::ixc
