#include "tests/support/test_tls.hpp"

#include <cstdlib>
#include <stdexcept>

namespace emdia::test {

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "emdia-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory can be made");
    }
    dir_ = pattern;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

TlsFiles make_certificate(const TempDir& dir, const std::string& name, const std::string& subject_alt_name) {
    TlsFiles files{dir.path(name + ".pem"), dir.path(name + ".key")};
    const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2" +
                                std::string{" -subj /CN=emdia-test -addext 'subjectAltName="} + subject_alt_name +
                                "' -keyout '" + files.key + "' -out '" + files.certificate + "' 2>/dev/null";
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("openssl made no certificate; cure: apt-get install openssl");
    }
    return files;
}

}  // namespace emdia::test
