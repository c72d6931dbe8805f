#pragma once
// What IXC sent back, understood: a listing, the outcome of an action, or an error with a cure (erp-ixc.md 2.18, 2.19).
// Pure. The body decides, not the status or the content type. Only the columns asked for leave this file: passwords,
// documents and whatever else rows carry (2.15) are dropped here.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/adapters/http_client.hpp"
#include "daemon/core/result.hpp"

namespace emdia::ixc {

/// Column to text. Numbers and booleans come as text too; null and missing columns read as "".
class Row {
public:
    void set(std::string column, std::string text) { texts_[std::move(column)] = std::move(text); }
    [[nodiscard]] std::string_view operator[](std::string_view column) const noexcept;

private:
    std::map<std::string, std::string, std::less<>> texts_;
};

using Columns = std::vector<std::string>;

struct Listing {
    std::vector<Row> rows;
    std::optional<std::int64_t> total;  ///< All matches, not only this page.
};

/// The answer of an action or an insert that IXC calls successful.
struct ActionDone {
    std::string id;  ///< Of the inserted row, if any.
};

/// `resource` names the table or action in errors.
[[nodiscard]] Result<Listing> read_listing(const std::string& resource, const HttpResponse& response,
                                           const Columns& columns);
/// The two dialects type/message and tipo/codigo/mensagem (4.4). Code 107, already active, is success.
[[nodiscard]] Result<ActionDone> read_action(const std::string& resource, const HttpResponse& response);

/// Texts found in an answer of get_pix or get_boleto by their paths, e.g. {"pix", "qrCode", "qrcode"}; a path that
/// leads nowhere reads as "". A list stands for its first element.
using Path = std::vector<std::string>;
[[nodiscard]] Result<std::vector<std::string>> read_texts(const std::string& resource, const HttpResponse& response,
                                                          const std::vector<Path>& paths);

}  // namespace emdia::ixc
