#pragma once
// One function per section of emdia.toml. Private to this room; config_file.cpp calls them in order.

#include <filesystem>
#include <string>

#include "daemon/adapters/config_secrets.hpp"
#include "daemon/adapters/toml_reader.hpp"

namespace emdia {

/// What every section needs: where faults go, where secrets are, what relative paths are relative to.
struct SectionContext {
    TomlFindings& findings;
    const SecretStore& secrets;
    std::filesystem::path base;

    [[nodiscard]] std::string path_of(const std::string& text) const {
        return text.empty() ? text : (base / text).lexically_normal().string();
    }
    /// Reads `key` as the name of a secret.
    bool secret(TomlReader& section, std::string_view key, Secret& out, Need need) const;
    /// Reads `key` as a path and makes it absolute.
    bool path(TomlReader& section, std::string_view key, std::string& out) const;
};

/// Trimmed parsers for texts of a fixed shape; `expected` texts live with them.
[[nodiscard]] std::optional<HostPort> host_port_from(std::string_view text);
[[nodiscard]] bool is_ibge_code(std::string_view text) noexcept;
/// 14 characters, punctuation allowed, check digits right; letters as of the CNPJ of July 2026.
[[nodiscard]] bool is_cnpj(std::string_view text) noexcept;

void read_isp(TomlReader& root, Config& config);
void read_house(TomlReader& root, Config& config, const SectionContext& context);
void read_erps(TomlReader& root, Config& config, const SectionContext& context);
void read_whatsapp(TomlReader& root, Config& config, const SectionContext& context);
void read_network(TomlReader& root, Config& config, const SectionContext& context);
void read_pilot(TomlReader& root, Config& config);

}  // namespace emdia
