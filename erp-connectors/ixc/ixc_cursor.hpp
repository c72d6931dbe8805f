#pragma once
// The connector's opaque texts: where a pull goes on, and what it had seen when it ended. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/civil.hpp"

namespace emdia::ixc {

/// "145535;2026-11-02 10:11:12".
struct Cursor {
    std::int64_t after_id = 0;
    std::optional<LocalTime> newest;  ///< The latest ultima_atualizacao of this pull so far, in the ERP's civil time.
};

[[nodiscard]] std::string to_text(const Cursor& cursor);
/// "" is the start; `bad_input` for anything this connector did not write.
[[nodiscard]] Result<Cursor> read_cursor(std::string_view text);

}  // namespace emdia::ixc
