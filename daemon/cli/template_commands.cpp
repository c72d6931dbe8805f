#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/adapters/config_file.hpp"
#include "daemon/adapters/template_files.hpp"
#include "daemon/cli/commands.hpp"

// template lint: the rules for texts, on a directory of templates.

namespace emdia {
namespace {

struct LintOptions {
    std::string dir;
    std::string config;
};

/// Long names on purpose: a text that fits with these fits with most.
IspProfile sample_isp() {
    IspProfile isp;
    isp.name = "Provedor Exemplo Telecom";
    isp.legal_name = "Provedor Exemplo Telecomunicações Ltda";
    isp.cnpj = "11.222.333/0001-81";
    isp.address = "Avenida Brasil, 1234, Centro, Campinas, SP, 13010-000";
    isp.care_channel = "0800 000 0000";
    isp.domain = "provedor.example";
    return isp;
}

Result<IspProfile> isp_of(const std::string& config) {
    if (config.empty()) {
        return sample_isp();
    }
    const ConfigLoad load = load_config({config, "", "", SecretsPolicy::names_only});
    if (!load.config) {
        return Error{ErrorKind::config, load.faults.front().text(), "emdia config check says all of them"};
    }
    return load.config->isp;
}

Result<std::vector<LintFault>> lint_all(const LintOptions& asked) {
    const auto isp = isp_of(asked.config);
    if (!isp) {
        return isp.error();
    }
    std::vector<LintFault> faults;
    for (const PixButton pix : {PixButton::none, PixButton::order_details}) {
        const auto templates = load_templates(asked.dir, pix);
        if (!templates) {
            return templates.error();
        }
        for (const Template& one : *templates) {
            const bool seen = pix == PixButton::order_details && one.origin.find("order_details") == std::string::npos;
            const auto found = seen ? std::vector<LintFault>() : lint(one, *isp);
            faults.insert(faults.end(), found.begin(), found.end());
        }
    }
    return faults;
}

}  // namespace

void add_template_commands(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(app, "template", session.say("texts to subscribers", "textos aos assinantes"),
                                    "emdia template lint /usr/share/emdia/templates/pt-BR");
    auto asked = options<LintOptions>();
    CLI::App* command =
        declare(*group, "lint", session.say("check the rules for texts", "conferir as regras dos textos"),
                "emdia template lint /usr/share/emdia/templates/pt-BR");
    command->add_option("dir", asked->dir, std::string(session.say("directory of templates", "pasta de modelos")))
        ->required();
    command->add_option("--config", asked->config,
                        std::string(session.say("emdia.toml, for the real name and address of the ISP",
                                                "emdia.toml, para o nome e endereço reais do provedor")));
    command->callback([&session, asked] {
        const auto faults = lint_all(*asked);
        if (!faults) {
            session.fail(faults.error());
            return;
        }
        session.exit = faults->empty() ? Exit::done : Exit::bad_input;
        Json list = Json::array();
        for (const LintFault& fault : *faults) {
            list.push_back({{"file", fault.origin}, {"rule", fault.rule}, {"what", fault.what}});
        }
        if (session.printed({{"faults", list}})) {
            return;
        }
        for (const LintFault& fault : *faults) {
            session.out << fault.origin << ": " << fault.what << " [" << fault.rule << "]\n";
        }
        if (faults->empty()) {
            session.out << session.say("every text keeps the rules", "todos os textos seguem as regras") << '\n';
        }
    });
}

}  // namespace emdia
