#include "daemon/adapters/process_erp_source.hpp"

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/fakes/fake_entropy.hpp"
#include "tests/fakes/fake_log.hpp"

using namespace emdia;
using namespace std::chrono_literals;

namespace {

/// A source with the fault connector behind it, and what it told.
class Source {
public:
    explicit Source(const std::string& mode, int hung_after = 3) {
        ProcessErpSourceOptions options;
        options.erp = "ixc";
        options.command = {EMDIA_FAULT_CONNECTOR, mode};
        options.require_root_owned = false;
        options.handshake = 500ms;
        options.restart = {10ms, 2, 40ms, 0};
        options.hung_after = hung_after;
        source_.emplace(std::move(options), log_, entropy_);
        source_->start([this](ErpEvent event) {
            const std::lock_guard lock{mutex_};
            if (auto* reply = std::get_if<ErpReply>(&event)) {
                replies_.push_back(std::move(*reply));
            } else {
                states_.push_back(std::get<ErpStateChange>(std::move(event)));
            }
            changed_.notify_all();
        });
    }

    void ask(ErpRequestId id, ErpCall call, Millis deadline = 5s) {
        source_->submit({id, std::move(call), deadline, "k"});
    }
    std::optional<ErpReply> reply(ErpRequestId id) {
        std::unique_lock lock{mutex_};
        const auto find = [&] {
            return std::find_if(replies_.begin(), replies_.end(), [&](const ErpReply& r) { return r.id == id; });
        };
        if (!changed_.wait_for(lock, 8s, [&] { return find() != replies_.end(); })) {
            return std::nullopt;
        }
        return *find();
    }
    ErrorKind error_of(ErpRequestId id) {
        const auto found = reply(id);
        REQUIRE(found);
        REQUIRE_FALSE(found->answer.ok());
        return found->answer.error().kind;
    }
    std::optional<ErpStateChange> state(bool healthy) {
        std::unique_lock lock{mutex_};
        const auto find = [&] {
            return std::find_if(states_.begin(), states_.end(), [&](const auto& s) { return s.healthy == healthy; });
        };
        if (!changed_.wait_for(lock, 8s, [&] { return find() != states_.end(); })) {
            return std::nullopt;
        }
        return *find();
    }
    void stop() { source_->stop(); }
    std::size_t logged(std::string_view id) { return log_.count(id); }
    /// Whether that many lines came, or come soon.
    bool logs(std::string_view id, std::size_t count) {
        const auto give_up = std::chrono::steady_clock::now() + 8s;
        while (log_.count(id) < count && std::chrono::steady_clock::now() < give_up) {
            std::this_thread::sleep_for(5ms);
        }
        return log_.count(id) >= count;
    }
    std::size_t replies() {
        const std::lock_guard lock{mutex_};
        return replies_.size();
    }
    std::size_t states() {
        const std::lock_guard lock{mutex_};
        return states_.size();
    }

private:
    fakes::FakeLog log_;
    fakes::FakeEntropy entropy_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ErpReply> replies_;
    std::vector<ErpStateChange> states_;
    std::optional<ProcessErpSource> source_;
};

/// Why a source that cannot come up says it is down.
std::string cause_of(ProcessErpSourceOptions options) {
    fakes::FakeLog log;
    fakes::FakeEntropy entropy;
    options.erp = "ixc";
    options.restart = {1ms, 1, 1ms, 0};
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<ErpStateChange> change;
    ProcessErpSource source{std::move(options), log, entropy};
    source.start([&](ErpEvent event) {
        const std::lock_guard lock{mutex};
        change = std::get<ErpStateChange>(std::move(event));
        changed.notify_all();
    });
    {
        std::unique_lock lock{mutex};
        REQUIRE(changed.wait_for(lock, 5s, [&] { return change.has_value(); }));
    }
    source.stop();
    CHECK_FALSE(change->healthy);
    return change->cause;
}

}  // namespace

TEST_CASE("a good connector becomes healthy with its capabilities and answers") {
    Source source{"good"};
    source.ask(7, ErpHealthCheck{});
    const auto reply = source.reply(7);
    REQUIRE(reply);
    REQUIRE(reply->answer.ok());
    CHECK(std::get<ErpHealthReport>(*reply->answer).version == "good");
    const auto up = source.state(true);
    REQUIRE(up);
    CHECK(up->capabilities == std::vector<std::string>{"health", "access.block", "contract.read"});
    source.ask(8, ErpPull{});
    CHECK(source.error_of(8) == ErrorKind::unsupported);
}

TEST_CASE("a connector that hangs: writes end unknown, reads unavailable, and it is replaced") {
    Source source{"hangs", 2};
    source.ask(1, ErpBlock{"7"}, 200ms);
    CHECK(source.error_of(1) == ErrorKind::unknown);
    source.ask(2, ErpReadContract{"7"}, 200ms);
    CHECK(source.error_of(2) == ErrorKind::unavailable);
    CHECK(source.logs("ERP-CONNECTOR-UP", 2));
    source.ask(3, ErpBlock{"7"}, 300ms);
    CHECK(source.error_of(3) == ErrorKind::unknown);
}

TEST_CASE("a connector that dies while a write is under way: exactly one reply, unknown") {
    Source source{"dies"};
    source.ask(1, ErpBlock{"7"});
    CHECK(source.error_of(1) == ErrorKind::unknown);
    source.stop();
    CHECK(source.replies() == 1);
}

TEST_CASE("a connector that dies again and again is unhealthy once, and requests are refused at once") {
    Source source{"exits-at-once"};
    const auto down = source.state(false);
    REQUIRE(down);
    CHECK(down->cause.find("exit status 3") != std::string::npos);
    source.ask(1, ErpHealthCheck{}, 60s);
    CHECK(source.error_of(1) == ErrorKind::unavailable);
    source.stop();
    CHECK(source.states() == 1);
}

TEST_CASE("another protocol version is refused readably and not started again") {
    Source source{"other-version"};
    const auto down = source.state(false);
    REQUIRE(down);
    CHECK(down->cause.find("version 2") != std::string::npos);
    std::this_thread::sleep_for(150ms);  // many times the pause before a restart
    CHECK(source.logged("ERP-CONNECTOR-DOWN") == 1);
}

TEST_CASE("refused settings are told with their cure and not tried again") {
    Source source{"refuses-settings"};
    const auto down = source.state(false);
    REQUIRE(down);
    CHECK(down->cause == "url is needed (write it)");
    std::this_thread::sleep_for(150ms);
    CHECK(source.logged("ERP-CONNECTOR-DOWN") == 1);
}

TEST_CASE("floods and endless lines end the connector, not us") {
    for (const auto* mode : {"floods", "endless-line"}) {
        Source source{mode};
        source.ask(1, ErpBlock{"7"}, 20s);
        CHECK(source.error_of(1) == ErrorKind::unknown);
        CHECK(source.logs("ERP-CONNECTOR-UP", 2));  // replaced
    }
}

TEST_CASE("late answers now and then, over a long life, are no flood") {
    Source source{"twice"};
    for (ErpRequestId id = 1; id <= 120; ++id) {
        source.ask(id, ErpHealthCheck{});
        REQUIRE(source.reply(id));
    }
    CHECK(source.logged("ERP-CONNECTOR-DOWN") == 0);
}

TEST_CASE("a connector that closes its standard error costs no processor time") {
    Source source{"closes-stderr"};
    REQUIRE(source.state(true));
    const auto before = std::clock();
    std::this_thread::sleep_for(500ms);
    const auto used = std::chrono::milliseconds{(std::clock() - before) * 1000 / CLOCKS_PER_SEC};
    CHECK(used < 150ms);
    source.ask(1, ErpHealthCheck{});
    CHECK(source.reply(1)->answer.ok());
}

TEST_CASE("talk before the hello and silence are failures") {
    for (const auto* mode : {"chatty", "silent"}) {
        Source source{mode};
        const auto down = source.state(false);
        REQUIRE(down);
        CHECK(down->cause.find("hello") != std::string::npos);
    }
}

TEST_CASE("garbage between answers and doubled answers are dropped") {
    for (const auto* mode : {"garbage", "twice"}) {
        Source source{mode};
        source.ask(1, ErpHealthCheck{});
        source.ask(2, ErpHealthCheck{});
        CHECK(source.reply(1)->answer.ok());
        CHECK(source.reply(2)->answer.ok());
        source.stop();
        CHECK(source.replies() == 2);
    }
}

TEST_CASE("an answer after its deadline is not taken for the next one's") {
    Source source{"late"};
    source.ask(1, ErpBlock{"7"}, 100ms);
    CHECK(source.error_of(1) == ErrorKind::unknown);
    source.ask(2, ErpHealthCheck{}, 5s);
    const auto second = source.reply(2);
    REQUIRE(second);
    CHECK(second->answer.ok());
    CHECK(source.replies() == 2);
}

TEST_CASE("a result of the wrong shape is a protocol error of its own request") {
    Source source{"odd-result"};
    source.ask(1, ErpReadContract{"7"});
    CHECK(source.error_of(1) == ErrorKind::protocol);
}

TEST_CASE("a connector that leaves after each answer is started again") {
    Source source{"leaves-after-one"};
    source.ask(1, ErpHealthCheck{});
    REQUIRE(source.reply(1));
    CHECK(source.reply(1)->answer.ok());
    std::this_thread::yield();
    source.ask(2, ErpHealthCheck{}, 5s);
    REQUIRE(source.reply(2));
}

TEST_CASE(
    "stop replies to what is open, takes under five seconds even with a stubborn child, and is quiet afterwards") {
    Source source{"hangs"};
    REQUIRE(source.state(true));
    source.ask(1, ErpBlock{"7"}, 60s);
    source.ask(2, ErpHealthCheck{}, 60s);
    source.stop();
    CHECK(source.replies() == 2);

    Source stubborn{"stubborn"};
    REQUIRE(stubborn.state(true));
    const auto before = std::chrono::steady_clock::now();
    stubborn.stop();
    CHECK(std::chrono::steady_clock::now() - before < 5s);
}

TEST_CASE("a command that is not there is a cause with a cure") {
    ProcessErpSourceOptions options;
    options.command = {"/no/such/connector"};
    CHECK(cause_of(std::move(options)).find("install the connector") != std::string::npos);
}

TEST_CASE("settings that are not one JSON object are told with their cure; no connector is started for them") {
    for (const auto* settings : {"", "{", "[]", "7", "null", R"({"url":"x"} {})", "\xff"}) {
        ProcessErpSourceOptions options;
        options.command = {EMDIA_FAULT_CONNECTOR, "good"};
        options.require_root_owned = false;
        options.settings_json = settings;
        CHECK(cause_of(std::move(options)) ==
              "the settings of ERP ixc are not one JSON object (correct the table erp.ixc.settings in the "
              "configuration file)");
    }
}
