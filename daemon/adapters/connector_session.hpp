#pragma once
// The daemon's side of the protocol during one life of a connector: hello, initialize, then requests and answers.
// Pure; told the time. Private to the room adapters_process.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/adapters/request_book.hpp"

namespace emdia {

class ConnectorSession {
public:
    using TimePoint = RequestBook::TimePoint;
    enum class State { greeting, initializing, ready, failed };

    ConnectorSession(protocol::Initialize init, RequestBook& book, TimePoint handshake_until);

    [[nodiscard]] State state() const noexcept { return state_; }
    /// Why it failed.
    [[nodiscard]] const Error& failure() const noexcept { return failure_; }
    /// Starting it again as it is would end the same way: another protocol version, refused settings.
    [[nodiscard]] bool permanent() const noexcept { return permanent_; }
    [[nodiscard]] const std::vector<std::string>& capabilities() const noexcept { return capabilities_; }
    [[nodiscard]] const std::string& version() const noexcept { return version_; }

    /// The next line to be written, LF included.
    [[nodiscard]] std::optional<std::string> next_line(TimePoint now);
    /// A line from the connector. Lines that mean nothing are counted; too many of them are a failure.
    [[nodiscard]] std::optional<RequestBook::Reply> on_line(std::string_view line);
    void on_time(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> next_time() const;

private:
    void on_hello(std::string_view line);
    void on_initialized(std::string_view line);
    void fail(Error error, bool permanent);
    void stray(const Error& error);

    protocol::Initialize init_;
    RequestBook& book_;
    TimePoint handshake_until_;
    State state_ = State::greeting;
    bool initialize_sent_ = false;
    std::vector<std::string> capabilities_;
    std::string version_;
    int strays_ = 0;
    Error failure_;
    bool permanent_ = false;
};

}  // namespace emdia
