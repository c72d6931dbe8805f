#pragma once
// Small encodings that both imitations need.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/civil.hpp"

namespace emdia::lab {

[[nodiscard]] std::string base64(std::string_view bytes);
/// RFC 9110: "Tue, 10 Mar 2026 13:00:03 GMT".
[[nodiscard]] std::string http_date(Instant t);

struct FormPart {
    std::string name;
    std::string file_name;
    std::string content_type;
    std::string content;
};
/// The parts of a multipart/form-data body; none if it cannot be read.
[[nodiscard]] std::vector<FormPart> multipart(const std::string& content_type, const std::string& body);

}  // namespace emdia::lab
