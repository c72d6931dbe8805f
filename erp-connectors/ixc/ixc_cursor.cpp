#include "erp-connectors/ixc/ixc_cursor.hpp"

#include <charconv>

#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {

std::string to_text(const Cursor& cursor) {
    return std::to_string(cursor.after_id) + ";" + (cursor.newest ? to_iso(*cursor.newest) : "");
}

Result<Cursor> read_cursor(std::string_view text) {
    Cursor cursor;
    if (text.empty()) {
        return cursor;
    }
    const Error foreign{ErrorKind::bad_input, "a cursor or mark that this connector did not write",
                        "start a full pull"};
    const auto semicolon = text.find(';');
    if (semicolon == std::string_view::npos) {
        return foreign;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + semicolon, cursor.after_id);
    const auto newest = sdk::read_date_time(text.substr(semicolon + 1));
    if (error != std::errc{} || end != text.data() + semicolon || cursor.after_id < 0 || !newest) {
        return foreign;
    }
    cursor.newest = *newest;
    return cursor;
}

}  // namespace emdia::ixc
