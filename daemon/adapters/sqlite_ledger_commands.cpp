// Commands to equipment and writes to the ERP.

#include "daemon/adapters/sqlite_codec.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"

namespace emdia {

using sqlite::ref;

CommandId SqliteLedger::add_command(const CommandRow& row) {
    auto& db = writer();
    db.run(
        "UPDATE command SET state = 'superseded' WHERE connection = ? AND state IN ('queued', 'unknown', 'refused')"
        " AND (generation < ? OR driver = ? OR state = 'refused')",
        row.connection, row.generation, row.driver);
    db.run(
        "INSERT INTO command (account, connection, driver, access, generation, state, tries, created_at, next_try_at,"
        " cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.account, row.connection, row.driver, row.access, row.generation, row.state, row.tries, row.created_at,
        row.next_try_at, row.cause);
    return CommandId{db.last_id()};
}

void SqliteLedger::put_command(const CommandRow& row) {
    must_exist(writer().run(
        "UPDATE command SET account = ?, connection = ?, driver = ?, access = ?, generation = ?, state = ?, tries = ?,"
        " created_at = ?, next_try_at = ?, cause = ? WHERE id = ?",
        row.account, row.connection, row.driver, row.access, row.generation, row.state, row.tries, row.created_at,
        row.next_try_at, row.cause, row.id));
}

std::optional<CommandRow> SqliteLedger::command(CommandId id) {
    auto found = db_->query(
        "SELECT id, account, connection, driver, access, generation, state, tries, created_at, next_try_at, cause"
        " FROM command WHERE id = ?",
        id);
    if (!found.next()) {
        return std::nullopt;
    }
    CommandRow row;
    found.read(row.id, row.account, row.connection, row.driver, row.access, row.generation, row.state, row.tries,
               row.created_at, row.next_try_at, row.cause);
    return row;
}

std::vector<CommandRow> SqliteLedger::commands_by(const std::vector<CommandId>& ids) {
    std::vector<CommandRow> rows;
    rows.reserve(ids.size());
    for (const CommandId id : ids) {
        rows.push_back(*command(id));
    }
    return rows;
}

std::vector<CommandRow> SqliteLedger::due_commands(Instant now, int limit) {
    return commands_by(
        db_->column<CommandId>("SELECT id FROM command WHERE state IN ('queued', 'unknown') AND next_try_at <= ?"
                               " ORDER BY access <> 'open', created_at, id LIMIT ?",
                               now, limit));
}

std::vector<CommandRow> SqliteLedger::commands_of(AccountId account, std::int64_t generation) {
    return commands_by(db_->column<CommandId>("SELECT id FROM command WHERE account = ? AND generation = ? ORDER BY id",
                                              account, generation));
}

std::vector<CommandRow> SqliteLedger::commands_in(CommandState state, int limit) {
    return commands_by(
        db_->column<CommandId>("SELECT id FROM command WHERE state = ? ORDER BY created_at, id LIMIT ?", state, limit));
}

std::int64_t SqliteLedger::add_erp_write(const ErpWriteRow& row) {
    auto& db = writer();
    db.run(
        "INSERT INTO erp_write (account, erp, kind, promise, until_date, amount, title, text, state, tries, created_at,"
        " next_try_at, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.account, row.erp, row.kind, ref(row.promise), row.until, row.amount, row.title, row.text, row.state,
        row.tries, row.created_at, row.next_try_at, row.cause);
    return db.last_id();
}

void SqliteLedger::put_erp_write(const ErpWriteRow& row) {
    must_exist(writer().run(
        "UPDATE erp_write SET account = ?, erp = ?, kind = ?, promise = ?, until_date = ?, amount = ?, title = ?,"
        " text = ?, state = ?, tries = ?, created_at = ?, next_try_at = ?, cause = ? WHERE id = ?",
        row.account, row.erp, row.kind, ref(row.promise), row.until, row.amount, row.title, row.text, row.state,
        row.tries, row.created_at, row.next_try_at, row.cause, row.id));
}

std::optional<ErpWriteRow> SqliteLedger::erp_write(std::int64_t id) {
    auto found = db_->query(
        "SELECT id, account, erp, kind, promise, until_date, amount, title, text, state, tries, created_at,"
        " next_try_at, cause FROM erp_write WHERE id = ?",
        id);
    if (!found.next()) {
        return std::nullopt;
    }
    ErpWriteRow row;
    found.read(row.id, row.account, row.erp, row.kind, ref(row.promise), row.until, row.amount, row.title, row.text,
               row.state, row.tries, row.created_at, row.next_try_at, row.cause);
    return row;
}

std::vector<ErpWriteRow> SqliteLedger::erp_writes_by(const std::vector<std::int64_t>& ids) {
    std::vector<ErpWriteRow> rows;
    rows.reserve(ids.size());
    for (const std::int64_t id : ids) {
        rows.push_back(*erp_write(id));
    }
    return rows;
}

std::vector<ErpWriteRow> SqliteLedger::due_erp_writes(Instant now, int limit) {
    return erp_writes_by(
        db_->column<std::int64_t>("SELECT id FROM erp_write WHERE state IN ('queued', 'unknown') AND next_try_at <= ?"
                                  " ORDER BY urgency, created_at, id LIMIT ?",
                                  now, limit));
}

std::vector<ErpWriteRow> SqliteLedger::erp_writes_of(AccountId account, int limit) {
    return erp_writes_by(db_->column<std::int64_t>(
        "SELECT id FROM erp_write WHERE account = ? ORDER BY urgency, created_at, id LIMIT ?", account, limit));
}

std::vector<ErpWriteRow> SqliteLedger::erp_writes_in(CommandState state, int limit) {
    return erp_writes_by(db_->column<std::int64_t>(
        "SELECT id FROM erp_write WHERE state = ? ORDER BY urgency, created_at, id LIMIT ?", state, limit));
}

}  // namespace emdia
