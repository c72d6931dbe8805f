#include "daemon/core/text_signal.hpp"

#include <catch2/catch.hpp>

namespace emdia {

TEST_CASE("D2: stop words and phrases, however they are written") {
    const std::string text = GENERATE(as<std::string>(), "SAIR", " sair! ", "Parar", "stop", "não quero mensagem",
                                      "Por favor, NÃO quero mais mensagens aqui.", "Descadastrar");
    INFO(text);
    CHECK(signal_of(text) == TextSignal::opt_out);
}

TEST_CASE("A12, D3: the words that the formal notice names") {
    CHECK(signal_of("CONTESTAR") == TextSignal::dispute);
    CHECK(signal_of("Contestação.") == TextSignal::dispute);
    CHECK(signal_of("atendente") == TextSignal::human);
    CHECK(signal_of("Falar com atendente!") == TextSignal::human);
}

TEST_CASE("C8: a wrong number, and D1: back again") {
    CHECK(signal_of("oi, não sou eu não") == TextSignal::wrong_number);
    CHECK(signal_of("Número errado") == TextSignal::wrong_number);
    CHECK(signal_of("Engano!") == TextSignal::wrong_number);
    CHECK(signal_of("voltar") == TextSignal::opt_in);
}

TEST_CASE("words inside a sentence decide nothing: a person reads it") {
    const std::string text =
        GENERATE(as<std::string>(), "", "vou sair agora e pago depois", "não vou contestar", "pago sexta",
                 "se não me engano já paguei", "o atendente disse que estava pago", "\xff\xfe\xc3");
    INFO(text);
    CHECK(signal_of(text) == TextSignal::none);
}

}  // namespace emdia
