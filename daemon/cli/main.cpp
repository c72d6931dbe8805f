#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>

#include "daemon/cli/help.hpp"
#include "daemon/cli/session.hpp"

int main(int argc, char** argv) {
    using namespace emdia;
    Session session{language_of_environment(), false, "/run/emdia/admin.sock", Exit::done, std::cout, std::cerr};
    if (const char* socket = std::getenv("EMDIA_SOCKET"); socket != nullptr && *socket != '\0') {
        session.socket = socket;
    }
    // The help texts are made while the commands are declared, so the language must be known before parsing.
    // So must --json, to answer a faulty command line in the same form.
    for (int i = 1; i < argc; ++i) {
        constexpr std::string_view kInOne = "--lang=";
        const std::string_view word = argv[i];
        std::string_view wanted;
        if (word == "--lang" && i + 1 < argc) {
            wanted = argv[i + 1];
        } else if (word.starts_with(kInOne)) {
            wanted = word.substr(kInOne.size());
        }
        if (!wanted.empty()) {
            session.language = wanted == "pt-BR" ? Language::pt_br : Language::en;
        }
        session.json = session.json || word == "--json";
    }

    CLI::App app{std::string(session.say("emdia: what the collections daemon does, why, and how to steer it",
                                         "emdia: o que o serviço de cobrança faz, por quê, e como conduzi-lo"))};
    set_help(app, session);
    app.require_subcommand(1);
    app.fallthrough();
    app.footer("\n  $ emdia status\n  $ emdia why ixc:7301");
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
        const bool asked_for_help = error.get_exit_code() == 0;
        if (asked_for_help) {
            app.exit(error, std::cout, std::cerr);
        } else {
            session.fail(
                {ErrorKind::bad_input, "the command line is wrong: " + std::string(error.what()), "see emdia --help"});
        }
        return static_cast<int>(asked_for_help ? Exit::done : Exit::usage);
    }
    return static_cast<int>(session.exit);
}
