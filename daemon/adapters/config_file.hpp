#pragma once
// emdia.toml and policy.toml to Config. Everything that is wrong is said at once, each with file, line and column;
// what is not known is an error, not ignored. No fault ever quotes a value that may be a secret.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/adapters/config.hpp"

namespace emdia {

struct ConfigFault {
    std::string file;
    unsigned line = 0;  ///< From 1; 0: the file as a whole.
    unsigned column = 0;
    std::string key;   ///< "whatsapp.token"; empty: the file as a whole.
    std::string what;  ///< What is wrong and what would be right.

    /// "emdia.toml:12:3: whatsapp.token: ..."
    [[nodiscard]] std::string text() const;
    friend bool operator==(const ConfigFault&, const ConfigFault&) = default;
};

enum class SecretsPolicy {
    read,       ///< Every secret is read; one that is missing or readable by others is a fault.
    names_only  ///< Only the names are checked: for `emdia config check --no-secrets` by a person without the right.
};

struct ConfigSources {
    std::string file = "/etc/emdia/emdia.toml";
    std::string policy_file;      ///< Empty: policy.toml beside `file`; a missing one means the default policy.
    std::string credentials_dir;  ///< $CREDENTIALS_DIRECTORY of systemd, looked into first; empty: none.
    SecretsPolicy secrets = SecretsPolicy::read;
};

struct ConfigLoad {
    std::optional<Config> config;  ///< Set only when load_config found no fault.
    std::optional<Config>
        as_read;  ///< Beside its faults, for further checks only; nullopt: the file could not be read.
    std::vector<ConfigFault> faults;
    std::vector<ConfigFault> warnings;  ///< It runs, but probably not as meant.

    std::string file;
    std::map<std::string, std::pair<unsigned, unsigned>> places;  ///< Key -> line and column.

    /// A fault or warning that a later check found, at the place of its key, of the table around it, or of the file.
    [[nodiscard]] ConfigFault at(std::string key, std::string what) const;
    /// No fault so far at this key of the main file, nor within it or around it: what `as_read` holds there is meant
    /// so.
    [[nodiscard]] bool sound(std::string_view key) const;
};

struct PolicyLoad {
    Policy policy;  ///< Of use only without faults.
    std::vector<ConfigFault> faults;
};
/// policy.toml alone, for commands that decide without a daemon.
[[nodiscard]] PolicyLoad load_policy(const std::string& file);

/// Reads files, nothing else; relative paths inside are relative to the directory of `file`.
[[nodiscard]] ConfigLoad load_config(const ConfigSources& sources);

}  // namespace emdia
