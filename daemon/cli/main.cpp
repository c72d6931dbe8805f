#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>

#include "daemon/cli/session.hpp"

int main(int argc, char** argv) {
    using namespace emdia;
    Session session{language_of_environment(), false, "/run/emdia/admin.sock", Exit::done, std::cout, std::cerr};
    if (const char* socket = std::getenv("EMDIA_SOCKET"); socket != nullptr && *socket != '\0') {
        session.socket = socket;
    }
    // The help texts are made while the commands are declared, so the language must be known before parsing.
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::string_view(argv[i]) == "--lang") {
            session.language = std::string_view(argv[i + 1]) == "pt-BR" ? Language::pt_br : Language::en;
        }
    }

    CLI::App app{std::string(session.say("emdia: what the collections daemon does, why, and how to steer it",
                                         "emdia: o que o serviço de cobrança faz, por quê, e como conduzi-lo"))};
    app.set_version_flag("--version", std::string("emdia " EMDIA_VERSION));
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", session.json, std::string(session.say("print JSON", "saída em JSON")));
    app.add_option("--socket", session.socket,
                   std::string(session.say("admin socket of emdiad (also $EMDIA_SOCKET)",
                                           "socket administrativo do emdiad (também $EMDIA_SOCKET)")));
    std::string language;
    app.add_option("--lang", language, std::string(session.say("en or pt-BR", "en ou pt-BR")))
        ->check(CLI::IsMember({"en", "pt-BR"}));
    add_status_commands(app, session);
    add_account_commands(app, session);
    add_override_commands(app, session);
    add_promise_commands(app, session);
    add_work_commands(app, session);
    add_config_commands(app, session);
    add_decide_command(app, session);
    add_calendar_command(app, session);
    add_payment_code_commands(app, session);
    add_template_commands(app, session);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = app.exit(error, std::cout, std::cerr) == 0;
        return static_cast<int>(asked_for_help ? Exit::done : Exit::usage);
    }
    return static_cast<int>(session.exit);
}
