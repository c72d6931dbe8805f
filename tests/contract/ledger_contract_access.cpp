// The contract of every Ledger, part 2: transactions, wake-ups, decisions, access, commands to equipment.

#include <catch2/catch.hpp>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

namespace {

CommandRow command(Ledger& ledger, std::int64_t generation, Access access, std::string driver = "radius") {
    const auto facts = ledger.load(account(ledger)).value();
    CommandRow row;
    row.account = facts.id;
    row.connection = facts.connections.at(0).id;
    row.driver = std::move(driver);
    row.access = access;
    row.generation = generation;
    row.created_at = kStart;
    row.next_try_at = kStart;
    return row;
}

AccessRecord access(Access wanted, std::int64_t generation, std::optional<Access> applied) {
    AccessRecord record;
    record.wanted = wanted;
    record.generation = generation;
    record.wanted_at = kStart;
    record.applied = applied;
    return record;
}

}  // namespace

TEMPLATE_TEST_CASE("a rolled back transaction leaves no trace", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    const auto before = book.ledger().load(account(book.ledger()));
    {
        LedgerTransaction transaction{book.ledger()};
        Ledger& ledger = book.ledger();
        ledger.put("ixc", paid(invoice()), kStart);
        ledger.put("ixc", contract("7302"), kStart);
        ledger.add_message(account(ledger), wish(Stage::blocked), "b1", kStart);
        ledger.put_meta("frozen", "yes");
        CHECK_FALSE(ledger.first_seen("webhook", "w1", kStart) == false);
        CHECK(ledger.load(account(ledger)) != before);
    }
    CHECK(book.ledger().load(account(book.ledger())) == before);
    CHECK_FALSE(book.ledger().account_of_contract("ixc", "7302"));
    CHECK_FALSE(book.ledger().meta("frozen"));
    book.write([](Ledger& ledger) {
        CHECK(ledger.first_seen("webhook", "w1", kStart));
        CHECK(ledger.add_message(account(ledger), wish(Stage::blocked), "b1", kStart));
    });
}

TEMPLATE_TEST_CASE("a write outside a transaction and a nested one are faults", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    CHECK_THROWS_AS(book.ledger().put("ixc", subscriber(), kStart), LedgerFailure);
    CHECK_THROWS_AS(book.ledger().put_meta("a", "b"), LedgerFailure);
    book.ledger().begin();
    CHECK_THROWS_AS(book.ledger().begin(), LedgerFailure);
    book.ledger().rollback();
    book.ledger().rollback();
    CHECK_FALSE(book.ledger().meta("a"));
}

TEMPLATE_TEST_CASE("rows that were never added cannot be changed, nor hang on nothing", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) { put_maria(ledger); });
    LedgerTransaction transaction{book.ledger()};
    Ledger& ledger = book.ledger();
    OutboxRow message;
    message.message.id = MessageId{7};
    CHECK_THROWS_AS(ledger.put_message(message), LedgerFailure);
    CHECK_THROWS_AS(ledger.put_command(command(ledger, 1, Access::open)), LedgerFailure);
    CHECK_THROWS_AS(ledger.put_task({}), LedgerFailure);
    CHECK_THROWS_AS(ledger.put_hold({}), LedgerFailure);
    CHECK_THROWS_AS(ledger.answer_dispute(account(ledger), DisputeId{7}, kStart), LedgerFailure);
    CHECK_THROWS_AS(ledger.add_message(AccountId{99}, wish(Stage::blocked), "", kStart), LedgerFailure);
    CHECK_THROWS_AS(ledger.add_promise(AccountId{99}, {}), LedgerFailure);
    CHECK_THROWS_AS(ledger.put_access(AccountId{99}, {}), LedgerFailure);
    CHECK_THROWS_AS(ledger.put_decision(AccountId{99}, decision({})), LedgerFailure);
}

TEMPLATE_TEST_CASE("accounts wake in the order of their time; a decision replaces it", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        for (const char* id : {"a", "b", "c", "d"}) {
            ledger.put("ixc", contract(id), kStart);
        }
        ledger.put_decision(account(ledger, "a"), decision(kStart + Hours{2}));
        ledger.put_decision(account(ledger, "b"), decision(kStart + Hours{1}));
        ledger.put_decision(account(ledger, "c"), decision(std::nullopt));
        ledger.put_decision(account(ledger, "d"), decision(kStart + Hours{1}));
    });
    Ledger& ledger = book.ledger();
    const AccountId a = account(ledger, "a");
    const AccountId b = account(ledger, "b");
    const AccountId c = account(ledger, "c");
    const AccountId d = account(ledger, "d");
    using Accounts = std::vector<AccountId>;

    CHECK(ledger.next_due() == kStart + Hours{1});
    CHECK(ledger.due_accounts(kStart, 10).empty());
    CHECK(ledger.due_accounts(kStart + Hours{2}, 10) == Accounts{b, d, a});
    CHECK(ledger.due_accounts(kStart + Hours{2}, 2) == Accounts{b, d});
    book.write([&](Ledger& l) { l.mark_dirty(c); });
    CHECK(book.ledger().due_accounts(kStart, 10) == Accounts{c});
    book.write([&](Ledger& l) { l.mark_all_dirty(); });
    // Who was woken by an event goes before the sweep.
    CHECK(book.ledger().due_accounts(kStart, 10) == Accounts{c, a, b, d});
}

TEMPLATE_TEST_CASE("accounts with a debt or without plain access are marked together", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        for (const char* id : {"late", "today", "later", "paid", "blocked"}) {
            ledger.put("ixc", contract(id), kStart);
        }
        ledger.put("mkauth", contract("late"), kStart);
        ledger.put("ixc", invoice("1", "late"), kStart);
        ledger.put("ixc", invoice("2", "today", kToday), kStart);
        ledger.put("ixc", invoice("3", "later", kToday + Days{1}), kStart);
        ledger.put("ixc", paid(invoice("4", "paid")), kStart);
        ledger.put("mkauth", invoice("5", "late"), kStart);
        ledger.put_access(account(ledger, "blocked"), access(Access::blocked, 1, std::nullopt));
        for (const AccountId id : ledger.due_accounts(kStart, 10)) {
            ledger.put_decision(id, decision(std::nullopt));
        }
        CHECK(ledger.mark_dirty_overdue("ixc", kToday) == 3);
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.due_accounts(kStart, 10) ==
          std::vector{account(ledger, "late"), account(ledger, "today"), account(ledger, "blocked")});
}

TEMPLATE_TEST_CASE("a decision comes back with every reason (I13)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    StoredDecision stored = decision(kStart + Hours{5});
    stored.decision.access = Access::blocked;
    const Reason full{ReasonCode::notice_period_over, InvoiceId{3}, kToday, kStart, Money::centavos(-1)};
    stored.decision.access_reasons = {full, {ReasonCode::inside_block_window, {}, {}, {}, {}}};
    MessageWish message = wish(Stage::promise_broken, InvoiceId{3}, 2);
    message.channel = Channel::letter;
    message.promise = PromiseId{4};
    message.suspend_from = kToday;
    message.suspend_at = kStart;
    message.reply = Reply::claim_noted;
    stored.decision.messages = {message, wish(Stage::before)};
    stored.decision.message_reasons = {{ReasonCode::cap_week, {}, kToday, {}, {}}};
    stored.decision.promises = {{PromiseId{4}, PromiseState::kept_late, full}};
    stored.decision.tasks = {{TaskKind::dispute_alarm, 1, full}};
    stored.decision.refresh = true;
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put_decision(account(ledger), decision(std::nullopt));
        ledger.put_decision(account(ledger), stored);
    });
    CHECK(book.ledger().decision_of(account(book.ledger())) == stored);
    CHECK_FALSE(book.ledger().decision_of(AccountId{99}));
}

TEMPLATE_TEST_CASE("access that is not plainly open is listed; never asked counts as open", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    AccessRecord full = access(Access::blocked, 3, Access::reduced);
    full.applied_generation = 2;
    full.proof = Proof::observed;
    full.applied_at = kStart;
    full.blocked_since = kStart - Hours{1};
    book.write([&](Ledger& ledger) {
        for (const char* id : {"never", "open", "drift", "unknown", "full"}) {
            ledger.put("ixc", contract(id), kStart);
        }
        ledger.put_access(account(ledger, "open"), access(Access::open, 2, Access::open));
        ledger.put_access(account(ledger, "drift"), access(Access::open, 0, Access::blocked));
        ledger.put_access(account(ledger, "unknown"), access(Access::open, 2, std::nullopt));
        ledger.put_access(account(ledger, "full"), access(Access::open, 1, std::nullopt));
        ledger.put_access(account(ledger, "full"), full);
        for (const char* id : {"full", "open", "drift", "unknown"}) {
            ledger.put("ixc", connection("line of " + std::string(id), id), kStart);
        }
        auto voice = connection("voice", "full");
        voice.voice = true;
        ledger.put("ixc", voice, kStart);
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.load(account(ledger, "full"))->access == full);
    const auto line = [&](const char* id, Access wanted, std::int64_t generation) {
        const Connection only = ledger.load(account(ledger, id))->connections.at(0);
        return RestrictedLine{account(ledger, id), only.id, only.nas, wanted, generation, false};
    };
    CHECK(ledger.restricted_lines() == std::vector{line("drift", Access::open, 0), line("unknown", Access::open, 2),
                                                   line("full", Access::blocked, 3)});
    const LedgerCounts counts = ledger.counts(kToday);
    CHECK(counts.blocked == 1);
    CHECK(counts.gap == 3);
    CHECK(ledger.search("ixc:full", kToday, 1).at(0).wanted == Access::blocked);

    full.applied = Access::blocked;
    full.applied_generation = 3;
    book.write([&](Ledger& writing) { writing.put_access(account(writing, "full"), full); });
    CHECK(book.ledger().restricted_lines().back().observed);
}

TEMPLATE_TEST_CASE("a blocked interval opens once and closes once (A8 A14)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        const AccountId id = account(ledger);
        ledger.note_unblocked(id, kStart);
        ledger.note_blocked(id, kStart);
        ledger.note_blocked(id, kStart + Hours{1});
        ledger.note_unblocked(id, kStart + Hours{2});
        ledger.note_unblocked(id, kStart + Hours{3});
        ledger.note_blocked(id, kStart + Hours{4});
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.load(account(ledger))->blocked_intervals ==
          std::vector<BlockedInterval>{{kStart, kStart + Hours{2}}, {kStart + Hours{4}, std::nullopt}});
    CHECK(ledger.blocks_since(kStart) == 2);
    CHECK(ledger.blocks_since(kStart + Millis{1}) == 1);
}

TEMPLATE_TEST_CASE("a newer command supersedes what waits for the same line", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    CommandId old{};
    CommandId sent{};
    CommandId other_driver{};
    CommandId fresh{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        old = ledger.add_command(command(ledger, 1, Access::blocked));
        CommandRow row = command(ledger, 1, Access::blocked, "erp");
        row.state = CommandState::sent;
        sent = ledger.add_command(row);
        other_driver = ledger.add_command(command(ledger, 2, Access::open, "mqtt"));
        fresh = ledger.add_command(command(ledger, 2, Access::open));
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.command(old)->state == CommandState::superseded);
    CHECK(ledger.command(sent)->state == CommandState::sent);
    CHECK(ledger.command(other_driver)->state == CommandState::queued);
    CHECK(ledger.command(fresh)->state == CommandState::queued);

    CommandId again{};
    book.write([&](Ledger& l) { again = l.add_command(command(l, 2, Access::open)); });
    CHECK(book.ledger().command(fresh)->state == CommandState::superseded);
    CHECK(book.ledger().command(other_driver)->state == CommandState::queued);
    CHECK(book.ledger().commands_of(account(book.ledger()), 2).size() == 3);
    CHECK(book.ledger().commands_in(CommandState::superseded, 10).size() == 2);
    CHECK(book.ledger().commands_in(CommandState::superseded, 1).at(0).id == old);
}

TEMPLATE_TEST_CASE("a new command takes the place of what was refused on its line, whichever driver that was",
                   "[ledger]", EMDIA_BOOKS) {
    TestType book;
    CommandId same{};
    CommandId other{};
    CommandId younger{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        CommandRow row = command(ledger, 3, Access::blocked, "");
        row.state = CommandState::refused;
        other = ledger.add_command(row);
        row.driver = "radius";
        row.state = CommandState::acknowledged;
        same = ledger.add_command(row);
        CHECK(ledger.command(other)->state == CommandState::superseded);
        row.state = CommandState::refused;
        same = ledger.add_command(row);
        younger = ledger.add_command(command(ledger, 3, Access::blocked));
    });
    CHECK(book.ledger().command(same)->state == CommandState::superseded);
    CHECK(book.ledger().command(younger)->state == CommandState::queued);
    CHECK(book.ledger().commands_in(CommandState::acknowledged, 10).size() == 1);
}

TEMPLATE_TEST_CASE("due commands: unblocks first, then oldest; unknown ones are asked again", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    std::vector<CommandId> ids;
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        const auto add = [&](const char* line, Access wanted, CommandState state, Millis created, Millis next) {
            ledger.put("ixc", connection(line), kStart);
            CommandRow row = command(ledger, 1, wanted);
            row.connection = ledger.load(row.account)->connections.back().id;
            row.state = state;
            row.created_at = kStart + created;
            row.next_try_at = kStart + next;
            ids.push_back(ledger.add_command(row));
        };
        add("1", Access::blocked, CommandState::queued, Millis{0}, Millis{5});
        add("2", Access::blocked, CommandState::unknown, Millis{1}, Millis{0});
        add("3", Access::open, CommandState::queued, Millis{3}, Millis{5});
        add("4", Access::open, CommandState::queued, Millis{2}, Millis{5});
        add("5", Access::open, CommandState::queued, Millis{2}, Millis{6});
        add("6", Access::open, CommandState::acknowledged, Millis{2}, Millis{5});
        ledger.put_decision(account(ledger), decision(std::nullopt));
    });
    std::vector<CommandId> due;
    for (const CommandRow& row : book.ledger().due_commands(kStart + Millis{5}, 10)) {
        due.push_back(row.id);
    }
    CHECK(due == std::vector{ids[3], ids[2], ids[0], ids[1]});
    CHECK(book.ledger().due_commands(kStart + Millis{5}, 1).size() == 1);
    CHECK(book.ledger().next_due() == kStart);

    CommandRow changed = book.ledger().command(ids[1]).value();
    changed.state = CommandState::observed;
    changed.tries = 3;
    changed.cause = "seen in accounting";
    book.write([&](Ledger& ledger) { ledger.put_command(changed); });
    CHECK(book.ledger().command(ids[1]) == changed);
    CHECK(book.ledger().next_due() == kStart + Millis{5});
}

TEMPLATE_TEST_CASE("writes to the ERP: unblock and release first, then oldest", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    std::vector<std::int64_t> ids;
    ErpWriteRow full;
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        const auto add = [&](ErpWriteKind kind, CommandState state, Millis created) {
            ErpWriteRow row;
            row.account = account(ledger);
            row.erp = "ixc";
            row.kind = kind;
            row.state = state;
            row.created_at = kStart + created;
            row.next_try_at = kStart + Hours{1};
            ids.push_back(ledger.add_erp_write(row));
        };
        add(ErpWriteKind::note, CommandState::queued, Millis{0});
        add(ErpWriteKind::block, CommandState::unknown, Millis{1});
        add(ErpWriteKind::unblock, CommandState::queued, Millis{3});
        add(ErpWriteKind::release, CommandState::queued, Millis{2});
        add(ErpWriteKind::release, CommandState::sent, Millis{2});
        ledger.put_decision(account(ledger), decision(std::nullopt));
        full = ledger.erp_write(ids[0]).value();
        full.promise = PromiseId{7};
        full.until = kToday;
        full.amount = Money::centavos(1);
        full.title = "title";
        full.text = "text";
        full.tries = 2;
        full.cause = "read back";
        ledger.put_erp_write(full);
    });
    Ledger& ledger = book.ledger();
    std::vector<std::int64_t> due;
    for (const ErpWriteRow& row : ledger.due_erp_writes(kStart + Hours{1}, 10)) {
        due.push_back(row.id);
    }
    CHECK(due == std::vector{ids[3], ids[2], ids[0], ids[1]});
    CHECK(ledger.due_erp_writes(kStart, 10).empty());
    CHECK(ledger.next_due() == kStart + Hours{1});
    CHECK(ledger.erp_write(ids[0]) == full);
    CHECK(ledger.erp_writes_of(account(ledger), 10).size() == 5);
    CHECK(ledger.erp_writes_of(account(ledger), 2).size() == 2);
    CHECK(ledger.erp_writes_in(CommandState::sent, 10).at(0).id == ids[4]);
    CHECK_FALSE(ledger.erp_write(99));
}
