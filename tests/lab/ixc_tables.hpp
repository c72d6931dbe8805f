#pragma once
// Which resources the IXC imitation lists, and the columns of each (erp-ixc.md section 3).

#include <map>
#include <memory>
#include <string>

#include "tests/lab/faults.hpp"
#include "tests/lab/ixc_table.hpp"

namespace emdia::lab::ixc {

/// Resource name in the path -> table.
using Catalogue = std::map<std::string, std::unique_ptr<Table>, std::less<>>;

/// The tables keep references to `world` and `faults` (some switches change how rows are spelt).
[[nodiscard]] Catalogue make_catalogue(const ErpWorld& world, Faults& faults);

/// fn_areceber with the exact key set of a saved row (erp-ixc.md 3.3), and its receipts.
[[nodiscard]] std::unique_ptr<Table> make_receivables(const ErpWorld& world, Faults& faults);
[[nodiscard]] std::unique_ptr<Table> make_receipts(const ErpWorld& world, Faults& faults);

// How IXC spells values (erp-ixc.md section 2, "Values in answers").
[[nodiscard]] std::string yes_no(bool yes);
[[nodiscard]] std::string date_or_blank(const std::optional<Date>& date);
[[nodiscard]] std::string stamp(const ErpWorld& world, Instant at);
[[nodiscard]] std::string uf_code(Uf uf);

}  // namespace emdia::lab::ixc
