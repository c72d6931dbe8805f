#include "daemon/adapters/sqlite_schema.hpp"

#include <filesystem>
#include <system_error>

#include "daemon/adapters/sqlite_codec.hpp"

namespace emdia::sqlite {
namespace {

constexpr std::int64_t kApplicationId =
    0x656D6469;  // "emdi", so that file(1) and we can tell a ledger from other files

Error not_a_ledger(const std::string& path) {
    return {ErrorKind::config, path + " is an SQLite file but not a ledger of emdia",
            "name another file for the ledger"};
}

Error newer(const std::string& path, std::int64_t found, int known) {
    return {ErrorKind::config,
            "the ledger " + path + " has schema version " + std::to_string(found) + "; this emdia knows up to " +
                std::to_string(known),
            "install the newer emdia again, or restore the backup that was made before the upgrade"};
}

/// Written beside its final name first: a half-made backup must not look like one.
void back_up(Database& db, std::int64_t version) {
    const std::string backup = db.path() + ".v" + std::to_string(version) + ".backup";
    const std::string unfinished = backup + ".part";
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    db.run("VACUUM INTO ?", unfinished);
    std::error_code failed;
    std::filesystem::rename(unfinished, backup, failed);
    if (failed) {
        throw LedgerFailure({ErrorKind::forbidden, "the backup " + backup + " cannot be written",
                             "give the daemon write access to the directory of the ledger"});
    }
}

void apply(Database& db, std::int64_t from, std::span<const SchemaStep> steps) {
    // A step may rebuild tables, which foreign keys would follow; they are checked as a whole before the commit.
    db.script("PRAGMA foreign_keys = OFF");
    db.begin();
    for (const SchemaStep& step : steps) {
        if (step.version > from) {
            db.script(std::string{step.sql});
        }
    }
    if (db.query("PRAGMA foreign_key_check").next()) {
        db.rollback();
        throw LedgerFailure({ErrorKind::internal, "the ledger " + db.path() + " cannot be brought to the new schema",
                             "keep the old emdia and report this; the ledger is unchanged"});
    }
    db.script("PRAGMA application_id = " + std::to_string(kApplicationId) +
              ";"
              "PRAGMA user_version = " +
              std::to_string(steps.back().version));
    db.commit();
}

}  // namespace

Result<void> migrate(Database& db, std::span<const SchemaStep> steps) {
    try {
        const auto version = db.value<std::int64_t>("PRAGMA user_version");
        const auto application = db.value<std::int64_t>("PRAGMA application_id");
        const bool empty = db.value<std::int64_t>("SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && application != kApplicationId) {
            return not_a_ledger(db.path());
        }
        if (version > steps.back().version) {
            return newer(db.path(), version, steps.back().version);
        }
        if (version < steps.back().version) {
            if (!empty) {
                back_up(db, version);
            }
            apply(db, version, steps);
        }
        return {};
    } catch (const LedgerFailure& failure) {
        db.rollback();
        return failure.error();
    }
}

}  // namespace emdia::sqlite
