#pragma once

#include <string>
#include <string_view>

namespace emdia {

/// SHA-256 as lower-case hex: proof of a rendered text (A5). Thread-safe, stateless.
class Digest {
public:
    virtual ~Digest() = default;
    [[nodiscard]] virtual std::string sha256_hex(std::string_view bytes) const = 0;
};

}  // namespace emdia
