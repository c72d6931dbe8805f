#pragma once
// An IXC table as the listing engine sees it: named text columns over rows of the world.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/erp_world.hpp"

namespace emdia::lab::ixc {

enum class ColumnKind { number, text, date, date_time };

/// Read-only; built once, reads the world that it was made from. Guarded by the lab's lock.
class Table {
public:
    virtual ~Table() = default;
    /// The name under which columns are addressed, e.g. "fn_movim_finan" for the resource fn_areceber_baixas.
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual std::size_t rows() const = 0;
    [[nodiscard]] virtual std::size_t columns() const = 0;
    [[nodiscard]] virtual std::string_view column_name(std::size_t column) const = 0;
    [[nodiscard]] virtual ColumnKind column_kind(std::size_t column) const = 0;
    [[nodiscard]] virtual std::string value(std::size_t row, std::size_t column) const = 0;

    /// columns() when there is no such column.
    [[nodiscard]] std::size_t find_column(std::string_view wanted) const {
        std::size_t column = 0;
        while (column < columns() && column_name(column) != wanted) {
            ++column;
        }
        return column;
    }
};

template <class Row>
struct Column {
    std::string name;
    ColumnKind kind;
    std::function<std::string(const Row&)> value;
};

template <class Row>
class TypedTable final : public Table {
public:
    TypedTable(std::string name, const Rows<Row>& rows, std::vector<Column<Row>> columns)
        : name_(std::move(name)), rows_(rows), columns_(std::move(columns)) {}

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] std::size_t rows() const override { return rows_.all().size(); }
    [[nodiscard]] std::size_t columns() const override { return columns_.size(); }
    [[nodiscard]] std::string_view column_name(std::size_t column) const override { return columns_[column].name; }
    [[nodiscard]] ColumnKind column_kind(std::size_t column) const override { return columns_[column].kind; }
    [[nodiscard]] std::string value(std::size_t row, std::size_t column) const override {
        return columns_[column].value(rows_.all()[row]);
    }

private:
    std::string name_;
    const Rows<Row>& rows_;
    std::vector<Column<Row>> columns_;
};

/// The columns of one table, written down one after another.
template <class Row>
class Columns {
public:
    Columns& number(std::string name, std::function<std::string(const Row&)> value) {
        return add(std::move(name), ColumnKind::number, std::move(value));
    }
    Columns& text(std::string name, std::function<std::string(const Row&)> value) {
        return add(std::move(name), ColumnKind::text, std::move(value));
    }
    Columns& date(std::string name, std::function<std::string(const Row&)> value) {
        return add(std::move(name), ColumnKind::date, std::move(value));
    }
    Columns& date_time(std::string name, std::function<std::string(const Row&)> value) {
        return add(std::move(name), ColumnKind::date_time, std::move(value));
    }
    /// Columns that the lab fills with the same text in every row.
    Columns& same(std::string text_value, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            add(name, ColumnKind::text, [text_value](const Row&) { return text_value; });
        }
        return *this;
    }
    [[nodiscard]] std::vector<Column<Row>> take() { return std::move(columns_); }

private:
    Columns& add(std::string name, ColumnKind kind, std::function<std::string(const Row&)> value) {
        columns_.push_back(Column<Row>{std::move(name), kind, std::move(value)});
        return *this;
    }
    std::vector<Column<Row>> columns_;
};

}  // namespace emdia::lab::ixc
