#include "daemon/adapters/config_secrets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

namespace emdia {
namespace {

constexpr std::size_t kMaxSecretBytes = 16 * 1024;

bool is_secret_name(const std::string& name) {
    return !name.empty() && name.size() <= 64 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || c == '-';
           });
}

Error config_error(std::string what, std::string cure) { return {ErrorKind::config, std::move(what), std::move(cure)}; }

Result<std::string> read_secret(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return config_error("the file of this secret cannot be read: " + std::string(std::strerror(errno)),
                            "run as the user of the daemon, or check the names only: emdia config check --no-secrets");
    }
    std::string value{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) {
        value.pop_back();
    }
    if (value.empty() || value.size() > kMaxSecretBytes || value.find('\n') != std::string::npos) {
        return config_error("the file of this secret must hold one line of at most 16 KiB", "write the secret again");
    }
    return value;
}

}  // namespace

Result<Secret> SecretStore::find(const std::string& name) const {
    if (!is_secret_name(name)) {
        return config_error("names a secret ([A-Za-z0-9._-], at most 64), and is never the secret itself",
                            "put the secret into a file of mode 0600 in " + secrets_dir_ + " and name that file here");
    }
    if (policy_ == SecretsPolicy::names_only) {
        return Secret(name, "");
    }
    struct stat status {};
    std::string path = credentials_dir_ + "/" + name;
    if (credentials_dir_.empty() || ::stat(path.c_str(), &status) != 0) {
        path = secrets_dir_ + "/" + name;
        if (::stat(path.c_str(), &status) != 0) {
            return config_error(errno == EACCES
                                    ? "the directory of the secrets may not be entered by this user"
                                    : "no secret of this name in " + secrets_dir_ + " nor among systemd's credentials",
                                "create it: install -m 0600 /dev/stdin " + secrets_dir_ + "/NAME");
        }
        if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
            return config_error("the file of this secret may be read by others", "chmod 0600 it");
        }
    }
    if (!S_ISREG(status.st_mode)) {
        return config_error("the file of this secret is no regular file", "name a file");
    }
    Result<std::string> value = read_secret(path);
    if (!value) {
        return value.error();
    }
    return Secret(name, *std::move(value));
}

}  // namespace emdia
