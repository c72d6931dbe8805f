// The contract of every Ledger, part 4: promises, disputes, overrides, tasks, holds, history, retention.

#include <catch2/catch.hpp>

#include "tests/contract/ledger_books.hpp"
#include "tests/contract/ledger_samples.hpp"

using namespace emdia;
using namespace emdia::samples;

TEMPLATE_TEST_CASE("promises, disputes, claims and overrides come back in the order they were made", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    Promise promise;
    DisputeId dispute{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901"), kStart);
        const AccountId id = account(ledger);
        promise.invoices = {invoice_id(ledger, "901"), invoice_id(ledger)};
        promise.amount = Money::centavos(2 * 9990);
        promise.until = kToday + Days{3};
        promise.made_at = kStart;
        promise.made_by = "subscriber (button)";
        promise.releases_access = false;
        promise.id = ledger.add_promise(id, promise);
        ledger.add_promise(id, {});
        dispute = ledger.add_dispute(id, {{}, invoice_id(ledger), kStart, {}});
        ledger.add_dispute(id, {{}, {}, kStart + Hours{1}, {}});
        ledger.add_claim(id, {invoice_id(ledger), kStart});
        ledger.add_claim(id, {{}, kStart + Hours{1}});
        ledger.add_override(id, {OverrideKind::freeze, kStart, kStart + Hours{48}, "maria", "review"});
        ledger.add_override(id, {OverrideKind::force_open, kStart, kStart + Hours{48}, "maria", "court"});
        ledger.add_override(id, {OverrideKind::freeze, kStart, kStart + Hours{1}, "ana", "old"});
        ledger.set_exempt(id, true, "hospital");
    });
    book.write([&](Ledger& ledger) {
        promise.state = PromiseState::kept;
        promise.closed_at = kStart + Days{1};
        promise.invoices.pop_back();
        ledger.put_promise(account(ledger), promise);
        ledger.answer_dispute(account(ledger), dispute, kStart + Days{2});
        ledger.end_overrides(account(ledger), OverrideKind::freeze, kStart + Hours{2});
        CHECK_THROWS_AS(ledger.answer_dispute(AccountId{99}, dispute, kStart), LedgerFailure);
    });
    const auto facts = book.ledger().load(account(book.ledger())).value();
    REQUIRE(facts.promises.size() == 2);
    CHECK(facts.promises[0] == promise);
    CHECK(facts.promises[1].state == PromiseState::proposed);
    CHECK(facts.promises[1].invoices.empty());
    REQUIRE(facts.disputes.size() == 2);
    CHECK(facts.disputes[0] == Dispute{dispute, promise.invoices.empty() ? InvoiceId{} : invoice_id(book.ledger()),
                                       kStart, kStart + Days{2}});
    CHECK_FALSE(facts.disputes[1].answered_at);
    CHECK(facts.claims == std::vector<PaymentClaim>{{invoice_id(book.ledger()), kStart}, {{}, kStart + Hours{1}}});
    CHECK(facts.overrides ==
          std::vector<Override>{{OverrideKind::freeze, kStart, kStart + Hours{2}, "maria", "review"},
                                {OverrideKind::force_open, kStart, kStart + Hours{48}, "maria", "court"},
                                {OverrideKind::freeze, kStart, kStart + Hours{1}, "ana", "old"}});
    CHECK(facts.contract.exempt);
    CHECK(facts.contract.exempt_reason == "hospital");
    CHECK(book.ledger().counts(kToday).disputes_open == 1);
}

TEMPLATE_TEST_CASE("a task that was done after its cause arose is not opened again", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        TaskRow row;
        row.account = account(ledger);
        row.kind = TaskKind::rescission_candidate;
        row.opened_at = kStart;
        row.text = "look at it";
        row.id = ledger.open_task(row, kStart).value();
        row.done_at = kStart + Hours{2};
        row.outcome = "left as it is";
        ledger.put_task(row);
        CHECK_FALSE(ledger.open_task(row, kStart));
        CHECK_FALSE(ledger.open_task(row, kStart + Hours{2}));
        // A new cause is a new question, and so is a cause without a date.
        TaskRow again = row;
        again.done_at.reset();
        CHECK(ledger.open_task(again, kStart + Hours{3}));
    });
}

TEMPLATE_TEST_CASE("tasks of the house differ by their subject, and one of each is open at a time", "[ledger]",
                   EMDIA_BOOKS) {
    TestType book;
    TaskRow first;
    first.kind = TaskKind::access_failed;
    first.subject = "radius/bng-1";
    first.opened_at = kStart;
    first.text = "bng-1: works in a poorer way";
    TaskRow second = first;
    second.subject = "radius/bng-2";
    book.write([&](Ledger& ledger) {
        first.id = ledger.open_task(first).value();
        CHECK_FALSE(ledger.open_task(first));
        second.id = ledger.open_task(second).value();
        CHECK_FALSE(ledger.open_task(second));
        TaskRow pressing = second;
        pressing.priority = 1;
        CHECK_FALSE(ledger.open_task(pressing));
        second.priority = 1;
    });
    CHECK(book.ledger().task(first.id) == first);
    CHECK(book.ledger().task(second.id) == second);
    first.done_at = kStart + Hours{1};
    book.write([&](Ledger& ledger) {
        ledger.put_task(first);
        CHECK_FALSE(ledger.open_task(second, kStart));
        TaskRow again = first;
        again.done_at.reset();
        CHECK_FALSE(ledger.open_task(again, kStart));
        CHECK(ledger.open_task(again, kStart + Hours{2}));
    });
    CHECK(book.ledger().task(first.id) == first);
    CHECK(book.ledger().open_tasks(10).size() == 2);
}

TEMPLATE_TEST_CASE("one task per account, kind and invoice is open at a time", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    TaskRow row;
    row.kind = TaskKind::dispute;
    row.opened_at = kStart;
    row.text = "answer it";
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        row.account = account(ledger);
        row.id = ledger.open_task(row).value();
        CHECK_FALSE(ledger.open_task(row));
        TaskRow pressing = row;
        pressing.priority = row.priority - 1;
        pressing.text = "now it is red";
        CHECK_FALSE(ledger.open_task(pressing));
        CHECK_FALSE(ledger.open_task(row));
        row.priority = pressing.priority;
        row.text = pressing.text;
        TaskRow other = row;
        other.invoice = invoice_id(ledger);
        other.priority = 1;
        CHECK(ledger.open_task(other));
        other = row;
        other.account = {};
        other.opened_at = kStart - Hours{1};
        CHECK(ledger.open_task(other));
        CHECK_FALSE(ledger.open_task(other));
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.task(row.id) == row);
    const auto open = ledger.open_tasks(10);
    REQUIRE(open.size() == 3);
    CHECK(open[0].priority == 1);
    CHECK(open[1].account == AccountId{});
    CHECK(open[2] == row);
    CHECK(ledger.open_tasks(1).size() == 1);
    CHECK(ledger.counts(kToday).tasks_open == 3);

    row.owner = "maria";
    row.done_at = kStart + Hours{1};
    row.outcome = "explained";
    book.write([&](Ledger& l) {
        l.put_task(row);
        TaskRow again = row;
        again.done_at.reset();
        CHECK(l.open_task(again));
    });
    CHECK(book.ledger().task(row.id) == row);
    CHECK(book.ledger().open_tasks(10).size() == 3);
    CHECK_FALSE(book.ledger().task(TaskId{99}));
}

TEMPLATE_TEST_CASE("a hold keeps its batch by name until a person resolves it (I10)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    HoldRow row;
    row.reason = ReasonCode::mass_block_hold;
    row.scope = "blocks";
    row.opened_at = kStart;
    row.text = "21 blocks in one run";
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", contract("7302"), kStart);
        row.accounts = {account(ledger, "7302"), account(ledger)};
        row.id = ledger.add_hold(row);
    });
    CHECK(book.ledger().open_holds() == std::vector{row});
    CHECK(book.ledger().counts(kToday).holds_open == 1);
    CHECK(book.ledger().holds_resolved_since(kStart).empty());

    row.state = "approved";
    row.resolved_by = "maria";
    row.resolved_why = "checked";
    row.resolved_at = kStart + Hours{1};
    book.write([&](Ledger& ledger) { ledger.put_hold(row); });
    CHECK(book.ledger().open_holds().empty());
    CHECK(book.ledger().hold(row.id) == row);
    CHECK(book.ledger().holds_resolved_since(kStart + Hours{1}) == std::vector{row});
    CHECK(book.ledger().holds_resolved_since(kStart + Hours{2}).empty());
    CHECK_FALSE(book.ledger().hold(HoldId{99}));
}

TEMPLATE_TEST_CASE("the timeline gives the newest events in the order they were appended", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    const TimelineEvent first{AccountId{1}, kStart, "system", "message.delivered", "stage=notice", "A5"};
    const TimelineEvent second{AccountId{1}, kStart - Hours{1}, "person: maria", "promise.active", "", ""};
    const TimelineEvent installation{{}, kStart, "system", "start", "", ""};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.append(first);
        ledger.append(installation);
        ledger.append(second);
    });
    CHECK(book.ledger().timeline(AccountId{1}, 10) == std::vector{first, second});
    CHECK(book.ledger().timeline(AccountId{1}, 1) == std::vector{second});
    CHECK(book.ledger().timeline({}, 10) == std::vector{installation});
}

TEMPLATE_TEST_CASE("an event is seen for the first time once per scope", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        CHECK(ledger.first_seen("webhook", "w1", kStart));
        CHECK_FALSE(ledger.first_seen("webhook", "w1", kStart));
        CHECK(ledger.first_seen("button", "w1", kStart));
    });
    book.write([](Ledger& ledger) { CHECK_FALSE(ledger.first_seen("webhook", "w1", kStart + Hours{1})); });
}

TEMPLATE_TEST_CASE("settings and inbound text are kept", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    book.write([](Ledger& ledger) {
        ledger.put_meta("frozen", "no");
        ledger.put_meta("frozen", "");
        ledger.store_inbound(AccountId{1}, "wamid.1", "text", "já paguei", kStart);
        ledger.store_inbound(AccountId{1}, "wamid.2", "button", "paid", kStart);
        ledger.store_inbound({}, "wamid.3", "text", "quem é?", kStart);
    });
    CHECK(book.ledger().meta("frozen") == "");
    CHECK_FALSE(book.ledger().meta("mode"));
    CHECK(book.ledger().inbound_of(AccountId{1}, 1) == std::vector<InboundRow>{{"wamid.2", "button", "paid", kStart}});
    CHECK(book.ledger().inbound_of(AccountId{1}, 10).size() == 2);
    CHECK(book.ledger().inbound_of({}, 10).at(0).text == "quem é?");
}

TEMPLATE_TEST_CASE("counts look at active contracts and at debts past their day", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    CHECK(book.ledger().counts(kToday) == LedgerCounts{});
    CHECK_FALSE(book.ledger().next_due());
    book.write([](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901"), kStart);
        auto cancelled = contract("7302");
        cancelled.status = ContractStatus::cancelled;
        ledger.put("ixc", cancelled, kStart);
        ledger.put("ixc", invoice("902", "7302", kToday), kStart);
        ledger.put("ixc", invoice("903", "unknown"), kStart);
        Promise promise;
        promise.state = PromiseState::active;
        ledger.add_promise(account(ledger), promise);
        OutboxRow row =
            ledger.message(ledger.add_message(account(ledger), wish(Stage::before), "", kStart).value()).value();
        row.message.state = MessageState::unknown;
        ledger.put_message(row);
    });
    LedgerCounts expected;
    expected.accounts = 1;
    expected.overdue_accounts = 1;
    expected.messages_unknown = 1;
    expected.promises_active = 1;
    CHECK(book.ledger().counts(kToday) == expected);
    CHECK(book.ledger().counts(kToday + Days{1}).overdue_accounts == 2);
}

TEMPLATE_TEST_CASE("purge keeps text 180 days, seen ids 8 days and evidence 5 years (E7)", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    const Instant later = kStart + Days{181};
    MessageId message{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        OutboxRow row =
            ledger.message(ledger.add_message(account(ledger), wish(Stage::reply), "", kStart).value()).value();
        row.message.state = MessageState::read;
        row.text = "Olá, Maria";
        message = row.message.id;
        ledger.put_message(row);
        ledger.store_inbound(account(ledger), "w1", "text", "oi", kStart);
        ledger.store_inbound(account(ledger), "w2", "text", "oi", kStart + Days{1});
        ledger.first_seen("webhook", "old", later - Days{8} - Millis{1});
        ledger.first_seen("webhook", "new", later - Days{8});
        ledger.append({account(ledger), kStart, "system", "start", "", ""});
    });
    book.write([&](Ledger& ledger) { CHECK_FALSE(ledger.purge(later, 1000)); });
    book.write([&](Ledger& ledger) {
        CHECK(ledger.first_seen("webhook", "old", later));
        CHECK_FALSE(ledger.first_seen("webhook", "new", later));
    });
    Ledger& ledger = book.ledger();
    CHECK(ledger.message(message)->text.empty());
    CHECK(ledger.message(message)->message.state == MessageState::read);
    CHECK(ledger.inbound_of(account(ledger), 10).size() == 1);
    CHECK(ledger.timeline(account(ledger), 10).size() == 1);
}

TEMPLATE_TEST_CASE("after five years closed rows go with their invoice, and open ones stay", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    const Instant later = kStart + Days{5 * 366 + 30};
    MessageId of_owed{};
    MessageId of_settled{};
    MessageId queued{};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        ledger.put("ixc", invoice("901"), kStart);
        ledger.put("ixc", payment("p1", "901"), kStart);
        const AccountId id = account(ledger);
        const InvoiceId settled = invoice_id(ledger, "901");
        const auto add = [&](const MessageWish& w, MessageState state) {
            OutboxRow row = ledger.message(ledger.add_message(id, w, "", later).value()).value();
            row.message.state = state;
            ledger.put_message(row);
            return row.message.id;
        };
        of_owed = add(wish(Stage::notice, invoice_id(ledger)), MessageState::read);
        of_settled = add(wish(Stage::notice, settled), MessageState::read);
        queued = ledger.add_message(id, wish(Stage::reply), "", kStart).value();
        ledger.put("ixc", paid(invoice("901")), kStart);
        Promise promise;
        promise.state = PromiseState::active;
        promise.invoices = {invoice_id(ledger), settled};
        ledger.add_promise(id, promise);
        promise.state = PromiseState::kept;
        promise.closed_at = kStart;
        ledger.add_promise(id, promise);
        ledger.add_dispute(id, {{}, {}, kStart, {}});
        ledger.add_dispute(id, {{}, {}, kStart, kStart});
        ledger.add_dispute(id, {{}, settled, later, {}});
        ledger.add_claim(id, {{}, kStart});
        ledger.add_claim(id, {settled, later});
        ledger.add_override(id, {OverrideKind::freeze, kStart, kStart, "", ""});
        ledger.note_blocked(id, kStart);
        ledger.note_unblocked(id, kStart);
        ledger.note_blocked(id, kStart);
        ledger.append({id, kStart, "system", "start", "", ""});
        TaskRow task;
        task.id = ledger.open_task(task).value();
        task.done_at = kStart;
        ledger.put_task(task);
        CHECK(ledger.open_task({}));
        HoldRow hold;
        hold.id = ledger.add_hold(hold);
        hold.state = "rejected";
        hold.resolved_at = kStart;
        ledger.put_hold(hold);
    });
    book.write([&](Ledger& ledger) { CHECK_FALSE(ledger.purge(later, 1000)); });

    Ledger& ledger = book.ledger();
    const auto facts = ledger.load(account(ledger)).value();
    REQUIRE(facts.invoices.size() == 1);
    CHECK(facts.invoices[0].erp_id == "900");
    CHECK(facts.payments.empty());
    CHECK(ledger.message(of_owed));
    CHECK_FALSE(ledger.message(of_settled));
    CHECK(ledger.message(queued));
    REQUIRE(facts.promises.size() == 1);
    CHECK(facts.promises[0].invoices == std::vector{facts.invoices[0].id});
    CHECK(facts.disputes.size() == 1);
    CHECK(facts.claims.empty());
    CHECK(facts.overrides.empty());
    CHECK(facts.blocked_intervals == std::vector<BlockedInterval>{{kStart, std::nullopt}});
    CHECK(ledger.timeline(facts.id, 10).empty());
    CHECK_FALSE(ledger.task(TaskId{1}));
    CHECK(ledger.open_tasks(10).size() == 1);
    CHECK_FALSE(ledger.hold(HoldId{1}));
}

TEMPLATE_TEST_CASE("purge goes in slices of a size, and what is left comes in the next", "[ledger]", EMDIA_BOOKS) {
    TestType book;
    const Instant later = kStart + Days{5 * 366 + 30};
    book.write([&](Ledger& ledger) {
        put_maria(ledger);
        for (int i = 0; i < 10; ++i) {
            const std::string id = std::to_string(2000 + i);
            ledger.put("ixc", invoice(id), kStart);
            ledger.put("ixc", paid(invoice(id)), kStart);
            ledger.first_seen("webhook", id, kStart);
            ledger.append({account(ledger), i == 0 ? later : kStart, "system", "start", "", ""});
        }
    });
    const auto slice = [&] {
        bool more = false;
        book.write([&](Ledger& ledger) { more = ledger.purge(later, 4); });
        return more;
    };
    int slices = 1;
    for (std::size_t events = 10; slice(); ++slices) {
        const auto now = book.ledger().timeline(account(book.ledger()), 100).size();
        CHECK(events - now <= 4);
        events = now;
        REQUIRE(slices < 100);
    }
    CHECK(slices == 8);  // 29 rows
    CHECK(book.ledger().timeline(account(book.ledger()), 100).size() == 1);
    CHECK(book.ledger().load(account(book.ledger()))->invoices.size() == 1);
}
