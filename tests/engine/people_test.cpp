// What people decide: each verb does its work, says who and why in the history, and refuses what makes no sense (I8).

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

template <class Call>
auto ask(World& world, Call call) {
    std::optional<decltype(call(std::declval<Control&>(), std::declval<const Operator&>()))> result;
    world.control([&](Control& control, const Operator& by) { result.emplace(call(control, by)); });
    return *std::move(result);
}

/// The newest event of that kind; account 0 is the installation.
TimelineEvent event(World& world, const std::string& kind, AccountId account = AccountId{}) {
    const auto events = world.book->timeline(account, 10'000);
    const auto found = std::find_if(events.rbegin(), events.rend(), [&](const auto& e) { return e.kind == kind; });
    if (found == events.rend()) {
        FAIL("the history has no " << kind);
    }
    return *found;
}

/// It is there, with who and why.
void check_signed(World& world, const std::string& kind, AccountId account = AccountId{}) {
    const TimelineEvent found = event(world, kind, account);
    INFO(kind);
    CHECK(found.actor == "person: maria");
    CHECK_THAT(found.detail, Catch::Contains("why=\"test\""));
    CHECK(found.at == world.clock.now());
}

ErrorKind kind_of(const Result<void>& result) {
    REQUIRE_FALSE(result.ok());
    CHECK_FALSE(result.error().what.empty());
    return result.error().kind;
}

}  // namespace

TEST_CASE("An override opens a blocked line at once, and when it ends the block comes back on a block day (I8)") {
    World world;
    blocked_world(world);
    const AccountId id = world.account("7301");
    CHECK(ask(world, [&](Control& c, const Operator& by) {
              return c.add_override(id, OverrideKind::force_open, Hours{48}, by);
          }).ok());
    check_signed(world, "override.force_open", id);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    world.run_until("2026-04-03 09:59:59");
    CHECK(world.wanted("7301") == Access::open);
    world.run_until("2026-04-09 12:00:00");  // 3 April is a holiday, 6 April the next block day
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.timeline("7301", "access.block").size() == 2);
}

TEST_CASE("A person's block is made at once without notice, and goes when the person ends it") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-02 11:00:00");
    const AccountId id = world.account("8001");
    const auto block = [&](Control& c, const Operator& by) {
        return c.add_override(id, OverrideKind::force_blocked, Hours{72}, by);
    };
    CHECK(ask(world, block).ok());
    check_signed(world, "override.force_blocked", id);
    CHECK(world.driver.held.at("ixc:l8001") == Access::blocked);
    SECTION("ended by hand") {
        CHECK(ask(world, [&](Control& c, const Operator& by) {
                  return c.end_override(id, OverrideKind::force_blocked, by);
              }).ok());
        check_signed(world, "override.ended", id);
    }
    SECTION("ended by its time") { world.run_until("2026-03-05 11:00:01"); }
    CHECK(world.driver.held.at("ixc:l8001") == Access::open);
}

TEST_CASE("A person's freeze of an account stops its messages and its block, for its time only") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 09:00:00");
    const auto sent = world.messenger.sent.size();
    CHECK(ask(world, [&](Control& c, const Operator& by) {
              return c.add_override(world.account("7301"), OverrideKind::freeze, Hours{24}, by);
          }).ok());
    check_signed(world, "override.freeze", world.account("7301"));
    world.run_until("2026-03-17 08:59:59");
    CHECK(world.messenger.sent.size() == sent);
    world.run_until("2026-03-17 12:00:00");
    CHECK(world.messages("7301").back() == "2026-03-17 09:00:00 notice");
}

TEST_CASE("Nobody changes an account without a name, a reason, or that does not exist") {
    World world;
    add_base(world);
    world.start();
    const AccountId id = world.account("7301");
    const auto events = world.book->timeline(id, 1000).size();
    world.control([&](Control& c, const Operator& by) {
        for (const Operator& nobody : {Operator{"", "why"}, Operator{"maria", ""}}) {
            CHECK(kind_of(c.add_override(id, OverrideKind::freeze, Hours{1}, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.end_override(id, OverrideKind::freeze, nobody)) == ErrorKind::bad_input);
            CHECK(c.add_promise(id, make_date(2026, 3, 20), nobody).error().kind == ErrorKind::bad_input);
            CHECK(kind_of(c.cancel_promise(id, PromiseId{1}, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.add_dispute(id, {}, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.answer_dispute(id, DisputeId{1}, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.set_exempt(id, true, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.finish_task(TaskId{1}, nobody)) == ErrorKind::bad_input);
            CHECK(kind_of(c.resolve_hold(HoldId{1}, true, nobody)) == ErrorKind::bad_input);
        }
        const AccountId stranger{9999};
        CHECK(kind_of(c.add_override(stranger, OverrideKind::freeze, Hours{1}, by)) == ErrorKind::not_found);
        CHECK(c.add_promise(stranger, make_date(2026, 3, 20), by).error().kind == ErrorKind::not_found);
        CHECK(kind_of(c.set_exempt(stranger, true, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.add_override(id, OverrideKind::freeze, Days{91}, by)) == ErrorKind::bad_input);
        CHECK(kind_of(c.add_override(id, OverrideKind::freeze, Millis{0}, by)) == ErrorKind::bad_input);
        CHECK(kind_of(c.cancel_promise(id, PromiseId{7}, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.add_dispute(id, InvoiceId{999}, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.answer_dispute(id, DisputeId{7}, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.take_task(TaskId{99}, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.finish_task(TaskId{99}, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.resolve_hold(HoldId{99}, false, by)) == ErrorKind::not_found);
        CHECK(kind_of(c.sync_now("voalle", by)) == ErrorKind::not_found);
    });
    CHECK(world.book->timeline(id, 1000).size() == events);
}

TEST_CASE("A dispute that a person opens and answers stops the ladder meanwhile (A12)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-15 12:00:00");
    const AccountId id = world.account("7301");
    const InvoiceId invoice = world.facts("7301").invoices.front().id;
    CHECK(ask(world, [&](Control& c, const Operator& by) { return c.add_dispute(id, invoice, by); }).ok());
    check_signed(world, "dispute.opened", id);
    const auto sent = world.messages("7301").size();
    world.run_until("2026-03-18 12:00:00");
    CHECK(world.messages("7301").size() == sent);
    const DisputeId dispute = world.facts("7301").disputes.front().id;
    const auto answer = [&](Control& c, const Operator& by) { return c.answer_dispute(id, dispute, by); };
    CHECK(ask(world, answer).ok());
    check_signed(world, "dispute.answered", id);
    CHECK(kind_of(ask(world, answer)) == ErrorKind::not_found);
    world.run_until("2026-03-20 12:00:00");
    CHECK(world.messages("7301").back().ends_with(" notice"));
}

TEST_CASE("An account that a person exempts is neither dunned nor blocked until that is taken back (A18)") {
    World world;
    add_base(world);
    world.start();
    const AccountId id = world.account("7301");
    CHECK(ask(world, [&](Control& c, const Operator& by) { return c.set_exempt(id, true, by); }).ok());
    check_signed(world, "exempt.on", id);
    world.run_until("2026-04-08 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(ask(world, [&](Control& c, const Operator& by) { return c.set_exempt(id, false, by); }).ok());
    check_signed(world, "exempt.off", id);
    CHECK_FALSE(world.facts("7301").contract.exempt);
}

TEST_CASE("A task is taken and done once, by name, with its outcome") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-12 12:00:00");
    press(world, "7301", ButtonAction::Kind::human);
    world.settle();
    const auto open = world.book->open_tasks(10);
    REQUIRE(open.size() == 1);
    const TaskId id = open.front().id;
    const AccountId account = world.account("7301");
    CHECK(ask(world, [&](Control& c, const Operator& by) { return c.take_task(id, by); }).ok());
    check_signed(world, "task.taken", account);
    CHECK(world.book->task(id)->owner == "maria");
    const auto done = [&](Control& c, const Operator& by) { return c.finish_task(id, by); };
    CHECK(ask(world, done).ok());
    check_signed(world, "task.done", account);
    CHECK(world.book->task(id)->outcome == "test");
    CHECK(world.book->open_tasks(10).empty());
    CHECK(kind_of(ask(world, done)) == ErrorKind::not_found);
    CHECK(kind_of(ask(world, [&](Control& c, const Operator& by) { return c.take_task(id, by); })) ==
          ErrorKind::not_found);
}

TEST_CASE("A hold is decided once; the installation and each account say by whom (I10)") {
    World world;
    for (int i = 0; i < 21; ++i) {
        world.add_contract(std::to_string(7300 + i), make_date(2026, 3, 10));
    }
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.ledger.open_holds().size() == 1);
    const HoldId id = world.ledger.open_holds().front().id;
    const bool approve = GENERATE(true, false);
    const std::string kind = approve ? "hold.approved" : "hold.rejected";
    const auto resolve = [&](Control& c, const Operator& by) { return c.resolve_hold(id, approve, by); };
    CHECK(ask(world, resolve).ok());
    check_signed(world, kind);
    check_signed(world, kind, world.account("7320"));
    CHECK((world.wanted("7320") == Access::blocked) == approve);
    CHECK(world.ledger.hold(id)->resolved_by == "maria");
    CHECK(kind_of(ask(world, resolve)) == ErrorKind::not_found);
}

TEST_CASE("Freeze, thaw, go-live and sync now are signed in the history of the installation") {
    World world;
    add_base(world);
    world.start();
    check_signed(world, "policy.live.why");
    world.control([](Control& c, const Operator& by) { c.set_freeze(true, by); });
    check_signed(world, "freeze.why");
    CHECK(event(world, "freeze.on").actor == "person: maria");
    world.run_until("2026-03-06 12:00:00");
    CHECK(world.messenger.sent.empty());
    world.control([](Control& c, const Operator& by) { c.set_freeze(false, by); });
    check_signed(world, "thaw.why");
    CHECK(world.messages("7301") == std::vector<std::string>{"2026-03-06 12:00:00 before"});
    const int pulls = world.erp.pulls;
    CHECK(ask(world, [](Control& c, const Operator& by) { return c.sync_now("ixc", by); }).ok());
    check_signed(world, "sync.asked");
    CHECK(world.erp.pulls > pulls);
}

TEST_CASE("A notice that a person delivered is proof from its day on, signed, and recorded once (A4 A5)") {
    World world;
    add_base(world);
    world.start();
    world.deliver = false;
    world.run_until("2026-03-18 10:00:00");
    const AccountId id = world.account("7301");
    const InvoiceId invoice = world.facts("7301").invoices.front().id;
    const auto record = [&](Control& c, const Operator& by) {
        return c.record_notice(id, invoice, Stage::notice, Channel::letter, make_date(2026, 3, 17), by);
    };
    CHECK(ask(world, record).ok());
    check_signed(world, "message.delivered", id);
    const auto messages = world.facts("7301").messages;
    const auto letter =
        std::find_if(messages.begin(), messages.end(), [](const Message& m) { return m.channel == Channel::letter; });
    REQUIRE(letter != messages.end());
    CHECK(letter->delivered_at == std::optional{local("2026-03-17 23:00:00")});
    CHECK(kind_of(ask(world, [&](Control& c, const Operator& by) {
              return c.record_notice(id, InvoiceId{999}, Stage::notice, Channel::letter, make_date(2026, 3, 17), by);
          })) == ErrorKind::not_found);
}

TEST_CASE("A new version of the policy is in shadow until a person says go again; open lines stay, unblocks go on") {
    World world;
    add_base(world);
    world.add_contract("7302", make_date(2026, 3, 12));
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    world.kill();
    world.settings.policy.version = "another";
    world.boot();
    const auto sent = world.messenger.sent.size();
    CHECK(ask(world, [](Control& c, const Operator&) { return c.mode(); }) == "shadow");
    world.at("2026-04-02 20:00:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 2)); });
    world.run_until("2026-04-09 12:00:00");
    CHECK(world.messenger.sent.size() == sent);
    CHECK(world.wanted("7302") == Access::open);
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    world.control([](Control& c, const Operator& by) { c.go_live(by); });
    world.run_until("2026-04-13 12:00:00");
    CHECK(world.wanted("7302") == Access::blocked);
}

TEST_CASE("A pilot acts inside its group only; outside everything is decided and shown, nothing done") {
    World world;
    add_base(world);
    world.add_contract("7302", make_date(2026, 3, 10));
    world.settings.rollout.contracts = {"ixc:7301"};
    world.start();
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.wanted("7302") == Access::open);
    CHECK(world.messages("7302").empty());
    const auto decision = world.ledger.decision_of(world.account("7302"));
    REQUIRE(decision);
    const auto why = decision->decision.message_reasons;
    CHECK(std::any_of(why.begin(), why.end(), [](const Reason& r) { return r.code == ReasonCode::outside_pilot; }));
}
