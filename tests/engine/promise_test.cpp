// A promise from its making to its end: what the ledger, the ERP, the subscriber and the equipment see of it (I12).

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

const Money kOwed = Money::centavos(9990);

/// The payload of the first button of that kind in the newest message.
std::string button_of(const World& world, ButtonAction::Kind kind) {
    REQUIRE_FALSE(world.messenger.sent.empty());
    for (const Button& button : world.messenger.sent.back().buttons) {
        const auto action = parse_button(button.payload);
        if (action && action->kind == kind) {
            return button.payload;
        }
    }
    FAIL("the newest message, " << world.messenger.sent.back().template_name << ", has no such button");
    return {};
}

void press_button(World& world, ButtonAction::Kind kind) {
    world.messenger.press(world.facts("7301").subscriber.phone, button_of(world, kind), world.clock.now());
    world.settle();
}

Result<PromiseId> promise_until(World& world, Date until) {
    Result<PromiseId> made = Error{ErrorKind::internal, "not asked", {}};
    world.control([&](Control& c, const Operator& by) { made = c.add_promise(world.account("7301"), until, by); });
    return made;
}

/// Kinds and actors of the history of its promises.
std::vector<std::string> story(World& world) {
    std::vector<std::string> lines;
    for (const TimelineEvent& event : world.book->timeline(world.account("7301"), 10'000)) {
        if (event.kind.starts_with("promise.")) {
            lines.push_back(event.kind + " by " + event.actor);
        }
    }
    return lines;
}

/// What the subscriber was sent after the block, without the times.
std::vector<std::string> told_after_block(World& world) {
    std::vector<std::string> stages;
    for (const std::string& line : world.messages("7301")) {
        stages.push_back(line.substr(20));
    }
    const auto block = std::find(stages.begin(), stages.end(), "blocked");
    return {block == stages.end() ? block : block + 1, stages.end()};
}

template <class Call>
std::vector<Call> written(const World& world) {
    std::vector<Call> calls;
    std::set<std::string> keys;
    for (const ErpRequest& request : world.erp.writes) {
        if (const auto* call = std::get_if<Call>(&request.call); call != nullptr) {
            if (keys.insert(request.idempotency_key).second) {
                calls.push_back(*call);
            }
        }
    }
    return calls;
}

bool noted_in_erp(const World& world, const std::string& piece) {
    const auto notes = written<ErpNote>(world);
    return std::any_of(notes.begin(), notes.end(),
                       [&](const ErpNote& note) { return note.text.find(piece) != std::string::npos; });
}

PromiseState state_of(World& world) {
    REQUIRE(world.facts("7301").promises.size() == 1);
    return world.facts("7301").promises.front().state;
}

using Lines = std::vector<std::string>;
const Date kMonday = make_date(2026, 4, 6);  // three days on are holiday and weekend

/// "7301", blocked on 1 April, has promised to pay by Monday the 6th.
void promised_world(World& world) {
    blocked_world(world);
    REQUIRE(promise_until(world, kMonday).ok());
    REQUIRE(world.wanted("7301") == Access::open);
    REQUIRE(world.driver.held.at("ixc:l7301") == Access::open);
}

}  // namespace

TEST_CASE("A promise that a person takes opens the line at once, is confirmed, and is written to the ERP (I12)") {
    World world;
    promised_world(world);
    world.run_until("2026-04-01 10:05:00");
    CHECK(story(world) == Lines{"promise.active by person: maria"});
    CHECK(told_after_block(world) == Lines{"promise_confirmed"});
    const auto records = written<ErpRecordPromise>(world);
    REQUIRE(records.size() == 1);
    CHECK(records.front().contract_id == "7301");
    CHECK(records.front().amount == kOwed);
    CHECK(records.front().until == kMonday);
    CHECK(noted_in_erp(world, "06/04/2026"));
}

TEST_CASE("A promise that is paid on its day is kept: no re-block, no further dunning, the ERP hears of it") {
    World world;
    promised_world(world);
    world.at("2026-04-06 20:00:00", [&] { world.erp.pay("i7301", kMonday); });
    world.run_until("2026-04-20 12:00:00");
    CHECK(state_of(world) == PromiseState::kept);
    CHECK(story(world) == Lines{"promise.active by person: maria", "promise.kept by system"});
    CHECK(told_after_block(world) == Lines{"promise_confirmed", "promise_reminder", "payment_received"});
    CHECK(world.timeline("7301", "access.block").size() == 1);
    CHECK(noted_in_erp(world, "kept"));
}

TEST_CASE("A promise that is paid the morning after, before the verdict, is kept late and blocks nobody") {
    World world;
    promised_world(world);
    world.at("2026-04-07 08:00:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 7)); });
    world.run_until("2026-04-20 12:00:00");
    CHECK(state_of(world) == PromiseState::kept_late);
    CHECK(story(world).back() == "promise.kept_late by system");
    CHECK(world.timeline("7301", "access.block").size() == 1);
    CHECK(noted_in_erp(world, "kept_late"));
}

TEST_CASE("A promise of which only a part is paid is partial, and the rest is blocked for again") {
    World world;
    promised_world(world);
    world.at("2026-04-06 12:00:00", [&] { world.erp.pay("i7301", kMonday, Money::centavos(4000)); });
    world.run_until("2026-04-20 12:00:00");
    CHECK(state_of(world) == PromiseState::partial);
    CHECK(story(world).back() == "promise.partial by system");
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    CHECK(noted_in_erp(world, "partial"));
}

TEST_CASE("A broken promise is told, and blocks again only after its own notice and a fresh read (A13)") {
    World world;
    promised_world(world);
    world.run_until("2026-04-07 13:59:59");
    CHECK(state_of(world) == PromiseState::broken);
    CHECK(world.wanted("7301") == Access::open);
    CHECK(told_after_block(world) == Lines{"promise_confirmed", "promise_reminder", "promise_broken"});
    CHECK(noted_in_erp(world, "broken"));
    const int reads = world.erp.contract_reads;
    world.run_until("2026-04-07 14:00:00");
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.erp.contract_reads > reads);
    CHECK(world.timeline("7301", "access.block") ==
          Lines{"2026-04-01 09:30:00 access.block", "2026-04-07 14:00:00 access.block"});
}

TEST_CASE("A second promise is refused to a person and to a button, each in words, and changes nothing (I12)") {
    World world;
    promised_world(world);
    world.run_until("2026-04-01 10:30:00");
    const auto again = promise_until(world, make_date(2026, 4, 2));
    REQUIRE_FALSE(again.ok());
    CHECK(again.error().kind == ErrorKind::refused);
    press(world, "7301", ButtonAction::Kind::promise_pick, make_date(2026, 4, 2));
    world.run_until("2026-04-01 10:35:00");
    CHECK(state_of(world) == PromiseState::active);
    CHECK(told_after_block(world).back() == "reply");
    CHECK(world.book->message(world.facts("7301").messages.back().id)->wish.reply == Reply::promise_refused);
    CHECK(world.tasks(TaskKind::promise_review) == 1);
    CHECK(written<ErpRecordPromise>(world).size() == 1);
}

TEST_CASE("A day beyond the horizon, or one that is over, is refused to a person") {
    World world;
    blocked_world(world);
    CHECK(promise_until(world, make_date(2026, 5, 20)).error().kind == ErrorKind::refused);
    CHECK(promise_until(world, make_date(2026, 3, 31)).error().kind == ErrorKind::bad_input);
    CHECK(world.facts("7301").promises.empty());
    CHECK(written<ErpRecordPromise>(world).empty());
}

TEST_CASE("A promise from the buttons of the notice keeps the line open past the day of the block") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 10:05:00");
    REQUIRE(world.messages("7301").back().ends_with(" notice"));
    press_button(world, ButtonAction::Kind::promise_pick);  // which days?
    CHECK(world.facts("7301").promises.empty());
    press_button(world, ButtonAction::Kind::promise_pick);
    REQUIRE(world.facts("7301").promises.size() == 1);
    CHECK(state_of(world) == PromiseState::proposed);
    CHECK(written<ErpRecordPromise>(world).empty());
    press_button(world, ButtonAction::Kind::promise_yes);
    CHECK(state_of(world) == PromiseState::active);
    CHECK(story(world) == Lines{"promise.proposed by subscriber", "promise.active by subscriber"});
    CHECK(written<ErpRecordPromise>(world).size() == 1);
    CHECK(written<ErpRelease>(world).empty());
    CHECK(world.messages("7301").back().ends_with(" promise_confirmed"));
    const auto last = world.messages("7301").size();
    world.run_until("2026-03-17 08:00:00");
    CHECK(world.messages("7301").size() >= last);
    CHECK(world.wanted("7301") == Access::open);
}

TEST_CASE("A promise from the buttons of the block message opens the line when it is confirmed, not before") {
    World world;
    blocked_world(world);
    REQUIRE(world.messages("7301").back().ends_with(" blocked"));
    press_button(world, ButtonAction::Kind::promise_pick);  // which days?
    press_button(world, ButtonAction::Kind::promise_pick);
    CHECK(world.wanted("7301") == Access::blocked);
    SECTION("yes") {
        press_button(world, ButtonAction::Kind::promise_yes);
        CHECK(world.wanted("7301") == Access::open);
        CHECK(world.driver.held.at("ixc:l7301") == Access::open);
        CHECK(told_after_block(world) == Lines{"reply", "promise_offer", "promise_confirmed"});
        CHECK(written<ErpRecordPromise>(world).size() == 1);
    }
    SECTION("no") {
        press_button(world, ButtonAction::Kind::promise_no);
        CHECK(state_of(world) == PromiseState::cancelled);
        CHECK(world.wanted("7301") == Access::blocked);
        CHECK(told_after_block(world) == Lines{"reply", "promise_offer", "reply"});
        CHECK(written<ErpRecordPromise>(world).empty());
    }
    SECTION("never answered: forgotten after a day, and it does not count as a promise") {
        world.run_until("2026-04-02 10:30:00");
        CHECK(state_of(world) == PromiseState::cancelled);
        CHECK(promise_until(world, kMonday).ok());
    }
}

TEST_CASE(
    "A promise that a person cancels ends its release: the block comes back on a block day, the ERP hears of it") {
    World world;
    promised_world(world);
    world.run_until("2026-04-01 10:30:00");
    const PromiseId id = world.facts("7301").promises.front().id;
    Result<void> done;
    world.control([&](Control& c, const Operator& by) { done = c.cancel_promise(world.account("7301"), id, by); });
    CHECK(done.ok());
    CHECK(story(world).back() == "promise.cancelled by person: maria");
    CHECK(state_of(world) == PromiseState::cancelled);
    world.run_until("2026-04-09 12:00:00");
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(noted_in_erp(world, "cancelled"));
    world.control([&](Control& c, const Operator& by) { done = c.cancel_promise(world.account("7301"), id, by); });
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().kind == ErrorKind::not_found);
}
