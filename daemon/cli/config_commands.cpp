#include <cstdlib>
#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/adapters/config_file.hpp"
#include "daemon/adapters/holiday_files.hpp"
#include "daemon/adapters/template_files.hpp"
#include "daemon/cli/commands.hpp"

// config check: everything that emdiad would refuse at its start, all at once.

namespace emdia {
namespace {

struct CheckOptions {
    std::string file = "/etc/emdia/emdia.toml";
    std::string policy;
    bool no_secrets = false;
};

ConfigFault file_fault(const std::string& file, std::string key, std::string what) {
    return {file, 0, 0, std::move(key), std::move(what)};
}

void check_holidays(const std::string& file, const Config& config, ConfigLoad& load) {
    const auto holidays = load_holidays(config.state_holidays_dir, config.town_holidays_dir);
    if (!holidays) {
        load.faults.push_back(file_fault(file, "holidays", holidays.error().text()));
        return;
    }
    for (const ErpConfig& erp : config.erps) {
        if (!holidays->states.contains(erp.default_uf)) {
            load.warnings.push_back(
                file_fault(file, "erp." + erp.name + ".default_uf",
                           "the holidays of this state are not known: no file in " + config.state_holidays_dir));
        }
    }
}

void check_zones(const std::string& file, const Config& config, ConfigLoad& load) {
    const TzZones zones;
    for (const auto& [town, name] : config.town_zones) {
        if (const auto zone = zones.zone(name); !zone) {
            load.faults.push_back(file_fault(file, "zones." + town, zone.error().text()));
        }
    }
}

void check_templates(const std::string& file, const Config& config, ConfigLoad& load) {
    const bool with_button = config.whatsapp && config.whatsapp->order_details;
    auto templates = load_templates(config.templates_dir, with_button ? PixButton::order_details : PixButton::none);
    if (!templates) {
        load.faults.push_back(file_fault(file, "templates.dir", templates.error().text()));
        return;
    }
    if (const auto set = TemplateSet::make(*std::move(templates), config.isp); !set) {
        load.faults.push_back(file_fault(file, "templates.dir", set.error().text()));
    }
}

Json faults_json(const std::vector<ConfigFault>& faults) {
    Json out = Json::array();
    for (const ConfigFault& fault : faults) {
        out.push_back({{"file", fault.file},
                       {"line", fault.line},
                       {"column", fault.column},
                       {"key", fault.key},
                       {"what", fault.what}});
    }
    return out;
}

void report(Session& session, const ConfigLoad& load) {
    if (session.printed({{"ok", load.faults.empty()},
                         {"faults", faults_json(load.faults)},
                         {"warnings", faults_json(load.warnings)}})) {
        return;
    }
    for (const ConfigFault& fault : load.faults) {
        session.out << fault.text() << '\n';
    }
    for (const ConfigFault& warning : load.warnings) {
        session.out << session.say("warning: ", "aviso: ") << warning.text() << '\n';
    }
    if (load.faults.empty()) {
        session.out << session.say("the configuration is complete", "a configuração está completa") << '\n';
    } else {
        session.out << load.faults.size()
                    << session.say(" things to put right; emdiad would not start",
                                   " coisas a corrigir; o emdiad não iniciaria")
                    << '\n';
    }
}

void run_check(Session& session, const CheckOptions& asked) {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    ConfigLoad load = load_config({asked.file, asked.policy, credentials == nullptr ? "" : credentials,
                                   asked.no_secrets ? SecretsPolicy::names_only : SecretsPolicy::read});
    if (load.config) {
        check_holidays(asked.file, *load.config, load);
        check_zones(asked.file, *load.config, load);
        check_templates(asked.file, *load.config, load);
    }
    session.exit = load.faults.empty() ? Exit::done : Exit::bad_input;
    report(session, load);
}

}  // namespace

void add_config_commands(CLI::App& app, Session& session) {
    CLI::App* group =
        declare_group(app, "config", session.say("the configuration files", "os arquivos de configuração"));
    auto asked = options<CheckOptions>();
    CLI::App* check = declare(*group, "check",
                              session.say("say everything that is missing or wrong, with its line",
                                          "dizer tudo que falta ou está errado, com a linha"),
                              "emdia config check --config /etc/emdia/emdia.toml");
    check->add_option("--config", asked->file);
    check->add_option("--policy", asked->policy,
                      std::string(session.say("default: policy.toml beside it", "padrão: policy.toml ao lado")));
    check->add_flag("--no-secrets", asked->no_secrets,
                    std::string(session.say("check the names of secrets only", "conferir só os nomes dos segredos")));
    check->callback([&session, asked] { run_check(session, *asked); });
}

}  // namespace emdia
