#include "daemon/adapters/virtual_clock.hpp"

#include <sstream>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

namespace emdia {
namespace {

constexpr int kFirstLineSeconds = 10;
constexpr std::size_t kLongestLine = 256;

}  // namespace

class VirtualClock::Line {
public:
    Line(const std::string& host, std::uint16_t port) {
        socket_.connect(Poco::Net::SocketAddress(host, port), Poco::Timespan(kFirstLineSeconds, 0));
        socket_.setNoDelay(true);
        socket_.setReceiveTimeout(Poco::Timespan(kFirstLineSeconds, 0));
    }

    /// The next line; false at the end of the connection. Throws Poco::TimeoutException before `wait_for_ever`.
    bool read(std::string& line) {
        while (true) {
            if (const auto end = buffer_.find('\n'); end != std::string::npos) {
                line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                return true;
            }
            char chunk[512];
            const int got = socket_.receiveBytes(chunk, sizeof chunk);
            if (got <= 0 || buffer_.size() > kLongestLine) {
                return false;
            }
            buffer_.append(chunk, static_cast<std::size_t>(got));
        }
    }

    void write(const std::string& line) { socket_.sendBytes(line.data(), static_cast<int>(line.size())); }
    void wait_for_ever() { socket_.setReceiveTimeout(Poco::Timespan(0)); }
    void hang_up() { socket_.shutdown(); }

private:
    Poco::Net::StreamSocket socket_;
    std::string buffer_;
};

VirtualClock::VirtualClock(std::unique_ptr<Line> line) : line_(std::move(line)) {}

VirtualClock::~VirtualClock() {
    try {
        line_->hang_up();
    } catch (const Poco::Exception&) {
        // The lab hung up first.
    }
    if (reader_.joinable()) {
        reader_.join();
    }
}

Result<std::unique_ptr<VirtualClock>> VirtualClock::connect(const std::string& host, std::uint16_t port,
                                                            const std::string& name) {
    try {
        auto line = std::make_unique<Line>(host, port);
        line->write("hello " + name + "\n");
        std::unique_ptr<VirtualClock> clock(new VirtualClock(std::move(line)));
        std::string first;
        if (!clock->line_->read(first) || !clock->take(first)) {
            return Error{ErrorKind::protocol, "the lab's clock did not tell the time", "is that port the lab's clock?"};
        }
        clock->line_->wait_for_ever();
        return clock;
    } catch (const Poco::Exception& e) {
        return Error{ErrorKind::unavailable, "the lab's clock cannot be reached: " + e.displayText(),
                     "start emdia-lab first, or remove [clock] from emdia.toml"};
    }
}

bool VirtualClock::take(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::int64_t ms = 0;
    std::uint64_t seq = 0;
    if (!(words >> verb >> ms >> seq) || verb != "now") {
        return false;
    }
    now_ = Instant{Millis{ms}};
    const std::lock_guard lock(sink_mutex_);
    seq_ = seq;
    if (step_) {
        step_(seq);
    }
    return true;
}

void VirtualClock::start(StepSink step, std::function<void()> lost) {
    const std::lock_guard lock(sink_mutex_);
    step_ = std::move(step);
    lost_ = std::move(lost);
    step_(seq_);
    if (!reader_.joinable()) {
        reader_ = std::thread([this] { read(); });
    }
}

void VirtualClock::stop() {
    const std::lock_guard lock(sink_mutex_);
    step_ = nullptr;
    lost_ = nullptr;
}

void VirtualClock::read() {
    try {
        for (std::string line; line_->read(line);) {
            take(line);
        }
    } catch (const Poco::Exception&) {
        // The same as the end of the connection.
    }
    const std::lock_guard lock(sink_mutex_);
    if (lost_) {
        lost_();
    }
}

std::optional<Millis> VirtualClock::real_wait_until(Instant t) const {
    return t <= now() ? std::optional{Millis{0}} : std::nullopt;
}

void VirtualClock::idle(std::uint64_t seq, std::optional<Instant> next_wake) {
    const std::string next = next_wake ? std::to_string(next_wake->time_since_epoch().count()) : "-";
    const std::string line = "idle " + std::to_string(seq) + " " + next + "\n";
    const std::lock_guard lock(write_mutex_);
    if (line == last_said_) {
        return;
    }
    last_said_ = line;
    try {
        line_->write(line);
    } catch (const Poco::Exception&) {
        // The reader sees the end of the connection too, and says so.
    }
}

}  // namespace emdia
