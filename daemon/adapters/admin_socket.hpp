#pragma once
// The admin socket: a Unix stream socket, one JSON object a line, each answered with one line. Who asks is what the
// kernel says (SO_PEERCRED), never what the request says.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/ports/control.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

struct AdminSocketSettings {
    std::string path = "/run/emdia/admin.sock";  ///< At most 107 bytes.
    std::string group;                           ///< May use the socket, besides its owner; empty: the owner only.
    std::size_t max_request_bytes = 64 * 1024;
    std::size_t max_connections = 32;
    std::chrono::milliseconds idle_limit{60'000};  ///< A connection that sends nothing for so long is closed.
};

/// What the lines mean; handed in, so that this adapter knows sockets only.
struct AdminTranslator {
    /// Runs inside a turn on the engine's thread.
    std::function<std::string(std::string_view request, std::string_view caller, Control& control)> answer;
    /// For requests that never reached a turn, or whose turn failed. Thread-safe.
    std::function<std::string(const Error& error)> refuse;
};

/// Owns one thread. Requests of one connection are answered in order, one at a time.
class AdminSocket {
public:
    AdminSocket(AdminSocketSettings settings, AdminTranslator translator, Log& log);
    ~AdminSocket();
    AdminSocket(const AdminSocket&) = delete;
    AdminSocket& operator=(const AdminSocket&) = delete;

    /// Listens. A socket file without a daemon behind it is replaced; a living one is an error (`config`).
    [[nodiscard]] Result<void> start(ControlSink sink);
    /// Closes everything and removes the socket file. Answers that come later go nowhere.
    void stop();

private:
    class Loop;
    AdminSocketSettings settings_;
    AdminTranslator translator_;
    Log& log_;
    std::unique_ptr<Loop> loop_;
};

}  // namespace emdia
