#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/cli/table.hpp"

// task and hold: what waits for a person.

namespace emdia {
namespace {

struct WorkOptions {
    std::int64_t id = 0;
    int limit = 50;
    std::string reason;
};

std::string account_of(const Json& row) { return row.at("account").is_string() ? row.value("account", "") : "-"; }

void print_tasks(const Session& session, const Json& answer) {
    Table table({"ID", "P", std::string(session.say("OPENED", "ABERTA")), std::string(session.say("ACCOUNT", "CONTA")),
                 std::string(session.say("KIND", "TIPO")), std::string(session.say("OWNER", "COM")), ""});
    for (const Json& row : answer.at("tasks")) {
        table.add({std::to_string(row.value("task", std::int64_t{0})), std::to_string(row.value("priority", 3)),
                   row.value("opened_local", ""), account_of(row), row.value("kind", ""), row.value("owner", ""),
                   session.translated(row.value("text", ""))});
    }
    if (table.empty()) {
        session.out << session.say("nothing waits", "nada espera") << '\n';
        return;
    }
    table.print(session.out);
}

void print_holds(const Session& session, const Json& answer) {
    if (answer.at("holds").empty()) {
        session.out << session.say("nothing is held", "nada está retido") << '\n';
    }
    for (const Json& row : answer.at("holds")) {
        session.out << row.value("hold", std::int64_t{0}) << "  " << row.value("opened_local", "") << "  "
                    << row.value("reason", "") << " [" << row.value("rules", "") << "]  " << row.value("scope", "")
                    << "\n   " << session.translated(row.value("text", "")) << '\n';
        const auto count = row.value("account_count", std::int64_t{0});
        if (count == 0) {
            continue;
        }
        session.out << "   " << count << session.say(" accounts:", " contas:");
        for (const Json& account : row.at("accounts")) {
            session.out << ' ' << (account.is_string() ? account.get<std::string>() : "?");
        }
        session.out << (count > static_cast<std::int64_t>(row.at("accounts").size()) ? " ...\n" : "\n");
    }
}

void add_change(CLI::App& group, Session& session, const std::string& name, std::string_view description,
                const std::string& example, const char* method, Json fixed, const char* id_name) {
    auto asked = options<WorkOptions>();
    CLI::App* command = declare(group, name, description, example);
    command->add_option("id", asked->id, "ID")->required();
    require_reason(command, session, asked->reason);
    command->callback([&session, asked, method, fixed = std::move(fixed), id_name] {
        Json params = fixed;
        params[id_name] = asked->id;
        params["why"] = asked->reason;
        const auto answer = ask(session, method, std::move(params));
        if (answer && !session.printed(*answer)) {
            session.out << session.say("done", "feito") << '\n';
        }
    });
}

}  // namespace

void add_work_commands(CLI::App& app, Session& session) {
    CLI::App* task = declare_group(
        app, "task", session.say("things a person must do", "o que uma pessoa precisa fazer"), "emdia task list");
    auto listed = options<WorkOptions>();
    CLI::App* list =
        declare(*task, "list", session.say("open ones, most urgent first", "abertas, mais urgentes primeiro"),
                "emdia task list --json");
    list->add_option("--limit", listed->limit)->check(CLI::Range(1, 1000));
    list->callback([&session, listed] {
        const auto answer = ask(session, "task.list", {{"limit", listed->limit}});
        if (answer && !session.printed(*answer)) {
            print_tasks(session, *answer);
        }
    });
    add_change(*task, session, "take", session.say("it is mine now", "agora é minha"),
               "emdia task take 5 --reason \"on it\"", "task.take", Json::object(), "task");
    add_change(*task, session, "done",
               session.say("finished; the reason is the outcome", "concluída; o motivo é o resultado"),
               "emdia task done 5 --reason \"letter sent, AR 123\"", "task.done", Json::object(), "task");

    CLI::App* hold = declare_group(app, "hold", session.say("what an interlock stopped", "o que uma trava reteve"),
                                   "emdia hold list");
    declare(*hold, "list", session.say("what waits for approval", "o que espera aprovação"), "emdia hold list")
        ->callback([&session] {
            const auto answer = ask(session, "hold.list", Json::object());
            if (answer && !session.printed(*answer)) {
                print_holds(session, *answer);
            }
        });
    add_change(*hold, session, "approve",
               session.say("let exactly this batch pass", "deixar passar exatamente este lote"),
               "emdia hold approve 3 --reason \"checked ten of them\"", "hold.resolve", {{"approve", true}}, "hold");
    add_change(*hold, session, "reject", session.say("do not do it", "não fazer"),
               "emdia hold reject 3 --reason \"the ERP import was wrong\"", "hold.resolve", {{"approve", false}},
               "hold");
}

}  // namespace emdia
