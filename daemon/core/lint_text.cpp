// The rules of brazil-rules.md section 4 on one text, whoever wrote it.
#include <algorithm>
#include <array>

#include "daemon/core/template_text.hpp"
#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

struct BannedWord {
    std::string_view word;  ///< Plain letters; matches at the beginning of a word.
    std::string_view rule;
    std::string_view why;
};

constexpr std::string_view kThreat = "shames or threatens";
constexpr std::string_view kPromotion = "is promotion: the template would become marketing";
constexpr std::string_view kFee = "speaks of a fee that may not be charged";
constexpr std::string_view kSecret = "asks for or names a personal document or secret";

constexpr std::array<BannedWord, 41> kBanned{{
    {"calote", "B1", kThreat},
    {"caloteir", "B1", kThreat},
    {"devedor", "B1", kThreat},
    {"inadimplen", "B1", kThreat},
    {"vergonha", "B1", kThreat},
    {"nome sujo", "B1", kThreat},
    {"nome limpo", "B1", kThreat},
    {"policia", "B1", kThreat},
    {"justica", "B1", kThreat},
    {"judicial", "B1", kThreat},
    {"advogad", "B1", kThreat},
    {"penhora", "B1", kThreat},
    {"cadeia", "B1", kThreat},
    {"prisao", "B1", kThreat},
    {"ultima chance", "B1", kThreat},
    {"ultimo aviso", "B1", kThreat},
    {"promocao", "D6", kPromotion},
    {"promocoes", "D6", kPromotion},
    {"oferta", "D6", kPromotion},
    {"desconto", "D6", kPromotion},
    {"gratis", "D6", kPromotion},
    {"gratuit", "D6", kPromotion},
    {"cashback", "D6", kPromotion},
    {"sorteio", "D6", kPromotion},
    {"brinde", "D6", kPromotion},
    {"cupom", "D6", kPromotion},
    {"aproveite", "D6", kPromotion},
    {"indique", "D6", kPromotion},
    {"upgrade", "D6", kPromotion},
    {"novo plano", "D6", kPromotion},
    {"religacao", "A11", kFee},
    {"reconexao", "A11", kFee},
    {"taxa de cobranca", "B15", kFee},
    {"honorario", "B15", kFee},
    {"cpf", "D4", kSecret},
    {"rg", "D4", kSecret},
    {"senha", "D4", kSecret},
    {"cartao de credito", "D4", kSecret},
    {"numero do cartao", "D4", kSecret},
    {"numero da conta", "D4", kSecret},
    {"agencia e conta", "D4", kSecret},
}};

constexpr std::array<std::string_view, 7> kBureauWords{
    "spc", "serasa", "protest", "negativa", "cadastro de credito", "cadastros de credito", "restricao de credito"};

/// C10: the reminder before the due date is no collection.
constexpr std::array<std::string_view, 9> kNotBeforeDue{"multa",     "juros", "suspen",  "bloque", "vencid",
                                                        "em aberto", "atras", "cobranc", "corte"};

/// Words to type as an answer, and abbreviations.
constexpr std::array<std::string_view, 6> kCapitalsAllowed{"CONTESTAR", "ATENDENTE", "REVISÃO",
                                                           "SAIR",      "VOLTAR",    "CNPJ"};
constexpr std::size_t kShoutLength = 4;

bool needs_identity(Stage stage) noexcept {
    return stage == Stage::after || stage == Stage::notice || stage == Stage::headsup || stage == Stage::blocked;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Whether eleven digits carry the two check digits of a CPF.
bool has_cpf_check_digits(std::string_view digits) noexcept {
    if (digits.find_first_not_of(digits.front()) == std::string_view::npos) {
        return false;
    }
    for (const std::size_t length : {std::size_t{9}, std::size_t{10}}) {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < length; ++i) {
            sum += static_cast<std::size_t>(digits[i] - '0') * (length + 1 - i);
        }
        const std::size_t check = sum * 10 % 11 % 10;
        if (check != static_cast<std::size_t>(digits[length] - '0')) {
            return false;
        }
    }
    return true;
}

/// A run of digits in which '.' and '-' may stand, as "123.456.789-09".
bool holds_cpf(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        std::string digits;
        while (at < text.size() && (is_digit(text[at]) || ((text[at] == '.' || text[at] == '-') &&
                                                           at + 1 < text.size() && is_digit(text[at + 1])))) {
            if (is_digit(text[at])) {
                digits += text[at];
            }
            ++at;
        }
        if (digits.size() == 11 && has_cpf_check_digits(digits)) {
            return true;
        }
    }
    return false;
}

/// The words in capitals of at least kShoutLength letters that are not on the list.
bool shouts(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t letters = 0;
        bool lower = false;
        const std::size_t begin = at;
        while (at < text.size()) {
            const auto byte = static_cast<unsigned char>(text[at]);
            if (byte == 0xC3U && at + 1 < text.size()) {
                const bool capital = (static_cast<unsigned char>(text[at + 1]) & 0x3FU) < 0x1FU;
                lower = lower || !capital;
                at += 2;
            } else if ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= 'a' && text[at] <= 'z')) {
                lower = lower || text[at] >= 'a';
                ++at;
            } else {
                break;
            }
            ++letters;
        }
        const std::string_view word = text.substr(begin, at - begin);
        if (letters >= kShoutLength && !lower &&
            std::find(kCapitalsAllowed.begin(), kCapitalsAllowed.end(), word) == kCapitalsAllowed.end()) {
            return true;
        }
        at += at == begin ? 1 : 0;
    }
    return false;
}

/// The host of every link in the text, lower case.
std::vector<std::string> link_hosts(std::string_view text) {
    std::vector<std::string> hosts;
    const std::string plain = plain_letters(text);
    std::size_t begin = 0;
    while (begin < plain.size()) {
        const std::size_t end = std::min(plain.find_first_of(" \n\t", begin), plain.size());
        std::string_view token = std::string_view(plain).substr(begin, end - begin);
        begin = end + 1;
        const std::size_t scheme = token.find("://");
        const std::size_t www = token.find("www.");
        const std::size_t path = token.find('/');
        if (scheme != std::string_view::npos) {
            token.remove_prefix(scheme + 3);
        } else if (www != std::string_view::npos) {
            token.remove_prefix(www);
        } else if (path == std::string_view::npos || token.substr(0, path).find('.') == std::string_view::npos ||
                   token.find_first_of("abcdefghijklmnopqrstuvwxyz") > path) {
            continue;
        }
        const std::size_t host_end = std::min(token.find_first_of("/:?#,;)"), token.size());
        std::string host(token.substr(0, host_end));
        while (!host.empty() && host.back() == '.') {
            host.pop_back();
        }
        hosts.push_back(host);
    }
    return hosts;
}

bool on_domain(std::string_view host, std::string_view domain) noexcept {
    if (domain.empty() || host.size() < domain.size()) {
        return false;
    }
    const bool ends = host.substr(host.size() - domain.size()) == domain;
    return ends && (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

std::string without(std::string text, std::string_view phrase) {
    if (phrase.empty()) {
        return text;
    }
    for (std::size_t at = text.find(phrase); at != std::string::npos; at = text.find(phrase, at)) {
        text.replace(at, phrase.size(), " ");
    }
    return text;
}

/// The ISP's own particulars are judged once, in the configuration: an address in "Rua da Justiça" is no threat.
std::string without_identity(std::string_view text, const IspProfile& isp) {
    std::string rest = fold_spaces(text);
    for (const std::string* own : {&isp.care_channel, &isp.address, &isp.legal_name, &isp.name, &isp.cnpj}) {
        rest = without(std::move(rest), fold_spaces(*own));
    }
    return rest;
}

/// Section 4: bureau words stand only in the fixed sentence, which says that registration follows the end of the
/// contract.
bool bureau_word_out_of_place(Stage stage, std::string_view plain) {
    while (!plain.empty()) {
        const std::size_t end = std::min(plain.find_first_of(".;"), plain.size());
        const std::string_view sentence = plain.substr(0, end);
        plain.remove_prefix(std::min(end + 1, plain.size()));
        const bool speaks = std::any_of(kBureauWords.begin(), kBureauWords.end(),
                                        [&](std::string_view word) { return has_word(sentence, word); });
        const bool fixed = stage == Stage::notice && has_word(sentence, "so depois do encerramento");
        if (speaks && !fixed) {
            return true;
        }
    }
    return false;
}

class Collector {
public:
    void add(std::string_view rule, std::string what) { faults_.push_back({"", std::string(rule), std::move(what)}); }
    std::vector<LintFault> take() { return std::move(faults_); }

private:
    std::vector<LintFault> faults_;
};

}  // namespace

std::vector<LintFault> lint_text(Stage stage, std::string_view text, const IspProfile& isp) {
    Collector faults;
    const std::string folded = fold_spaces(text);
    if (needs_identity(stage)) {
        for (const std::string* own : {&isp.name, &isp.cnpj, &isp.address}) {
            if (own->empty() || folded.find(fold_spaces(*own)) == std::string::npos) {
                faults.add("B3", "name, CNPJ and address of the provider must stand in the text");
                break;
            }
        }
    }
    const std::vector<std::string> hosts = link_hosts(text);
    if (hosts.size() > 1) {
        faults.add("section 4", "more than one link");
    }
    for (const std::string& host : hosts) {
        if (!on_domain(host, plain_letters(isp.domain))) {
            faults.add("section 4", "a link leads outside the provider's own domain");
        }
    }

    const std::string rest = without_identity(text, isp);
    const std::string plain = plain_letters(rest);
    if (holds_cpf(rest)) {
        faults.add("D4", "holds an unmasked CPF");
    }
    for (const BannedWord& banned : kBanned) {
        if (has_word(plain, banned.word)) {
            faults.add(banned.rule, "\"" + std::string(banned.word) + "\" " + std::string(banned.why));
        }
    }
    if (bureau_word_out_of_place(stage, plain)) {
        faults.add("G7", "credit files and protest may be named only in the fixed sentence of the formal notice");
    }
    if (stage == Stage::before) {
        for (const std::string_view word : kNotBeforeDue) {
            if (has_word(plain, word)) {
                faults.add("C10", "\"" + std::string(word) + "\" has no place before the due date");
            }
        }
    }
    if (shouts(rest)) {
        faults.add("B1", "shouts in capitals");
    }
    return faults.take();
}

}  // namespace emdia
