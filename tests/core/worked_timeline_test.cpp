// The worked timeline of brazil-rules.md section 6 and all its branches, by simulated time only.

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

HistorySim from_first_of_march() {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    return {facts, sp("2026-03-01 00:00")};
}

bool has_task(const HistorySim& sim, const std::string& name) { return sim.tasks_seen.contains(name); }

}  // namespace

TEST_CASE("section 6: the worked timeline comes out to the minute (A1 A2 C6 F7 F11 I1 I2 I3 I12)") {
    HistorySim sim = from_first_of_march();
    sim.at(sp("2026-04-01 19:43"), [](HistorySim& s) { s.promise(day("2026-04-06")); });
    sim.at(sp("2026-04-07 20:17"), [](HistorySim& s) { s.pay(1, reais("102.83")); });
    sim.run_until(sp("2026-06-30 00:00"));

    const std::vector<std::string> expected{
        "2026-03-06 10:00 message before",
        "2026-03-11 10:00 message after",
        "2026-03-16 10:00 message notice",
        "2026-03-30 10:00 message headsup",
        "2026-04-01 09:30 access blocked",
        "2026-04-01 09:30 message blocked",
        "2026-04-01 19:43 promise active",
        "2026-04-01 19:43 access open",
        "2026-04-01 19:43 message promise_confirmed",
        "2026-04-06 10:00 message promise_reminder",
        "2026-04-07 09:00 promise broken",
        "2026-04-07 09:00 message promise_broken",
        "2026-04-07 14:00 access blocked",
        "2026-04-07 20:17 paid",
        "2026-04-07 20:17 access open",
        "2026-04-07 20:17 message unblocked",
    };
    CHECK(sim.told_story() == expected);
}

TEST_CASE("section 6: dates named in the texts are those of the block (A3 B4 I12)") {
    HistorySim sim = from_first_of_march();
    std::map<Stage, MessageWish> wishes;
    sim.watch = [&](const HistorySim&, const Decision& d) {
        for (const MessageWish& wish : d.messages) {
            wishes.emplace(wish.stage, wish);
        }
    };
    sim.at(sp("2026-04-01 19:43"), [](HistorySim& s) { s.promise(day("2026-04-06")); });
    sim.run_until(sp("2026-04-08 00:00"));

    CHECK(wishes.at(Stage::notice).suspend_from == day("2026-04-01"));
    CHECK(wishes.at(Stage::headsup).suspend_from == day("2026-04-01"));
    CHECK(wishes.at(Stage::promise_broken).suspend_at == sp("2026-04-07 14:00"));
    CHECK(wishes.at(Stage::promise_broken).promise == PromiseId{1});
}

TEST_CASE("section 6: no new promise until one month after the last one (I12)") {
    HistorySim sim = from_first_of_march();
    sim.facts.invoices.push_back(plain_invoice(2, day("2026-04-10")));
    sim.at(sp("2026-04-01 19:43"), [](HistorySim& s) { s.promise(day("2026-04-06")); });
    sim.at(sp("2026-04-07 20:17"), [](HistorySim& s) { s.pay(1, reais("102.83")); });
    sim.run_until(sp("2026-04-30 12:00"));
    CHECK(promise_offer(sim.facts, sim.context(), sp("2026-04-30 23:59")).reason.code ==
          ReasonCode::promise_one_per_days);
    CHECK(promise_offer(sim.facts, sim.context(), sp("2026-05-01 00:00")).allowed);
}

TEST_CASE("section 6 branch: WhatsApp not delivered, e-mail delivered on the 17th blocks on 6 April (A4 A5)") {
    HistorySim sim = from_first_of_march();
    sim.fate = [](const Message& m) { return m.stage == Stage::notice ? Fate::failed : Fate::delivered; };
    sim.at(sp("2026-03-17 11:00"), [](HistorySim& s) {
        Message mail = told(Stage::notice, 1, s.now);
        mail.channel = Channel::email;
        mail.attempt = 2;
        s.facts.messages.push_back(mail);
    });
    sim.run_until(sp("2026-04-06 12:00"));
    CHECK(has_task(sim, "notice_undelivered/fallback_needed"));
    CHECK(sim.first("access blocked") == "2026-04-06 09:30");
}

TEST_CASE("section 6 branch: a dispute from 20 March to 8 April moves the block to 22 April (A12)") {
    HistorySim sim = from_first_of_march();
    sim.at(sp("2026-03-20 15:00"), [](HistorySim& s) { s.dispute(1); });
    sim.at(sp("2026-04-08 11:00"), [](HistorySim& s) { s.answer_disputes(); });
    sim.run_until(sp("2026-05-01 00:00"));
    CHECK(has_task(sim, "dispute/dispute_open"));
    CHECK(sim.first("access blocked") == "2026-04-22 09:30");
    CHECK(sim.first("message headsup") > std::string("2026-04-08"));
}

TEST_CASE(
    "section 6 branch: a dispute that nobody answers raises the alarm on day 25 and must cancel on day 30 (A12)") {
    HistorySim sim = from_first_of_march();
    sim.at(sp("2026-03-20 15:00"), [](HistorySim& s) { s.dispute(1); });
    sim.run_until(sp("2026-04-13 23:59"));
    CHECK_FALSE(has_task(sim, "dispute_alarm/dispute_alarm"));
    sim.run_until(sp("2026-04-14 00:00"));
    CHECK(has_task(sim, "dispute_alarm/dispute_alarm"));
    CHECK_FALSE(has_task(sim, "dispute_must_cancel/dispute_must_cancel"));
    sim.run_until(sp("2026-04-19 00:00"));
    CHECK(has_task(sim, "dispute_must_cancel/dispute_must_cancel"));
    CHECK(sim.count("access blocked") == 0);
}

TEST_CASE("section 6 branch: never paid after the re-block, a rescission candidate from 8 June (A8)") {
    HistorySim sim = from_first_of_march();
    sim.at(sp("2026-04-01 19:43"), [](HistorySim& s) { s.promise(day("2026-04-06")); });
    sim.run_until(sp("2026-06-07 23:59"));
    CHECK_FALSE(has_task(sim, "rescission_candidate/rescission_candidate"));
    sim.run_until(sp("2026-06-08 00:00"));
    CHECK(has_task(sim, "rescission_candidate/rescission_candidate"));
    CHECK(sim.facts.access.wanted == Access::blocked);
}

TEST_CASE("section 6 branch: 'já paguei' holds block and messages 48 hours, then a person looks (I3)") {
    HistorySim sim = from_first_of_march();
    sim.at(sp("2026-03-31 18:00"), [](HistorySim& s) { s.claim(1); });
    sim.run_until(sp("2026-04-30 00:00"));
    // The hold ends on the eve of Good Friday; the next block day is the Monday.
    CHECK(sim.first("access blocked") == "2026-04-06 09:30");
    CHECK(has_task(sim, "claim_review/claim_held"));
}
