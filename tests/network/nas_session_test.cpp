// One NAS with time in the test's hand: retransmission, matching, lanes, limits, breaker. No socket, no waiting.
#include "network/radius/nas_session.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/radius_answers.hpp"

namespace emdia::testing {
namespace {

using namespace std::chrono_literals;

const std::string secret = "emdia-Secret-01";

class Bench {
public:
    explicit Bench(NasConfig config = gentle(), const std::string& profile = "mikrotik")
        : session(
              "radius", config, load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles")->at(profile),
              [] { return Instant{}; }, 7) {}

    static NasConfig gentle() {
        NasConfig config;
        config.name = "bng";
        config.secret = secret;
        config.mode = CoaMode::coa;
        config.max_per_second = 0;
        config.max_in_flight = 4;
        return config;
    }

    CommandId wish(int connection, Access access, std::int64_t generation) {
        DesiredAccess desired;
        desired.command = CommandId{++commands};
        desired.connection.erp_id = std::to_string(connection);
        desired.connection.login = "u" + std::to_string(connection);
        desired.connection.session_id = session_id;
        desired.access = access;
        desired.generation = generation;
        session.wish(desired, now);
        return desired.command;
    }
    /// What leaves after `passed`.
    std::vector<OutgoingDatagram> after(std::chrono::milliseconds passed) {
        now += passed;
        session.advance(now);
        return session.take_datagrams();
    }
    void answer(const OutgoingDatagram& request, RadiusCode code, std::optional<std::uint32_t> cause = std::nullopt,
                const std::string& key = secret) {
        session.heard(request.source, radius_answer(request.bytes, code, key, cause), now);
    }
    std::vector<ApplyResult> results() {
        std::vector<ApplyResult> found;
        for (DriverEvent& event : session.take_events()) {
            if (auto* result = std::get_if<ApplyResult>(&event)) {
                found.push_back(*result);
            } else {
                states.push_back(std::get<DeviceState>(event));
            }
        }
        return found;
    }

    NasSession session;
    SteadyTime now{1h};
    std::string session_id;
    std::vector<DeviceState> states;
    std::int64_t commands = 0;
};

std::string login_of(const OutgoingDatagram& request) {
    return text_of(parse_radius(request.bytes).value(), 1).value_or("");
}

RadiusCode code_of(const OutgoingDatagram& request) { return parse_radius(request.bytes)->code; }

TEST_CASE("an unanswered request is sent again as RFC 5080 says: the same bytes, 2 s doubling to 16 s, 30 s in all") {
    Bench bench;
    bench.wish(1, Access::blocked, 1);
    const auto first = bench.after(0ms);
    REQUIRE(first.size() == 1);
    std::vector<std::int64_t> at;
    for (int second_tenths = 1; second_tenths <= 310; ++second_tenths) {
        for (const OutgoingDatagram& again : bench.after(100ms)) {
            CHECK(again.bytes == first.front().bytes);
            CHECK(again.source == first.front().source);
            at.push_back(second_tenths * 100);
        }
    }
    REQUIRE((at.size() == 3 || at.size() == 4));  // the fourth falls on the 30 s or just before
    CHECK((at[0] >= 1'800 && at[0] <= 2'300));
    CHECK((at[1] - at[0] >= 3'200 && at[1] - at[0] <= 4'900));
    CHECK((at[2] - at[1] >= 5'700 && at[2] - at[1] <= 9'800));
    const auto results = bench.results();
    REQUIRE(results.size() == 1);
    CHECK(results.front().kind == ApplyKind::unknown);
    for (const char* const reason : {"down", "secret", "address"}) {
        CHECK(results.front().hint.find(reason) != std::string::npos);
    }
    CHECK(bench.session.counters().retransmitted == at.size());
    CHECK(bench.session.counters().unanswered == 1);
}

TEST_CASE("an answer ends retransmission and is the one result") {
    Bench bench;
    const CommandId command = bench.wish(1, Access::blocked, 3);
    const auto sent = bench.after(0ms);
    bench.answer(sent.front(), RadiusCode::coa_ack);
    const auto results = bench.results();
    REQUIRE(results.size() == 1);
    CHECK(results.front().command == command);
    CHECK(results.front().generation == 3);
    CHECK(results.front().kind == ApplyKind::acknowledged);
    CHECK(bench.after(40s).empty());
    CHECK(bench.results().empty());
}

TEST_CASE("forged answers are counted and ignored; the genuine one still counts") {
    Bench bench;
    bench.wish(1, Access::blocked, 1);
    const auto sent = bench.after(0ms).front();
    bench.answer(sent, RadiusCode::coa_ack, std::nullopt, "another-secret");
    bench.answer(sent, RadiusCode::disconnect_ack);
    bench.answer(sent, RadiusCode::coa_request);
    Bytes wrong = radius_answer(sent.bytes, RadiusCode::coa_ack, secret);
    wrong[19] = static_cast<std::uint8_t>(wrong[19] ^ 1U);
    bench.session.heard(sent.source, wrong, bench.now);
    bench.session.heard(sent.source, Bytes(19, 0), bench.now);
    bench.session.heard(static_cast<std::uint16_t>(sent.source + 1),
                        radius_answer(sent.bytes, RadiusCode::coa_ack, secret), bench.now);
    CHECK(bench.results().empty());
    CHECK(bench.session.counters().forged == 4);
    CHECK(bench.session.counters().malformed == 1);
    CHECK(bench.session.counters().late == 1);
    bench.answer(sent, RadiusCode::coa_ack);
    CHECK(bench.results().size() == 1);
}

TEST_CASE("a duplicate or late answer changes nothing, even when its identifier is in use again") {
    NasConfig config = Bench::gentle();
    config.id_reuse = 0ms;
    Bench bench(config);
    bench.wish(1, Access::blocked, 1);
    const auto old = bench.after(0ms).front();
    bench.answer(old, RadiusCode::coa_ack);
    bench.answer(old, RadiusCode::coa_ack);
    CHECK(bench.results().size() == 1);
    CHECK(bench.session.counters().late == 1);
    for (int i = 2; i <= 257; ++i) {
        bench.wish(i, Access::blocked, 1);
        const auto sent = bench.after(0ms);
        REQUIRE(sent.size() == 1);
        if (sent.front().bytes[1] == old.bytes[1]) {
            bench.answer(old, RadiusCode::coa_ack);
            CHECK(bench.session.counters().forged == 1);
            return;
        }
        bench.answer(sent.front(), RadiusCode::coa_ack);
    }
    FAIL("the identifier was never used again");
}

TEST_CASE("more than 256 requests can be under way at one NAS, over several source ports, none sharing an identifier") {
    NasConfig config = Bench::gentle();
    config.max_in_flight = 1'000;
    Bench bench(config);
    for (int i = 0; i < 1'000; ++i) {
        bench.wish(i, Access::blocked, 1);
    }
    const auto sent = bench.after(0ms);
    REQUIRE(sent.size() == 1'000);
    std::set<std::pair<int, int>> ids;
    for (const OutgoingDatagram& request : sent) {
        ids.insert({request.source, request.bytes[1]});
    }
    CHECK(ids.size() == 1'000);
    CHECK(ids.rbegin()->first >= 7);
    for (const OutgoingDatagram& request : sent) {
        bench.answer(request, RadiusCode::coa_ack);
    }
    CHECK(bench.results().size() == 1'000);
}

TEST_CASE("an identifier rests for 30 s on its source port before it is used again (network.md 1.1)") {
    Identifiers identifiers;
    const SteadyTime start{1h};
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 600; ++i) {
        const auto id = identifiers.take(start);
        REQUIRE(id.has_value());
        CHECK(seen.insert(id->key()).second);
        identifiers.give_back(*id, start + 30s);
    }
    CHECK(identifiers.take(start + 30s)->key() == RequestId{0, 0}.key());
}

TEST_CASE("the window and the rate of a gentle NAS are kept (network.md 8.3)") {
    NasConfig config = Bench::gentle();
    config.max_per_second = 20;
    Bench bench(config);
    for (int i = 0; i < 100; ++i) {
        bench.wish(i, Access::blocked, 1);
    }
    auto sent = bench.after(0ms);
    CHECK(sent.size() == 4);
    std::size_t total = sent.size();
    for (int i = 0; i < 100; ++i) {
        for (const OutgoingDatagram& request : sent) {
            bench.answer(request, RadiusCode::coa_ack);
        }
        sent = bench.after(10ms);
        total += sent.size();
    }
    CHECK(total >= 20);
    CHECK(total <= 24);
}

TEST_CASE("NAK 506 slows that NAS down: a full window of them counts once (network.md 1.2)") {
    Bench bench;
    for (int i = 0; i < 20; ++i) {
        bench.wish(i, Access::blocked, 1);
    }
    const auto full = bench.after(0ms);
    REQUIRE(full.size() == 4);
    for (const OutgoingDatagram& request : full) {
        bench.answer(request, RadiusCode::coa_nak, 506);
    }
    CHECK(bench.results().front().kind == ApplyKind::retry);
    const auto halved = bench.after(1s);
    REQUIRE(halved.size() == 2);
    for (const OutgoingDatagram& request : halved) {
        bench.answer(request, RadiusCode::coa_ack);
    }
    CHECK(bench.after(30s).size() == 4);
}

TEST_CASE("window and rate halve at each complaint and come back one doubling at a time") {
    const SteadyTime start{1h};
    NasPace pace(20, 4);
    CHECK(pace.window() == 4);
    pace.sent(start);
    CHECK(pace.free_at(1) == start + 50ms);
    pace.short_of_resources(start);
    pace.short_of_resources(start + 999ms);
    CHECK(pace.window() == 2);
    pace.short_of_resources(start + 1s);
    CHECK(pace.window() == 1);
    pace.sent(start + 1s);
    CHECK(pace.free_at(1) == start + 1s + 200ms);
    pace.recover(start + 30s);
    CHECK(pace.window() == 1);
    pace.recover(start + 31s);
    pace.recover(start + 31s);
    CHECK(pace.window() == 2);
    pace.recover(start + 61s);
    CHECK(pace.window() == 4);
}

TEST_CASE("a NAS that complains for ever is still asked, one request at a time") {
    SteadyTime now{1h};
    NasPace pace(0, 16);
    for (int i = 0; i < 100; ++i) {
        pace.short_of_resources(now += 1s);
    }
    CHECK(pace.window() == 1);
    pace.sent(now);
    CHECK(pace.free_at(1) <= now);
}

TEST_CASE("an unblock overtakes every block that waits") {
    NasConfig config = Bench::gentle();
    config.max_in_flight = 1;
    Bench bench(config);
    for (int i = 0; i < 10; ++i) {
        bench.wish(i, Access::blocked, 1);
    }
    const auto first = bench.after(0ms);
    bench.wish(99, Access::open, 1);
    bench.answer(first.front(), RadiusCode::coa_ack);
    CHECK(login_of(bench.after(0ms).front()) == "u99");
}

TEST_CASE("a newer wish replaces the one that waits and stops the one on the wire") {
    NasConfig config = Bench::gentle();
    config.max_in_flight = 1;
    Bench bench(config);
    const CommandId block = bench.wish(1, Access::blocked, 1);
    const auto sent = bench.after(0ms);
    const CommandId reduce = bench.wish(1, Access::reduced, 2);
    const CommandId open = bench.wish(1, Access::open, 3);
    CHECK(bench.after(400ms).empty());
    const auto next = bench.after(150ms);
    REQUIRE(next.size() == 1);
    CHECK(vendor_text_of(parse_radius(next.front().bytes).value(), 14988, 19) == "liberados");
    bench.answer(sent.front(), RadiusCode::coa_ack);
    bench.answer(next.front(), RadiusCode::coa_ack);
    const auto results = bench.results();
    REQUIRE(results.size() == 3);
    CHECK(results[0].command == reduce);
    CHECK(results[0].kind == ApplyKind::already_so);
    CHECK(results[1].command == block);
    CHECK(results[1].kind == ApplyKind::already_so);
    CHECK(results[2].command == open);
    CHECK(results[2].kind == ApplyKind::acknowledged);
    CHECK(bench.after(40s).empty());
}

TEST_CASE("the same wish again while under way shares the request and gets its own result") {
    Bench bench;
    bench.wish(1, Access::blocked, 1);
    const auto sent = bench.after(0ms);
    bench.wish(1, Access::blocked, 1);
    CHECK(bench.after(0ms).empty());
    bench.answer(sent.front(), RadiusCode::coa_ack);
    CHECK(bench.results().size() == 2);
}

TEST_CASE("session context not found is asked once more by the login alone before nobody is online") {
    Bench bench;
    bench.session_id = "81a00001";
    bench.wish(1, Access::blocked, 1);
    const auto full = bench.after(0ms);
    bench.answer(full.front(), RadiusCode::coa_nak, 503);
    CHECK(bench.results().empty());
    const auto plain = bench.after(0ms);
    REQUIRE(plain.size() == 1);
    CHECK(login_of(plain.front()) == "u1");
    CHECK_FALSE(text_of(parse_radius(plain.front().bytes).value(), 44).has_value());
    bench.answer(plain.front(), RadiusCode::coa_nak, 503);
    CHECK(bench.results().front().kind == ApplyKind::no_session);
}

TEST_CASE("a NAS that cannot do this by CoA gets Disconnect from then on, and says so (peers story 19)") {
    Bench bench;
    bench.wish(1, Access::blocked, 1);
    bench.answer(bench.after(0ms).front(), RadiusCode::coa_nak, 401);
    const auto dropped = bench.after(0ms);
    REQUIRE(dropped.size() == 1);
    CHECK(code_of(dropped.front()) == RadiusCode::disconnect_request);
    bench.answer(dropped.front(), RadiusCode::disconnect_ack);
    CHECK(bench.results().front().kind == ApplyKind::acknowledged);
    CHECK(std::any_of(bench.states.begin(), bench.states.end(), [](const DeviceState& state) {
        return state.note.find("401") != std::string::npos && state.reachable && state.degraded;
    }));
    bench.wish(2, Access::blocked, 1);
    CHECK(code_of(bench.after(0ms).front()) == RadiusCode::disconnect_request);
}

TEST_CASE("after a CoA-NAK without a cause only a new session is believed (network.md 0.1, 1.2)") {
    Bench bench;
    bench.wish(1, Access::blocked, 1);
    bench.answer(bench.after(0ms).front(), RadiusCode::coa_nak);
    CHECK(bench.results().empty());
    const auto dropped = bench.after(0ms);
    REQUIRE(dropped.size() == 1);
    CHECK(code_of(dropped.front()) == RadiusCode::disconnect_request);
    SECTION("the session is gone: CoA is used again") {
        bench.answer(dropped.front(), RadiusCode::disconnect_ack);
        CHECK(bench.results().front().kind == ApplyKind::acknowledged);
        bench.wish(1, Access::open, 2);
        CHECK(code_of(bench.after(0ms).front()) == RadiusCode::coa_request);
    }
    SECTION("it is not: that is unknown, and the same CoA is never repeated") {
        bench.answer(dropped.front(), RadiusCode::disconnect_nak);
        CHECK(bench.results().front().kind == ApplyKind::unknown);
        CHECK(bench.after(0ms).empty());
        bench.wish(1, Access::blocked, 1);
        CHECK(code_of(bench.after(0ms).front()) == RadiusCode::disconnect_request);
    }
    SECTION("other sessions are still changed by CoA") {
        bench.wish(2, Access::blocked, 1);
        CHECK(code_of(bench.after(0ms).front()) == RadiusCode::coa_request);
    }
}

TEST_CASE("a fault of this host is named and not taken for a silent NAS") {
    NasConfig config = Bench::gentle();
    config.dead_after = 1;
    Bench bench(config);
    bench.wish(1, Access::blocked, 1);
    const auto sent = bench.after(0ms);
    bench.session.cannot_send(sent.front().source, Error{ErrorKind::unavailable, "no such address", "write one"},
                              bench.now);
    const auto results = bench.results();
    REQUIRE(results.size() == 1);
    CHECK(results.front().kind == ApplyKind::retry);
    CHECK(results.front().cause == "nothing was sent to NAS bng: no such address");
    CHECK(results.front().hint == "write one");
    REQUIRE(bench.states.size() == 1);
    CHECK(bench.states.front().note == "this host cannot send to it: no such address; write one");
    bench.wish(2, Access::blocked, 1);
    CHECK(bench.results().front().cause == "nothing was sent to NAS bng: no such address");
    bench.wish(1, Access::blocked, 1);
    CHECK(bench.after(40s).empty());
    bench.wish(1, Access::blocked, 1);
    bench.answer(bench.after(0ms).front(), RadiusCode::coa_ack);
    CHECK(bench.results().back().kind == ApplyKind::acknowledged);
    CHECK(bench.states.back().reachable);
}

TEST_CASE("mode disconnect drops the session whatever the wish, and a NAK without cause is no answer to rely on") {
    NasConfig config = Bench::gentle();
    config.mode = CoaMode::disconnect;
    Bench bench(config);
    bench.wish(1, Access::open, 1);
    const auto sent = bench.after(0ms);
    CHECK(code_of(sent.front()) == RadiusCode::disconnect_request);
    bench.answer(sent.front(), RadiusCode::disconnect_nak);
    CHECK(bench.results().front().kind == ApplyKind::unknown);
}

TEST_CASE("a dead NAS is told once, turns wishes away at once, is probed by one request, and comes back") {
    NasConfig config = Bench::gentle();
    config.dead_after = 2;
    Bench bench(config);
    bench.wish(1, Access::blocked, 1);
    bench.wish(2, Access::blocked, 1);
    bench.after(0ms);
    for (int i = 0; i < 310; ++i) {
        bench.after(100ms);
    }
    CHECK(bench.results().size() == 2);
    REQUIRE(bench.states.size() == 1);
    CHECK_FALSE(bench.states.front().reachable);

    bench.wish(3, Access::open, 1);
    const auto away = bench.results();
    REQUIRE(away.size() == 1);
    CHECK(away.front().kind == ApplyKind::retry);
    CHECK(away.front().retry_after.value() <= Millis{10'000});

    bench.after(10s);
    bench.wish(3, Access::open, 1);
    bench.wish(4, Access::open, 1);
    const auto probe = bench.after(0ms);
    REQUIRE(probe.size() == 1);
    bench.answer(probe.front(), RadiusCode::coa_ack);
    CHECK(bench.after(0ms).size() == 1);
    CHECK(bench.results().size() == 1);
    CHECK(bench.states.back().reachable);
}

TEST_CASE("what a NAS said yes to is asked again after it was away: it may have restarted") {
    NasConfig config = Bench::gentle();
    config.dead_after = 1;
    Bench bench(config);
    bench.wish(1, Access::blocked, 1);
    bench.answer(bench.after(0ms).front(), RadiusCode::coa_ack);
    bench.wish(1, Access::blocked, 1);
    CHECK(bench.after(0ms).empty());
    bench.wish(2, Access::blocked, 1);
    for (int i = 0; i < 310; ++i) {
        bench.after(100ms);
    }
    bench.after(10s);
    bench.wish(2, Access::blocked, 1);
    bench.answer(bench.after(0ms).front(), RadiusCode::coa_ack);
    bench.wish(1, Access::blocked, 1);
    CHECK(bench.after(0ms).size() == 1);
}

TEST_CASE("a wish that cannot be put into a request is refused without naming the subscriber") {
    Bench bench;
    DesiredAccess desired;
    desired.command = CommandId{1};
    desired.connection.erp_id = "nobody-known";
    desired.generation = 1;
    bench.session.wish(desired, bench.now);
    CHECK(bench.after(0ms).empty());
    const auto results = bench.results();
    REQUIRE(results.size() == 1);
    CHECK(results.front().kind == ApplyKind::refused);
    CHECK(results.front().cause.find("nobody-known") == std::string::npos);
}

}  // namespace
}  // namespace emdia::testing
