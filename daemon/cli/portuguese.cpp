#include "daemon/cli/portuguese.hpp"

#include <array>
#include <optional>
#include <utility>

namespace emdia {
namespace {

/// One '*' on either side stands for the same text, which is kept: a number, a path, a name.
struct Pair {
    std::string_view english;
    std::string_view portuguese;
};

constexpr Pair kTexts[] = {
    // --- reaching the daemon
    {"emdiad does not answer at *", "o emdiad não responde em *"},
    {"is it running? systemctl status emdiad; another path: --socket",
     "ele está em execução? systemctl status emdiad; outro caminho: --socket"},
    {"you need to be in the group of the socket: adduser YOU emdia, then log in again",
     "você precisa estar no grupo do socket: adduser VOCÊ emdia, e entre de novo"},
    {"emdiad took the request and did not answer", "o emdiad recebeu o pedido e não respondeu"},
    {"look before asking again: emdia status; journalctl -u emdiad",
     "olhe antes de pedir de novo: emdia status; journalctl -u emdiad"},
    {"emdiad answered something that is no JSON object", "o emdiad respondeu algo que não é um objeto JSON"},
    {"same version of both?", "os dois são da mesma versão?"},
    {"there is no such request", "esse pedido não existe"},
    {"emdia and emdiad of the same version understand each other", "o emdia e o emdiad da mesma versão se entendem"},
    {"the daemon has too much to do at this moment", "o serviço está ocupado demais neste momento"},
    {"try again in a minute", "tente de novo em um minuto"},
    // --- accounts
    {"there is no such account", "essa conta não existe"},
    {"look for it: emdia subscriber SEARCH", "procure: emdia subscriber BUSCA"},
    {"more than one account fits: *", "mais de uma conta corresponde: *"},
    {"name one as ERP:CONTRACT", "indique uma como ERP:CONTRATO"},
    {"there is no account *", "não existe a conta *"},
    // --- changes by people
    {"this changes something, and no reason was given", "isto muda algo, e nenhum motivo foi dado"},
    {"say why: --reason \"...\"", "diga o motivo: --reason \"...\""},
    {"a change needs an author and a reason", "uma mudança precisa de autor e motivo"},
    {"say why with --reason", "diga o motivo com --reason"},
    {"the reason is longer than 500 bytes", "o motivo tem mais de 500 bytes"},
    {"say it shorter", "diga em menos palavras"},
    {"the parameter 'for' must be a duration such as 48h or 3d", "--for deve ser uma duração como 48h ou 3d"},
    {"the parameter 'until' must be a date such as 2026-04-06", "--until deve ser uma data como 2026-04-06"},
    {"an override lasts up to 90 days", "uma decisão dessas vale por até 90 dias"},
    {"say how long with --for, e.g. --for 48h", "diga por quanto tempo com --for, por exemplo --for 48h"},
    {"no override of this kind is in force", "nenhuma decisão desse tipo está em vigor"},
    {"see what is: emdia why ACCOUNT", "veja o que está: emdia why CONTA"},
    {"the account has no such invoice", "a conta não tem essa fatura"},
    {"use the number the ERP shows", "use o número que o ERP mostra"},
    {"the account has no open dispute", "a conta não tem contestação aberta"},
    {"there is no open promise *", "não há promessa aberta *"},
    {"there is no open dispute *", "não há contestação aberta *"},
    {"there is no open task *", "não há tarefa aberta *"},
    {"there is no open hold *", "não há retenção aberta *"},
    {"there is no invoice of this account with id *", "não há fatura desta conta com o número *"},
    {"no promise is possible: *", "nenhuma promessa é possível: *"},
    {"no promise is possible now: *", "nenhuma promessa é possível agora: *"},
    {"a person may decide otherwise", "uma pessoa pode decidir de outro modo"},
    {"the promised day * is over", "o dia prometido * já passou"},
    {"the promised day * is beyond the horizon", "o dia prometido * está além do prazo permitido"},
    {"name a day up to *", "indique um dia até *"},
    {"name a day from *", "indique um dia de *"},
    {"the yes is noted, but the configuration keeps emdiad in shadow",
     "o sim foi anotado, mas a configuração mantém o emdiad em modo sombra"},
    {"set rollout.mode = \"live\" in emdia.toml, then: systemctl reload emdiad",
     "ponha rollout.mode = \"live\" no emdia.toml, e então: systemctl reload emdiad"},
    {"no ERP is configured under the name *", "nenhum ERP está configurado com o nome *"},
    {"see the [erp.NAME] sections of emdia.toml", "veja as seções [erp.NOME] do emdia.toml"},
    // --- without a daemon
    {"cannot open *", "não foi possível abrir *"},
    {"check the path and the right to read it", "confira o caminho e a permissão de leitura"},
    {"--at is no time", "--at não é uma hora"},
    {"write it as 2026-04-01T12:30:00Z or with -03:00", "escreva como 2026-04-01T12:30:00Z ou com -03:00"},
    {"the due date is no date", "o vencimento não é uma data"},
    {"write it as 2026-03-10", "escreva como 2026-03-10"},
    {"write it as 2026-03-16", "escreva como 2026-03-16"},
    {"--uf names no unit of the federation", "--uf não é uma unidade da federação"},
    {"two letters, such as SP", "duas letras, como SP"},
    {"--delivered is no date after the effective due date (A2)",
     "--delivered não é uma data depois do vencimento efetivo (A2)"},
    {"emdia config check says all of them", "emdia config check mostra todos"},
    {"docs/POLICY.md lists every setting", "docs/POLICY.md lista todas as opções"},
    {"the command line is wrong: *", "a linha de comando está errada: *"},
    {"see emdia --help", "veja emdia --help"},
};

constexpr Pair kStates[] = {
    {"open", "aberto"},
    {"reduced", "reduzido"},
    {"blocked", "bloqueado"},
    {"none", "sem prova"},
    {"acknowledged", "confirmado pelo equipamento"},
    {"observed", "observado no equipamento"},
    {"proposed", "proposta"},
    {"active", "em andamento"},
    {"kept", "cumprida"},
    {"kept_late", "cumprida com atraso"},
    {"partial", "cumprida em parte"},
    {"broken", "descumprida"},
    {"cancelled", "cancelada"},
};

/// What '*' stands for when `text` is of this form; "" for a form without one.
std::optional<std::string_view> match(std::string_view form, std::string_view text) {
    const std::size_t star = form.find('*');
    if (star == std::string_view::npos) {
        return form == text ? std::optional(std::string_view()) : std::nullopt;
    }
    const std::string_view head = form.substr(0, star);
    const std::string_view tail = form.substr(star + 1);
    if (text.size() < head.size() + tail.size() || !text.starts_with(head) || !text.ends_with(tail)) {
        return std::nullopt;
    }
    return text.substr(head.size(), text.size() - head.size() - tail.size());
}

}  // namespace

std::string in_portuguese(std::string_view english) {
    for (const Pair& pair : kTexts) {
        if (const auto kept = match(pair.english, english)) {
            std::string out(pair.portuguese);
            if (const std::size_t star = out.find('*'); star != std::string::npos) {
                out.replace(star, 1, *kept);
            }
            return out;
        }
    }
    return std::string(english);
}

std::string_view state_in_portuguese(std::string_view word) {
    for (const Pair& pair : kStates) {
        if (pair.english == word) {
            return pair.portuguese;
        }
    }
    return word;
}

}  // namespace emdia
