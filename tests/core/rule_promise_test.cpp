// Promises: what may be offered, what becomes of them (I12, 8a.7).

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

struct PromiseDay {
    AccountFacts facts = plain_account();
    Policy policy;
    Calendar calendar;
    Instant now = sp("2026-04-01 19:43");

    PromiseDay() {
        facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
        facts.invoices[0].read_at = now;
    }
    [[nodiscard]] DecisionContext context() const { return {policy, calendar, sao_paulo(), sao_paulo()}; }
    [[nodiscard]] PromiseOffer offer() const { return promise_offer(facts, context(), now); }
    void past(PromiseState state, const char* made) {
        Promise p;
        p.id = PromiseId{static_cast<std::int64_t>(facts.promises.size()) + 1};
        p.invoices = {InvoiceId{1}};
        p.amount = reais("99.90");
        p.made_at = sp(made);
        p.until = day("2026-04-06");
        p.state = state;
        if (state != PromiseState::active && state != PromiseState::proposed) {
            p.closed_at = p.made_at + Days{5};
        }
        facts.promises.push_back(p);
    }
    [[nodiscard]] std::optional<PromiseState> verdict(const char* when) {
        now = sp(when);
        for (Invoice& i : facts.invoices) {
            i.read_at = now;
        }
        const Decision d = decide(facts, context(), now);
        return d.promises.empty() ? std::nullopt : std::optional{d.promises[0].to};
    }
};

}  // namespace

TEST_CASE("I12 8a.7: the horizon keeps both counts; buttons name contact days") {
    PromiseDay d;
    const PromiseOffer offer = d.offer();
    CHECK(offer.allowed);
    CHECK(offer.amount == reais("99.90"));
    CHECK(offer.last_date == day("2026-04-06"));
    CHECK(offer.dates == std::vector<Date>{day("2026-04-02"), day("2026-04-06")});
    d.now = sp("2026-03-09 12:00");
    d.facts.invoices[0].due = day("2026-03-01");
    CHECK(d.offer().last_date == day("2026-03-12"));  // three business days
    d.now = sp("2026-03-12 12:00");
    CHECK(d.offer().last_date == day("2026-03-17"));  // five calendar days
    d.now = sp("2026-12-23 12:00");
    CHECK(d.offer().last_date == day("2026-12-28"));  // the 24th is a business day here
}

TEST_CASE("I12 8a.7: any day of the week inside the horizon may be promised, none outside") {
    const PromiseDay d;
    const Date today = day("2026-04-01");
    CHECK(check_promise_date(d.offer(), today, today).ok());
    CHECK(check_promise_date(d.offer(), day("2026-04-04"), today).ok());
    CHECK(check_promise_date(d.offer(), day("2026-04-06"), today).ok());
    CHECK(check_promise_date(d.offer(), day("2026-04-07"), today).error().kind == ErrorKind::refused);
    CHECK(check_promise_date(d.offer(), day("2026-03-31"), today).error().kind == ErrorKind::bad_input);
}

TEST_CASE("I12: one active promise, one per thirty days, history sends to a person") {
    PromiseDay d;
    SECTION("active") {
        d.past(PromiseState::active, "2026-02-01 10:00");
        CHECK(d.offer().reason.code == ReasonCode::promise_one_active);
    }
    SECTION("too soon, whatever became of the last one") {
        d.past(GENERATE(PromiseState::kept, PromiseState::kept_late, PromiseState::partial, PromiseState::broken),
               "2026-03-03 10:00");
        CHECK(d.offer().reason.code == ReasonCode::promise_one_per_days);
        CHECK(d.offer().reason.date == day("2026-04-02"));
        d.now = sp("2026-04-02 00:00");
        CHECK(d.offer().allowed);
    }
    SECTION("an offer nobody confirmed counts for nothing") {
        d.past(PromiseState::proposed, "2026-03-31 10:00");
        d.past(PromiseState::cancelled, "2026-03-31 11:00");
        CHECK(d.offer().allowed);
    }
    SECTION("two broken in half a year") {
        d.past(PromiseState::broken, "2025-11-01 10:00");
        CHECK(d.offer().allowed);
        d.past(PromiseState::broken, "2026-01-01 10:00");
        CHECK(d.offer().reason.code == ReasonCode::promise_history);
        d.facts.promises[0].made_at = sp("2025-09-01 10:00");
        CHECK(d.offer().allowed);
    }
    SECTION("nothing overdue, contested, or no contract") {
        d.facts.disputes = {{DisputeId{1}, InvoiceId{1}, d.now, std::nullopt}};
        CHECK(d.offer().reason.code == ReasonCode::promise_nothing_owed);
        d.facts.disputes.clear();
        d.facts.contract.status = ContractStatus::cancelled;
        CHECK(d.offer().reason.code == ReasonCode::contract_not_active);
        CHECK_FALSE(check_promise_date(d.offer(), day("2026-04-02"), day("2026-04-01")).ok());
    }
}

TEST_CASE("a promise is kept, kept late, partly kept or broken by what was paid and when") {
    PromiseDay d;
    d.past(PromiseState::active, "2026-04-01 19:43");
    Invoice& invoice = d.facts.invoices[0];
    const auto pay = [&](const char* amount, const char* on) {
        d.facts.payments.push_back({"P1", "F1", reais(amount), day(on), sp("2026-04-06 12:00"), false});
    };
    SECTION("nothing paid: no verdict before the first block day after it, 09:00") {
        CHECK_FALSE(d.verdict("2026-04-06 23:59").has_value());
        CHECK_FALSE(d.verdict("2026-04-07 08:59").has_value());
        CHECK(d.verdict("2026-04-07 09:00") == PromiseState::broken);
    }
    SECTION("paid in time") {
        pay("99.90", "2026-04-06");
        CHECK(d.verdict("2026-04-06 12:01") == PromiseState::kept);
    }
    SECTION("paid in time, known later") {
        pay("99.90", "2026-04-06");
        d.facts.payments[0].known_at = sp("2026-04-08 12:00");
        CHECK(d.verdict("2026-04-08 12:01") == PromiseState::kept);
    }
    SECTION("paid a day late, before the verdict") {
        pay("99.90", "2026-04-07");
        CHECK(d.verdict("2026-04-07 08:00") == PromiseState::kept_late);
    }
    SECTION("half of it") {
        invoice.state = InvoiceState::partial;
        invoice.open = reais("49.90");
        CHECK(d.verdict("2026-04-07 09:00") == PromiseState::partial);
    }
    SECTION("all but a small rest is kept") {
        invoice.state = InvoiceState::partial;
        invoice.open = reais("2.00");
        CHECK(d.verdict("2026-04-07 09:00") == PromiseState::kept);
    }
    SECTION("cancelled in the ERP") {
        invoice.state = InvoiceState::cancelled;
        CHECK(d.verdict("2026-04-03 09:00") == PromiseState::cancelled);
    }
    SECTION("contested, claimed or unknown: no verdict") {
        d.facts.disputes = {{DisputeId{1}, InvoiceId{1}, d.now, std::nullopt}};
        CHECK_FALSE(d.verdict("2026-04-07 09:00").has_value());
        d.facts.disputes.clear();
        d.facts.claims = {{InvoiceId{1}, sp("2026-04-07 08:00")}};
        CHECK_FALSE(d.verdict("2026-04-07 09:00").has_value());
        d.facts.claims.clear();
        invoice.state = InvoiceState::unknown;
        CHECK_FALSE(d.verdict("2026-04-07 09:00").has_value());
    }
}

TEST_CASE("B2 I3: a verdict needs a fresh reading; until then the access stays open") {
    PromiseDay d;
    d.past(PromiseState::active, "2026-04-01 19:43");
    d.now = sp("2026-04-07 10:00");
    const Decision stale = decide(d.facts, d.context(), d.now);
    CHECK(stale.refresh);
    CHECK(stale.promises.empty());
    CHECK(stale.access == Access::open);
}

TEST_CASE("an offer that nobody confirms is forgotten after a day") {
    PromiseDay d;
    d.past(PromiseState::proposed, "2026-04-01 19:00");
    CHECK_FALSE(d.verdict("2026-04-02 18:59").has_value());
    CHECK(d.verdict("2026-04-02 19:00") == PromiseState::cancelled);
}

TEST_CASE("I12: a re-block waits for an announcement that left, and a person makes it where a message cannot") {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    HistorySim sim(facts, sp("2026-03-01 00:00"));
    sim.fate = [](const Message& m) { return m.stage == Stage::promise_broken ? Fate::failed : Fate::delivered; };
    sim.at(sp("2026-04-01 19:43"), [](HistorySim& s) { s.promise(day("2026-04-06")); });
    sim.run_until(sp("2026-04-20 12:00"));
    CHECK(sim.count("access blocked") == 1);
    CHECK(sim.facts.access.wanted == Access::open);
    CHECK(sim.tasks_seen.contains("notice_undelivered/fallback_needed"));
    sim.at(sp("2026-04-20 15:00"), [](HistorySim& s) {
        Message call = told(Stage::promise_broken, 1, s.now);
        call.channel = Channel::letter;
        s.facts.messages.push_back(call);
    });
    sim.run_until(sp("2026-04-30 12:00"));
    CHECK(sim.facts.access.wanted == Access::blocked);
    CHECK(sim.story.back().at == sp("2026-04-22 09:30"));  // Monday 15:00 + 4 h; Tuesday is Tiradentes
}

TEST_CASE("a promise made before any block holds the ladder, and the ladder goes on when it is broken") {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    HistorySim sim(facts, sp("2026-03-01 00:00"));
    sim.at(sp("2026-03-16 12:00"), [](HistorySim& s) { s.promise(day("2026-03-19")); });
    sim.run_until(sp("2026-04-10 00:00"));
    CHECK(sim.first("promise broken") == "2026-03-23 09:00");
    CHECK(sim.first("access blocked") == "2026-04-01 09:30");
    CHECK(sim.count("message promise_reminder") == 1);
}
