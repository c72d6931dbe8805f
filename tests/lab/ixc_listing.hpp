#pragma once
// The listing engine of IXC: the triple, grid_param, pages, and the envelope (erp-ixc.md section 2).

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/lab/faults.hpp"
#include "tests/lab/ixc_table.hpp"

namespace emdia::lab::ixc {

/// A request body as IXC takes it: whatever the encoding, every value is text.
using Fields = std::map<std::string, std::string>;

struct Condition {
    std::string column;  ///< "table.column", as sent.
    std::string op;      ///< = != > < >= <= L NL IN NI BE NBE
    std::string value;
    std::string second;  ///< P2: the end of BE, or a second alternative (2.11, 2.12).
};

struct Query {
    std::vector<Condition> conditions;  ///< ANDed (2.13).
    std::size_t page = 1;
    std::size_t per_page = 20;  ///< 2.4, a guess of the facts.
    std::string sort;
    bool ascending = true;
};

/// The query, or empty when something in it is not understood (the red page).
[[nodiscard]] std::optional<Query> read_query(const Fields& fields);

/// A query that the server "cannot process": unknown column, missing table prefix, unknown operator (2.1, 2.17).
struct NotUnderstood {};
/// The answer's body. `faults` may bend it; `resource` is what its switches match.
[[nodiscard]] std::variant<std::string, NotUnderstood> list(const Table& table, const Query& query, Faults& faults,
                                                            const std::string& resource);

}  // namespace emdia::lab::ixc
