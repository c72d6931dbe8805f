#include "daemon/adapters/config_file.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "daemon/adapters/config_sections.hpp"
#include "daemon/adapters/policy_file.hpp"

namespace emdia {
namespace {

std::string secrets_dir(TomlReader& root, const std::filesystem::path& base) {
    std::string dir = "/etc/emdia/secrets";
    if (auto section = root.table("secrets")) {
        if (section->text("dir", dir)) {
            dir = (base / dir).lexically_normal().string();
        }
        section->done();
    }
    return dir;
}

/// A file that a section names but that is not there would only be found at the first message or block.
void check_directories(const Config& config, TomlFindings& findings) {
    const std::pair<std::string, const std::string&> needed[] = {
        {"templates.dir", config.templates_dir},
        {"holidays.states", config.state_holidays_dir},
        {"holidays.towns", config.town_holidays_dir},
        {"network.radius_profiles", config.radius_profiles_dir}};
    std::error_code ignored;
    for (const auto& [key, dir] : needed) {
        const bool asked_for = findings.places.contains(key);
        if (asked_for && !std::filesystem::is_directory(dir, ignored)) {
            findings.fault_at(key, "names a directory that is not there");
        }
    }
}

/// What is allowed, but does less than a person would think.
void check_effect(const Config& config, TomlFindings& findings) {
    for (const ErpConfig& erp : config.erps) {
        const std::string key = "erp." + erp.name + ".owner";
        if (erp.owner == ErpConfig::Owner::emdia && config.network.default_route.driver == "dry-run") {
            findings.warn_at(key,
                             "\"emdia\" blocks through the network, and [network] default = \"dry-run\" cuts nothing: "
                             "only subscribers behind the NAS of [network.routes] are blocked");
        }
        if (erp.owner == ErpConfig::Owner::observe && config.rollout == RolloutMode::live) {
            findings.warn_at(key,
                             "\"observe\": messages go out, but nobody is blocked; set \"emdia\" or \"erp\" when that "
                             "shall change");
        }
    }
}

/// False when there is no file, or none that is TOML.
bool read_main_file(const ConfigSources& sources, Config& config, TomlFindings& findings) {
    const auto file = parse_toml_file(sources.file, findings);
    if (!file) {
        return false;
    }
    const std::filesystem::path base = std::filesystem::absolute(sources.file).parent_path();
    TomlReader root(*file, "", findings);
    const SecretStore secrets(sources.credentials_dir, secrets_dir(root, base), sources.secrets);
    const SectionContext context{findings, secrets, base};
    read_isp(root, config);
    read_house(root, config, context);
    read_erps(root, config, context);
    read_whatsapp(root, config, context);
    read_network(root, config, context);
    read_pilot(root, config);
    root.done();
    check_directories(config, findings);
    check_effect(config, findings);
    return true;
}

void read_policy_file(const ConfigSources& sources, Config& config, TomlFindings& findings) {
    std::error_code ignored;
    if (sources.policy_file.empty() && !std::filesystem::exists(findings.file, ignored)) {
        return;  // the defaults are a whole policy
    }
    if (const auto file = parse_toml_file(findings.file, findings)) {
        read_policy(*file, findings, config.policy, config.accept_risk);
    }
}

void sort_by_place(std::vector<ConfigFault>& faults) {
    std::stable_sort(faults.begin(), faults.end(), [](const ConfigFault& a, const ConfigFault& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
}

}  // namespace

std::string ConfigFault::text() const {
    std::string out = file;
    if (line != 0) {
        out += ":" + std::to_string(line) + ":" + std::to_string(column);
    }
    out += ": ";
    return key.empty() ? out + what : out + key + ": " + what;
}

ConfigFault ConfigLoad::at(std::string key, std::string what) const {
    for (std::string near = key; !near.empty();) {
        if (const auto place = places.find(near); place != places.end()) {
            return {file, place->second.first, place->second.second, std::move(key), std::move(what)};
        }
        const std::size_t dot = near.rfind('.');
        near.erase(dot == std::string::npos ? 0 : dot);
    }
    return {file, 0, 0, std::move(key), std::move(what)};
}

bool ConfigLoad::sound(std::string_view key) const {
    const auto within = [](std::string_view inner, std::string_view outer) {
        return inner == outer || (inner.starts_with(outer) && inner.substr(outer.size()).starts_with('.'));
    };
    return std::none_of(faults.begin(), faults.end(), [&](const ConfigFault& fault) {
        return fault.file == file && (within(fault.key, key) || within(key, fault.key));
    });
}

PolicyLoad load_policy(const std::string& file) {
    Config config;
    TomlFindings findings{file, {}, {}, {}};
    if (const auto table = parse_toml_file(file, findings)) {
        read_policy(*table, findings, config.policy, config.accept_risk);
    }
    sort_by_place(findings.faults);
    return {std::move(config.policy), std::move(findings.faults)};
}

ConfigLoad load_config(const ConfigSources& sources) {
    Config config;
    TomlFindings main_file{sources.file, {}, {}, {}};
    const bool read = read_main_file(sources, config, main_file);

    TomlFindings policy_file{sources.policy_file, {}, {}, {}};
    if (policy_file.file.empty()) {
        policy_file.file = (std::filesystem::path(sources.file).parent_path() / "policy.toml").string();
    }
    read_policy_file(sources, config, policy_file);

    ConfigLoad load;
    load.file = sources.file;
    for (const auto& [key, place] : main_file.places) {
        load.places.emplace(key, std::pair{place.line, place.column});
    }
    for (TomlFindings* findings : {&main_file, &policy_file}) {
        sort_by_place(findings->faults);
        sort_by_place(findings->warnings);
        load.faults.insert(load.faults.end(), findings->faults.begin(), findings->faults.end());
        load.warnings.insert(load.warnings.end(), findings->warnings.begin(), findings->warnings.end());
    }
    if (load.faults.empty()) {
        load.config = config;
    }
    if (read) {
        load.as_read = std::move(config);
    }
    return load;
}

}  // namespace emdia
