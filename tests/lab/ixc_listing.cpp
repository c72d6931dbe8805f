#include "tests/lab/ixc_listing.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

#include "tests/lab/ixc_filter.hpp"

namespace emdia::lab::ixc {
namespace {

std::size_t number_or(const Fields& fields, const std::string& key, std::size_t otherwise) {
    const auto found = fields.find(key);
    if (found == fields.end() || found->second.empty()) {
        return otherwise;
    }
    std::size_t number = 0;
    const auto* end = found->second.data() + found->second.size();
    const auto [stop, fault] = std::from_chars(found->second.data(), end, number);
    return fault == std::errc{} && stop == end && number > 0 ? number : otherwise;
}

std::string text_of(const nlohmann::json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string text_or_blank(const Fields& fields, const std::string& key) {
    const auto found = fields.find(key);
    return found == fields.end() ? std::string{} : found->second;
}

bool read_grid(const std::string& text, std::vector<Condition>& conditions) {
    const auto grid = nlohmann::json::parse(text, nullptr, false);
    if (!grid.is_array()) {
        return false;
    }
    for (const auto& element : grid) {
        if (!element.is_object() || !element.contains("TB") || !element.contains("OP")) {
            return false;
        }
        Condition condition{text_of(element["TB"]), text_of(element["OP"]), {}, {}};
        condition.value = element.contains("P") ? text_of(element["P"]) : std::string{};
        condition.second = element.contains("P2") ? text_of(element["P2"]) : std::string{};
        conditions.push_back(std::move(condition));
    }
    return true;
}

/// The rows of one answer, in order, and how many there are in all.
struct Selection {
    std::vector<std::size_t> rows;
    std::size_t total = 0;
};

std::vector<std::size_t> matching_rows(const Table& table, const std::vector<Filter>& filters) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (std::all_of(filters.begin(), filters.end(),
                        [&](const Filter& filter) { return filter.accepts(table.value(row, filter.column())); })) {
            rows.push_back(row);
        }
    }
    return rows;
}

void sort_rows(const Table& table, std::size_t column, bool ascending, std::vector<std::size_t>& rows) {
    if (table.column_name(column) == "id") {
        if (!ascending) {  // The world keeps its rows in ascending id order.
            std::reverse(rows.begin(), rows.end());
        }
        return;
    }
    const bool numeric = table.column_kind(column) == ColumnKind::number;
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        const std::string left = table.value(ascending ? a : b, column);
        const std::string right = table.value(ascending ? b : a, column);
        return numeric ? compare_numbers(left, right) < 0 : left < right;
    });
}

Selection cut_page(std::vector<std::size_t> rows, const Query& query, Faults& faults, const std::string& resource) {
    if (faults.on("ixc.empty_list", resource)) {
        return {};
    }
    if (faults.on("ixc.half_base", resource)) {
        std::vector<std::size_t> half;
        for (std::size_t i = 0; i < rows.size(); i += 2) {
            half.push_back(rows[i]);
        }
        rows = std::move(half);
    }
    Selection selection;
    selection.total = rows.size();
    const std::size_t page = faults.on("ixc.same_page", resource) ? 1 : query.page;
    const std::size_t first = std::min((page - 1) * query.per_page, rows.size());
    const std::size_t last = std::min(first + query.per_page, rows.size());
    selection.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(first),
                          rows.begin() + static_cast<std::ptrdiff_t>(last));
    return selection;
}

void append_quoted(std::string& out, std::string_view text) {
    const bool plain = std::none_of(
        text.begin(), text.end(), [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    if (plain) {  // Nearly every value: the JSON library would double the time of a large page.
        out.append(1, '"').append(text).append(1, '"');
    } else {
        out += nlohmann::json(text).dump();
    }
}

void append_row(std::string& out, const Table& table, std::size_t row) {
    out += '{';
    for (std::size_t column = 0; column < table.columns(); ++column) {
        if (column > 0) {
            out += ',';
        }
        append_quoted(out, table.column_name(column));
        out += ':';
        append_quoted(out, table.value(row, column));
    }
    out += '}';
}

std::string envelope(const Table& table, const Query& query, const Selection& selection, Faults& faults) {
    const std::string total = std::to_string(selection.total);
    std::string out = "{\"page\":\"" + std::to_string(query.page) + "\",\"total\":";
    out += faults.on("ixc.numeric_total") ? total : "\"" + total + "\"";
    if (selection.rows.empty()) {
        // 2.18: no key at all, unless the switch wants an empty array.
        return out + (faults.on("ixc.empty_array") ? ",\"registros\":[]}" : "}");
    }
    const bool as_object = faults.on("ixc.rows_as_object");
    out += as_object ? ",\"registros\":{" : ",\"registros\":[";
    for (std::size_t i = 0; i < selection.rows.size(); ++i) {
        if (i > 0) {
            out += ',';
        }
        if (as_object) {
            out += "\"" + std::to_string(i) + "\":";
        }
        append_row(out, table, selection.rows[i]);
    }
    return out + (as_object ? "}}" : "]}");
}

}  // namespace

std::optional<Query> read_query(const Fields& fields) {
    Query query;
    query.page = number_or(fields, "page", 1);
    query.per_page = number_or(fields, "rp", query.per_page);
    query.sort = text_or_blank(fields, "sortname");
    query.ascending = text_or_blank(fields, "sortorder") != "desc";
    const std::string column = text_or_blank(fields, "qtype");
    const std::string grid = text_or_blank(fields, "grid_param");
    if (column.empty() && grid.empty()) {
        return std::nullopt;
    }
    const std::string value = text_or_blank(fields, "query");
    // 2.2: a table name alone is taken when nothing is asked of it; 2.5: a blank query filters nothing.
    if (!column.empty() && !(value.empty() && column.find('.') == std::string::npos && !grid.empty())) {
        query.conditions.push_back(Condition{column, value.empty() ? "" : text_or_blank(fields, "oper"), value, {}});
    }
    if (!grid.empty() && !read_grid(grid, query.conditions)) {
        return std::nullopt;
    }
    return query;
}

std::variant<std::string, NotUnderstood> list(const Table& table, const Query& query, Faults& faults,
                                              const std::string& resource) {
    std::vector<Filter> filters;
    for (const Condition& condition : query.conditions) {
        auto filter = Filter::make(table, condition, faults.on("ixc.br_dates_only"));
        if (!filter) {
            if (faults.on("ixc.unknown_column_is_empty")) {
                return envelope(table, query, Selection{}, faults);
            }
            return NotUnderstood{};
        }
        const bool after_id = condition.op == ">" && table.column_name(filter->column()) == "id";
        if (after_id && faults.on("ixc.same_page", resource)) {
            continue;  // whoever pages by id gets the same rows for ever, too
        }
        if (!filter->takes_all()) {
            filters.push_back(std::move(*filter));
        }
    }
    auto rows = resource == "radauth_nas" && faults.on("ixc.no_nas_rows") ? std::vector<std::size_t>{}
                                                                          : matching_rows(table, filters);
    if (!query.sort.empty()) {
        const auto column = column_of(table, query.sort);
        if (!column) {
            return NotUnderstood{};
        }
        sort_rows(table, *column, query.ascending, rows);
    }
    return envelope(table, query, cut_page(std::move(rows), query, faults, resource), faults);
}

}  // namespace emdia::lab::ixc
