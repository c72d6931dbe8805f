#pragma once
// A client of the lab's clock as emdia is one: says hello, hears the time, says idle with its next wake-up.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "daemon/core/civil.hpp"

namespace emdia::lab {

class FakeClockClient {
public:
    /// Called with each new time; gives the next wake-up. Runs on the client's own thread.
    using Work = std::function<std::optional<Instant>(Instant now)>;

    FakeClockClient(std::uint16_t port, std::string name, Work work)
        : socket_(Poco::Net::SocketAddress("127.0.0.1", port)), work_(std::move(work)) {
        say("hello " + name);
        reader_ = std::thread([this] { listen(); });
    }
    ~FakeClockClient() { leave(); }
    FakeClockClient(const FakeClockClient&) = delete;
    FakeClockClient& operator=(const FakeClockClient&) = delete;

    /// From now on it hears and does not answer.
    void hang() { hanging_ = true; }
    void leave() {
        if (!reader_.joinable()) {
            return;
        }
        try {
            socket_.shutdown();
        } catch (const Poco::Exception&) {
            socket_.close();  // The lab was first.
        }
        reader_.join();
    }
    void say(const std::string& line) {
        const std::string text = line + "\n";
        socket_.sendBytes(text.data(), static_cast<int>(text.size()));
    }
    /// Every time it was told, in order.
    [[nodiscard]] std::vector<Instant> told() const {
        const std::lock_guard lock(mutex_);
        return told_;
    }

private:
    void listen() {
        std::string buffer;
        char chunk[256];
        try {
            for (int count = socket_.receiveBytes(chunk, sizeof chunk); count > 0;
                 count = socket_.receiveBytes(chunk, sizeof chunk)) {
                buffer.append(chunk, static_cast<std::size_t>(count));
                for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
                    hear(buffer.substr(0, end));
                    buffer.erase(0, end + 1);
                }
            }
        } catch (const Poco::Exception&) {
            return;  // The lab closed the line.
        }
    }
    void hear(const std::string& line) {
        std::istringstream words(line);
        std::string verb;
        std::int64_t millis = 0;
        std::string sequence;
        words >> verb >> millis >> sequence;
        const Instant now{Millis{millis}};
        {
            const std::lock_guard lock(mutex_);
            told_.push_back(now);
        }
        const auto wake = work_(now);
        if (!hanging_) {
            say("idle " + sequence + " " + (wake ? std::to_string(wake->time_since_epoch().count()) : "-"));
        }
    }

    Poco::Net::StreamSocket socket_;
    Work work_;
    std::atomic<bool> hanging_ = false;
    mutable std::mutex mutex_;
    std::vector<Instant> told_;
    std::thread reader_;
};

}  // namespace emdia::lab
