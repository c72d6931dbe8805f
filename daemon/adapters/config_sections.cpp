#include "daemon/adapters/config_sections.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace emdia {

bool SectionContext::secret(TomlReader& section, std::string_view key, Secret& out, Need need) const {
    std::string name;
    if (!section.text(key, name, need)) {
        return false;
    }
    Result<Secret> found = secrets.find(name);
    if (!found) {
        section.fault(key, found.error().text());
        return false;
    }
    out = *std::move(found);
    return true;
}

bool SectionContext::path(TomlReader& section, std::string_view key, std::string& out) const {
    std::string text;
    if (!section.text(key, text)) {
        return false;
    }
    out = path_of(text);
    return true;
}

std::optional<HostPort> host_port_from(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return std::nullopt;
    }
    HostPort out{std::string(text.substr(0, colon)), 0};
    if (out.host.front() == '[' && out.host.back() == ']') {
        out.host = out.host.substr(1, out.host.size() - 2);
    }
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (error != std::errc{} || end != digits.data() + digits.size() || out.port == 0 || out.host.empty()) {
        return std::nullopt;
    }
    return out;
}

bool is_ibge_code(std::string_view text) noexcept {
    return text.size() == 7 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_cnpj(std::string_view text) noexcept {
    std::array<int, 14> values{};
    std::size_t count = 0;
    for (const char c : text) {
        if (c == '.' || c == '/' || c == '-') {
            continue;
        }
        const bool digit = c >= '0' && c <= '9';
        const bool letter = c >= 'A' && c <= 'Z';
        if (count == values.size() || !(digit || (letter && count < 12))) {
            return false;
        }
        values.at(count++) = c - '0';  // letters count as their ASCII distance from '0'
    }
    if (count != values.size() || std::all_of(values.begin(), values.end(), [](int v) { return v == 0; })) {
        return false;
    }
    const auto check_digit = [&values](std::size_t length) {
        int sum = 0;
        for (std::size_t i = 0; i < length; ++i) {
            sum += values.at(i) * (2 + static_cast<int>((length - 1 - i) % 8));
        }
        return sum % 11 < 2 ? 0 : 11 - sum % 11;
    };
    return check_digit(12) == values[12] && check_digit(13) == values[13];
}

void read_isp(TomlReader& root, Config& config) {
    auto isp = root.table("isp", Need::required);
    if (!isp) {
        return;
    }
    isp->text("name", config.isp.name, Need::required);
    isp->text("legal_name", config.isp.legal_name, Need::required);
    if (isp->text("cnpj", config.isp.cnpj, Need::required) && !is_cnpj(config.isp.cnpj)) {
        isp->fault("cnpj", "is no CNPJ: 14 characters with right check digits, such as \"12.345.678/0001-95\"");
    }
    isp->text("address", config.isp.address, Need::required);
    isp->text("care_channel", config.isp.care_channel, Need::required);
    isp->text("domain", config.isp.domain, Need::required);
    isp->text("pix_key", config.isp.pix_key);
    isp->text("pix_key_type", config.isp.pix_key_type);
    static constexpr std::array<std::string_view, 5> kKeyTypes{"CPF", "CNPJ", "EMAIL", "PHONE", "EVP"};
    if (config.isp.pix_key.empty() != config.isp.pix_key_type.empty()) {
        isp->fault("pix_key", "goes together with pix_key_type: give both or neither");
    } else if (!config.isp.pix_key.empty() &&
               std::find(kKeyTypes.begin(), kKeyTypes.end(), config.isp.pix_key_type) == kKeyTypes.end()) {
        isp->fault("pix_key_type", "must be CPF, CNPJ, EMAIL, PHONE or EVP");
    }
    isp->done();
}

void read_house(TomlReader& root, Config& config, const SectionContext& context) {
    if (auto ledger = root.table("ledger")) {
        context.path(*ledger, "path", config.ledger_path);
        ledger->done();
    }
    if (auto admin = root.table("admin")) {
        context.path(*admin, "socket", config.admin_socket);
        admin->text("group", config.admin_group);
        constexpr std::size_t kMaxSocketPath = 107;  // sockaddr_un
        if (config.admin_socket.size() > kMaxSocketPath) {
            admin->fault("socket", "must be at most 107 bytes long, as a Unix socket path is");
        }
        admin->done();
    }
    if (auto log = root.table("log")) {
        log->parsed<LogLevel>(
            "level", config.log_level,
            [](std::string_view text) -> std::optional<LogLevel> {
                if (text == "debug") {
                    return LogLevel::debug;
                }
                if (text == "info") {
                    return LogLevel::info;
                }
                if (text == "warning") {
                    return LogLevel::warning;
                }
                return text == "error" ? std::optional(LogLevel::error) : std::nullopt;
            },
            "debug, info, warning or error");
        log->parsed<Language>(
            "language", config.language,
            [](std::string_view text) -> std::optional<Language> {
                if (text == "pt-BR") {
                    return Language::pt_br;
                }
                return text == "en" ? std::optional(Language::en) : std::nullopt;
            },
            "\"pt-BR\" or \"en\"");
        log->done();
    }
    if (auto clock = root.table("clock")) {
        HostPort lab;
        if (clock->parsed<HostPort>("lab", lab, host_port_from, "\"host:port\"")) {
            config.lab_clock = lab;
            context.findings.warn_at("clock.lab", "time is stepped by a lab: never in production");
        }
        clock->done();
    }
    if (auto templates = root.table("templates")) {
        context.path(*templates, "dir", config.templates_dir);
        templates->done();
    }
    if (auto holidays = root.table("holidays")) {
        context.path(*holidays, "states", config.state_holidays_dir);
        context.path(*holidays, "towns", config.town_holidays_dir);
        holidays->done();
    }
    if (auto zones = root.table("zones")) {
        for (auto& [code, zone] : zones->each_text()) {
            if (!is_ibge_code(code)) {
                zones->fault(code, "must be an IBGE code of seven digits");
            }
            config.town_zones[code] = zone;
        }
    }
}

void read_pilot(TomlReader& root, Config& config) {
    if (auto pilot = root.table("pilot")) {
        std::vector<std::string> ufs;
        pilot->words("ufs", ufs);
        for (const std::string& text : ufs) {
            if (const auto uf = uf_from(text)) {
                config.pilot.ufs.insert(*uf);
            } else {
                pilot->fault("ufs", "lists units of the federation by two letters, such as \"SP\"");
            }
        }
        std::vector<std::string> plans;
        pilot->words("plans", plans);
        config.pilot.plans.insert(plans.begin(), plans.end());
        std::vector<std::string> contracts;
        pilot->words("contracts", contracts);
        for (const std::string& contract : contracts) {
            if (contract.find(':') == std::string::npos) {
                pilot->fault("contracts", "lists contracts as \"ERP:ID\", such as \"ixc:7301\"");
            }
            config.pilot.contracts.insert(contract);
        }
        pilot->done();
    }
    if (auto rollout = root.table("rollout")) {
        rollout->parsed<RolloutMode>(
            "mode", config.rollout,
            [](std::string_view text) -> std::optional<RolloutMode> {
                if (text == "shadow") {
                    return RolloutMode::shadow;
                }
                return text == "live" ? std::optional(RolloutMode::live) : std::nullopt;
            },
            "\"shadow\" or \"live\"");
        rollout->done();
    }
}

}  // namespace emdia
