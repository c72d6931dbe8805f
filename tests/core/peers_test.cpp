// Failure stories of other systems (peers.md, section 2), as tests that emdia does better.

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

HistorySim march(std::vector<Invoice> invoices) {
    AccountFacts facts = plain_account();
    facts.invoices = std::move(invoices);
    return {facts, sp("2026-03-01 00:00")};
}

}  // namespace

TEST_CASE("peers 2: a cent of rounding leaves nobody suspended") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10"))});
    sim.at(sp("2026-04-01 12:00"), [](HistorySim& s) { s.pay(1, reais("99.89")); });
    sim.run_until(sp("2026-06-01 00:00"));
    CHECK(sim.first("access open") == "2026-04-01 12:00");
    CHECK(sim.count("access blocked") == 1);
    CHECK(sim.count("message notice") == 1);
}

TEST_CASE("peers 3 and 13: no warning after a payment, and one message a day for many events") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10")), plain_invoice(2, day("2026-03-10")),
                            plain_invoice(3, day("2026-03-10"))});
    sim.at(sp("2026-03-16 09:59"), [](HistorySim& s) {
        s.pay(1, reais("99.90"));
        s.pay(2, reais("99.90"));
        s.pay(3, reais("99.90"));
    });
    sim.run_until(sp("2026-05-01 00:00"));
    CHECK(sim.count("message before") == 1);
    CHECK(sim.count("message after") == 1);
    CHECK(sim.count("message notice") == 0);
    CHECK(sim.count("access blocked") == 0);
}

TEST_CASE("peers 8: paying the older invoice never skips a step for the younger one") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10")), plain_invoice(2, day("2026-04-10"))});
    sim.at(sp("2026-04-13 11:00"), [](HistorySim& s) { s.pay(1, reais("99.90")); });
    sim.run_until(sp("2026-04-30 00:00"));
    // Blocked for the first one on 1 April, free on payment, and no block without the second one's own notice.
    CHECK(sim.count("access blocked") == 1);
    CHECK(sim.facts.access.wanted == Access::open);
    CHECK(sim.count("message notice") == 2);
    sim.run_until(sp("2026-05-31 00:00"));
    CHECK(sim.count("access blocked") == 2);
}

TEST_CASE("peers 11: deciding a thousand times a day sends each message once") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10"))});
    for (int minute = 0; minute < 1'000; ++minute) {
        sim.at(sp("2026-03-11 06:00") + Minutes{minute}, [](HistorySim&) {});
    }
    sim.run_until(sp("2026-03-12 00:00"));
    CHECK(sim.count("message after") == 1);
}

TEST_CASE("peers 12: a whole year of due dates in the zone of the subscriber, no reminder early, none lost") {
    for (Date due = day("2026-01-15"); due < day("2026-12-31"); due += Days{7}) {
        AccountFacts facts = plain_account();
        facts.invoices.push_back(plain_invoice(1, due));
        HistorySim sim(facts, sao_paulo().instant(at(due - Days{12}, Seconds{0})));
        sim.run_until(sao_paulo().instant(at(due + Days{16}, Seconds{0})));
        INFO(to_iso(due));
        CHECK(sim.count("message before") == 1);
        CHECK(sim.count("message notice") == 1);
        CHECK(sim.first("message notice") > to_iso(sim.calendar.effective_due(due) + Days{1}));
    }
}

TEST_CASE("peers 14: a partial payment stays in the ladder with its rest") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10"))});
    sim.at(sp("2026-03-12 11:00"), [](HistorySim& s) { s.pay(1, reais("50.00")); });
    Money asked;
    sim.watch = [&](const HistorySim&, const Decision& d) {
        for (const MessageWish& wish : d.messages) {
            asked = wish.stage == Stage::notice ? wish.reason.amount.value() : asked;
        }
    };
    sim.run_until(sp("2026-03-17 00:00"));
    CHECK(asked == reais("49.90"));
}

TEST_CASE("peers 3.2: with the message channel down nobody is blocked") {
    HistorySim sim = march({plain_invoice(1, day("2026-03-10"))});
    sim.fate = [](const Message& m) { return raw(m.id) % 2 == 0 ? Fate::unknown : Fate::failed; };
    sim.run_until(sp("2026-07-01 00:00"));
    CHECK(sim.count("access blocked") == 0);
    CHECK(sim.tasks_seen.contains("notice_undelivered/fallback_needed"));
}

TEST_CASE("peers 3.3: a machine that slept over the reminder's day sends it late while it is useful") {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    HistorySim late(facts, sp("2026-03-09 08:00"));
    late.run_until(sp("2026-03-10 00:00"));
    CHECK(late.first("message before") == "2026-03-09 09:00");
    HistorySim too_late(facts, sp("2026-03-10 08:00"));
    too_late.run_until(sp("2026-03-11 00:00"));
    CHECK(too_late.count("message before") == 0);
}

TEST_CASE("peers 24: a hold until a date, and a class that is never blocked") {
    HistorySim held = march({plain_invoice(1, day("2026-03-10"))});
    held.facts.contract.erp_no_block_until = day("2026-04-15");
    held.run_until(sp("2026-05-20 00:00"));
    // The notice waits as well (B4), so that its days are whole.
    CHECK(held.first("message notice") > std::string("2026-04-16"));
    CHECK(held.first("access blocked") > std::string("2026-05-01"));
    HistorySim school = march({plain_invoice(1, day("2026-03-10"))});
    school.facts.contract.exempt = true;
    school.run_until(sp("2026-07-01 00:00"));
    CHECK(school.told_story().empty());
}
