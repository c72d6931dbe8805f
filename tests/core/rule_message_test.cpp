// Which message, when, how often, and what the last look before sending says: one test per rule.

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// The day of the "+1" message, 10:00, everything fresh: exactly one message is due.
struct MessageDay {
    AccountFacts facts = plain_account();
    Policy policy;
    Calendar calendar;
    Instant now = sp("2026-03-11 10:00");

    MessageDay() {
        facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
        fresh();
    }
    void fresh() {
        for (Invoice& i : facts.invoices) {
            i.read_at = now;
        }
    }
    void move_to(const char* when) {
        now = sp(when);
        fresh();
    }
    [[nodiscard]] DecisionContext context() const { return {policy, calendar, sao_paulo(), sao_paulo()}; }
    [[nodiscard]] Decision decide_now() const { return decide(facts, context(), now); }
    /// "after" or, when nothing goes, the reasons: "cap_day stage_skipped".
    [[nodiscard]] std::string outcome() const {
        const Decision d = decide_now();
        std::string text;
        for (const MessageWish& wish : d.messages) {
            text += (text.empty() ? "" : " ") + std::string(to_string(wish.stage));
        }
        if (d.messages.empty()) {
            for (const Reason& r : d.message_reasons) {
                text += (text.empty() ? "" : " ") + std::string(to_string(r.code));
            }
        }
        return text;
    }
    [[nodiscard]] bool has_task(TaskKind kind) const {
        const Decision d = decide_now();
        return std::any_of(d.tasks.begin(), d.tasks.end(), [kind](const TaskWish& t) { return t.kind == kind; });
    }
    [[nodiscard]] SendVerdict last_look(Stage stage, const std::function<void(MessageDay&)>& change) const {
        MessageDay later = *this;
        MessageWish wish;
        wish.stage = stage;
        wish.invoice = InvoiceId{1};
        wish.expires_at = now + Hours{8};
        Message row = told(stage, 1, now, MessageState::queued);
        row.sent_at.reset();
        later.facts.messages.push_back(row);
        change(later);
        return may_send(later.facts, wish, later.context(), later.now);
    }
};

}  // namespace

TEST_CASE("C10: the reminder goes before the due date only") {
    MessageDay d;
    d.move_to("2026-03-06 09:59");
    CHECK(d.decide_now().next_wake == sp("2026-03-06 10:00"));
    d.move_to("2026-03-06 10:00");
    CHECK(d.outcome() == "before");
    CHECK(d.decide_now().messages[0].expires_at == sp("2026-03-10 00:00"));
    d.move_to("2026-03-09 12:00");
    CHECK(d.outcome() == "before");
    d.move_to("2026-03-10 12:00");
    CHECK(d.outcome().empty());
    CHECK(d.decide_now().next_wake == sp("2026-03-11 10:00"));
}

TEST_CASE("a base taken over late gets one notice, not the months of reminders it missed") {
    MessageDay d;
    d.move_to("2026-05-20 11:00");
    CHECK(d.outcome() == "notice");
    CHECK(d.decide_now().messages[0].suspend_from == day("2026-06-08"));
    CHECK(d.decide_now().messages[0].expires_at == sp("2026-05-20 18:00"));
}

TEST_CASE("B2: stale facts ask for a reading and nothing is sent on them") {
    MessageDay d;
    d.facts.invoices[0].read_at = d.now - Minutes{16};
    CHECK(d.outcome() == "erp_stale");
    CHECK(d.decide_now().refresh);
}

TEST_CASE("B2: outside its hours nothing is read for a message that cannot go") {
    MessageDay d;
    d.move_to("2026-03-11 18:00");
    d.facts.invoices[0].read_at.reset();
    CHECK(d.outcome() == "outside_contact_window");
    CHECK_FALSE(d.decide_now().refresh);
    CHECK(d.decide_now().next_wake == sp("2026-03-12 09:00"));
}

TEST_CASE("B13: no message for a debt older than automation may touch") {
    MessageDay d;
    d.facts.invoices[0].due = day("2025-09-01");
    CHECK(d.outcome() == "automation_stopped");
}

TEST_CASE("A12 B5 G6 I3 8.6: contested, claimed, pending, hidden, protested or nearly paid: silence") {
    MessageDay d;
    Invoice& invoice = d.facts.invoices[0];
    SECTION("contested") {
        d.facts.disputes = {{DisputeId{1}, InvoiceId{1}, d.now - Hours{1}, std::nullopt}};
        CHECK(d.outcome() == "dispute_open");
    }
    SECTION("claimed") {
        d.facts.claims = {{InvoiceId{1}, d.now - Hours{1}}};
        CHECK(d.outcome() == "claim_held");
    }
    SECTION("pending") {
        invoice.payment_pending = true;
        CHECK(d.outcome() == "payment_pending");
    }
    SECTION("hidden") {
        invoice.released = false;
        CHECK(d.outcome() == "not_released");
    }
    SECTION("protested") {
        invoice.protested = true;
        CHECK(d.outcome() == "protested");
    }
    SECTION("a rest of cents") {
        invoice.state = InvoiceState::partial;
        invoice.open = reais("0.01");
        CHECK(d.outcome() == "debt_too_small");
    }
    SECTION("the ERP says: do not collect") {
        d.facts.subscriber.erp_no_dunning = true;
        CHECK(d.outcome() == "erp_no_dunning");
    }
    SECTION("exempt (A18)") {
        d.facts.contract.exempt = true;
        CHECK(d.outcome() == "exempt");
    }
}

TEST_CASE("B4 A13: no suspension is announced that cannot come") {
    MessageDay d;
    d.move_to("2026-03-16 10:00");
    CHECK(d.outcome() == "notice");
    d.facts.invoices[0].connection_open = Money{};
    CHECK(d.outcome() == "not_connection_debt");
    d.facts.invoices[0].connection_open = reais("5.00");
    CHECK(d.outcome() == "debt_too_small");
    SECTION("invoices of the connection count together") {
        d.facts.invoices.push_back(plain_invoice(2, day("2026-03-11"), reais("5.00")));
        d.facts.invoices[1].read_at = d.now;
        d.facts.invoices[0].open = reais("5.00");
        d.facts.invoices[0].face = reais("5.00");
        CHECK(d.outcome() == "notice");
    }
}

TEST_CASE("B4: no suspension is announced while the ERP or a person holds it off") {
    MessageDay d;
    d.move_to("2026-03-16 10:00");
    REQUIRE(d.outcome() == "notice");
    SECTION("the ERP's own hold") {
        d.facts.contract.erp_no_block_until = day("2026-05-30");
        CHECK(d.outcome() == "erp_no_block_until");
    }
    SECTION("a person's opening") {
        d.facts.overrides = {{OverrideKind::force_open, d.now, d.now + Hours{1}, "person: maria", "look"}};
        CHECK(d.outcome() == "override_open");
    }
}

TEST_CASE("C1 F3 I5: hours, weekends, holidays, year end, Ash Wednesday") {
    MessageDay d;
    SECTION("evening") {
        d.move_to("2026-03-11 18:00");
        CHECK(d.outcome() == "outside_contact_window");
    }
    SECTION("Saturday, and the next opening is Monday's") {
        d.move_to("2026-03-14 11:00");
        CHECK(d.outcome() == "no_contact_day");
        CHECK(d.decide_now().next_wake == sp("2026-03-16 00:00"));  // "+1" ends as the notice day begins
    }
    SECTION("Saturday hours where the policy has them") {
        d.policy.contact.saturday = TimeWindow{Hours{8}, Hours{14}};
        d.move_to("2026-03-14 11:00");
        CHECK(d.outcome() == "after");
        d.move_to("2026-03-14 14:00");
        CHECK(d.outcome() == "outside_contact_window");
    }
    SECTION("a holiday") {
        d.move_to("2026-04-21 11:00");
        CHECK(d.outcome() == "no_contact_day");
    }
    SECTION("31 December") {
        d.facts.invoices[0].due = day("2026-12-22");
        d.move_to("2026-12-31 11:00");
        CHECK(d.outcome() == "no_contact_day");
    }
    SECTION("Ash Wednesday from two o'clock") {
        d.facts.invoices[0].due = day("2026-02-10");
        d.move_to("2026-02-18 13:59");
        CHECK(d.outcome() == "outside_contact_window");
        CHECK(d.decide_now().next_wake == sp("2026-02-18 14:00"));
        d.move_to("2026-02-18 14:00");
        CHECK(d.outcome() == "notice");
    }
}

TEST_CASE("C3: service news between seven and ten at night, or at once to someone who just wrote") {
    MessageDay d;
    d.facts.messages = {told(Stage::after, 1, d.now)};
    d.facts.invoices[0].state = InvoiceState::paid;
    d.now = sp("2026-03-12 23:30");
    d.facts.invoices[0].paid_known_at = d.now;
    CHECK(d.outcome() == "outside_contact_window");
    CHECK(d.decide_now().next_wake == sp("2026-03-13 07:00"));
    d.facts.subscriber.last_inbound_at = d.now - Minutes{29};
    CHECK(d.outcome() == "payment_received");
    d.facts.subscriber.last_inbound_at = d.now - Minutes{31};
    CHECK(d.outcome() == "outside_contact_window");
}

TEST_CASE("C4: one a day, three in seven days, eight in a cycle, 48 hours apart, over all accounts of the person") {
    MessageDay d;
    d.policy.contact.min_gap = Hours{24};
    SECTION("one a day") {
        d.facts.other_collection_at = {sp("2026-03-11 09:00")};
        CHECK(d.outcome() == "cap_day");
        CHECK(d.decide_now().next_wake == sp("2026-03-12 00:00"));
    }
    SECTION("three in seven days") {
        d.facts.other_collection_at = {sp("2026-03-05 10:30"), sp("2026-03-07 10:00"), sp("2026-03-09 10:00")};
        CHECK(d.outcome() == "cap_week");
        CHECK(d.decide_now().next_wake == sp("2026-03-12 10:30"));
        d.move_to("2026-03-12 10:30");
        CHECK(d.outcome() == "after");
    }
    SECTION("the gap") {
        d.policy.contact.min_gap = Hours{48};
        d.facts.other_collection_at = {sp("2026-03-09 10:05")};
        CHECK(d.outcome() == "cap_gap");
        CHECK(d.decide_now().next_wake == sp("2026-03-11 10:05"));
    }
    SECTION("eight in a cycle") {
        for (int i = 0; i < 8; ++i) {
            d.facts.messages.push_back(told(Stage::headsup, 1, sp("2026-02-01 10:00") + Days{3 * i}));
        }
        CHECK(d.outcome() == "cap_cycle");
    }
    SECTION("what failed or never left disturbed nobody") {
        d.facts.messages = {told(Stage::before, 1, sp("2026-03-11 09:00"), MessageState::failed),
                            told(Stage::before, 1, sp("2026-03-11 09:30"), MessageState::dropped)};
        CHECK(d.outcome() == "after");
    }
    SECTION("four service messages a day") {
        d.facts.messages = {told(Stage::after, 1, d.now)};
        d.facts.invoices[0].state = InvoiceState::paid;
        d.facts.invoices[0].paid_known_at = d.now;
        d.facts.other_service_at = {d.now, d.now, d.now, d.now};
        CHECK(d.outcome() == "cap_service");
        d.facts.other_service_at.pop_back();
        CHECK(d.outcome() == "payment_received");
    }
}

TEST_CASE("C5: of several invoices only the most advanced step goes, and gives its name to the day") {
    MessageDay d;
    d.facts.invoices.push_back(plain_invoice(2, day("2026-03-05")));
    d.facts.invoices.push_back(plain_invoice(3, day("2026-03-13")));
    d.facts.messages = {told(Stage::after, 2, sp("2026-03-06 10:00"))};
    d.fresh();
    const Decision decision = d.decide_now();
    REQUIRE(decision.messages.size() == 1);
    CHECK(decision.messages[0].stage == Stage::notice);
    CHECK(decision.messages[0].invoice == InvoiceId{2});
    // Two days later the "+1" of the first invoice could go, but its day belonged to the notice.
    d.facts.messages.push_back(told(Stage::notice, 2, d.now));
    d.move_to("2026-03-13 10:30");
    CHECK(d.outcome().find("after") == std::string::npos);
}

TEST_CASE("C5: two invoices of one day are one conversation, the oldest is its anchor") {
    MessageDay d;
    d.facts.invoices.push_back(plain_invoice(2, day("2026-03-10")));
    d.fresh();
    REQUIRE(d.decide_now().messages.size() == 1);
    CHECK(d.decide_now().messages[0].invoice == InvoiceId{1});
    d.facts.messages = {told(Stage::after, 1, d.now)};
    d.move_to("2026-03-13 10:00");
    CHECK(d.outcome() == "stage_skipped");
    // A notice is served for each invoice: without it no block could stand on the second one.
    d.move_to("2026-03-16 10:00");
    d.facts.messages.push_back(told(Stage::notice, 1, d.now));
    d.move_to("2026-03-18 10:00");
    CHECK(d.decide_now().messages.at(0).invoice == InvoiceId{2});
}

TEST_CASE("C7 C8 D1 D2 A5: without a way to the holder nothing is sent; a notice becomes a person's task") {
    MessageDay d;
    const auto closed = [&](const std::string& reason) {
        d.move_to("2026-03-11 10:00");
        CHECK(d.outcome() == reason);
        CHECK_FALSE(d.has_task(TaskKind::no_contact_channel));
        d.move_to("2026-03-16 10:00");
        CHECK(d.outcome() == reason);
        CHECK(d.has_task(TaskKind::no_contact_channel));
    };
    Subscriber& who = d.facts.subscriber;
    SECTION("no phone") {
        who.phone.clear();
        closed("no_phone");
    }
    SECTION("wrong number") {
        who.wrong_number = true;
        closed("wrong_number");
    }
    SECTION("no opt-in") {
        who.optin_at.reset();
        closed("no_optin");
    }
    SECTION("opted out, until a new opt-in") {
        who.optout_at = sp("2026-02-01 10:00");
        closed("opted_out");
        who.optin_at = sp("2026-02-02 10:00");
        CHECK(d.outcome() == "notice");
    }
    SECTION("undeliverable twice") {
        who.undeliverable_cycles = 2;
        closed("channel_bad");
    }
}

TEST_CASE("A4 A5: the fate of the notice decides what is next") {
    MessageDay d;
    const auto notice = [&](MessageState state, const char* now) {
        d.facts.messages = {told(Stage::notice, 1, sp("2026-03-16 10:00"), state)};
        d.move_to(now);
        return d.outcome();
    };
    SECTION("failed: another channel at once") {
        CHECK(notice(MessageState::failed, "2026-03-16 10:01") == "fallback_needed");
        CHECK(d.has_task(TaskKind::notice_undelivered));
    }
    SECTION("sent and never delivered: another channel after 72 hours") {
        CHECK(notice(MessageState::sent, "2026-03-19 09:59") == "notice_not_delivered");
        CHECK(d.decide_now().next_wake == sp("2026-03-19 10:00"));
        CHECK(notice(MessageState::sent, "2026-03-19 10:00") == "fallback_needed");
    }
    SECTION("unknown: resent once after 72 hours, then another channel") {
        CHECK(notice(MessageState::unknown, "2026-03-18 10:00") == "delivery_unknown");
        CHECK(notice(MessageState::unknown, "2026-03-19 10:00") == "notice");
        CHECK(d.decide_now().messages[0].attempt == 2);
        CHECK(d.decide_now().messages[0].reason.code == ReasonCode::resend_once);
        Message again = told(Stage::notice, 1, sp("2026-03-19 10:00"), MessageState::unknown);
        again.attempt = 2;
        d.facts.messages.push_back(again);
        d.move_to("2026-03-23 11:00");
        CHECK(d.outcome() == "fallback_needed");
    }
    SECTION("dropped before it left: wished again, but not for ever") {
        CHECK(notice(MessageState::dropped, "2026-03-17 09:00") == "notice");
        CHECK(d.decide_now().messages[0].attempt == 2);
        for (int i = 2; i <= 5; ++i) {
            d.facts.messages.push_back(d.facts.messages[0]);
        }
        CHECK(d.outcome() == "fallback_needed");
    }
    SECTION("delivered by letter, recorded by a person") {
        CHECK(notice(MessageState::failed, "2026-03-20 10:00") == "fallback_needed");
        Message letter = told(Stage::notice, 1, sp("2026-03-18 10:00"));
        letter.channel = Channel::letter;
        d.facts.messages.push_back(letter);
        CHECK_FALSE(d.has_task(TaskKind::notice_undelivered));
    }
}

TEST_CASE("I9: what was said, or may have been said, is not said again") {
    MessageDay d;
    for (const MessageState state : {MessageState::queued, MessageState::sending, MessageState::accepted,
                                     MessageState::read, MessageState::failed, MessageState::unknown}) {
        d.facts.messages = {told(Stage::after, 1, sp("2026-03-11 09:00"), state)};
        CHECK(d.decide_now().messages.empty());
    }
}

TEST_CASE("8.7: more than invoice, fine and interest can explain is a task; late charges are not") {
    MessageDay d;
    d.facts.invoices[0].state = InvoiceState::paid;
    const auto paid = [&](const char* amount) {
        d.facts.payments = {{"P1", "F1", reais(amount), day("2026-04-07"), d.now, false}};
        return d.has_task(TaskKind::overpaid);
    };
    CHECK_FALSE(paid("102.83"));
    CHECK(paid("103.83"));
    d.facts.invoices[0].state = InvoiceState::cancelled;
    CHECK(paid("99.90"));
}

TEST_CASE("the last look: send, wait, read again or drop (B2 C1 C4 D2 I4 I9)") {
    using Kind = SendVerdict::Kind;
    const MessageDay d;
    const auto look = [&](const std::function<void(MessageDay&)>& change) { return d.last_look(Stage::after, change); };
    CHECK(look([](MessageDay&) {}).kind == Kind::send);
    CHECK(look([](MessageDay& m) { m.facts.invoices[0].state = InvoiceState::paid; }).reason.code ==
          ReasonCode::invoice_settled);
    CHECK(look([](MessageDay& m) { m.facts.invoices[0].state = InvoiceState::paid; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.invoices[0].read_at = m.now - Minutes{16}; }).kind == Kind::refresh);
    CHECK(look([](MessageDay& m) { m.facts.subscriber.optout_at = m.now; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.contract.status = ContractStatus::cancelled; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.contract.exempt = true; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.now += Hours{8}; }).reason.code == ReasonCode::stage_expired);
    CHECK(look([](MessageDay& m) { m.facts.invoices[0].due = day("2026-04-20"); }).reason.code ==
          ReasonCode::not_due_yet);
    CHECK(look([](MessageDay& m) {
              m.facts.disputes = {{DisputeId{1}, InvoiceId{1}, m.now - Hours{1}, std::nullopt}};
          }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.claims = {{InvoiceId{1}, m.now}}; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.other_collection_at = {m.now - Hours{1}}; }).kind == Kind::drop);
    CHECK(look([](MessageDay& m) { m.facts.source.healthy = false; }).kind == Kind::wait);
    const SendVerdict gap = look([](MessageDay& m) { m.facts.other_collection_at = {m.now - Hours{47}}; });
    CHECK(gap.kind == Kind::wait);
    CHECK(gap.not_before == d.now + Hours{1});
    CHECK(look([](MessageDay& m) {
              m.facts.overrides = {{OverrideKind::freeze, m.now, m.now + Hours{1}, "person: maria", "look"}};
          }).kind == Kind::wait);
}

TEST_CASE("C2 D9: a reply goes at any hour within a day of what was written, and never later") {
    using Kind = SendVerdict::Kind;
    MessageDay d;
    d.move_to("2026-03-14 03:00");
    CHECK(d.last_look(Stage::reply, [](MessageDay& m) {
               m.facts.subscriber.last_inbound_at = m.now - Hours{24};
           }).kind == Kind::send);
    CHECK(d.last_look(Stage::reply, [](MessageDay& m) {
               m.facts.subscriber.last_inbound_at = m.now - Hours{24} - Millis{1};
           }).kind == Kind::drop);
    CHECK(d.last_look(Stage::promise_offer, [](MessageDay&) {}).kind == Kind::drop);
    CHECK(d.last_look(Stage::reply, [](MessageDay& m) {
               m.facts.subscriber.optout_at = m.now - Hours{1};
               m.facts.subscriber.last_inbound_at = m.now - Hours{1};
           }).kind == Kind::send);
}

TEST_CASE("F7: overdue begins when the due date is over in local and in Brasília time") {
    MessageDay d;
    const FixedZone noronha{-Hours{2}};
    const FixedZone acre{-Hours{5}};
    const Instant local_midnight = utc("2026-03-11T02:00:00Z");
    const auto has = [&](const Zone& zone, Instant t, ReasonCode code) {
        const Decision decision = decide(d.facts, {d.policy, d.calendar, zone, sao_paulo()}, t);
        return decision.access_reasons.front().code == code;
    };
    CHECK(has(noronha, local_midnight, ReasonCode::not_due_yet));
    CHECK(has(noronha, local_midnight + Hours{1}, ReasonCode::no_notice));
    CHECK(has(acre, local_midnight + Hours{1}, ReasonCode::not_due_yet));
    CHECK(has(acre, local_midnight + Hours{3}, ReasonCode::no_notice));
}
