#include "tests/lab/clock_server.hpp"

#include <algorithm>
#include <sstream>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

namespace emdia::lab {
namespace {

constexpr std::size_t longest_line = 256;
constexpr Millis accept_poll{100};

}  // namespace

ClockServer::ClockServer(std::uint16_t port, Instant now)
    : listener_(Poco::Net::SocketAddress("127.0.0.1", port), 16), now_(now) {
    acceptor_ = std::thread([this] { accept_clients(); });
}

ClockServer::~ClockServer() { stop(); }

std::uint16_t ClockServer::port() const { return listener_.address().port(); }

void ClockServer::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        stopping_ = true;
        for (Client& client : clients_) {
            hang_up(client);
        }
    }
    changed_.notify_all();
    acceptor_.join();
    for (Client& client : clients_) {
        client.reader.join();
    }
    listener_.close();
}

void ClockServer::hang_up(Client& client) {
    if (client.gone) {
        return;
    }
    try {
        client.socket.shutdown();
    } catch (const Poco::Exception&) {
        client.gone = true;  // It was first.
    }
}

void ClockServer::accept_clients() {
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) {
                return;
            }
        }
        if (!listener_.poll(Poco::Timespan(accept_poll.count() * 1000), Poco::Net::Socket::SELECT_READ)) {
            continue;
        }
        Poco::Net::StreamSocket socket = listener_.acceptConnection();
        socket.setNoDelay(true);
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return;
        }
        sweep_gone();
        Client& client = clients_.emplace_back();
        client.socket = socket;
        client.reader = std::thread([this, &client] { read_from(client); });
    }
}

void ClockServer::sweep_gone() {
    for (auto client = clients_.begin(); client != clients_.end();) {
        if (client->gone) {
            client->reader.join();
            client = clients_.erase(client);
        } else {
            ++client;
        }
    }
}

void ClockServer::read_from(Client& client) {
    std::string buffer;
    char chunk[longest_line];
    bool in_order = true;
    try {
        while (in_order && buffer.size() < longest_line) {
            const int count = client.socket.receiveBytes(chunk, sizeof chunk);
            if (count <= 0) {
                break;
            }
            buffer.append(chunk, static_cast<std::size_t>(count));
            for (auto end = buffer.find('\n'); in_order && end != std::string::npos; end = buffer.find('\n')) {
                in_order = take_line(client, buffer.substr(0, end));
                buffer.erase(0, end + 1);
            }
        }
    } catch (const Poco::Exception&) {
        in_order = false;  // The line broke: the client is gone.
    }
    const std::lock_guard lock(mutex_);
    client.gone = true;
    client.socket.close();
    if (!client.name.empty()) {
        lost_.push_back(client.name);
    }
    changed_.notify_all();
}

bool ClockServer::take_line(Client& client, const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    const std::lock_guard lock(mutex_);
    if (verb == "hello" && client.name.empty() && words >> client.name) {
        send_now(client);
        changed_.notify_all();
        return true;
    }
    std::uint64_t sequence = 0;
    std::string wake;
    if (verb != "idle" || client.name.empty() || !(words >> sequence >> wake) || sequence > sequence_) {
        return false;
    }
    client.idle = sequence;
    client.wake.reset();
    if (wake != "-") {
        std::int64_t millis = 0;
        if (!(std::istringstream(wake) >> millis)) {
            return false;
        }
        client.wake = Instant{Millis{millis}};
    }
    changed_.notify_all();
    return true;
}

void ClockServer::send_now(Client& client) {
    const std::string line =
        "now " + std::to_string(now_.time_since_epoch().count()) + " " + std::to_string(sequence_) + "\n";
    try {
        client.socket.sendBytes(line.data(), static_cast<int>(line.size()));
    } catch (const Poco::Exception&) {
        client.gone = true;  // Its reader notices too and reports the loss.
    }
}

void ClockServer::tell(Instant now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
    ++sequence_;
    for (Client& client : clients_) {
        if (!client.gone && !client.name.empty()) {
            send_now(client);
        }
    }
}

bool ClockServer::all_idle(std::size_t wanted) const {
    std::size_t idle = 0;
    for (const Client& client : clients_) {
        if (client.gone || client.name.empty()) {
            continue;
        }
        if (client.idle != sequence_) {
            return false;
        }
        ++idle;
    }
    return idle >= wanted;
}

ClockServer::WaitReport ClockServer::wait_idle(Millis guard, std::size_t wanted) {
    std::unique_lock lock(mutex_);
    WaitReport report;
    changed_.wait_for(lock, guard, [&] { return stopping_ || !lost_.empty() || all_idle(wanted); });
    report.lost = std::exchange(lost_, {});
    report.idle = report.lost.empty() && !stopping_ && all_idle(wanted);
    if (!report.idle && report.lost.empty()) {
        for (const Client& client : clients_) {
            if (!client.gone && client.idle != sequence_) {
                report.not_idle.push_back((client.name.empty() ? "(did not say hello)" : client.name) +
                                          ": last idle was " + std::to_string(client.idle) + " of " +
                                          std::to_string(sequence_));
            }
        }
        if (report.not_idle.empty()) {
            report.not_idle.push_back("fewer than " + std::to_string(wanted) + " clients are connected");
        }
    }
    return report;
}

std::optional<Instant> ClockServer::next_wake() const {
    const std::lock_guard lock(mutex_);
    std::optional<Instant> next;
    for (const Client& client : clients_) {
        if (!client.gone && client.wake && (!next || *client.wake < *next)) {
            next = client.wake;
        }
    }
    return next;
}

std::vector<std::string> ClockServer::clients() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const Client& client : clients_) {
        if (!client.gone && !client.name.empty()) {
            names.push_back(client.name);
        }
    }
    return names;
}

}  // namespace emdia::lab
