#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/cli/decision_text.hpp"
#include "daemon/cli/table.hpp"

// subscriber, why, timeline: looking at one account.

namespace emdia {
namespace {

struct AccountOptions {
    std::string account;
    int limit = 50;
    bool facts = false;
};

void add_account_option(CLI::App* command, const Session& session, std::string& account) {
    command
        ->add_option("account", account,
                     std::string(session.say("ERP:CONTRACT, such as ixc:7301, or what names exactly one",
                                             "ERP:CONTRATO, como ixc:7301, ou o que identifica exatamente um")))
        ->required();
}

void print_events(const Session& session, const Json& events) {
    for (const Json& event : events) {
        session.out << "  " << event.value("local", "") << "  " << event.value("kind", "") << "  "
                    << event.value("actor", "");
        for (const char* key : {"detail", "rules"}) {
            const std::string text = event.value(key, "");
            if (!text.empty()) {
                session.out << "  " << (key[0] == 'r' ? "[" + text + "]" : text);
            }
        }
        session.out << '\n';
    }
}

void print_access(const Session& session, const Json& access) {
    session.out << session.say("access: wanted ", "acesso: desejado ") << session.state(access.value("wanted", ""))
                << session.say(", in the network ", ", na rede ")
                << (access.at("applied").is_null() ? std::string(session.say("unknown", "desconhecido"))
                                                   : session.state(access.value("applied", "")))
                << " (" << session.state(access.value("proof", "")) << session.say(", generation ", ", geração ")
                << access.value("generation", std::int64_t{0}) << ")\n";
}

void run_why(Session& session, const AccountOptions& asked) {
    const auto answer = ask(session, asked.facts ? "facts" : "why", {{"account", asked.account}});
    if (!answer) {
        return;
    }
    if (asked.facts) {
        session.out << answer->dump(2) << '\n';
        return;
    }
    if (session.printed(*answer)) {
        return;
    }
    session.out << answer->value("account", "") << "  " << answer->value("first_name", "") << '\n';
    print_access(session, answer->at("access"));
    session.out << session.say("decided: ", "decidido: ") << answer->value("decided_local", "")
                << session.say("  policy ", "  política ") << answer->value("policy_version", "")
                << session.say(", calendar ", ", calendário ") << answer->value("calendar_version", "") << ", tz "
                << answer->value("tz_version", "") << "\n";
    print_decision(session, answer->at("decision"));
    session.out << '\n' << session.say("lately:", "ultimamente:") << '\n';
    print_events(session, answer->at("history"));
}

void run_search(Session& session, const AccountOptions& asked) {
    const auto answer = ask(session, "subscriber.search", {{"search", asked.account}, {"limit", asked.limit}});
    if (!answer) {
        return;
    }
    if (answer->at("accounts").empty()) {
        session.exit = Exit::not_found;
    }
    if (session.printed(*answer)) {
        return;
    }
    Table table({std::string(session.say("ACCOUNT", "CONTA")), std::string(session.say("NAME", "NOME")),
                 std::string(session.say("PHONE", "FONE")), "LOGIN", std::string(session.say("ACCESS", "ACESSO")),
                 std::string(session.say("OVERDUE", "EM ATRASO"))});
    for (const Json& row : answer->at("accounts")) {
        table.add({row.value("account", ""), row.value("first_name", ""), "..." + row.value("phone_tail", ""),
                   row.value("login", ""), session.state(row.value("access", "")), row.value("overdue", "")});
    }
    if (table.empty()) {
        session.err << session.say("nothing found", "nada encontrado") << '\n';
    } else {
        table.print(session.out);
    }
}

}  // namespace

void add_account_commands(CLI::App& app, Session& session) {
    auto search = options<AccountOptions>();
    CLI::App* subscriber = declare(app, "subscriber",
                                   session.say("find accounts by id, name, phone or login",
                                               "encontrar contas por número, nome, telefone ou login"),
                                   "emdia subscriber 7301");
    subscriber->add_option("search", search->account, std::string(session.say("what to look for", "o que procurar")))
        ->required();
    subscriber->add_option("--limit", search->limit)->check(CLI::Range(1, 1000));
    subscriber->callback([&session, search] { run_search(session, *search); });

    auto asked = options<AccountOptions>();
    CLI::App* why = declare(app, "why",
                            session.say("why this account is open or blocked, rule by rule",
                                        "por que esta conta está aberta ou bloqueada, regra por regra"),
                            "emdia why ixc:7301");
    add_account_option(why, session, asked->account);
    why->add_flag("--facts", asked->facts,
                  std::string(session.say("print the facts for `emdia decide` instead (personal data!)",
                                          "mostrar os fatos para `emdia decide` (dados pessoais!)")));
    why->callback([&session, asked] { run_why(session, *asked); });

    auto past = options<AccountOptions>();
    CLI::App* timeline = declare(app, "timeline",
                                 session.say("everything that happened to an account, or to the house",
                                             "tudo o que aconteceu com uma conta, ou com a casa"),
                                 "emdia timeline ixc:7301 --limit 200");
    timeline->add_option(
        "account", past->account,
        std::string(session.say("ERP:CONTRACT; without one, the history of the house: freeze, go-live, sync, holds",
                                "ERP:CONTRATO; sem ele, o histórico da casa: congelamento, go-live, sync, retenções")));
    timeline->add_option("--limit", past->limit)->check(CLI::Range(1, 1000));
    timeline->callback([&session, past] {
        Json params = {{"limit", past->limit}};
        if (!past->account.empty()) {
            params["account"] = past->account;
        }
        const auto answer = ask(session, "timeline", std::move(params));
        if (answer && !session.printed(*answer)) {
            print_events(session, answer->at("events"));
        }
    });
}

}  // namespace emdia
