#include "daemon/adapters/http_trust.hpp"

#include <array>
#include <memory>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace emdia {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
struct FreeX509 {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};

std::string base64(const unsigned char* bytes, int length) {
    std::vector<unsigned char> text(static_cast<std::size_t>(4 * ((length + 2) / 3) + 1));
    const int written = EVP_EncodeBlock(text.data(), bytes, length);
    return {text.begin(), text.begin() + written};
}

}  // namespace

Result<std::string> public_key_pin(const std::string& certificate_file) {
    const std::unique_ptr<BIO, FreeBio> file{BIO_new_file(certificate_file.c_str(), "r")};
    if (!file) {
        return Error{ErrorKind::config, "cannot open the pinned certificate " + certificate_file,
                     "check that the file exists and that the service may read it"};
    }
    const std::unique_ptr<X509, FreeX509> certificate{PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)};
    unsigned char* der = nullptr;
    const int length = certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der) : -1;
    if (length <= 0) {
        return Error{ErrorKind::config, certificate_file + " holds no certificate in PEM form",
                     "store the server's certificate, from BEGIN CERTIFICATE to END CERTIFICATE"};
    }
    std::array<unsigned char, 32> digest{};
    unsigned int digest_length = 0;
    const int hashed =
        EVP_Digest(der, static_cast<std::size_t>(length), digest.data(), &digest_length, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    if (hashed != 1) {
        return Error{ErrorKind::internal, "SHA-256 is not available", ""};
    }
    return "sha256//" + base64(digest.data(), static_cast<int>(digest_length));
}

}  // namespace emdia
