#include "daemon/core/text_signal.hpp"

#include <array>
#include <string>

namespace emdia {
namespace {

/// ASCII letter of a Latin-1 letter given by the second byte of its UTF-8 form (0xC3 xx); 0 for others.
char plain_letter(unsigned char second) {
    constexpr std::string_view kUpper = "AAAAAAACEEEEIIIIDNOOOOO";
    const unsigned lower_case = 0x20;
    const unsigned index = (second & ~lower_case) - 0x80U;
    if (index < kUpper.size()) {
        return static_cast<char>(kUpper[index] | 0x20);
    }
    return index >= 0x19 && index <= 0x1C ? 'u' : '\0';
}

std::string folded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        char letter = ' ';
        if (byte >= 'A' && byte <= 'Z') {
            letter = static_cast<char>(byte | 0x20U);
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            letter = static_cast<char>(byte);
        } else if (byte == 0xC3 && i + 1 < text.size()) {
            letter = plain_letter(static_cast<unsigned char>(text[++i]));
        }
        if (letter == '\0') {
            letter = ' ';
        }
        if (letter != ' ' || (!out.empty() && out.back() != ' ')) {
            out.push_back(letter);
        }
    }
    while (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

bool has_phrase(const std::string& text, std::string_view phrase) {
    const std::string padded = " " + text + " ";
    return padded.find(" " + std::string(phrase) + " ") != std::string::npos;
}

constexpr std::array<std::string_view, 6> kStopWords{"sair",        "parar", "pare", "stop", "cancelar mensagens",
                                                     "descadastrar"};
constexpr std::array<std::string_view, 8> kStopPhrases{
    "nao quero mensagem",       "nao quero mensagens",     "nao quero mais mensagem", "nao quero mais mensagens",
    "parem de mandar mensagem", "para de mandar mensagem", "pare de mandar mensagem", "nao quero receber mensagens"};
constexpr std::array<std::string_view, 3> kStartWords{"voltar", "start", "quero receber"};
constexpr std::array<std::string_view, 4> kDisputeWords{"contestar", "contesto", "contestacao", "quero contestar"};
constexpr std::array<std::string_view, 4> kHumanWords{"atendente", "humano", "falar com atendente",
                                                      "falar com um atendente"};
constexpr std::array<std::string_view, 6> kWrongPhrases{
    "nao sou eu", "numero errado", "numero esta errado", "pessoa errada", "nao conheco essa pessoa", "nao sou cliente"};
/// Inside a sentence ("se não me engano já paguei") it is about something else.
constexpr std::string_view kWrongWord = "engano";

}  // namespace

TextSignal signal_of(std::string_view text) {
    const std::string words = folded(text);
    for (const auto word : kStopWords) {
        if (words == word) {
            return TextSignal::opt_out;
        }
    }
    for (const auto word : kStartWords) {
        if (words == word) {
            return TextSignal::opt_in;
        }
    }
    for (const auto word : kDisputeWords) {
        if (words == word) {
            return TextSignal::dispute;
        }
    }
    for (const auto word : kHumanWords) {
        if (words == word) {
            return TextSignal::human;
        }
    }
    for (const auto phrase : kStopPhrases) {
        if (has_phrase(words, phrase)) {
            return TextSignal::opt_out;
        }
    }
    if (words == kWrongWord) {
        return TextSignal::wrong_number;
    }
    for (const auto phrase : kWrongPhrases) {
        if (has_phrase(words, phrase)) {
            return TextSignal::wrong_number;
        }
    }
    return TextSignal::none;
}

}  // namespace emdia
