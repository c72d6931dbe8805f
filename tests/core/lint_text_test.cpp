#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/core/template_fixture.hpp"

namespace emdia {
namespace {

bool faulted(const std::vector<LintFault>& faults, std::string_view rule) {
    return std::any_of(faults.begin(), faults.end(), [&](const LintFault& fault) { return fault.rule == rule; });
}

std::vector<LintFault> lint_reply(std::string_view text) { return lint_text(Stage::reply, text, test::sample_isp()); }

}  // namespace

TEST_CASE("D4: an unmasked CPF never leaves; other numbers may") {
    CHECK(faulted(lint_reply("Titular 529.982.247-25."), "D4"));
    CHECK(faulted(lint_reply("Titular 52998224725, fim"), "D4"));
    CHECK_FALSE(faulted(lint_reply("Titular ***.***.***-25."), "D4"));
    CHECK_FALSE(faulted(lint_reply("Ligue 11 99999-0001 ou 11999990001."), "D4"));
    CHECK_FALSE(faulted(lint_reply("Protocolo 20260316-0000042."), "D4"));
    CHECK(faulted(lint_reply("Informe seu CPF."), "D4"));
}

TEST_CASE("B1: shame, threat and shouting never leave") {
    const std::string word = GENERATE(as<std::string>(), "caloteiro", "Devedor", "que vergonha", "POLÍCIA", "justiça",
                                      "última chance", "ação judicial", "advogado");
    INFO(word);
    CHECK(faulted(lint_reply("Olá, " + word + " aqui."), "B1"));
    CHECK(faulted(lint_reply("PAGUE AGORA."), "B1"));
    CHECK(faulted(lint_reply("Sua ÁGUA."), "B1"));
    CHECK_FALSE(faulted(lint_reply("Responda CONTESTAR, SAIR ou REVISÃO. CNPJ e Pix."), "B1"));
    CHECK_FALSE(faulted(lint_reply("Injustiça é outra coisa."), "B1"));
}

TEST_CASE("G7: credit files and protest only in the fixed sentence of the formal notice") {
    const std::string fixed = "Só depois do encerramento a dívida pode ir a cadastro de crédito.";
    CHECK_FALSE(faulted(lint_text(Stage::notice, fixed, test::sample_isp()), "G7"));
    CHECK(faulted(lint_text(Stage::after, fixed, test::sample_isp()), "G7"));
    CHECK(faulted(lint_text(Stage::notice, "Seu nome irá ao SPC. " + fixed, test::sample_isp()), "G7"));
    CHECK(faulted(lint_reply("Evite o protesto."), "G7"));
    CHECK(faulted(lint_reply("Serasa"), "G7"));
}

TEST_CASE("D6: no promotion; A11 and B15: no fees") {
    CHECK(faulted(lint_reply("Aproveite o desconto"), "D6"));
    CHECK(faulted(lint_reply("Novo plano grátis"), "D6"));
    CHECK(faulted(lint_reply("taxa de religação"), "A11"));
    CHECK(faulted(lint_reply("taxa de cobrança"), "B15"));
}

TEST_CASE("section 4: at most one link, on the provider's own domain") {
    CHECK(lint_reply("Veja https://provedor.example/f/42.").empty());
    CHECK(lint_reply("Veja www.provedor.example").empty());
    CHECK(lint_reply("Veja pagar.provedor.example/f/42").empty());
    CHECK(faulted(lint_reply("Veja https://bit.ly/x"), "section 4"));
    CHECK(faulted(lint_reply("Veja bit.ly/x"), "section 4"));
    CHECK(faulted(lint_reply("Veja https://evilprovedor.example/"), "section 4"));
    CHECK(faulted(lint_reply("https://provedor.example.evil.test/"), "section 4"));
    CHECK(faulted(lint_reply("https://provedor.example/a https://provedor.example/b"), "section 4"));
    CHECK(lint_reply("Campinas/SP em 10/03/2026, R$ 1,00/mês").empty());
}

TEST_CASE("B3: collection texts carry name, CNPJ and address") {
    const std::string identity = "Provedor Exemplo, CNPJ 12.345.678/0001-95, Rua das Flores, 100, Campinas/SP.";
    const Stage stage = GENERATE(Stage::after, Stage::notice, Stage::headsup, Stage::blocked);
    CHECK_FALSE(faulted(lint_text(stage, identity, test::sample_isp()), "B3"));
    CHECK(faulted(lint_text(stage, "Provedor Exemplo.", test::sample_isp()), "B3"));
    CHECK(faulted(lint_text(stage, identity, IspProfile{}), "B3"));
}

TEST_CASE("B3: the provider's own particulars are not judged as words of the text") {
    IspProfile isp = test::sample_isp();
    isp.address = "Rua da Justiça, 10, POLÍCIA VELHA";
    CHECK_FALSE(faulted(lint_text(Stage::reply, "Visite-nos: Rua da Justiça, 10, POLÍCIA VELHA.", isp), "B1"));
    CHECK(faulted(lint_text(Stage::reply, "Rua da Justiça", isp), "B1"));
}

TEST_CASE("C10: before the due date nothing speaks of being late") {
    const std::string word =
        GENERATE(as<std::string>(), "multa", "juros", "suspensão", "bloqueio", "vencida", "atraso");
    INFO(word);
    CHECK(faulted(lint_text(Stage::before, "Haverá " + word, test::sample_isp()), "C10"));
    CHECK_FALSE(faulted(lint_reply("Haverá " + word), "C10"));
}

}  // namespace emdia
