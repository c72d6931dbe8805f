#pragma once
// One condition of a listing, ready to be asked of many rows.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tests/lab/ixc_listing.hpp"

namespace emdia::lab::ixc {

class Filter {
public:
    /// nullopt: unknown column, missing table prefix or unknown operator. `br_dates_only`: DATE columns understand
    /// dd/mm/yyyy only; otherwise they take both forms.
    [[nodiscard]] static std::optional<Filter> make(const Table& table, const Condition& condition, bool br_dates_only);
    [[nodiscard]] bool accepts(const std::string& cell) const;
    [[nodiscard]] std::size_t column() const { return column_; }
    /// True for a condition without a value, which filters nothing (2.5).
    [[nodiscard]] bool takes_all() const { return op_ == Op::all; }

private:
    enum class Op {
        all,
        equal,
        differ,
        less,
        greater,
        at_most,
        at_least,
        contains,
        lacks,
        in,
        not_in,
        between,
        outside
    };
    [[nodiscard]] static std::optional<Op> op_from(std::string_view name);
    [[nodiscard]] int compare(const std::string& cell, const std::string& wanted) const;
    [[nodiscard]] bool test(const std::string& cell, const std::string& wanted) const;

    std::size_t column_ = 0;
    ColumnKind kind_ = ColumnKind::text;
    Op op_ = Op::all;
    std::string value_;
    std::string second_;
    std::unordered_set<std::string> list_;
};

/// "table.column" to its place; nullopt when the prefix or the column is wrong.
[[nodiscard]] std::optional<std::size_t> column_of(const Table& table, std::string_view qualified);
/// As numbers where both are; -1, 0, 1.
[[nodiscard]] int compare_numbers(const std::string& a, const std::string& b);

}  // namespace emdia::lab::ixc
