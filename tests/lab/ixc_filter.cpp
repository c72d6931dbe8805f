#include "tests/lab/ixc_filter.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "daemon/core/money.hpp"

namespace emdia::lab::ixc {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
    });
    return text;
}

/// "20/11/2026" to "2026-11-20"; anything else stays.
std::string iso_from_br(const std::string& text) {
    if (text.size() == 10 && text[2] == '/' && text[5] == '/') {
        return text.substr(6) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2);
    }
    return text;
}

std::string date_value(const std::string& text, bool br_dates_only) {
    const std::string iso = iso_from_br(text);
    return br_dates_only && iso == text && !text.empty() ? "not a date" : iso;
}

/// Cents of "109.90" or "7301"; numbers of the ERP never need more. Asked of every row of a listing, so it does not
/// go through Money::parse.
std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t whole = 0;
    const char* const end = text.data() + text.size();
    const auto [point, fault] = std::from_chars(text.data(), end, whole);
    if (fault != std::errc{}) {
        return std::nullopt;
    }
    if (point == end) {
        return whole * 100;
    }
    const auto amount = Money::parse(text);
    return amount ? std::optional{amount->centavos()} : std::nullopt;
}

}  // namespace

int compare_numbers(const std::string& a, const std::string& b) {
    const auto left = number_of(a);
    const auto right = number_of(b);
    if (left && right) {
        return *left < *right ? -1 : static_cast<int>(*left > *right);
    }
    return a.compare(b);
}

std::optional<std::size_t> column_of(const Table& table, std::string_view qualified) {
    const auto dot = qualified.find('.');
    if (dot == std::string_view::npos || qualified.substr(0, dot) != table.name()) {
        return std::nullopt;
    }
    const std::size_t column = table.find_column(qualified.substr(dot + 1));
    return column < table.columns() ? std::optional{column} : std::nullopt;
}

std::optional<Filter::Op> Filter::op_from(std::string_view name) {
    static const std::map<std::string_view, Op> names{
        {"", Op::all},       {"=", Op::equal},     {"!=", Op::differ},   {"<", Op::less},   {">", Op::greater},
        {"<=", Op::at_most}, {">=", Op::at_least}, {"L", Op::contains},  {"NL", Op::lacks}, {"IN", Op::in},
        {"NI", Op::not_in},  {"BE", Op::between},  {"NBE", Op::outside},
    };
    const auto found = names.find(name);
    return found == names.end() ? std::nullopt : std::optional{found->second};
}

std::optional<Filter> Filter::make(const Table& table, const Condition& condition, bool br_dates_only) {
    const auto column = column_of(table, condition.column);
    const auto op = op_from(condition.op);
    if (!column || !op) {
        return std::nullopt;
    }
    Filter filter;
    filter.column_ = *column;
    filter.kind_ = table.column_kind(*column);
    filter.op_ = *op;
    const bool is_date = filter.kind_ == ColumnKind::date;
    filter.value_ = lower(is_date ? date_value(condition.value, br_dates_only) : condition.value);
    filter.second_ = lower(is_date ? date_value(condition.second, br_dates_only) : condition.second);
    if (filter.op_ == Op::in || filter.op_ == Op::not_in) {
        std::size_t from = 0;
        while (from <= filter.value_.size()) {
            const std::size_t comma = std::min(filter.value_.find(',', from), filter.value_.size());
            filter.list_.insert(filter.value_.substr(from, comma - from));
            from = comma + 1;
        }
    }
    return filter;
}

int Filter::compare(const std::string& cell, const std::string& wanted) const {
    return kind_ == ColumnKind::number ? compare_numbers(cell, wanted) : cell.compare(wanted);
}

bool Filter::test(const std::string& cell, const std::string& wanted) const {
    switch (op_) {
        case Op::equal:
            return compare(cell, wanted) == 0;
        case Op::differ:
            return compare(cell, wanted) != 0;
        case Op::less:
            return compare(cell, wanted) < 0;
        case Op::greater:
            return compare(cell, wanted) > 0;
        case Op::at_most:
            return compare(cell, wanted) <= 0;
        case Op::at_least:
            return compare(cell, wanted) >= 0;
        case Op::contains:
            return cell.find(wanted) != std::string::npos;
        case Op::lacks:
            return cell.find(wanted) == std::string::npos;
        default:
            return true;
    }
}

bool Filter::accepts(const std::string& raw) const {
    const std::string cell = lower(raw);
    switch (op_) {
        case Op::in:
            return list_.count(cell) > 0;
        case Op::not_in:
            return list_.count(cell) == 0;
        case Op::between:
            return compare(cell, value_) >= 0 && compare(cell, second_) <= 0;
        case Op::outside:
            return compare(cell, value_) < 0 || compare(cell, second_) > 0;
        case Op::differ:
        case Op::lacks:
            // A second value is one more that the cell must not be (2.12, OFF's `!= R` with P2 `C`).
            return test(cell, value_) && (second_.empty() || test(cell, second_));
        default:
            return test(cell, value_) || (!second_.empty() && test(cell, second_));
    }
}

}  // namespace emdia::lab::ixc
