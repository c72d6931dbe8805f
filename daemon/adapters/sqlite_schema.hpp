#pragma once
// Schema versions of the ledger and the way forward between them.
//
// To add version 2: write ledger_schema/v2.sql (what changes, nothing else), add it to CMakeLists.txt and to
// sqlite_schema_steps.cpp.in, keep a ledger of version 1 as test data.

#include <span>
#include <string_view>

#include "daemon/adapters/sqlite_db.hpp"

namespace emdia::sqlite {

struct SchemaStep {
    int version;           ///< After it; 1, 2, 3...
    std::string_view sql;  ///< From the version before.
};

/// All versions this program knows, ascending.
[[nodiscard]] std::span<const SchemaStep> schema_steps();

/// Brings the file to the last of `steps` in one transaction. A file that already holds a ledger is first copied to
/// "PATH.vN.backup". Refuses a newer ledger and a file that is something else; nothing is changed then.
[[nodiscard]] Result<void> migrate(Database& db, std::span<const SchemaStep> steps);

}  // namespace emdia::sqlite
