#include <algorithm>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "daemon/adapters/config_sections.hpp"

namespace emdia {
namespace {

bool is_erp_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// A connector holds the ERP's token: who can replace its program can read it.
std::optional<std::string> command_fault(const std::string& program) {
    if (program.front() != '/') {
        return "must start with the absolute path of a program";
    }
    struct stat status {};
    if (::stat(program.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return "names a program that is not there";
    }
    if (::access(program.c_str(), X_OK) != 0) {
        return "names a file that may not be executed";
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return "names a program that belongs to another user; it must belong to root";
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return "names a program that others may change; chmod go-w it";
    }
    return std::nullopt;
}

std::optional<ErpConfig::Owner> owner_from(std::string_view text) {
    if (text == "emdia") {
        return ErpConfig::Owner::emdia;
    }
    if (text == "erp") {
        return ErpConfig::Owner::erp;
    }
    return text == "observe" ? std::optional(ErpConfig::Owner::observe) : std::nullopt;
}

void read_secrets(TomlReader& section, ErpConfig& erp, const SectionContext& context) {
    auto secrets = section.table("secrets");
    if (!secrets) {
        return;
    }
    for (const auto& [key, name] : secrets->each_text()) {
        Secret secret;
        if (context.secret(*secrets, key, secret, Need::required)) {
            erp.secrets.emplace(key, std::move(secret));
        }
    }
}

/// The connector judges its own settings; this one is left as it was shipped so often that it is said with its line.
void check_url(TomlReader& settings) {
    const auto* url = settings.any("url");
    const auto text = url == nullptr ? std::nullopt : url->value<std::string>();
    if (!text) {
        return;
    }
    const std::size_t host = text->find("://");
    const std::string_view rest = host == std::string::npos ? *text : std::string_view(*text).substr(host + 3);
    const std::string_view name = rest.substr(0, rest.find_first_of(":/"));
    if (name.empty()) {
        settings.fault("url", "must not be empty: the address of your ERP, such as \"https://ixc.redesul.com.br\"");
    } else if (name.find("example.") != std::string_view::npos) {
        settings.fault("url", "is the address of an example; give that of your ERP");
    }
}

ErpConfig read_erp(const std::string& name, TomlReader& section, const SectionContext& context) {
    ErpConfig erp;
    erp.name = name;
    if (section.words("command", erp.command, Need::required)) {
        if (const auto fault = command_fault(erp.command.front())) {
            section.fault("command", *fault);
        }
    }
    if (auto settings = section.table("settings")) {
        check_url(*settings);
        std::ostringstream json;
        json << toml::json_formatter{settings->raw()};
        erp.settings_json = json.str();
    }
    read_secrets(section, erp, context);
    section.duration("poll_full", erp.poll_full, Minutes{10}, Minutes{Days{7}});
    section.duration("poll_incremental", erp.poll_incremental, Minutes{1}, Minutes{Days{1}});
    section.duration("poll_hot", erp.poll_hot, Seconds{5}, Seconds{Hours{1}});
    section.integer("page_size", erp.page_size, 1, 1000);
    section.integer("days_back", erp.days_back, 30, 1825);
    section.integer("days_ahead", erp.days_ahead, 5, 365);
    section.flag("notes", erp.notes);
    section.duration("max_age", erp.max_age, Hours{1}, Hours{72});
    section.integer("max_shrink_percent", erp.max_shrink_percent, 1, 50);
    section.parsed<ErpConfig::Owner>("owner", erp.owner, owner_from, "\"emdia\", \"erp\" or \"observe\"");
    section.text("optin_source", erp.optin_source);
    section.parsed<Uf>("default_uf", erp.default_uf, uf_from, "two letters of a unit of the federation, such as \"SP\"",
                       Need::required);
    if (section.text("default_municipality", erp.default_municipality) && !is_ibge_code(erp.default_municipality)) {
        section.fault("default_municipality", "must be an IBGE code of seven digits");
    }
    section.done();
    return erp;
}

}  // namespace

void read_erps(TomlReader& root, Config& config, const SectionContext& context) {
    auto erps = root.table("erp", Need::required);
    if (!erps) {
        return;
    }
    for (auto& [name, section] : erps->each_table()) {
        if (!is_erp_name(name)) {
            erps->fault(name, "must be named with [a-z0-9_-], at most 32: the name is part of every account");
        }
        const std::string key = "erp." + name;
        ErpConfig erp = read_erp(name, section, context);
        if (Minutes{erp.max_age} <= erp.poll_full) {
            context.findings.fault_at(key + ".max_age", "must be longer than poll_full, or every pull is stale");
        }
        if (erp.optin_source.empty()) {
            context.findings.warn_at(key,
                                     "no optin_source: subscribers without a recorded consent get no WhatsApp (D1)");
        }
        config.erps.push_back(std::move(erp));
    }
    if (config.erps.empty()) {
        erps->fault("", "needs at least one ERP: add a section [erp.NAME]");
    }
}

}  // namespace emdia
