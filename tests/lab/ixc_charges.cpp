#include "tests/lab/ixc_charges.hpp"

#include <nlohmann/json.hpp>

#include "tests/lab/charges.hpp"

namespace emdia::lab::ixc {
namespace {

using nlohmann::json;

constexpr int valid_days_after_due = 90;
constexpr const char* one_page_pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
constexpr const char* one_page_pdf_base64 =
    "JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZz4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEgMCBSPj4KJSVFT0YK";

std::string field(const Fields& fields, const std::string& key) {
    const auto found = fields.find(key);
    return found == fields.end() ? std::string{} : found->second;
}

/// erp-ixc.md 4.1: no Pix is a success too, with the epoch as its expiry.
HttpReply no_pix() {
    return answer(json{
        {"pix",
         {{"dadosPix", {{"pixCopiaECola", ""}, {"expiracaoPix", "31/12/1969 21:00:00"}}},
          {"qrCode", {{"qrcode", ""}, {"imagemQrcode", ""}, {"imagemSrc", ""}}}}},
        {"gateway", {{"gatewayNome", ""}}},
        {"type",
         "success"}}.dump());
}

json charge_details(const LabState& state, const Title& title, const std::string& code) {
    const Date expires = title.due + Days{valid_days_after_due};
    return {{"revisao", 0},
            {"loc",
             {{"id", title.id},
              {"location", pix_location(title)},
              {"tipoCob", "cobv"},
              {"criacao", to_rfc3339(state.time.now())}}},
            {"calendario",
             {{"criacao", to_rfc3339(state.time.now())},
              {"dataDeVencimento", to_iso(title.due)},
              {"validadeAposVencimento", valid_days_after_due}}},
            {"devedor", {{"cpf", "00000000191"}, {"nome", "FULANA DE TESTE"}}},
            {"valor",
             {{"original", title.open().plain()},
              {"abatimento", json::array()},
              {"desconto", {{"modalidade", 1}, {"descontoDataFixa", json::array()}}},
              {"juros", {{"valorPerc", "0.03"}, {"modalidade", 2}}},
              {"multa", {{"valorPerc", "2.00"}, {"modalidade", 2}}}}},
            {"chave", "chave@exemplo.invalid"},
            {"txid", "EMDIALAB" + std::to_string(1'000'000'000'000'000'000 + title.id)},
            {"status", "ATIVA"},
            {"solicitacaoPagador", "de " + pt_br(title.period_begin) + " ate " + pt_br(title.period_end)},
            {"infoAdicionais", json::array()},
            {"pixCopiaECola", code},
            {"expiracaoPix", pt_br(expires) + " 00:00:00"}};
}

HttpReply boleto_data(LabState& state, const Fields& fields, const Title& title) {
    const Charge charge = charge_on(title, state.erp.today(state.time.now()));
    Money amount = charge.original;
    amount += field(fields, "multa") == "S" ? charge.fine : Money{};
    amount += field(fields, "juro") == "S" ? charge.interest : Money{};
    const Customer* customer = state.erp.customers.find(title.customer);
    return answer(json::array({{{"sacado", customer == nullptr ? "" : customer->name},
                                {"CPF", customer == nullptr ? "" : customer->tax_id},
                                {"Endereco", "Rua Exemplo, 10"},
                                {"numero_documento", std::to_string(title.id / 2)},
                                {"nosso_numero", std::to_string(title.id)},
                                {"data_vencimento", to_iso(title.due)},
                                {"valor_boleto", amount.plain()},
                                {"linha_digitavel", boleto_line(title)},
                                {"local_pagamento", "Pagável em qualquer banco"},
                                {"linha1", ""},
                                {"linha2", ""},
                                {"linha3", ""}}})
                      .dump());
}

}  // namespace

HttpReply get_pix(LabState& state, const Fields& fields) {
    Title* title = state.erp.titles.find(id_in(fields, "id_areceber"));
    if (title == nullptr || state.faults.on("ixc.pix_http_500")) {
        HttpReply reply;
        reply.status = 500;
        reply.content_type = "text/html; charset=UTF-8";
        return reply;
    }
    if (!title->is_open() || state.faults.on("ixc.pix_unavailable")) {
        return no_pix();
    }
    title->charge_registered = true;
    std::string code = pix_code(*title);
    if (state.faults.on("ixc.pix_bad_crc")) {
        code.back() = code.back() == '0' ? '1' : '0';
    }
    return answer(json{
        {"pix",
         {{"dadosPix", charge_details(state, *title, code)},
          {"qrCode", {{"qrcode", code}, {"imagemQrcode", ""}, {"imagemSrc", "https://isp.example/qr?code=1"}}}}},
        {"gateway", {{"gatewayNome", "MB"}}},
        {"type",
         "success"}}.dump());
}

HttpReply get_boleto(LabState& state, const Fields& fields) {
    Title* title = state.erp.titles.find(id_in(fields, "boletos"));
    HttpReply reply;
    reply.content_type = "text/html; charset=ISO-8859-1";
    if (title == nullptr || !title->is_open() || state.faults.on("ixc.no_boleto")) {
        return reply;
    }
    title->charge_registered = true;
    const std::string kind = field(fields, "tipo_boleto");
    if (kind == "dados") {
        return boleto_data(state, fields, *title);
    }
    if (kind == "arquivo") {
        reply.body = field(fields, "base64") == "S" ? one_page_pdf_base64 : one_page_pdf;
        return reply;
    }
    reply.body = R"({"registros":[{"sucesso":true}]})";
    return reply;
}

}  // namespace emdia::lab::ixc
