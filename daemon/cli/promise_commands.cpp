#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/cli/table.hpp"

// promise add, list, cancel.

namespace emdia {
namespace {

struct PromiseOptions {
    std::string account;
    std::string until;
    std::int64_t promise = 0;
    std::string reason;
};

void add_account(CLI::App* command, const Session& session, PromiseOptions& asked) {
    command->add_option("account", asked.account, std::string(session.say("ERP:CONTRACT", "ERP:CONTRATO")))->required();
}

void print_promises(const Session& session, const Json& answer) {
    Table table({"ID", std::string(session.say("STATE", "ESTADO")), std::string(session.say("UNTIL", "ATÉ")),
                 std::string(session.say("AMOUNT", "VALOR")), std::string(session.say("BY", "POR"))});
    for (const Json& row : answer.at("promises")) {
        table.add({std::to_string(row.value("promise", std::int64_t{0})), session.state(row.value("state", "")),
                   row.value("until", ""), row.value("amount", ""), row.value("made_by", "")});
    }
    if (!table.empty()) {
        table.print(session.out);
    }
    session.out << session.say("a new one: ", "uma nova: ") << answer.value("why", "");
    if (!answer.at("last_date").is_null()) {
        session.out << session.say("; last date ", "; última data ") << answer.value("last_date", "");
    }
    session.out << '\n';
}

}  // namespace

void add_promise_commands(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(app, "promise", session.say("promises to pay", "promessas de pagamento"),
                                    "emdia promise list ixc:7301");

    auto added = options<PromiseOptions>();
    CLI::App* add = declare(*group, "add",
                            session.say("record one within policy; releases access for its time",
                                        "registrar dentro da política; libera o acesso no prazo"),
                            "emdia promise add ixc:7301 --until 2026-04-06 --reason \"asked by phone\"");
    add_account(add, session, *added);
    add->add_option("--until", added->until, std::string(session.say("last day to pay", "último dia para pagar")))
        ->required();
    require_reason(add, session, added->reason);
    add->callback([&session, added] {
        const auto answer =
            ask(session, "promise.add", {{"account", added->account}, {"until", added->until}, {"why", added->reason}});
        if (answer && !session.printed(*answer)) {
            session.out << session.say("promise ", "promessa ") << answer->value("promise", std::int64_t{0})
                        << session.say(" until ", " até ") << answer->value("until", "") << '\n';
        }
    });

    auto listed = options<PromiseOptions>();
    CLI::App* list = declare(*group, "list",
                             session.say("what was promised, and whether a new one is possible",
                                         "o que foi prometido, e se uma nova é possível"),
                             "emdia promise list ixc:7301");
    add_account(list, session, *listed);
    list->callback([&session, listed] {
        const auto answer = ask(session, "promise.list", {{"account", listed->account}});
        if (answer && !session.printed(*answer)) {
            print_promises(session, *answer);
        }
    });

    auto cancelled = options<PromiseOptions>();
    CLI::App* cancel = declare(*group, "cancel", session.say("take one back", "cancelar uma"),
                               "emdia promise cancel ixc:7301 12 --reason \"wrong account\"");
    add_account(cancel, session, *cancelled);
    cancel->add_option("promise", cancelled->promise, "ID")->required();
    require_reason(cancel, session, cancelled->reason);
    cancel->callback([&session, cancelled] {
        const auto answer =
            ask(session, "promise.cancel",
                {{"account", cancelled->account}, {"promise", cancelled->promise}, {"why", cancelled->reason}});
        if (answer && !session.printed(*answer)) {
            session.out << session.say("cancelled", "cancelada") << '\n';
        }
    });
}

}  // namespace emdia
