#pragma once
// How a call to IXC is read: the path, and a body in any of the three encodings it takes (erp-ixc.md 1.13, 1.14).

#include <optional>
#include <string>

#include "tests/lab/http.hpp"
#include "tests/lab/ixc_listing.hpp"

namespace emdia::lab::ixc {

struct Path {
    std::string version;  ///< "v1"
    std::string resource;
    std::string id;  ///< Empty when there is none.
};
/// "/webservice/v1/cliente/12/"; nullopt for any other path.
[[nodiscard]] std::optional<Path> read_path(const std::string& path);

/// JSON, urlencoded or multipart; numbers become text. What cannot be read gives no fields.
[[nodiscard]] Fields read_fields(const HttpCall& call);

/// ISO or dd/mm/yyyy; nullopt for blank and zero dates.
[[nodiscard]] std::optional<Date> read_date(const std::string& text);

}  // namespace emdia::lab::ixc
