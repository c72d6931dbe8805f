#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"

// override, dispute, exempt: a person's decisions about one account.

namespace emdia {
namespace {

struct ChangeOptions {
    std::string kind;
    std::string account;
    std::string duration;
    std::string invoice;
    std::string stage = "notice";
    std::string reason;
};

void add_account(CLI::App* command, const Session& session, ChangeOptions& change) {
    command->add_option("account", change.account, std::string(session.say("ERP:CONTRACT", "ERP:CONTRATO")))
        ->required();
    require_reason(command, session, change.reason);
}

void apply(Session& session, std::string_view method, Json params, std::string_view done) {
    const auto answer = ask(session, method, std::move(params));
    if (answer && !session.printed(*answer)) {
        session.out << answer->value("account", "") << ": " << done;
        if (answer->contains("until")) {
            session.out << session.say(" until ", " até ") << answer->value("until_local", answer->value("until", ""));
        }
        session.out << '\n';
    }
}

void add_overrides(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(app, "override",
                                    session.say("a person's decision, with an end", "decisão de uma pessoa, com prazo"),
                                    "emdia override open ixc:7301 --for 48h --reason \"visit booked\"");
    const struct {
        const char* name;
        std::string_view english;
        std::string_view portuguese;
    } kinds[] = {
        {"open", "keep open, whatever is owed", "manter aberto, deva o que dever"},
        {"blocked", "block now; logged with your name", "bloquear já; registrado com o seu nome"},
        {"freeze", "no message and no block; unblocks go on", "sem mensagens nem bloqueio; desbloqueios seguem"}};
    for (const auto& kind : kinds) {
        auto change = options<ChangeOptions>();
        change->kind = kind.name;
        CLI::App* command = declare(*group, kind.name, session.say(kind.english, kind.portuguese),
                                    "emdia override " + change->kind + " ixc:7301 --for 48h --reason \"visit booked\"");
        add_account(command, session, *change);
        command->add_option("--for", change->duration, std::string(session.say("48h, 3d...", "48h, 3d...")))
            ->required();
        command->callback([&session, change] {
            apply(session, "override.set",
                  {{"account", change->account},
                   {"kind", change->kind},
                   {"for", change->duration},
                   {"why", change->reason}},
                  change->kind);
        });
    }
    auto change = options<ChangeOptions>();
    CLI::App* end = declare(*group, "end", session.say("end it before its time", "encerrar antes do prazo"),
                            "emdia override end open ixc:7301 --reason \"solved\"");
    end->add_option("kind", change->kind, "open, blocked, freeze")
        ->required()
        ->check(CLI::IsMember({"open", "blocked", "freeze"}));
    add_account(end, session, *change);
    end->callback([&session, change] {
        apply(session, "override.end", {{"account", change->account}, {"kind", change->kind}, {"why", change->reason}},
              session.say("ended", "encerrado"));
    });
}

void add_disputes(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(
        app, "dispute",
        session.say("a contested invoice: the clocks stop (A12)", "fatura contestada: os prazos param (A12)"),
        "emdia dispute open ixc:7301 --reason \"phone, protocol 123\"");
    auto opened = options<ChangeOptions>();
    CLI::App* open = declare(*group, "open", session.say("the subscriber contests", "o assinante contesta"),
                             "emdia dispute open ixc:7301 --invoice 145535 --reason \"phone, protocol 123\"");
    add_account(open, session, *opened);
    open->add_option("--invoice", opened->invoice,
                     std::string(session.say("number in the ERP; without it the whole account",
                                             "número no ERP; sem ele, a conta toda")));
    open->callback([&session, opened] {
        Json params = {{"account", opened->account}, {"why", opened->reason}};
        if (!opened->invoice.empty()) {
            params["invoice"] = opened->invoice;
        }
        apply(session, "dispute.open", std::move(params), session.say("dispute opened", "contestação aberta"));
    });
    auto answered = options<ChangeOptions>();
    CLI::App* answer = declare(*group, "answer",
                               session.say("the answer reached the subscriber; the clocks go on",
                                           "a resposta chegou ao assinante; os prazos voltam a correr"),
                               "emdia dispute answer ixc:7301 --reason \"answered by e-mail\"");
    add_account(answer, session, *answered);
    answer->callback([&session, answered] {
        apply(session, "dispute.answer", {{"account", answered->account}, {"why", answered->reason}},
              session.say("answered", "respondida"));
    });
}

void add_notices(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(
        app, "notice",
        session.say("a notice that a person had served (A4 A5)", "aviso que uma pessoa fez chegar (A4 A5)"),
        "emdia notice delivered ixc:7301 --invoice 145535 --channel letter --on 2026-03-17 "
        "--reason \"AR BR123\"");
    auto served = options<ChangeOptions>();
    CLI::App* delivered = declare(
        *group, "delivered",
        session.say("it arrived by e-mail, SMS or letter; its clock starts that day",
                    "chegou por e-mail, SMS ou carta; o prazo começa nesse dia"),
        "emdia notice delivered ixc:7301 --invoice 145535 --channel letter --on 2026-03-17 --reason \"AR BR123\"");
    add_account(delivered, session, *served);
    delivered->add_option("--invoice", served->invoice, std::string(session.say("number in the ERP", "número no ERP")))
        ->required();
    delivered->add_option("--channel", served->kind, "email, sms, letter")
        ->required()
        ->check(CLI::IsMember({"email", "sms", "letter"}));
    delivered
        ->add_option("--on", served->duration,
                     std::string(session.say("day of the proof, 2026-03-17", "dia da prova, 2026-03-17")))
        ->required();
    delivered->add_option("--stage", served->stage, "notice, promise_broken")
        ->check(CLI::IsMember({"notice", "promise_broken"}));
    delivered->callback([&session, served] {
        apply(session, "notice.record",
              {{"account", served->account},
               {"invoice", served->invoice},
               {"channel", served->kind},
               {"delivered", served->duration},
               {"stage", served->stage},
               {"why", served->reason}},
              session.say("recorded", "registrado"));
    });
}

void add_exempt(CLI::App& app, Session& session) {
    auto change = options<ChangeOptions>();
    CLI::App* exempt = declare(app, "exempt",
                               session.say("never block by machine: hospital, school, court order (A18)",
                                           "nunca bloquear por máquina: hospital, escola, ordem judicial (A18)"),
                               "emdia exempt on ixc:7301 --reason \"town hospital\"");
    exempt->add_option("state", change->kind, "on, off")->required()->check(CLI::IsMember({"on", "off"}));
    add_account(exempt, session, *change);
    exempt->callback([&session, change] {
        const bool on = change->kind == "on";
        apply(session, "exempt.set", {{"account", change->account}, {"exempt", on}, {"why", change->reason}},
              on ? session.say("exempt", "isento") : session.say("no longer exempt", "não mais isento"));
    });
}

}  // namespace

void add_override_commands(CLI::App& app, Session& session) {
    add_overrides(app, session);
    add_disputes(app, session);
    add_notices(app, session);
    add_exempt(app, session);
}

}  // namespace emdia
