#include <array>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "erp-connectors/protocol/codec.hpp"
#include "erp-connectors/protocol/line_buffer.hpp"
#include "erp-connectors/sdk/run.hpp"

using namespace emdia;
using namespace emdia::sdk;
using namespace std::chrono_literals;

namespace {

class Sample final : public Connector {
public:
    [[nodiscard]] protocol::Hello hello() const override { return {"sample", "1", 1, {"access.block"}}; }
    [[nodiscard]] Result<std::vector<std::string>> initialize(const protocol::Initialize&) override {
        return std::vector<std::string>{"access.block"};
    }
    void stop() override {
        const std::lock_guard lock{mutex_};
        open_ = true;
        gate_.notify_all();
    }
    [[nodiscard]] Result<ErpDone> block(const ErpBlock&, const CallContext&) override {
        return ErpDone{"block " + std::to_string(++blocks), std::nullopt};
    }
    [[nodiscard]] Result<ErpDone> unblock(const ErpUnblock&, const CallContext&) override {
        return ErpDone{"unblock", std::nullopt};
    }
    [[nodiscard]] Result<ErpContractRead> read_contract(const ErpReadContract&, const CallContext&) override {
        throw std::runtime_error("token is s3cr3t");
    }
    [[nodiscard]] Result<ErpHealthReport> health(const CallContext&) override {
        std::unique_lock lock{mutex_};
        entered = true;
        gate_.wait(lock, [this] { return open_; });
        return ErpHealthReport{"1", "waited"};
    }
    [[nodiscard]] Result<ErpDone> note(const ErpNote&, const CallContext& context) override {
        left = context.remaining();
        return ErpDone{"noted", std::nullopt};
    }
    std::atomic<Millis> left{};
    std::atomic<int> blocks{0};
    std::atomic<bool> entered{false};

private:
    std::mutex mutex_;
    std::condition_variable gate_;
    bool open_ = false;
};

/// The daemon's side of a connector that runs in this process.
class Session {
public:
    explicit Session(Connector& connector) {
        REQUIRE(::pipe2(to_.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(from_.data(), O_CLOEXEC) == 0);
        status_ = std::async(std::launch::async, [this, &connector] {
            const int status = run(connector, log_, {1, to_[0], from_[1]});
            ::close(from_[1]);
            return status;
        });
    }
    ~Session() {
        finish();
        ::close(to_[0]);
        ::close(from_[0]);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void send(std::string line) {
        line += '\n';
        REQUIRE(::write(to_[1], line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    }
    void call(std::uint64_t id, ErpCall c, std::string key = "") {
        send(protocol::encode(protocol::Request{id, std::move(c), 5s, std::move(key)}));
    }
    void initialize() {
        send(protocol::encode(protocol::Request{0, protocol::Initialize{"x", "{}", {{"t", "s3cr3t"}}}, 5s, ""}));
    }
    std::string line() {
        while (true) {
            if (auto line = lines_.next()) {
                return *line;
            }
            std::array<char, 4096> buffer{};
            const auto got = ::read(from_[0], buffer.data(), buffer.size());
            if (got <= 0) {
                return "";
            }
            REQUIRE(lines_.feed({buffer.data(), static_cast<std::size_t>(got)}));
        }
    }
    int finish() {
        if (to_[1] >= 0) {
            ::close(to_[1]);
            to_[1] = -1;
            code_ = status_.get();
        }
        return code_;
    }

private:
    std::array<int, 2> to_{};
    std::array<int, 2> from_{};
    Logger log_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    std::future<int> status_;
    int code_ = -1;
    protocol::LineBuffer lines_;
};

}  // namespace

TEST_CASE("a connector says hello, refuses calls before initialize, answers and leaves at the end of input") {
    Sample sample;
    Session session{sample};
    CHECK(protocol::decode_hello(session.line())->name == "sample");
    session.call(1, ErpBlock{"7"}, "k");
    CHECK(session.line().find("before initialize") != std::string::npos);
    session.initialize();
    CHECK(session.line().find("capabilities") != std::string::npos);
    session.call(2, ErpBlock{"7"}, "k");
    CHECK(session.line().find("block 1") != std::string::npos);
    CHECK(session.finish() == 0);
}

TEST_CASE("the same idempotency key is the same write") {
    Sample sample;
    Session session{sample};
    static_cast<void>(session.line());
    session.initialize();
    static_cast<void>(session.line());
    for (const std::uint64_t id : {1U, 2U}) {
        session.call(id, ErpBlock{"7"}, "k");
        CHECK(session.line().find("block 1") != std::string::npos);
    }
    session.call(3, ErpBlock{"7"}, "other");
    CHECK(session.line().find("block 2") != std::string::npos);
    CHECK(sample.blocks == 2);
}

TEST_CASE("a call must end before the daemon stops waiting, or a slow ERP would pass for a connector that hangs") {
    Sample sample;
    Session session{sample};
    static_cast<void>(session.line());
    session.initialize();
    static_cast<void>(session.line());
    session.call(1, ErpNote{"7", "1", "t", "x"}, "k");
    CHECK(session.line().find("noted") != std::string::npos);
    CHECK(sample.left.load() <= 4'500ms);
    CHECK(sample.left.load() > 3'000ms);
}

TEST_CASE("garbage is survived, unknown methods are unsupported, exceptions are internal and show no secret") {
    Sample sample;
    Session session{sample};
    static_cast<void>(session.line());
    session.initialize();
    static_cast<void>(session.line());
    session.send("not json");
    session.send(R"({"id":9,"method":"fly"})");
    CHECK(session.line().find("protocol") != std::string::npos);
    session.call(1, ErpReadInvoices{{"1"}});
    CHECK(session.line().find("unsupported") != std::string::npos);
    session.call(2, ErpReadContract{"1"});
    const auto failed = session.line();
    CHECK(failed.find("internal") != std::string::npos);
    CHECK(failed.find("s3cr3t") == std::string::npos);
}

TEST_CASE("of the waiting calls an unblock is served before a block, and stop frees a call under way") {
    Sample sample;
    Session session{sample};
    static_cast<void>(session.line());
    session.initialize();
    static_cast<void>(session.line());
    session.call(1, ErpHealthCheck{});
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (!sample.entered && std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(1ms);
    }
    session.call(2, ErpBlock{"7"}, "b");
    session.call(3, ErpUnblock{"7"}, "u");
    session.send("garbage, so that the two before it are surely queued");
    session.send(R"({"id":9,"method":"fly"})");
    CHECK(session.line().find("\"id\":9") != std::string::npos);
    sample.stop();
    CHECK(session.line().find("waited") != std::string::npos);
    CHECK(session.line().find("unblock") != std::string::npos);
    CHECK(session.line().find("block 1") != std::string::npos);
}
