#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/cli/table.hpp"

// status, sync, freeze, go-live: the installation as a whole.

namespace emdia {
namespace {

void print_status(Session& session, const Json& status) {
    std::ostream& out = session.out;
    const std::string mode = status.value("mode", "");
    out << session.say("mode: ", "modo: ") << mode;
    if (mode == "shadow") {
        out << session.say("  (decides and shows, does nothing; emdia go-live)",
                           "  (decide e mostra, não age; emdia go-live)");
    }
    if (status.value("frozen", false)) {
        out << session.say("  FROZEN: only unblocks go out", "  CONGELADO: só desbloqueios saem");
        if (const Json freeze = status.value("freeze", Json()); freeze.is_object()) {
            out << "\n  " << freeze.value("local", "") << "  " << freeze.value("author", "") << ": "
                << freeze.value("why", "");
        }
    }
    out << "\n\n";
    Table parts({std::string(session.say("PART", "PARTE")), std::string(session.say("STATE", "ESTADO")), ""});
    for (const Json& part : status.at("parts")) {
        parts.add({part.value("part", ""),
                   std::string(part.value("healthy", false) ? session.say("ok", "ok") : session.say("FAILS", "FALHA")),
                   part.value("text", "")});
    }
    parts.print(out);
    const struct {
        const char* key;
        std::string_view english;
        std::string_view portuguese;
    } rows[] = {{"accounts", "active contracts", "contratos ativos"},
                {"overdue_accounts", "overdue", "em atraso"},
                {"blocked", "blocked", "bloqueados"},
                {"gap", "network not yet as wanted", "rede ainda diferente do desejado"},
                {"promises_active", "promises running", "promessas em andamento"},
                {"disputes_open", "disputes open", "contestações abertas"},
                {"messages_queued", "messages queued", "mensagens na fila"},
                {"messages_unknown", "messages of unknown fate", "mensagens de destino desconhecido"},
                {"tasks_open", "tasks for people", "tarefas para pessoas"},
                {"holds_open", "holds waiting for a person", "retenções à espera de uma pessoa"}};
    out << '\n';
    for (const auto& row : rows) {
        out << "  " << status.at("counts").value(row.key, std::int64_t{0}) << ' '
            << session.say(row.english, row.portuguese) << '\n';
    }
}

void run_status(Session& session) {
    const auto status = ask(session, "status", Json::object());
    if (!status) {
        return;
    }
    const bool calm = status->value("healthy", false) && !status->value("frozen", false) &&
                      status->at("counts").value("holds_open", std::int64_t{0}) == 0;
    session.exit = calm ? Exit::done : Exit::needs_attention;
    if (!session.printed(*status)) {
        print_status(session, *status);
    }
}

void confirm(Session& session, const std::optional<Json>& result, std::string_view text) {
    if (result && !session.printed(*result)) {
        session.out << text << '\n';
    }
}

struct SyncOptions {
    std::string erp;
    std::string reason;
};
struct SwitchOptions {
    std::string state;
    std::string reason;
};

}  // namespace

void add_status_commands(CLI::App& app, Session& session) {
    declare(app, "status",
            session.say("health, counts, what waits for a person", "saúde, números, o que espera por uma pessoa"),
            "emdia status --json")
        ->callback([&session] { run_status(session); });

    CLI::App* sync = declare_group(app, "sync", session.say("read the ERP anew", "reler o ERP"),
                                   "emdia sync now --reason \"base restored\"");
    auto sync_options = options<SyncOptions>();
    CLI::App* now = declare(
        *sync, "now",
        session.say("full pull and full resync of every device, now", "leitura e ressincronização completas, agora"),
        "emdia sync now --erp ixc --reason \"base restored\"");
    now->add_option("--erp", sync_options->erp, std::string(session.say("only this one", "só este")));
    require_reason(now, session, sync_options->reason);
    now->callback([&session, sync_options] {
        Json params = {{"why", sync_options->reason}};
        if (!sync_options->erp.empty()) {
            params["erp"] = sync_options->erp;
        }
        confirm(session, ask(session, "sync.now", std::move(params)), session.say("started", "iniciado"));
    });

    auto freeze_options = options<SwitchOptions>();
    CLI::App* freeze = declare(app, "freeze",
                               session.say("stop everything outgoing but unblocks, or go on",
                                           "parar tudo que sai, menos desbloqueios, ou continuar"),
                               "emdia freeze on --reason \"ERP migration\"");
    freeze->add_option("state", freeze_options->state, "on, off")->required()->check(CLI::IsMember({"on", "off"}));
    require_reason(freeze, session, freeze_options->reason);
    freeze->callback([&session, freeze_options] {
        const bool on = freeze_options->state == "on";
        confirm(session, ask(session, "freeze.set", {{"on", on}, {"why", freeze_options->reason}}),
                on ? session.say("frozen: only unblocks go out", "congelado: só desbloqueios saem")
                   : session.say("going on", "seguindo"));
    });

    auto live_options = options<SwitchOptions>();
    CLI::App* live = declare(
        app, "go-live",
        session.say("end shadow mode for the policy in force", "encerrar o modo sombra para a política em vigor"),
        "emdia go-live --reason \"two weeks in shadow looked right\"");
    require_reason(live, session, live_options->reason);
    live->callback([&session, live_options] {
        confirm(session, ask(session, "go_live", {{"why", live_options->reason}}), session.say("live", "em produção"));
    });
}

}  // namespace emdia
