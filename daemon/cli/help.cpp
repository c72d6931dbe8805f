#include "daemon/cli/help.hpp"

#include <memory>
#include <string>

namespace emdia {
namespace {

class PortugueseHelp final : public CLI::Formatter {
public:
    PortugueseHelp() {
        label("Usage", "Uso");
        label("OPTIONS", "OPÇÕES");
        label("SUBCOMMAND", "COMANDO");
        label("Positionals", "Argumentos");
        label("REQUIRED", "OBRIGATÓRIO");
        label("TEXT", "TEXTO");
        label("INT", "NÚMERO");
        label("Excludes", "Exclui");
        label("Needs", "Exige");
    }
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        std::string help = CLI::Formatter::make_help(app, std::move(name), mode);
        help = CLI::detail::find_and_replace(help, "\nOptions:\n", "\nOpções:\n");
        return CLI::detail::find_and_replace(help, "\nSubcommands:\n", "\nComandos:\n");
    }
};

}  // namespace

void set_help(CLI::App& app, const Session& session) {
    if (session.language == Language::pt_br) {
        app.formatter(std::make_shared<PortugueseHelp>());
    }
    app.set_help_flag("-h,--help", std::string(session.say("print this help and exit", "mostrar esta ajuda e sair")));
    app.set_version_flag("--version", std::string("emdia " EMDIA_VERSION),
                         std::string(session.say("print the version and exit", "mostrar a versão e sair")));
}

}  // namespace emdia
