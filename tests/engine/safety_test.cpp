// What must never happen, seen through the whole engine.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/world.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

int sent_of_stage(const World& world, const std::string& template_start) {
    return static_cast<int>(std::count_if(
        world.messenger.sent.begin(), world.messenger.sent.end(),
        [&](const OutgoingMessage& m) { return m.template_name.find(template_start) != std::string::npos; }));
}

}  // namespace

TEST_CASE("A payment before the block cancels everything that was to come (I4)") {
    World world;
    add_base(world);
    world.start();
    world.at("2026-03-20 22:00:00", [&] { world.erp.pay("i7301", make_date(2026, 3, 20)); });
    world.run_until("2026-05-30 12:00:00");
    CHECK(world.timeline("7301", "access.block").empty());
    const auto messages = world.messages("7301");
    REQUIRE(messages.size() == 4);
    CHECK(messages.back().ends_with("payment_received"));
}

TEST_CASE("A payment that lands between the queue and the wire stops the message (B2)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 09:59:59");
    const auto before = world.messenger.sent.size();
    world.erp.pay("i7301", make_date(2026, 3, 15));
    world.run_until("2026-03-16 12:00:00");
    for (auto i = before; i < world.messenger.sent.size(); ++i) {
        CHECK(world.messenger.sent[i].template_name.find("aviso") == std::string::npos);
    }
    CHECK(world.messages("7301").size() == 3);
}

TEST_CASE("Without proof of delivery nobody is blocked, and a person is asked (A5)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 09:00:00");
    world.deliver = false;
    world.run_until("2026-04-30 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.applied.empty());
    CHECK(world.tasks(TaskKind::notice_undelivered) == 1);
}

TEST_CASE("A stale ERP blocks and duns nobody; what it had to do goes on when it is back (B2 I3)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-31 20:00:00");
    const auto sent = world.messenger.sent.size();
    world.erp.refuse = Error{ErrorKind::unavailable, "down", {}};
    world.erp.go_down("down");
    world.run_until("2026-04-08 08:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.messenger.sent.size() == sent);
    world.erp.refuse.reset();
    world.erp.come_up();
    world.run_until("2026-04-08 12:00:00");
    CHECK(world.timeline("7301", "access.block") == std::vector<std::string>{"2026-04-08 09:30:00 access.block"});
}

TEST_CASE("A full pull that lost half the base is not believed (shrink interlock)") {
    World world;
    add_base(world, 100);
    world.start();
    world.run_until("2026-03-31 07:00:00");
    world.erp.hide = [](const std::string& id) { return id.back() % 2 == 0 && id != "7301" && id.front() != 'i'; };
    world.run_until("2026-04-02 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.ledger.open_holds().size() == 1);
    CHECK(world.ledger.active_contracts("ixc") == 101);
    SECTION("a later whole pull ends it by itself") {
        world.erp.hide = nullptr;
        world.run_until("2026-04-06 12:00:00");
        CHECK(world.ledger.open_holds().empty());
        CHECK(world.wanted("7301") == Access::blocked);
    }
}

TEST_CASE("More blocks than the limit of a run are held by name until a person decides (I10)") {
    World world;
    for (int i = 0; i < 30; ++i) {
        world.add_contract(std::to_string(7300 + i), make_date(2026, 3, 10));
    }
    world.settings.channel.initiated_per_day = 1000;
    world.start();
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.driver.applied.empty());
    const auto holds = world.ledger.open_holds();
    REQUIRE(holds.size() == 1);
    CHECK(holds.front().accounts.size() == 30);
    const auto decision = world.ledger.decision_of(world.account("7301"));
    REQUIRE(decision);
    CHECK(std::any_of(decision->decision.access_reasons.begin(), decision->decision.access_reasons.end(),
                      [](const Reason& r) { return r.code == ReasonCode::mass_block_hold; }));
    SECTION("approved: exactly these are blocked") {
        world.control([&](Control& c, const Operator& by) { CHECK(c.resolve_hold(holds.front().id, true, by).ok()); });
        world.run_until("2026-04-01 13:00:00");
        CHECK(world.wanted("7301") == Access::blocked);
        CHECK(world.driver.held.size() == 30);
    }
    SECTION("the history of each account says who let it pass") {
        world.control([&](Control& c, const Operator& by) { CHECK(c.resolve_hold(holds.front().id, true, by).ok()); });
        const auto events = world.ledger.timeline(world.account("7301"), 1000);
        CHECK(std::any_of(events.begin(), events.end(),
                          [](const TimelineEvent& e) { return e.kind == "hold.approved"; }));
    }
    SECTION("rejected: nobody is blocked today, and it is asked again on the next block day") {
        world.control([&](Control& c, const Operator& by) { CHECK(c.resolve_hold(holds.front().id, false, by).ok()); });
        world.run_until("2026-04-01 23:00:00");
        CHECK(world.driver.applied.empty());
        CHECK(world.ledger.open_holds().empty());
        world.run_until("2026-04-06 12:00:00");
        CHECK(world.ledger.open_holds().size() == 1);
    }
}

TEST_CASE("The history says what a block stood on, long after it was lifted (I13, E5)") {
    World world;
    add_base(world);
    world.start();
    world.at("2026-04-01 20:00:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 1)); });
    world.run_until("2026-04-20 12:00:00");
    REQUIRE(world.wanted("7301") == Access::open);
    std::vector<TimelineEvent> records;
    for (const TimelineEvent& event : world.ledger.timeline(world.account("7301"), 10'000)) {
        if (event.kind == "access.record") {
            records.push_back(event);
        }
    }
    REQUIRE(records.size() == 1);
    for (const char* part : {"invoice=", "notice=", "delivered=2026-03-16T", "read_at=2026-04-01T",
                             "facts=", "policy=", "calendar=", "tz="}) {
        CHECK_THAT(records.front().detail, Catch::Contains(part));
    }
}

TEST_CASE("What an ERP says while the book cannot be written is heard when it can") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-20 12:00:00");
    world.erp.go_down("restarts");
    world.settle();
    const Error full{ErrorKind::unavailable, "disk full", "free some space"};
    for (int turn = 0; turn < 3; ++turn) {
        world.ledger.fail_next_commit(full);
        if (turn == 1) {
            world.erp.come_up();
        }
        world.engine().turn();
    }
    const int pulls = world.erp.pulls;
    world.run_until("2026-03-20 13:00:00");
    CHECK(world.erp.pulls > pulls);
}

TEST_CASE("A shrunk base that was refused once is asked about again, and approval outlives the process") {
    World world;
    add_base(world, 100);
    world.start();
    world.run_until("2026-03-10 07:00:00");
    world.erp.hide = [](const std::string& id) { return id.back() % 2 == 0 && id.front() != 'i'; };
    world.run_until("2026-03-12 12:00:00");
    REQUIRE(world.ledger.open_holds().size() == 1);
    const auto resolve = [&](bool approve) {
        const auto id = world.ledger.open_holds().front().id;
        world.control([&](Control& c, const Operator& by) { CHECK(c.resolve_hold(id, approve, by).ok()); });
    };
    resolve(false);
    world.run_until("2026-03-14 12:00:00");
    REQUIRE(world.ledger.open_holds().size() == 1);
    resolve(true);
    world.restart();
    world.run_until("2026-03-14 13:00:00");
    CHECK(world.ledger.open_holds().empty());
    CHECK(world.ledger.meta("erp.ixc.shrunk").value_or("no") == "no");
}

TEST_CASE(
    "A notice that a person had served by e-mail on the 17th blocks on 6 April (A4 A5, the branch of section 6)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 09:00:00");
    world.deliver = false;
    world.run_until("2026-03-18 10:00:00");
    const auto record = [&](Date on) {
        Result<void> done;
        world.control([&](Control& c, const Operator& by) {
            const InvoiceId invoice = world.facts("7301").invoices.front().id;
            done = c.record_notice(world.account("7301"), invoice, Stage::notice, Channel::email, on, by);
        });
        return done;
    };
    CHECK_FALSE(record(make_date(2026, 3, 10)).ok());
    CHECK_FALSE(record(make_date(2026, 3, 19)).ok());
    CHECK(record(make_date(2026, 3, 17)).ok());
    world.deliver = true;
    world.run_until("2026-04-06 12:00:00");
    CHECK(world.timeline("7301", "access.block") == std::vector<std::string>{"2026-04-06 09:30:00 access.block"});
}

TEST_CASE("In shadow everything is decided and nothing is done") {
    World world;
    add_base(world);
    world.start(false);
    world.run_until("2026-04-08 12:00:00");
    CHECK(world.messenger.sent.empty());
    CHECK(world.driver.applied.empty());
    CHECK(world.ledger.decision_of(world.account("7301")).has_value());
}

TEST_CASE("A freeze stops everything but unblocks, and survives a restart") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    world.control([](Control& c, const Operator& by) { c.set_freeze(true, by); });
    const auto sent = world.messenger.sent.size();
    world.restart();
    world.at("2026-04-01 23:30:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 1)); });
    world.run_until("2026-04-02 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    CHECK(world.messenger.sent.size() == sent);
}

TEST_CASE("A freeze knows its author; to end an override that is not there is not found") {
    World world;
    add_base(world);
    world.start();
    world.control([&](Control& c, const Operator& by) {
        CHECK_FALSE(c.freeze().has_value());
        c.set_freeze(true, by);
        REQUIRE(c.freeze().has_value());
        CHECK(c.freeze()->author == by.name);
        CHECK(c.freeze()->why == by.why);
        const AccountId account = world.account("7301");
        const auto nothing = c.end_override(account, OverrideKind::force_open, by);
        REQUIRE_FALSE(nothing.ok());
        CHECK(nothing.error().kind == ErrorKind::not_found);
        CHECK(c.add_override(account, OverrideKind::force_open, Hours{48}, by).ok());
        CHECK(c.end_override(account, OverrideKind::force_open, by).ok());
        CHECK_FALSE(c.end_override(account, OverrideKind::force_open, by).ok());
    });
}

TEST_CASE("\"Já paguei\" holds messages and block for 48 hours (I3)") {
    World world;
    add_base(world);
    world.start();
    world.at("2026-03-31 20:00:00", [&] { press(world, "7301", ButtonAction::Kind::paid); });
    world.run_until("2026-04-01 18:00:00");
    CHECK(world.wanted("7301") == Access::open);
    world.run_until("2026-04-08 18:00:00");
    CHECK(world.wanted("7301") == Access::blocked);
}

TEST_CASE("A dispute opens the connection and stops the clock until it is answered (A12)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    press(world, "7301", ButtonAction::Kind::dispute);
    world.run_until("2026-04-20 18:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.tasks(TaskKind::dispute) == 1);
}

TEST_CASE("Stop means stop: no message after an opt-out, and the notice goes another way (D2)") {
    World world;
    add_base(world);
    world.start();
    world.at("2026-03-07 12:00:00", [&] {
        world.messenger.write(world.erp.subscribers.at("s7301").phone, "Não quero mais mensagens!", world.clock.now());
    });
    world.run_until("2026-04-30 12:00:00");
    const auto messages = world.messages("7301");
    REQUIRE(messages.size() == 2);
    CHECK(messages.back() == "2026-03-07 12:00:00 reply");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.tasks(TaskKind::no_contact_channel) == 1);
}

TEST_CASE("A button of another account does nothing to it (C7)") {
    World world;
    add_base(world);
    world.add_contract("9001");
    world.start();
    world.run_until("2026-03-12 12:00:00");
    ButtonAction stranger;
    stranger.kind = ButtonAction::Kind::dispute;
    stranger.account = world.account("7301");
    world.messenger.press(world.erp.subscribers.at("s9001").phone, encode(stranger), world.clock.now());
    world.run_until("2026-03-12 13:00:00");
    CHECK(world.facts("7301").disputes.empty());
    CHECK(world.tasks(TaskKind::inbound_text) == 1);
}

TEST_CASE("A webhook that comes twice is heard once") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-12 12:00:00");
    InboundMessage message;
    message.provider_id = "wamid.same";
    message.from = world.erp.subscribers.at("s7301").phone;
    message.at = world.clock.now();
    message.kind = InboundKind::text;
    message.text = "oi";
    for (int i = 0; i < 2; ++i) {
        WebhookBatch batch;
        batch.inbound.push_back(message);
        world.messenger.deliver(std::move(batch));
        world.settle();
    }
    CHECK(world.messenger.durable >= 2);
    CHECK(world.ledger.inbound_of(world.account("7301"), 10).size() == 1);
}

TEST_CASE("A message of unknown fate is not sent again unless policy says so (A5)") {
    World world;
    add_base(world);
    world.start();
    world.deliver = false;
    world.messenger.outcome =
        [](const OutgoingMessage&) -> std::optional<std::variant<SendAccepted, SendRejected, SendUnknown>> {
        return SendUnknown{"time-out"};
    };
    world.run_until("2026-03-15 12:00:00");
    CHECK(sent_of_stage(world, "emdia_antes") + sent_of_stage(world, "emdia_depois") == 2);
    CHECK(world.messenger.sent.size() == 2);
    world.run_until("2026-05-15 12:00:00");
    CHECK(world.messenger.sent.size() == 4);  // the notice, and the notice once more
    CHECK(world.wanted("7301") == Access::open);
}

TEST_CASE("When the book cannot be written nothing is done and the webhook is refused") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-03-16 09:00:00");
    const auto sent = world.messenger.sent.size();
    world.ledger.fail_next_commit(Error{ErrorKind::unavailable, "disk full", "free some space"});
    WebhookBatch batch;
    InboundMessage message;
    message.provider_id = "wamid.lost";
    message.from = world.erp.subscribers.at("s7301").phone;
    message.kind = InboundKind::text;
    message.text = "oi";
    batch.inbound.push_back(message);
    world.messenger.deliver(std::move(batch));
    world.settle();
    CHECK(world.messenger.refused == 1);
    CHECK(world.messenger.sent.size() == sent);
    CHECK(world.ledger.inbound_of(world.account("7301"), 10).empty());
    world.run_until("2026-03-16 12:00:00");
    CHECK(world.messages("7301").back() == "2026-03-16 10:00:00 notice");
}

TEST_CASE("A device that restarts gets its restrictions back; drift is repaired both ways") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.driver.held.at("ixc:l7301") == Access::blocked);
    world.driver.restart_device();
    world.run_until("2026-04-01 10:01:00");
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    world.driver.held["ixc:l7301"] = Access::open;
    world.driver.held["ixc:l8001"] = Access::blocked;
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
    CHECK(world.driver.held.at("ixc:l8001") == Access::open);
}

TEST_CASE("A device that never answers does not make anybody blocked, and a person hears of it") {
    World world;
    add_base(world);
    world.start();
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::unknown}; };
    world.run_until("2026-04-01 11:00:00");
    CHECK(world.facts("7301").access.applied != std::optional{Access::blocked});
    CHECK(world.tasks(TaskKind::access_failed) == 1);
}

TEST_CASE("An unblock overtakes a block that did not reach the device") {
    World world;
    add_base(world);
    world.start();
    world.driver.answer = [](const DesiredAccess& desired) {
        return desired.access == Access::blocked ? std::optional{ApplyKind::retry} : std::nullopt;
    };
    world.run_until("2026-04-01 09:30:00");
    world.erp.pay("i7301", make_date(2026, 4, 1));
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.applied.back().access == Access::open);
}

TEST_CASE("A person's override opens at once and ends by itself") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    world.control([&](Control& c, const Operator& by) {
        CHECK(c.add_override(c.ledger().account_of_contract("ixc", "7301").value(), OverrideKind::force_open, Hours{2},
                             by)
                  .ok());
    });
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    world.run_until("2026-04-01 12:30:00");
    CHECK(world.wanted("7301") == Access::blocked);
}

TEST_CASE("A restart in the middle of the month changes nothing that was done") {
    World world;
    add_base(world);
    world.start();
    for (const char* when :
         {"2026-03-06 10:00:00", "2026-03-11 10:00:03", "2026-03-16 10:00:06", "2026-04-01 09:30:00"}) {
        world.run_until(when);
        world.restart();
    }
    world.run_until("2026-04-01 12:00:00");
    CHECK(world.messages("7301").size() == 5);
    CHECK(world.wanted("7301") == Access::blocked);
    CHECK(world.driver.held.at("ixc:l7301") == Access::blocked);
}

TEST_CASE("A payment cancels the queued messages of its invoice at once (I4)") {
    World world;
    add_base(world);
    world.settings.channel.initiated_per_day = 0;  // nothing may leave: it stays queued
    world.start();
    world.run_until("2026-03-16 10:30:00");
    REQUIRE(world.ledger.counts(make_date(2026, 3, 16)).messages_queued > 0);
    world.erp.pay("i7301", make_date(2026, 3, 16));
    world.run_until("2026-03-16 10:45:00");
    for (const OutboxRow& row : world.ledger.queued_messages_of(world.account("7301"))) {
        CHECK(message_class(row.message.stage) == MessageClass::service);
    }
}

TEST_CASE("A clock that is set back a day delays neither the payment nor the unblock") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    world.driver.answer = [](const DesiredAccess&) { return std::optional{ApplyKind::retry}; };
    world.erp.pay("i7301", make_date(2026, 4, 1));
    world.run_until("2026-04-01 10:15:00");
    REQUIRE(world.wanted("7301") == Access::open);
    world.driver.answer = nullptr;
    world.clock.set(local("2026-03-31 10:00:00"));
    world.settle();
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
}

TEST_CASE(
    "A clock that is set back a day: a block that it made too early is lifted, nothing else is repeated (A1 I5 B5)") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:05:00");
    REQUIRE(world.wanted("7301") == Access::blocked);
    world.clock.set(local("2026-03-31 10:05:00"));
    const auto sent_before = world.messenger.sent.size();
    world.at("2026-04-02 15:00:00", [&] { world.erp.pay("i7301", make_date(2026, 4, 2)); });
    world.run_until("2026-04-03 10:05:00");

    // By the right clock the notice still ran; the block comes again in its time, and the payment ends it.
    CHECK(world.timeline("7301", "access.block") ==
          std::vector<std::string>{"2026-04-01 09:30:00 access.block", "2026-04-01 09:30:00 access.block"});
    CHECK(world.timeline("7301", "access.unblock") ==
          std::vector<std::string>{"2026-03-31 10:05:00 access.unblock", "2026-04-02 15:00:00 access.unblock"});
    CHECK(world.wanted("7301") == Access::open);
    CHECK(world.driver.held.at("ixc:l7301") == Access::open);
    // The ladder is not sent again (B5); the block is told once, and its end when it comes.
    CHECK(world.messages("7301") ==
          std::vector<std::string>{"2026-03-06 10:00:00 before", "2026-03-11 10:00:00 after",
                                   "2026-03-16 10:00:00 notice", "2026-03-30 10:00:00 headsup",
                                   "2026-04-01 09:30:00 blocked", "2026-04-02 15:00:00 unblocked"});
    CHECK(world.messenger.sent.size() == sent_before + 1);
}

TEST_CASE("A block lease is renewed long before the device would let people back in") {
    World world;
    add_base(world);
    world.start();
    world.run_until("2026-04-10 12:00:00");
    Instant covered = local("2026-04-01 09:30:00") + world.settings.routing.block_lease;
    for (const DesiredAccess& desired : world.driver.applied) {
        if (desired.access == Access::blocked) {
            CHECK(*desired.not_after - world.settings.routing.block_lease <= covered);
            covered = *desired.not_after;
        }
    }
    CHECK(covered > world.clock.now());
    CHECK(world.timeline("7301", "access.drift").empty());
}

TEST_CASE("A status of a message that was never sent proves nothing (A5), and a paused template goes on again (D7)") {
    World world;
    add_base(world);
    world.start();
    const std::vector<std::string> names{"emdia_antes_v1", "emdia_antes_pix_v1", "emdia_depois_v1",
                                         "emdia_depois_pix_v1", "emdia_aviso_suspensao_v1"};
    const auto tell = [&](const std::string& value) {
        WebhookBatch batch;
        for (const auto& name : names) {
            batch.notices.push_back(ChannelNotice{"template_status", name, value});
        }
        world.messenger.deliver(std::move(batch));
        world.settle();
    };
    world.run_until("2026-03-05 20:00:00");  // Less than a day before: then one message would ask.
    tell("PAUSED");
    tell("FLAGGED");
    world.run_until("2026-03-06 10:05:00");
    REQUIRE(world.messenger.sent.empty());
    int queued = 0;
    for (const Message& message : world.facts("7301").messages) {
        if (message.state != MessageState::queued) {
            continue;
        }
        ++queued;
        OutgoingMessage never;
        never.id = message.id;
        never.queued_at = message.queued_at;
        world.messenger.status(never, MessageState::delivered, world.clock.now());
        world.settle();
    }
    REQUIRE(queued > 0);
    for (const Message& message : world.facts("7301").messages) {
        CHECK(message.state != MessageState::delivered);
        CHECK_FALSE(message.delivered_at.has_value());
    }
    tell("REINSTATED");
    world.run_until("2026-03-07 18:00:00");
    CHECK_FALSE(world.messenger.sent.empty());
}
