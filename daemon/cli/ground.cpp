#include "daemon/cli/ground.hpp"

#include <filesystem>

#include <unistd.h>

#include "daemon/adapters/config_file.hpp"

namespace emdia {
namespace {

const std::string kUsualConfig = "/etc/emdia/emdia.toml";

Error faulty(const std::vector<ConfigFault>& faults, std::string cure) {
    std::string all;
    for (const ConfigFault& fault : faults) {
        all += (all.empty() ? "" : "\n") + fault.text();
    }
    return {ErrorKind::config, std::move(all), std::move(cure)};
}

std::string policy_beside(const std::string& config) {
    const auto file = std::filesystem::path(config).parent_path() / "policy.toml";
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? file.string() : "built-in; no policy.toml beside " + config;
}

}  // namespace

void add_ground_options(CLI::App* command, const Session& session, GroundOptions& asked) {
    command->add_option(
        "--config", asked.config,
        std::string(session.say("emdia.toml: policy, holidays, zones and defaults; default: the usual one, if readable",
                                "emdia.toml: política, feriados, fusos e padrões; padrão: o de sempre, se legível")));
    command->add_option("--policy", asked.policy,
                        std::string(session.say("policy.toml, instead of that of the configuration",
                                                "policy.toml, no lugar da que está na configuração")));
    command->add_option("--states", asked.states,
                        std::string(session.say("directory of state holidays", "pasta de feriados estaduais")));
    command->add_option("--towns", asked.towns,
                        std::string(session.say("directory of town holidays", "pasta de feriados municipais")));
}

Result<Ground> ground_of(const GroundOptions& asked) {
    Ground ground;
    ground.policy_from = "built-in";
    const bool usual = asked.config.empty();
    const std::string file = usual ? kUsualConfig : asked.config;
    if (!usual || ::access(file.c_str(), R_OK) == 0) {
        ConfigLoad load = load_config({file, "", "", SecretsPolicy::names_only});
        if (load.config) {
            ground.config = *std::move(load.config);
            ground.configured = true;
            ground.policy_from = policy_beside(file);
        } else if (!usual) {
            return faulty(load.faults, "emdia config check --config " + file);
        } else {
            ground.policy_from = "built-in; " + file + " has faults: emdia config check";
        }
    }
    if (!asked.policy.empty()) {
        PolicyLoad load = load_policy(asked.policy);
        if (!load.faults.empty()) {
            return faulty(load.faults, "docs/POLICY.md lists every setting");
        }
        ground.config.policy = std::move(load.policy);
        ground.policy_from = asked.policy;
    }
    auto holidays = load_holidays(asked.states.empty() ? ground.config.state_holidays_dir : asked.states,
                                  asked.towns.empty() ? ground.config.town_holidays_dir : asked.towns);
    if (!holidays) {
        return holidays.error();
    }
    ground.holidays = *std::move(holidays);
    return ground;
}

}  // namespace emdia
