// The driver with its thread and sockets: against a NAS of ours that a test scripts, and against FreeRADIUS.
#include "network/radius/radius_driver.hpp"

#include <array>
#include <atomic>
#include <map>

#include <catch2/catch.hpp>

#include "tests/contract/driver_contract.hpp"
#include "tests/support/driver_events.hpp"
#include "tests/support/fake_nas.hpp"
#include "tests/support/freeradius.hpp"
#include "tests/support/radius_answers.hpp"

namespace emdia::testing {
namespace {

RadiusProfiles profiles() { return load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles").value(); }

NasConfig loopback(std::uint16_t port) {
    NasConfig nas;
    nas.name = "bng";
    nas.address = "127.0.0.1";
    nas.coa_port = port;
    nas.secret = radius_test_secret;
    nas.profile = "mikrotik";
    nas.mode = CoaMode::coa;
    nas.max_per_second = 0;
    nas.max_in_flight = 1;
    nas.id_reuse = Millis{0};
    nas.retry = {Millis{200}, Millis{400}, Millis{1'200}, 3};
    return nas;
}

std::unique_ptr<RadiusDriver> make_driver(const NasConfig& nas) {
    RadiusDriverConfig config;
    config.nas = {nas};
    config.profiles = profiles();
    return std::move(RadiusDriver::make(std::move(config)).value());
}

Connection numbered_connection(int number) {
    Connection connection;
    connection.erp_id = "c" + std::to_string(number);
    connection.login = "u" + std::to_string(number) + "@isp";
    connection.session_id = "81a0" + std::to_string(1000 + number);
    connection.ipv4 = "100.64.0." + std::to_string(number + 1);
    connection.nas = "bng";
    return connection;
}

DesiredAccess wish(int number, Access access, std::int64_t generation) {
    DesiredAccess desired;
    desired.command = CommandId{number};
    desired.connection = numbered_connection(number);
    desired.access = access;
    desired.generation = generation;
    return desired;
}

/// Keeps an address list by login, as a MikroTik would.
class ScriptedRig final : public DriverRig {
public:
    explicit ScriptedRig(int dead_after = 3) : nas_([this](ByteView request) { return take(request); }) {
        NasConfig config = loopback(nas_.port());
        config.dead_after = dead_after;
        config.probe_after = Millis{50};
        driver_ = make_driver(config);
    }

    AccessDriver& driver() override { return *driver_; }
    Connection connection(int number) override { return numbered_connection(number); }
    std::optional<Access> held(const Connection& connection) override {
        const std::lock_guard lock(mutex_);
        return lists_[connection.login] == "bloqueados" ? Access::blocked : Access::open;
    }
    std::size_t changes() override {
        const std::lock_guard lock(mutex_);
        return changes_;
    }
    bool silence() override {
        nas_.rescript([](ByteView) { return std::vector<Bytes>{}; });
        return true;
    }
    /// Answers again, and holds nothing.
    void restart() {
        {
            const std::lock_guard lock(mutex_);
            lists_.clear();
        }
        nas_.rescript([this](ByteView request) { return take(request); });
    }
    CommandId apply(int number, Access access, std::int64_t generation) {
        DesiredAccess desired = wish(number, access, generation);
        desired.command = CommandId{++commands_};
        driver_->apply(std::move(desired));
        return CommandId{commands_};
    }

private:
    std::vector<Bytes> take(ByteView request) {
        const auto packet = parse_radius(request);
        if (!packet || !is_genuine_request(request, radius_test_secret)) {
            return {};
        }
        const std::lock_guard lock(mutex_);
        lists_[text_of(*packet, 1).value_or("")] = vendor_text_of(*packet, 14988, 19).value_or("");
        ++changes_;
        return {radius_answer(request, RadiusCode::coa_ack, radius_test_secret)};
    }

    std::mutex mutex_;
    std::map<std::string, std::string> lists_;
    std::size_t changes_ = 0;
    std::int64_t commands_ = 1'000;
    FakeNas nas_;
    std::unique_ptr<RadiusDriver> driver_;
};

/// Only drops sessions, so what holds afterwards is known to the durable side alone.
class DisconnectRig final : public DriverRig {
public:
    DisconnectRig() : nas_([this](ByteView request) { return take(request); }) {
        NasConfig config = loopback(nas_.port());
        config.mode = CoaMode::disconnect;
        driver_ = make_driver(config);
    }

    AccessDriver& driver() override { return *driver_; }
    Connection connection(int number) override { return numbered_connection(number); }
    std::optional<Access> held(const Connection&) override { return std::nullopt; }
    std::size_t changes() override { return changes_; }
    bool silence() override {
        nas_.rescript([](ByteView) { return std::vector<Bytes>{}; });
        return true;
    }

private:
    std::vector<Bytes> take(ByteView request) {
        const auto packet = parse_radius(request);
        if (!packet || packet->code != RadiusCode::disconnect_request) {
            return {};
        }
        ++changes_;
        return {radius_answer(request, RadiusCode::disconnect_ack, radius_test_secret)};
    }

    std::atomic<std::size_t> changes_{0};
    FakeNas nas_;
    std::unique_ptr<RadiusDriver> driver_;
};

/// One server for all sections; each rig begins with everybody online and nothing blocked.
class FreeRadiusRig final : public DriverRig {
public:
    FreeRadiusRig(FreeRadius& server, int series) : server_(server), series_(series) {
        for (int i = 0; i < 100; ++i) {
            const Connection known = connection(i);
            server_.open_session(known.login, known.session_id, known.ipv4);
        }
        driver_ = make_driver(loopback(server_.port()));
    }
    ~FreeRadiusRig() override { server_.resume(); }

    AccessDriver& driver() override { return *driver_; }
    Connection connection(int number) override {
        Connection known = numbered_connection(number);
        known.login = std::to_string(series_) + "-" + known.login;
        return known;
    }
    std::optional<Access> held(const Connection& connection) override {
        return server_.address_list(connection.login) == "bloqueados" ? Access::blocked : Access::open;
    }
    std::size_t changes() override { return server_.changes(); }
    bool silence() override {
        server_.pause();
        return true;
    }

private:
    FreeRadius& server_;
    int series_;
    std::unique_ptr<RadiusDriver> driver_;
};

FreeRadius& shared_server() {
    static FreeRadius server(FreeRadiusKind::sessions);
    return server;
}

TEST_CASE("the RADIUS driver keeps the contract of drivers with a scripted NAS") {
    check_driver_contract([] { return std::make_unique<ScriptedRig>(); });
}

TEST_CASE("the RADIUS driver keeps the contract of drivers when it only drops sessions") {
    check_driver_contract([] { return std::make_unique<DisconnectRig>(); });
}

TEST_CASE("what a NAS lost while it was away is blocked again when it is back, or when a person asks") {
    ScriptedRig rig(1);
    DriverEvents events;
    rig.driver().start(events.sink());
    REQUIRE(events.result(rig.apply(1, Access::blocked, 1)).kind == ApplyKind::acknowledged);
    SECTION("it was away") {
        rig.silence();
        CHECK(events.result(rig.apply(2, Access::blocked, 1)).kind == ApplyKind::unknown);
        CHECK(events.wait_state([](const DeviceState& state) { return !state.reachable; }));
        rig.restart();
        CHECK(eventually(
            [&] { return events.result(rig.apply(2, Access::blocked, 1)).kind == ApplyKind::acknowledged; }));
        CHECK(events.wait_state([](const DeviceState& state) { return state.reachable; }));
    }
    SECTION("nobody noticed that it was away") {
        rig.restart();
        CHECK(events.result(rig.apply(1, Access::blocked, 1)).kind == ApplyKind::already_so);
        CHECK(rig.held(rig.connection(1)) == Access::open);
        rig.driver().observe();
    }
    CHECK(events.result(rig.apply(1, Access::blocked, 1)).kind == ApplyKind::acknowledged);
    CHECK(rig.held(rig.connection(1)) == Access::blocked);
}

TEST_CASE("a source address that this host does not have is named, not the NAS blamed") {
    NasConfig nas = loopback(free_udp_port());
    nas.source_address = "192.0.2.77";
    nas.dead_after = 1;
    DriverEvents events;
    const auto driver = make_driver(nas);
    driver->start(events.sink());
    driver->apply(wish(1, Access::blocked, 1));
    const ApplyResult result = events.result(CommandId{1});
    CHECK(result.kind == ApplyKind::retry);
    CHECK(result.cause.find("cannot send from the source address") != std::string::npos);
    CHECK(result.hint.find("source_address") != std::string::npos);
    CHECK(events.wait_state([](const DeviceState& state) {
        return !state.reachable && state.note.find("this host cannot send") != std::string::npos;
    }));
}

TEST_CASE("the RADIUS driver keeps the contract of drivers with FreeRADIUS") {
    static int series = 0;
    check_driver_contract([] { return std::make_unique<FreeRadiusRig>(shared_server(), ++series); });
}

TEST_CASE("FreeRADIUS drops the session of a Disconnect, and has none of it the second time (network.md V6, V7)") {
    FreeRadius& server = shared_server();
    Connection connection = numbered_connection(7);
    connection.login = "joao@isp";
    connection.session_id = "dead0007";
    connection.ipv4 = "100.64.7.7";
    server.open_session(connection.login, connection.session_id, connection.ipv4);
    NasConfig nas = loopback(server.port());
    nas.mode = CoaMode::disconnect;
    nas.message_authenticator = MessageAuthenticator::send;
    DriverEvents events;
    const auto driver = make_driver(nas);
    driver->start(events.sink());
    DesiredAccess desired = wish(1, Access::blocked, 1);
    desired.connection = connection;
    driver->apply(desired);
    CHECK(events.result(CommandId{1}).kind == ApplyKind::acknowledged);
    CHECK_FALSE(server.online("joao@isp"));
    desired.command = CommandId{2};
    desired.generation = 2;
    driver->apply(desired);
    const ApplyResult gone = events.result(CommandId{2});
    CHECK(gone.kind == ApplyKind::no_session);
    CHECK(gone.cause == "Disconnect-NAK 503 session context not found");
}

TEST_CASE("FreeRADIUS is silent to a wrong secret, and the operator reads all three reasons (network.md V9)") {
    NasConfig nas = loopback(shared_server().port());
    nas.secret = "wrong";
    DriverEvents events;
    const auto driver = make_driver(nas);
    driver->start(events.sink());
    driver->apply(wish(1, Access::blocked, 1));
    const ApplyResult result = events.result(CommandId{1});
    CHECK(result.kind == ApplyKind::unknown);
    CHECK(result.hint.find("secret is wrong") != std::string::npos);
    CHECK((result.cause + result.hint).find("u1@isp") == std::string::npos);
}

TEST_CASE("FreeRADIUS is silent to a false Message-Authenticator and answers a right one (network.md V8)") {
    FreeRadius& server = shared_server();
    server.open_session("maria@isp", "81a00001", "100.64.0.10");
    const Bytes v8 = from_hex(
        "2b080043ba7ef878031a34b8706a81ae11b78ec55012ffffffffffffffffffffffffffffffff010b6d617269614069"
        "73701a1200003a8c130c626c6f71756561646f73");
    const RadiusPacket packet = parse_radius(v8).value();
    const std::vector<RadiusAttribute> attributes(packet.attributes.begin() + 1, packet.attributes.end());
    const UdpPort port =
        std::move(UdpPort::open(UdpAddress::parse("127.0.0.1", server.port()).value(), std::nullopt).value());
    std::vector<int> answered;
    UdpBatch batch;
    for (const std::uint8_t id : {std::uint8_t{9}, std::uint8_t{10}}) {
        const Bytes right =
            encode_request(packet.code, id, attributes, radius_test_secret, MessageAuthenticator::send).value();
        const std::array<ByteView, 2> both{v8, right};
        REQUIRE(port.send(both) == UdpState::fine);
        REQUIRE(eventually([&] { return port.receive(batch) == UdpState::fine; }));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            answered.push_back(batch[i][1]);
        }
    }
    CHECK(answered == std::vector<int>{9, 10});
}

TEST_CASE("a stale address does not hide a subscriber who is online: FreeRADIUS is asked by login too") {
    FreeRadius& server = shared_server();
    server.open_session("stale@isp", "5a5a0001", "100.64.9.9");
    DriverEvents events;
    const auto driver = make_driver(loopback(server.port()));
    driver->start(events.sink());
    DesiredAccess desired = wish(1, Access::blocked, 1);
    desired.connection.login = "stale@isp";
    desired.connection.session_id = "5a5a0001";
    desired.connection.ipv4 = "100.64.1.1";
    driver->apply(desired);
    CHECK(events.result(CommandId{1}).kind == ApplyKind::acknowledged);
    CHECK(server.address_list("stale@isp") == "bloqueados");
}

TEST_CASE("a NAS that drops, duplicates and forges still ends in one right result") {
    int seen = 0;
    FakeNas nas([&seen](ByteView request) -> std::vector<Bytes> {
        const Bytes forged = radius_answer(request, RadiusCode::coa_nak, "guess", 503);
        if (++seen == 1) {
            return {forged};
        }
        const Bytes ack = radius_answer(request, RadiusCode::coa_ack, radius_test_secret);
        return {forged, Bytes{1, 2, 3}, ack, ack};
    });
    DriverEvents events;
    const auto driver = make_driver(loopback(nas.port()));
    driver->start(events.sink());
    driver->apply(wish(1, Access::blocked, 1));
    CHECK(events.result(CommandId{1}).kind == ApplyKind::acknowledged);
    driver->stop();
    CHECK(events.results().size() == 1);
    CHECK(driver->counters().forged == 2);
    CHECK(driver->counters().malformed == 1);
    CHECK(driver->counters().retransmitted == 1);
    const auto requests = nas.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0] == requests[1]);
}

TEST_CASE("a port nobody listens on is said to be one, and the NAS to be unreachable") {
    NasConfig nas = loopback(free_udp_port());
    nas.dead_after = 1;
    DriverEvents events;
    const auto driver = make_driver(nas);
    driver->start(events.sink());
    driver->apply(wish(1, Access::blocked, 1));
    CHECK(events.result(CommandId{1}).cause.find("nothing listens") != std::string::npos);
    CHECK(events.wait_state([](const DeviceState& state) { return !state.reachable && state.device == "bng"; }));
}

TEST_CASE("the NAS of the connection is the one asked; one that is not configured is refused with a cure") {
    FakeNas nas([](ByteView request) {
        return std::vector<Bytes>{radius_answer(request, RadiusCode::coa_ack, radius_test_secret)};
    });
    RadiusDriverConfig config;
    config.profiles = profiles();
    config.nas = {loopback(nas.port()), loopback(free_udp_port())};
    config.nas[1].name = "other";
    config.default_nas = "bng";
    DriverEvents events;
    const auto driver = std::move(RadiusDriver::make(std::move(config)).value());
    driver->start(events.sink());
    DesiredAccess desired = wish(1, Access::blocked, 1);
    desired.connection.nas.clear();
    driver->apply(desired);
    CHECK(events.result(CommandId{1}).kind == ApplyKind::acknowledged);
    desired = wish(2, Access::blocked, 1);
    desired.connection.nas = "nowhere";
    driver->apply(desired);
    CHECK(events.result(CommandId{2}).kind == ApplyKind::refused);
    desired = wish(3, Access::blocked, 1);
    desired.connection.nas = "other";
    driver->apply(desired);
    CHECK(events.result(CommandId{3}).kind == ApplyKind::unknown);
}

TEST_CASE("mistakes of the configuration name the NAS, never the secret") {
    const auto error = [](const std::function<void(RadiusDriverConfig&)>& spoil) {
        RadiusDriverConfig config;
        config.profiles = profiles();
        config.nas = {loopback(3799)};
        spoil(config);
        const auto made = RadiusDriver::make(std::move(config));
        REQUIRE_FALSE(made.ok());
        CHECK(made.error().kind == ErrorKind::config);
        CHECK(made.error().text().find(radius_test_secret) == std::string::npos);
        return made.error().text();
    };
    CHECK(error([](auto& c) { c.nas[0].profile = "cobol"; }).find("cobol") != std::string::npos);
    CHECK(error([](auto& c) { c.nas[0].secret.clear(); }).find("bng") != std::string::npos);
    CHECK(error([](auto& c) { c.nas[0].address = "bng.isp"; }).find("IP address") != std::string::npos);
    CHECK(error([](auto& c) { c.nas[0].source_address = "::1"; }).find("source_address") != std::string::npos);
    CHECK(error([](auto& c) { c.nas[0].max_in_flight = 5'000; }).find("max_in_flight") != std::string::npos);
    CHECK(error([](auto& c) { c.nas.push_back(c.nas[0]); }).find("two of this name") != std::string::npos);
    CHECK(error([](auto& c) { c.nas.clear(); }).find("has no NAS") != std::string::npos);
}

}  // namespace
}  // namespace emdia::testing
