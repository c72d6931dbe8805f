#include <cstdlib>
#include <filesystem>
#include <ostream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "daemon/adapters/config_file.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/setup/connector_check.hpp"
#include "daemon/setup/house_files.hpp"

// config check: everything that emdiad would refuse at its start, all at once.

namespace emdia {
namespace {

struct CheckOptions {
    std::string file = "/etc/emdia/emdia.toml";
    std::string policy;
    bool no_secrets = false;
    bool probe = false;
};

/// systemd keeps the credentials of the unit there, for root to look at while it runs.
const std::string kServiceCredentials = "/run/credentials/emdiad.service";

std::string credentials_dir() {
    if (const char* given = std::getenv("CREDENTIALS_DIRECTORY")) {
        return given;
    }
    std::error_code ignored;
    return ::geteuid() == 0 && std::filesystem::is_directory(kServiceCredentials, ignored) ? kServiceCredentials : "";
}

/// What each connector said, for those who asked with --probe.
struct Notes {
    std::vector<std::pair<std::string, std::string>> texts;
    bool well = true;  ///< Every ERP answered as it should.
};

Notes check_connectors(bool probe, ConfigLoad& load) {
    Notes notes;
    Config config = *load.as_read;
    std::erase_if(config.erps, [&](const ErpConfig& erp) { return !load.sound("erp." + erp.name); });
    for (ConnectorOpinion& opinion : ask_connectors(config, probe)) {
        if (opinion.refusal) {
            load.faults.push_back(load.at("erp." + opinion.erp + ".settings", *std::move(opinion.refusal)));
        } else if (probe) {
            notes.well = notes.well && !opinion.unwell;
            notes.texts.emplace_back(std::move(opinion.erp), opinion.unwell.value_or(std::move(opinion.note)));
        }
    }
    return notes;
}

void translate(const Session& session, std::vector<ConfigFault>& faults) {
    for (ConfigFault& fault : faults) {
        fault.what = session.translated(fault.what);
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

void report(Session& session, ConfigLoad load, const Notes& notes) {
    translate(session, load.faults);
    translate(session, load.warnings);
    Json probed = Json::object();
    for (const auto& [erp, note] : notes.texts) {
        probed[erp] = session.translated(note);
    }
    if (session.printed({{"ok", load.faults.empty()},
                         {"faults", faults_json(load.faults)},
                         {"warnings", faults_json(load.warnings)},
                         {"probed", std::move(probed)}})) {
        return;
    }
    for (const ConfigFault& fault : load.faults) {
        session.out << fault.text() << '\n';
    }
    for (const ConfigFault& warning : load.warnings) {
        session.out << session.say("warning: ", "aviso: ") << warning.text() << '\n';
    }
    for (const auto& [erp, note] : notes.texts) {
        session.out << "erp." << erp << ": " << session.translated(note) << '\n';
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
    ConfigLoad load = load_config({asked.file, asked.policy, credentials_dir(),
                                   asked.no_secrets ? SecretsPolicy::names_only : SecretsPolicy::read});
    check_files(load);
    Notes notes;
    if (load.as_read && !asked.no_secrets) {
        notes = check_connectors(asked.probe, load);
    } else if (load.as_read) {
        load.warnings.push_back(load.at("erp", "the connectors were not asked: they need the secrets"));
    }
    session.exit = load.faults.empty() && notes.well ? Exit::done : Exit::bad_input;
    report(session, std::move(load), notes);
}

}  // namespace

void add_config_commands(CLI::App& app, Session& session) {
    CLI::App* group = declare_group(
        app, "config", session.say("the configuration files", "os arquivos de configuração"), "emdia config check");
    auto asked = options<CheckOptions>();
    CLI::App* check = declare(*group, "check",
                              session.say("say everything that is missing or wrong, with its line",
                                          "dizer tudo que falta ou está errado, com a linha"),
                              "emdia config check --config /etc/emdia/emdia.toml");
    check->add_option("--config", asked->file);
    check->add_option("--policy", asked->policy,
                      std::string(session.say("default: policy.toml beside it", "padrão: policy.toml ao lado")));
    CLI::Option* no_secrets = check->add_flag(
        "--no-secrets", asked->no_secrets,
        std::string(session.say("check the names of secrets only", "conferir só os nomes dos segredos")));
    check
        ->add_flag("--probe", asked->probe,
                   std::string(session.say("also let every connector call its ERP, and print what it found",
                                           "também deixar cada conector consultar o ERP, e mostrar o que achou")))
        ->excludes(no_secrets);
    check->callback([&session, asked] { run_check(session, *asked); });
}

}  // namespace emdia
