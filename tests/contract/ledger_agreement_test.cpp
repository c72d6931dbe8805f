// Property: whatever happens in whatever order, both ledgers give the same answers.

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

namespace {

/// One random step: what to do and three small numbers to do it with.
using Step = std::array<std::uint8_t, 4>;

template <class E>
E pick(std::uint8_t n, E last) {
    return static_cast<E>(n % (static_cast<int>(last) + 1));
}

std::string small_id(std::uint8_t n) { return std::to_string(n % 4); }
Instant moment(std::uint8_t n) { return kStart + Hours{n} * 24; }

AccountId some_account(Ledger& ledger, std::uint8_t n) {
    return ledger.account_of_contract("ixc", small_id(n)).value_or(AccountId{});
}

void put_facts(Ledger& ledger, const Step& s) {
    const Instant now = moment(s[3]);
    switch (s[0] % 5) {
        case 0:
            ledger.put("ixc", subscriber(small_id(s[1]), s[2] % 2 == 0 ? "+5511900000000" : ""), now);
            break;
        case 1: {
            ErpContract row = contract(small_id(s[1]), small_id(s[2]));
            row.status = pick(s[3], ContractStatus::other);
            ledger.put("ixc", row, now);
            break;
        }
        case 2:
            if (s[3] % 4 == 0) {
                ledger.detach_connection("ixc", small_id(s[1]));
                break;
            }
            ledger.put("ixc", connection(small_id(s[1]), small_id(s[2])), now);
            break;
        case 3: {
            ErpInvoice row = invoice(small_id(s[1]), small_id(s[2]), kToday + Days{s[3] % 5});
            row.state = pick(s[3], InvoiceState::unknown);
            ledger.put("ixc", row, now);
            break;
        }
        default: {
            ErpPayment row = payment(small_id(s[1]), small_id(s[2]));
            row.reversed = s[3] % 2 == 0;
            ledger.put("ixc", row, now);
        }
    }
}

void act(Ledger& ledger, AccountId id, const Step& s) {
    const auto facts = ledger.load(id).value();
    const Instant at = moment(s[3]);
    const InvoiceId anchor = facts.invoices.empty() ? InvoiceId{} : facts.invoices[s[2] % facts.invoices.size()].id;
    switch (s[0] % 12) {
        case 0:
            ledger.add_message(id, wish(pick(s[2], Stage::reply), anchor, 1 + s[1] % 2), small_id(s[3]), at);
            break;
        case 1:
            for (OutboxRow row : ledger.queued_messages_of(id)) {
                row.message.state = pick(s[2], MessageState::dropped);
                row.state_at = at;
                row.not_before = at;
                row.message.sent_at = s[1] % 2 == 0 ? std::optional{at} : std::nullopt;
                ledger.put_message(row);
            }
            break;
        case 2:
            if (!facts.connections.empty()) {
                CommandRow row;
                row.account = id;
                row.connection = facts.connections[0].id;
                row.driver = small_id(s[1]);
                row.access = pick(s[2], Access::blocked);
                row.generation = s[3] % 4;
                row.state = pick(s[1], CommandState::superseded);
                row.next_try_at = at;
                ledger.add_command(row);
            }
            break;
        case 3: {
            Promise promise;
            promise.state = pick(s[2], PromiseState::cancelled);
            if (raw(anchor) != 0) {
                promise.invoices = {anchor};
            }
            promise.made_at = at;
            ledger.add_promise(id, promise);
            break;
        }
        case 4:
            ledger.add_dispute(id, {{}, anchor, at, {}});
            ledger.add_claim(id, {anchor, at});
            break;
        case 5:
            ledger.add_override(id, {pick(s[2], OverrideKind::freeze), at, at + Hours{48}, "maria", "why"});
            ledger.end_overrides(id, pick(s[1], OverrideKind::freeze), at + Hours{1});
            break;
        case 6: {
            AccessRecord record;
            record.wanted = pick(s[1], Access::blocked);
            record.applied = s[2] % 4 == 3 ? std::nullopt : std::optional{pick(s[2], Access::blocked)};
            record.generation = s[3] % 3;
            ledger.put_access(id, record);
            break;
        }
        case 7:
            s[1] % 2 == 0 ? ledger.note_blocked(id, at) : ledger.note_unblocked(id, at);
            break;
        case 8:
            ledger.put_decision(id, decision(s[1] % 2 == 0 ? std::optional{at} : std::nullopt));
            break;
        case 9: {
            TaskRow task;
            task.account = id;
            task.invoice = anchor;
            task.kind = pick(s[1], TaskKind::mass_block);
            task.priority = s[2] % 3;
            task.subject = s[2] % 2 == 0 ? "" : "bng";
            ledger.open_task(task);
            break;
        }
        case 10: {
            ErpWriteRow row;
            row.account = id;
            row.kind = pick(s[1], ErpWriteKind::note);
            row.state = pick(s[2], CommandState::superseded);
            row.next_try_at = at;
            ledger.add_erp_write(row);
            break;
        }
        default:
            while (ledger.purge(at + Days{s[1] % 2 == 0 ? 0 : 5 * 366}, 3)) {
            }
    }
}

void perform(Ledger& ledger, const Step& step) {
    LedgerTransaction transaction{ledger};
    const AccountId id = some_account(ledger, step[1]);
    if (step[0] % 3 == 0 || raw(id) == 0) {
        put_facts(ledger, step);
    } else {
        act(ledger, id, step);
    }
    if (step[3] % 8 != 0) {
        transaction.commit();
    }
}

void compare(Ledger& a, Ledger& b) {
    const Instant now = moment(60);
    for (int n = 0; n < 5; ++n) {
        RC_ASSERT(a.load(AccountId{n}) == b.load(AccountId{n}));
        RC_ASSERT(a.decision_of(AccountId{n}) == b.decision_of(AccountId{n}));
        RC_ASSERT(a.commands_of(AccountId{n}, 1) == b.commands_of(AccountId{n}, 1));
        RC_ASSERT(a.erp_writes_of(AccountId{n}, 9) == b.erp_writes_of(AccountId{n}, 9));
        RC_ASSERT(a.find_connection("ixc", std::to_string(n)) == b.find_connection("ixc", std::to_string(n)));
        RC_ASSERT(a.search(std::to_string(n), kToday, 9) == b.search(std::to_string(n), kToday, 9));
    }
    RC_ASSERT(a.search("maria", kToday, 9) == b.search("maria", kToday, 9));
    RC_ASSERT(a.accounts_of_phone("+5511900000000") == b.accounts_of_phone("+5511900000000"));
    RC_ASSERT(a.active_contract_ids("ixc") == b.active_contract_ids("ixc"));
    RC_ASSERT(a.hot_invoices("ixc", now, 9) == b.hot_invoices("ixc", now, 9));
    RC_ASSERT(a.owed_invoices("ixc", kToday, kToday + Days{2}) == b.owed_invoices("ixc", kToday, kToday + Days{2}));
    RC_ASSERT(a.due_accounts(now, 9) == b.due_accounts(now, 9));
    RC_ASSERT(a.restricted_lines() == b.restricted_lines());
    RC_ASSERT(a.blocks_since(now) == b.blocks_since(now));
    RC_ASSERT(a.due_messages(now, 9) == b.due_messages(now, 9));
    RC_ASSERT(a.messages_in(MessageState::unknown, 9) == b.messages_in(MessageState::unknown, 9));
    RC_ASSERT(a.initiated_since(now) == b.initiated_since(now));
    RC_ASSERT(a.due_commands(now, 9) == b.due_commands(now, 9));
    RC_ASSERT(a.due_erp_writes(now, 9) == b.due_erp_writes(now, 9));
    RC_ASSERT(a.open_tasks(9) == b.open_tasks(9));
    RC_ASSERT(a.counts(kToday) == b.counts(kToday));
    RC_ASSERT(a.next_due() == b.next_due());
}

}  // namespace

TEST_CASE("random histories give the same answers from both ledgers", "[ledger]") {
    CHECK(rc::check([] {
        const auto steps = *rc::gen::scale(
            2.0, rc::gen::container<std::vector<Step>>(rc::gen::container<Step>(rc::gen::arbitrary<std::uint8_t>())));
        books::MemoryBook memory;
        books::SqliteBook sqlite;
        for (const Step& step : steps) {
            perform(memory.ledger(), step);
            perform(sqlite.ledger(), step);
        }
        compare(memory.ledger(), sqlite.ledger());
    }));
}
