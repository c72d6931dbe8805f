#pragma once
// Throw-away directories and certificates for tests.

#include <filesystem>
#include <string>

#include "tests/support/test_http_server.hpp"

namespace emdia::test {

/// A fresh directory under the system's temporary one, removed at the end.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return (dir_ / name).string(); }

private:
    std::filesystem::path dir_;
};

/// A self-signed certificate for `subject_alt_name` ("IP:127.0.0.1", "DNS:other.invalid"), made by the openssl program.
/// Throws std::runtime_error with the apt-get command when that program is missing.
[[nodiscard]] TlsFiles make_certificate(const TempDir& dir, const std::string& name,
                                        const std::string& subject_alt_name);

}  // namespace emdia::test
