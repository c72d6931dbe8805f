// May it be blocked, must it be opened: one test per rule.

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// Wednesday 1 April 2026, 09:30, notice delivered on 16 March, heads-up on 30 March, read a minute ago.
struct BlockDay {
    AccountFacts facts = plain_account();
    Policy policy;
    Calendar calendar;
    Instant now = sp("2026-04-01 09:30");

    BlockDay() {
        facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
        facts.invoices[0].read_at = now - Minutes{1};
        facts.messages = {told(Stage::notice, 1, sp("2026-03-16 10:00")),
                          told(Stage::headsup, 1, sp("2026-03-30 10:00"))};
    }
    Invoice& invoice() { return facts.invoices[0]; }
    void already_blocked() {
        facts.access = {.wanted = Access::blocked,
                        .generation = 1,
                        .wanted_at = now - Hours{30},
                        .applied = Access::blocked,
                        .applied_generation = 1,
                        .proof = Proof::observed,
                        .applied_at = now - Hours{30},
                        .blocked_since = now - Hours{30}};
        facts.blocked_intervals = {{now - Hours{30}, std::nullopt}};
        facts.messages.push_back(told(Stage::blocked, 1, now - Hours{29}));
    }
    [[nodiscard]] Decision decide_now() const {
        return decide(facts, {policy, calendar, sao_paulo(), sao_paulo()}, now);
    }
    [[nodiscard]] bool open_because(ReasonCode code) const {
        const Decision d = decide_now();
        return d.access == Access::open && names(d, code);
    }
    [[nodiscard]] bool blocked_because(ReasonCode code) const {
        const Decision d = decide_now();
        return d.access == Access::blocked && names(d, code);
    }
    static bool names(const Decision& d, ReasonCode code) {
        return std::any_of(d.access_reasons.begin(), d.access_reasons.end(),
                           [code](const Reason& r) { return r.code == code; });
    }
    [[nodiscard]] bool has_task(TaskKind kind, int priority = 0) const {
        const Decision d = decide_now();
        return std::any_of(d.tasks.begin(), d.tasks.end(), [&](const TaskWish& t) {
            return t.kind == kind && (priority == 0 || t.priority == priority);
        });
    }
};

}  // namespace

TEST_CASE("A1 A6 I1 I13: all checks hold, a full block with every reason") {
    const BlockDay d;
    for (const ReasonCode code : {ReasonCode::notice_period_over, ReasonCode::overdue, ReasonCode::erp_fresh,
                                  ReasonCode::inside_block_window}) {
        CHECK(d.blocked_because(code));
    }
}

TEST_CASE("A1: not one day earlier") {
    BlockDay d;
    d.facts.messages[0].delivered_at = sp("2026-03-17 00:00");
    CHECK(d.open_because(ReasonCode::notice_running));
}

TEST_CASE("A2: a notice from before the debt was overdue is no notice") {
    BlockDay d;
    d.invoice().due = day("2026-03-16");  // moved in the ERP after the notice left
    CHECK(d.open_because(ReasonCode::no_notice));
}

TEST_CASE("A5 G3: an electronic notice counts with the proof of its delivery, and without it there is no block") {
    BlockDay d;
    REQUIRE(d.facts.messages[0].channel == Channel::whatsapp);
    CHECK(d.blocked_because(ReasonCode::notice_period_over));
    d.facts.messages[0].delivered_at.reset();
    d.facts.messages[0].state = MessageState::sent;
    CHECK(d.open_because(ReasonCode::notice_not_delivered));
    CHECK(d.has_task(TaskKind::notice_undelivered));
    d.facts.messages.erase(d.facts.messages.begin());
    CHECK(d.open_because(ReasonCode::no_notice));
}

TEST_CASE("A6: a soft stage comes first when the policy says so, and never shortens the notice") {
    BlockDay d;
    d.policy.block.soft_stage_days = 5;
    CHECK(d.decide_now().access == Access::reduced);
    d.facts.access = apply_access({}, {AccessEvent::wanted_changed, Access::reduced, 0, d.now});
    d.now = sp("2026-04-06 09:00");
    d.invoice().read_at = d.now;
    CHECK(d.decide_now().access == Access::reduced);
    d.now = sp("2026-04-06 09:30");
    d.invoice().read_at = d.now;
    CHECK(d.decide_now().access == Access::blocked);
    d.invoice().state = InvoiceState::paid;
    CHECK(d.decide_now().access == Access::open);
}

TEST_CASE("A8: any release restarts the sixty days") {
    BlockDay d;
    d.already_blocked();
    d.facts.access.blocked_since = sp("2026-01-05 10:00");
    d.now = sp("2026-03-09 00:00");
    CHECK(d.has_task(TaskKind::rescission_candidate));
    d.facts.access.blocked_since = sp("2026-01-08 10:00");
    CHECK_FALSE(d.has_task(TaskKind::rescission_candidate));
}

TEST_CASE("A9 I4: a payment opens at any hour, with the ERP unhealthy and everything stale") {
    BlockDay d;
    d.already_blocked();
    d.now = sp("2026-04-05 03:00");
    d.facts.source.healthy = false;
    d.invoice().read_at = d.now - Days{3};
    SECTION("told by the invoice") {
        d.invoice().state = InvoiceState::paid;
        d.invoice().paid_known_at = d.now;
        CHECK(d.open_because(ReasonCode::paid));
    }
    SECTION("told by a receipt while the row is old") {
        d.facts.payments.push_back({"P1", "F1", reais("99.90"), day("2026-04-05"), d.now, false});
        CHECK(d.open_because(ReasonCode::paid));
    }
    SECTION("a receipt of the full sum outweighs a row that still says open") {
        d.facts.payments.push_back({"P1", "F1", reais("99.90"), day("2026-04-01"), d.now - Days{4}, false});
        CHECK(d.open_because(ReasonCode::paid));
    }
    SECTION("a reversed receipt is none") {
        d.facts.payments.push_back({"P1", "F1", reais("99.90"), day("2026-04-05"), d.now, true});
        CHECK(d.blocked_because(ReasonCode::already_blocked));
    }
}

TEST_CASE("A9: a release beyond its target is a task, an alarm after one hour and red after four") {
    BlockDay d;
    d.already_blocked();
    d.invoice().state = InvoiceState::paid;
    d.facts.access.wanted = Access::open;
    d.facts.access.generation = 2;
    d.policy.unblock.target = Minutes{GENERATE(5, 60)};
    d.facts.access.wanted_at = d.now - d.policy.unblock.target + Minutes{1};
    CHECK_FALSE(d.has_task(TaskKind::restore_late));
    CHECK(d.decide_now().next_wake == d.now + Minutes{1});
    d.now += Minutes{1};
    CHECK(d.has_task(TaskKind::restore_late, d.policy.unblock.target == Minutes{60} ? 2 : 3));
    d.now = d.facts.access.wanted_at + Minutes{60};
    CHECK(d.has_task(TaskKind::restore_late, 2));
    d.now += Hours{3};
    CHECK(d.has_task(TaskKind::restore_late, 1));
}

TEST_CASE("A10: a renegotiated invoice opens at once") {
    BlockDay d;
    d.already_blocked();
    d.invoice().state = InvoiceState::cancelled;
    CHECK(d.open_because(ReasonCode::settled_in_erp));
}

TEST_CASE("A12: contested debt neither blocks nor stays blocked") {
    BlockDay d;
    d.facts.disputes.push_back({DisputeId{1}, InvoiceId{1}, sp("2026-03-31 12:00"), std::nullopt});
    CHECK(d.open_because(ReasonCode::dispute_open));
    d.already_blocked();
    CHECK(d.open_because(ReasonCode::dispute_open));
    d.facts.disputes[0].invoice = InvoiceId{99};
    CHECK(d.blocked_because(ReasonCode::already_blocked));
}

TEST_CASE("A13: only debt of the connection cuts, and only from the smallest sum on") {
    BlockDay d;
    d.invoice().connection_open = Money{};
    CHECK(d.open_because(ReasonCode::not_connection_debt));
    d.invoice().connection_open = reais("9.99");
    CHECK(d.open_because(ReasonCode::debt_too_small));
    d.invoice().connection_open = reais("10.00");
    CHECK(d.blocked_because(ReasonCode::notice_period_over));
}

TEST_CASE("A14: an invoice for a time without service is left to a person") {
    BlockDay d;
    d.facts.blocked_intervals = {{sp("2026-01-20 10:00"), sp("2026-03-05 10:00")}};
    d.invoice().period_begin = day("2026-02-01");
    d.invoice().period_end = day("2026-02-28");
    CHECK(d.open_because(ReasonCode::suspended_month));
    CHECK(d.has_task(TaskKind::suspended_month_review));
    d.policy.dun_suspended_months = true;
    CHECK(d.blocked_because(ReasonCode::notice_period_over));
}

TEST_CASE("A15: nothing is done on a contract that is not active") {
    BlockDay d;
    for (const ContractStatus status : {ContractStatus::cancelled, ContractStatus::pending, ContractStatus::other}) {
        d.facts.contract.status = status;
        CHECK(d.open_because(ReasonCode::contract_not_active));
        CHECK(d.decide_now().messages.empty());
    }
}

TEST_CASE("A18: an exempt contract is never blocked by the system, and is released") {
    BlockDay d;
    d.facts.contract.exempt = true;
    CHECK(d.open_because(ReasonCode::exempt));
    d.already_blocked();
    CHECK(d.open_because(ReasonCode::exempt));
}

TEST_CASE("B2 I3: stale facts ask for a reading first; they never block, and never open") {
    BlockDay d;
    d.invoice().read_at = d.now - Minutes{16};
    CHECK(d.open_because(ReasonCode::erp_stale));
    CHECK(d.decide_now().refresh);
    CHECK(d.decide_now().next_wake == d.now + Minutes{15});
    d.invoice().read_at = d.now + Minutes{1};  // the clock was set back
    CHECK(d.decide_now().refresh);
    d.already_blocked();
    CHECK(d.blocked_because(ReasonCode::already_blocked));
    CHECK_FALSE(d.decide_now().refresh);
}

TEST_CASE("B2: an unhealthy ERP blocks nobody and releases nobody") {
    BlockDay d;
    d.facts.source.healthy = false;
    CHECK(d.open_because(ReasonCode::erp_unhealthy));
    d.already_blocked();
    CHECK(d.blocked_because(ReasonCode::already_blocked));
}

TEST_CASE("B2: what the ERP cannot say is no ground for a block, nor for a release") {
    BlockDay d;
    d.facts.contract.erp_access = ErpAccess::unknown;
    CHECK(d.open_because(ReasonCode::erp_state_unknown));
    d.facts.contract.erp_access = ErpAccess::open;
    d.invoice().state = InvoiceState::unknown;
    CHECK(d.open_because(ReasonCode::erp_state_unknown));
    CHECK(d.has_task(TaskKind::data_problem));
    d.already_blocked();
    CHECK(d.blocked_because(ReasonCode::already_blocked));
}

TEST_CASE("B11 8.6: a partial payment keeps the block unless the rest is small") {
    BlockDay d;
    d.already_blocked();
    d.invoice().state = InvoiceState::partial;
    d.invoice().open = reais("50.00");
    CHECK(d.blocked_because(ReasonCode::already_blocked));
    d.invoice().open = reais("9.99");
    CHECK(d.open_because(ReasonCode::debt_too_small));
}

TEST_CASE("B13: automation ends with the configured age of the debt") {
    BlockDay d;
    d.invoice().due = d.invoice().due - Days{180};
    CHECK(d.open_because(ReasonCode::automation_stopped));
}

TEST_CASE("F11 I2: not before the run, not after the window, not on an eve") {
    BlockDay d;
    const auto at_time = [&](const char* when) {
        d.now = sp(when);
        d.invoice().read_at = d.now;
        return d.decide_now();
    };
    CHECK(at_time("2026-04-01 09:29").next_wake == sp("2026-04-01 09:30"));
    CHECK(at_time("2026-04-01 15:59").access == Access::blocked);
    CHECK(at_time("2026-04-01 16:00").access == Access::open);
    CHECK(at_time("2026-04-02 10:00").access == Access::open);
    CHECK(BlockDay::names(at_time("2026-04-02 10:00"), ReasonCode::outside_block_window));
    CHECK(at_time("2026-04-02 10:00").next_wake == sp("2026-04-06 09:30"));
}

TEST_CASE("G6 I3: promise, claim, pending confirmation, notary and the ERP's own hold stop a new block") {
    BlockDay d;
    SECTION("promise") {
        Promise p;
        p.id = PromiseId{1};
        p.invoices = {InvoiceId{1}};
        p.amount = reais("99.90");
        p.until = day("2026-04-06");
        p.state = PromiseState::active;
        p.made_at = d.now - Hours{1};
        p.releases_access = GENERATE(true, false);
        d.facts.promises = {p};
        CHECK(d.open_because(ReasonCode::promise_active));
    }
    SECTION("claim") {
        d.facts.claims = {{InvoiceId{}, d.now - Hours{47}}};
        CHECK(d.open_because(ReasonCode::claim_held));
        CHECK(d.decide_now().next_wake <= d.now + Hours{1});
    }
    SECTION("pending") {
        d.invoice().payment_pending = true;
        CHECK(d.open_because(ReasonCode::payment_pending));
    }
    SECTION("notary") {
        d.invoice().protested = true;
        CHECK(d.open_because(ReasonCode::protested));
    }
    SECTION("not released to the subscriber") {
        d.invoice().released = false;
        CHECK(d.open_because(ReasonCode::not_released));
    }
    SECTION("the ERP's hold includes its last day") {
        d.facts.contract.erp_no_block_until = day("2026-04-01");
        CHECK(d.open_because(ReasonCode::erp_no_block_until));
        d.facts.contract.erp_no_block_until = day("2026-03-31");
        CHECK(d.blocked_because(ReasonCode::notice_period_over));
    }
}

TEST_CASE("I3: a claim or a pending confirmation does not end a block; a promise, a hold of the ERP and a person do") {
    BlockDay d;
    d.already_blocked();
    d.facts.claims = {{InvoiceId{1}, d.now}};
    d.invoice().payment_pending = true;
    CHECK(d.blocked_because(ReasonCode::already_blocked));
    SECTION("the ERP's hold") {
        d.facts.contract.erp_no_block_until = day("2026-04-10");
        CHECK(d.open_because(ReasonCode::erp_no_block_until));
    }
    SECTION("an override") {
        d.facts.overrides = {{OverrideKind::force_open, d.now - Hours{1}, d.now + Hours{1}, "person: maria", "error"}};
        CHECK(d.open_because(ReasonCode::override_open));
        CHECK(d.decide_now().next_wake <= d.now + Hours{1});
    }
    SECTION("hiding the invoice") {
        d.invoice().released = false;
        CHECK(d.open_because(ReasonCode::not_released));
    }
}

TEST_CASE("I8: a person's block needs no notice and ends with its time; a person's opening outranks it") {
    BlockDay d;
    d.facts.messages.clear();
    d.facts.overrides = {{OverrideKind::force_blocked, d.now, d.now + Hours{2}, "person: maria", "fraud"}};
    CHECK(d.blocked_because(ReasonCode::override_blocked));
    d.already_blocked();
    d.facts.messages.clear();
    d.now += Hours{2};
    CHECK(d.open_because(ReasonCode::no_notice));
    d.now -= Hours{1};
    d.facts.overrides.push_back({OverrideKind::force_open, d.now, d.now + Hours{1}, "person: joao", "mistake"});
    CHECK(d.open_because(ReasonCode::override_open));
}

TEST_CASE("E8: a frozen account is neither blocked nor written to, and is released all the same") {
    BlockDay d;
    d.facts.overrides = {{OverrideKind::freeze, d.now, d.now + Hours{48}, "person: maria", "review"}};
    CHECK(d.open_because(ReasonCode::override_freeze));
    CHECK(d.decide_now().messages.empty());
    d.already_blocked();
    CHECK(d.blocked_because(ReasonCode::already_blocked));
    d.invoice().state = InvoiceState::paid;
    d.invoice().paid_known_at = d.now;
    CHECK(d.open_because(ReasonCode::paid));
    CHECK(d.decide_now().messages.empty());
}

TEST_CASE("A1 I1: a block does not stand on a notice whose time still runs") {
    BlockDay b;
    b.already_blocked();
    b.facts.invoices.push_back(plain_invoice(2, day("2026-03-20")));
    b.facts.invoices[1].read_at = b.now;
    b.facts.messages.push_back(told(Stage::notice, 2, sp("2026-03-26 10:00")));
    REQUIRE(b.blocked_because(ReasonCode::already_blocked));
    b.invoice().state = InvoiceState::paid;
    b.invoice().paid_known_at = b.now;
    CHECK(b.open_because(ReasonCode::notice_running));
}

TEST_CASE("I8 A1: when a person's block ends, the notice that runs has not become shorter") {
    BlockDay b;
    b.already_blocked();
    b.facts.messages = {told(Stage::notice, 1, sp("2026-03-29 10:00"))};
    CHECK(b.open_because(ReasonCode::notice_running));
}

TEST_CASE("A1: a payment that was taken back needs a new notice, and a person looks") {
    BlockDay b;
    Payment payment;
    payment.erp_id = "p1";
    payment.invoice_erp_id = b.invoice().erp_id;
    payment.amount = b.invoice().open;
    payment.paid_on = day("2026-03-28");
    payment.known_at = sp("2026-03-30 12:00");
    payment.reversed = true;
    b.facts.payments.push_back(payment);
    CHECK(b.open_because(ReasonCode::no_notice));
    CHECK(b.has_task(TaskKind::payment_reversed));
    b.facts.payments[0].known_at = sp("2026-03-15 12:00");
    CHECK(b.blocked_because(ReasonCode::notice_period_over));
}

TEST_CASE("B4: a heads-up that may have been read holds its date, whatever became of it") {
    BlockDay b;
    b.facts.messages[1] = told(Stage::headsup, 1, sp("2026-04-01 09:00"));
    b.facts.messages[1].state = MessageState::unknown;
    b.facts.messages[1].delivered_at.reset();
    CHECK(b.open_because(ReasonCode::notice_running));
}

TEST_CASE("A12 B5: the message of a block names an invoice that the block stands on") {
    BlockDay b;
    b.already_blocked();
    b.facts.messages.pop_back();
    b.facts.invoices.push_back(plain_invoice(2, day("2026-03-11")));
    b.facts.invoices[1].read_at = b.now;
    b.facts.messages.push_back(told(Stage::notice, 2, sp("2026-03-16 10:00")));
    b.facts.disputes.push_back({DisputeId{1}, InvoiceId{1}, b.now - Hours{40}, std::nullopt});
    b.facts.access.wanted_at = b.facts.access.applied_at.emplace(b.now - Hours{1});
    const Decision d = b.decide_now();
    REQUIRE(d.access == Access::blocked);
    REQUIRE(d.messages.size() == 1);
    CHECK(d.messages[0].stage == Stage::blocked);
    CHECK(d.messages[0].invoice == InvoiceId{2});
}

TEST_CASE("I1: a notice for one invoice is no notice for another") {
    BlockDay d;
    Invoice second = plain_invoice(2, day("2026-03-12"));
    second.read_at = d.now;
    d.facts.invoices.push_back(second);
    CHECK(d.blocked_because(ReasonCode::notice_period_over));
    d.invoice().state = InvoiceState::paid;
    CHECK(d.open_because(ReasonCode::no_notice));
    d.already_blocked();
    CHECK(d.open_because(ReasonCode::paid));
}

TEST_CASE("the block waits for a heads-up that can still be given, a full day") {
    BlockDay d;
    d.facts.messages.pop_back();
    // Thursday is the eve of Good Friday: the block moves to Monday, the heads-up to Thursday morning.
    CHECK(d.open_because(ReasonCode::notice_running));
    CHECK(d.decide_now().messages.empty());
    CHECK(d.decide_now().next_wake == sp("2026-04-02 10:00"));
    BlockDay thursday = d;
    thursday.now = sp("2026-04-02 10:00");
    thursday.invoice().read_at = thursday.now;
    REQUIRE(thursday.decide_now().messages.size() == 1);
    CHECK(thursday.decide_now().messages[0].stage == Stage::headsup);
    CHECK(thursday.decide_now().messages[0].suspend_from == day("2026-04-06"));
    SECTION("where none is wanted, or none can be given, the notice alone is enough") {
        d.policy.stages.headsup.reset();
        CHECK(d.decide_now().access == Access::blocked);
    }
    SECTION("channel gone") {
        d.facts.subscriber.optout_at = d.now - Hours{1};
        CHECK(d.decide_now().access == Access::blocked);
    }
    SECTION("it failed") {
        d.facts.messages.push_back(told(Stage::headsup, 1, sp("2026-03-31 10:00"), MessageState::failed));
        CHECK(d.decide_now().access == Access::blocked);
    }
    SECTION("it went yesterday afternoon") {
        d.facts.messages.push_back(told(Stage::headsup, 1, sp("2026-03-31 15:00")));
        CHECK(d.decide_now().access == Access::open);
        CHECK(d.decide_now().next_wake == sp("2026-04-01 15:00"));
    }
}

TEST_CASE("decide is total: absurd amounts, dates and ids give an answer") {
    BlockDay d;
    for (int i = 2; i < 12; ++i) {
        Invoice huge = plain_invoice(i, day("1900-01-01"), Money::centavos(Money::limit()));
        huge.open = Money::centavos(i % 2 == 0 ? Money::limit() : -Money::limit());
        d.facts.invoices.push_back(huge);
        d.facts.payments.push_back(
            {"P", huge.erp_id, Money::centavos(Money::limit()), day("2999-12-31"), d.now, i % 3 == 0});
    }
    d.facts.invoices.push_back(plain_invoice(1, Date{}));
    d.facts.invoices.push_back(plain_invoice(13, day("2999-12-31")));
    d.facts.access.wanted = Access::blocked;
    Promise odd;
    odd.state = PromiseState::active;
    odd.invoices = {InvoiceId{2}, InvoiceId{404}};
    odd.amount = Money::centavos(Money::limit());
    d.facts.promises = {odd, Promise{}};
    CHECK_NOTHROW(d.decide_now());
    CHECK_NOTHROW(promise_offer(d.facts, {d.policy, d.calendar, sao_paulo(), sao_paulo()}, d.now));
}
