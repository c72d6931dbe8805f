// What the engine asks of the ledger in its turns must not read a whole table: with a million accounts that would be a
// pause in which nobody's payment is seen.

#include <set>

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

namespace {

std::set<std::string>* heard = nullptr;

int hear(unsigned, void*, void* statement, void* text) {
    const auto* expanded = static_cast<const char*>(text);
    const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (heard != nullptr && sql != nullptr && (expanded == nullptr || expanded[0] != '-')) {
        heard->insert(sql);
    }
    return 0;
}

/// Called by SQLite for each connection that is opened.
int listen(sqlite3* db, const char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, hear, nullptr);
}

/// The texts of all statements that ran while `work` did.
template <class Work>
std::set<std::string> statements_of(books::SqliteBook& book, Work work) {
    std::set<std::string> all;
    heard = &all;
    book.write(work);
    heard = nullptr;
    return all;
}

std::vector<std::string> plan_of(sqlite3* db, const std::string& sql) {
    std::vector<std::string> lines;
    sqlite3_stmt* statement = nullptr;
    const std::string explain = "EXPLAIN QUERY PLAN " + sql;
    REQUIRE(sqlite3_prepare_v2(db, explain.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        lines.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
    }
    sqlite3_finalize(statement);
    return lines;
}

/// A walk over a table that grows with the base, and not over an index of what is open now.
bool reads_all(const std::string& line) {
    if (!line.starts_with("SCAN ")) {
        return false;
    }
    for (const char* small : {"account_wake", "access_restricted", "message_queue", "message_due", "command_due",
                              "erp_write_due", "promise_open", "task_open", "hold_open", "dispute_open", "SCAN hot",
                              "SCAN contact", "CONSTANT ROW", "SUBQUERY", "LIST"}) {
        if (line.find(small) != std::string::npos) {
            return false;
        }
    }
    return true;
}

void every_turn(Ledger& ledger) {
    const AccountId id = account(ledger);
    static_cast<void>(ledger.due_accounts(kStart, 10));
    static_cast<void>(ledger.load(id));
    ledger.mark_dirty(id);
    ledger.put_decision(id, decision(kStart));
    static_cast<void>(ledger.decision_of(id));
    ledger.put_access(id, {});
    ledger.note_blocked(id, kStart);
    ledger.note_unblocked(id, kStart);
    static_cast<void>(ledger.restricted_lines());
    static_cast<void>(ledger.blocks_since(kStart));
    static_cast<void>(ledger.due_messages(kStart, 10));
    static_cast<void>(ledger.messages_in(MessageState::sending, 10));
    static_cast<void>(ledger.queued_messages_of(id));
    static_cast<void>(ledger.initiated_since(kStart));
    static_cast<void>(ledger.message_of_provider("wamid"));
    static_cast<void>(ledger.due_commands(kStart, 10));
    static_cast<void>(ledger.commands_of(id, 1));
    static_cast<void>(ledger.commands_in(CommandState::sent, 10));
    static_cast<void>(ledger.due_erp_writes(kStart, 10));
    static_cast<void>(ledger.erp_writes_of(id, 10));
    static_cast<void>(ledger.erp_writes_in(CommandState::sent, 10));
    static_cast<void>(ledger.next_due());
    static_cast<void>(ledger.open_tasks(10));
    static_cast<void>(ledger.open_holds());
    static_cast<void>(ledger.holds_resolved_since(kStart));
    static_cast<void>(ledger.timeline(id, 10));
    static_cast<void>(ledger.inbound_of(id, 10));
    static_cast<void>(ledger.hot_invoices("ixc", kStart, 10));
    static_cast<void>(ledger.owed_invoices("ixc", kToday, kToday));
    static_cast<void>(ledger.accounts_of_phone("+5511987654321"));
    static_cast<void>(ledger.account_of_invoice("ixc", "900"));
    static_cast<void>(ledger.find_connection("ixc", "501"));
    static_cast<void>(ledger.search("7301", kToday, 10));
    ledger.mark_dirty_overdue("ixc", kToday);
    ledger.grant_optin("ixc", "clause 7", kStart);
}

void every_write(Ledger& ledger) {
    const AccountId id = account(ledger);
    ErpInvoice changed = invoice();
    changed.open = Money::centavos(5000);
    ledger.put("ixc", changed, kStart);
    ledger.put("ixc", payment(), kStart);
    ledger.put("ixc", connection("501", "7302"), kStart);
    ledger.put("ixc", contract("7302"), kStart);
    ledger.note_read("ixc", "900", kStart);
    ledger.detach_connection("ixc", "501");
    OutboxRow row =
        ledger.message(ledger.add_message(id, wish(Stage::notice, invoice_id(ledger)), "", kStart).value()).value();
    ledger.put_message(row);
    CommandRow command;
    command.account = id;
    command.connection = ConnectionId{1};
    command.id = ledger.add_command(command);
    ledger.put_command(command);
    ErpWriteRow write;
    write.account = id;
    write.id = ledger.add_erp_write(write);
    ledger.put_erp_write(write);
    Promise promise;
    promise.invoices = {invoice_id(ledger)};
    promise.id = ledger.add_promise(id, promise);
    ledger.put_promise(id, promise);
    ledger.answer_dispute(id, ledger.add_dispute(id, {{}, {}, kStart, {}}), kStart);
    ledger.add_claim(id, {{}, kStart});
    ledger.add_override(id, {OverrideKind::freeze, kStart, kStart + Days{1}, "", ""});
    ledger.end_overrides(id, OverrideKind::freeze, kStart);
    TaskRow task;
    task.account = id;
    task.id = ledger.open_task(task, kStart).value();
    ledger.put_task(task);
    HoldRow hold;
    hold.accounts = {id};
    hold.id = ledger.add_hold(hold);
    ledger.put_hold(hold);
    ledger.append({id, kStart, "system", "start", "", ""});
    static_cast<void>(ledger.first_seen("webhook", "1", kStart));
    ledger.store_inbound(id, "w", "text", "oi", kStart);
}

}  // namespace

TEST_CASE("Nothing that a turn asks or writes reads a whole table, nor does retention") {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(listen));
    books::SqliteBook book;
    sqlite3_reset_auto_extension();
    book.write([](Ledger& ledger) { put_maria(ledger); });
    std::set<std::string> all = statements_of(book, every_turn);
    all.merge(statements_of(book, every_write));
    all.merge(statements_of(book, [](Ledger& ledger) { ledger.purge(kStart + Days{6 * 366}, 100); }));
    CHECK(all.size() > 80);

    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open_v2(book.path().c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    for (const std::string& sql : all) {
        if (sql.starts_with("BEGIN") || sql.starts_with("COMMIT") || sql.starts_with("PRAGMA")) {
            continue;
        }
        for (const std::string& line : plan_of(db, sql)) {
            INFO(sql << "\n  " << line);
            CHECK_FALSE(reads_all(line));
        }
    }
    sqlite3_close(db);
}
