#pragma once
// Secrets by name: a file of that name, readable by its owner only. Private to this room.

#include <string>

#include "daemon/adapters/config_file.hpp"

namespace emdia {

class SecretStore {
public:
    /// `credentials_dir` (of systemd, which guards it itself) is looked into first, then `secrets_dir`.
    SecretStore(std::string credentials_dir, std::string secrets_dir, SecretsPolicy policy)
        : credentials_dir_(std::move(credentials_dir)), secrets_dir_(std::move(secrets_dir)), policy_(policy) {}

    /// The error never repeats `name`: people paste the secret itself into the wrong place.
    [[nodiscard]] Result<Secret> find(const std::string& name) const;

private:
    std::string credentials_dir_;
    std::string secrets_dir_;
    SecretsPolicy policy_;
};

}  // namespace emdia
