#include "network/radius/md5.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace emdia {
namespace {

constexpr std::size_t kBlockSize = 64;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// Fetched once: looking an algorithm up by name costs more than hashing a packet.
const EVP_MD* algorithm() {
    static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "MD5", nullptr);
    if (fetched == nullptr) {
        throw std::runtime_error("OpenSSL offers no MD5, which RADIUS needs (FIPS mode?)");
    }
    return fetched;
}

}  // namespace

Md5Sum md5(std::initializer_list<ByteView> parts) {
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    Md5Sum sum{};
    bool fine = EVP_DigestInit_ex(context.get(), algorithm(), nullptr) == 1;
    for (const ByteView part : parts) {
        fine = fine && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    if (!fine || EVP_DigestFinal_ex(context.get(), sum.data(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL failed to compute an MD5 sum");
    }
    return sum;
}

Md5Sum hmac_md5(std::string_view key, ByteView message) {
    std::array<std::uint8_t, kBlockSize> pad{};
    if (key.size() > kBlockSize) {
        const Md5Sum short_key = md5({bytes_of(key)});
        std::copy(short_key.begin(), short_key.end(), pad.begin());
    } else {
        std::copy(key.begin(), key.end(), pad.begin());
    }
    std::array<std::uint8_t, kBlockSize> inner{};
    std::array<std::uint8_t, kBlockSize> outer{};
    for (std::size_t i = 0; i < kBlockSize; ++i) {
        inner[i] = pad[i] ^ std::uint8_t{0x36};
        outer[i] = pad[i] ^ std::uint8_t{0x5c};
    }
    const Md5Sum hashed = md5({inner, message});
    return md5({outer, hashed});
}

bool same_sum(const Md5Sum& a, ByteView b) noexcept {
    return b.size() == a.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace emdia
