#pragma once
// The lab clock protocol: one TCP line each way, LF at the end.
//   client: hello NAME            once, on connecting
//   lab:    now UNIX_MS SEQ       the time, under a number that only grows
//   client: idle SEQ WAKE|-       all that is known at SEQ is handled, nothing asked of the outside is under way
// WAKE is the next instant (Unix milliseconds) at which the client wants to run; '-' if none.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "daemon/core/civil.hpp"

namespace emdia::lab {

/// Thread-safe. Listens from construction to stop().
class ClockServer {
public:
    struct WaitReport {
        bool idle = false;
        std::vector<std::string> not_idle;  ///< "emdiad: last idle was 41 of 43", when the guard ran out.
        std::vector<std::string> lost;      ///< Clients that went away since the last report.
    };

    /// Port 0 takes a free one.
    ClockServer(std::uint16_t port, Instant now);
    ~ClockServer();
    ClockServer(const ClockServer&) = delete;
    ClockServer& operator=(const ClockServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    void stop();

    /// Announces the time under a new number.
    void tell(Instant now);
    /// Waits until at least `clients` are connected and every one of them said idle for the latest number. Returns
    /// early when one goes away; after `guard` of real time with the names of those that did not answer.
    [[nodiscard]] WaitReport wait_idle(Millis guard, std::size_t clients);
    /// The earliest wake-up that a client asked for with its latest idle.
    [[nodiscard]] std::optional<Instant> next_wake() const;
    [[nodiscard]] std::vector<std::string> clients() const;

private:
    struct Client {
        Poco::Net::StreamSocket socket;
        std::string name;  ///< Empty until it said hello.
        std::uint64_t idle = 0;
        std::optional<Instant> wake;
        bool gone = false;
        std::thread reader;
    };

    static void hang_up(Client& client);
    void accept_clients();
    void read_from(Client& client);
    /// False: not a line of the protocol.
    [[nodiscard]] bool take_line(Client& client, const std::string& line);
    void send_now(Client& client);
    [[nodiscard]] bool all_idle(std::size_t wanted) const;
    void sweep_gone();

    Poco::Net::ServerSocket listener_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<Client> clients_;
    std::vector<std::string> lost_;
    Instant now_;
    std::uint64_t sequence_ = 1;
    bool stopping_ = false;
    std::thread acceptor_;
};

}  // namespace emdia::lab
