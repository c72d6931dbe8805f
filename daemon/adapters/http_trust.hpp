#pragma once
// Reading certificates for pinning. Private to the room adapters_http.

#include <string>

#include "daemon/core/result.hpp"

namespace emdia {

/// The pin of the first certificate in a PEM file, in libcurl's notation: "sha256//" and the base64 of the SHA-256 of
/// its SubjectPublicKeyInfo. Errors: `config`, naming the file.
[[nodiscard]] Result<std::string> public_key_pin(const std::string& certificate_file);

}  // namespace emdia
