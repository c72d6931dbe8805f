#include "daemon/adapters/admin_socket.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/adapters/admin_listener.hpp"

namespace emdia {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Answers on their way from the engine's thread to the socket's. Shared with calls that may outlive the socket.
class Mailbox {
public:
    Mailbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    void put(std::uint64_t connection, std::string answer) {
        {
            const std::lock_guard lock(mutex_);
            answers_.emplace_back(connection, std::move(answer));
        }
        wake();
    }
    void wake() {
        const std::uint64_t one = 1;
        // The only failure is a full counter, and then the other side is awake anyway.
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }
    [[nodiscard]] std::vector<std::pair<std::uint64_t, std::string>> take() {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
        const std::lock_guard lock(mutex_);
        return std::exchange(answers_, {});
    }
    [[nodiscard]] int fd() const noexcept { return wake_.get(); }

private:
    OwnedFd wake_;
    std::mutex mutex_;
    std::vector<std::pair<std::uint64_t, std::string>> answers_;
};

struct Peer {
    OwnedFd socket;
    std::string caller;
    std::string in;
    std::string out;
    bool waiting = false;  ///< One request is with the engine; the next line is not looked at before its answer.
    bool closing = false;  ///< Gone once `out` is written.
    SteadyTime last_heard{};
};

}  // namespace

class AdminSocket::Loop {
public:
    Loop(AdminSocket& owner, OwnedFd listener, ControlSink sink)
        : settings_(owner.settings_),
          translator_(owner.translator_),
          log_(owner.log_),
          listener_(std::move(listener)),
          sink_(std::move(sink)),
          thread_([this] { run(); }) {}

    ~Loop() {
        stopping_ = true;
        mailbox_->wake();
        thread_.join();
        ::unlink(settings_.path.c_str());
    }

private:
    void run() {
        while (!stopping_) {
            wait();
            for (auto& [id, answer] : mailbox_->take()) {
                deliver(id, std::move(answer));
            }
            accept_new();
            for (auto& [id, connection] : connections_) {
                read_from(connection);
                take_request(id, connection);
                write_to(connection);
            }
            drop_finished();
        }
    }

    void wait() {
        std::vector<pollfd> watched{{mailbox_->fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const auto& [id, connection] : connections_) {
            const int reads = connection.waiting || connection.closing ? 0 : POLLIN;
            const int writes = connection.out.empty() ? 0 : POLLOUT;
            // A hang-up is reported even to those who ask for nothing, and would turn the wait into a spin.
            const int fd = (reads | writes) == 0 ? -1 : connection.socket.get();
            watched.push_back({fd, static_cast<short>(reads | writes), 0});
        }
        const int tick = connections_.empty() ? -1 : 1000;  // to notice idle connections
        ::poll(watched.data(), watched.size(), tick);
    }

    void accept_new() {
        while (true) {
            OwnedFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (!socket.valid()) {
                return;
            }
            if (connections_.size() >= settings_.max_connections) {
                log_.write(LogLevel::warning, "ADMIN-FULL", "too many admin connections; one was turned away");
                continue;
            }
            Peer connection;
            connection.caller = peer_name(socket.get());
            connection.socket = std::move(socket);
            connection.last_heard = std::chrono::steady_clock::now();
            connections_.emplace(++last_id_, std::move(connection));
        }
    }

    void read_from(Peer& connection) {
        std::array<char, 8192> buffer{};
        while (!connection.closing && connection.in.size() <= settings_.max_request_bytes) {
            const ssize_t got = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
            if (got > 0) {
                connection.in.append(buffer.data(), static_cast<std::size_t>(got));
                connection.last_heard = std::chrono::steady_clock::now();
                continue;
            }
            if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
                hung_up(connection);
            }
            return;
        }
    }

    /// The other side sends no more; what it asked in full before is still answered.
    void hung_up(Peer& connection) {
        const bool nothing_to_answer = !connection.waiting && connection.in.find('\n') == std::string::npos;
        if (nothing_to_answer) {
            connection.closing = true;
        }
    }

    void take_request(std::uint64_t id, Peer& connection) {
        if (connection.waiting || connection.closing) {
            return;
        }
        const std::size_t end = connection.in.find('\n');
        if (end == std::string::npos ? connection.in.size() > settings_.max_request_bytes
                                     : end > settings_.max_request_bytes) {
            connection.out += translator_.refuse({ErrorKind::bad_input, "the request is too long", "ask for less"});
            connection.out += '\n';
            connection.closing = true;
            return;
        }
        if (end == std::string::npos) {
            return;
        }
        connection.waiting = true;
        submit(id, connection.caller, connection.in.substr(0, end));
        connection.in.erase(0, end + 1);
    }

    void submit(std::uint64_t id, std::string caller, std::string request) {
        // The answer is made inside the turn but leaves only after its commit.
        auto answer = std::make_shared<std::string>();
        ControlCall call;
        call.call = [answer, translator = translator_, caller = std::move(caller), request = std::move(request)](
                        Control& control) { *answer = translator.answer(request, caller, control); };
        call.done = [answer, id, translator = translator_, mailbox = mailbox_](const std::optional<Error>& error) {
            mailbox->put(id, error ? translator.refuse(*error) : std::move(*answer));
        };
        sink_(std::move(call));
    }

    void deliver(std::uint64_t id, std::string answer) {
        const auto found = connections_.find(id);
        if (found == connections_.end()) {
            return;
        }
        found->second.out += std::move(answer) + '\n';
        found->second.waiting = false;
        found->second.last_heard = std::chrono::steady_clock::now();
    }

    static void write_to(Peer& connection) {
        while (!connection.out.empty()) {
            const ssize_t sent =
                ::send(connection.socket.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                if (errno != EAGAIN && errno != EINTR) {
                    connection.out.clear();
                    connection.closing = true;
                }
                return;
            }
            connection.out.erase(0, static_cast<std::size_t>(sent));
        }
    }

    void drop_finished() {
        const SteadyTime now = std::chrono::steady_clock::now();
        std::erase_if(connections_, [&](const auto& entry) {
            const Peer& connection = entry.second;
            const bool idle = !connection.waiting && now - connection.last_heard > settings_.idle_limit;
            return idle || (connection.closing && connection.out.empty());
        });
    }

    const AdminSocketSettings settings_;
    const AdminTranslator translator_;
    Log& log_;
    OwnedFd listener_;
    ControlSink sink_;
    std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
    std::map<std::uint64_t, Peer> connections_;
    std::uint64_t last_id_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;  // last: everything it uses exists before it starts
};

AdminSocket::AdminSocket(AdminSocketSettings settings, AdminTranslator translator, Log& log)
    : settings_(std::move(settings)), translator_(std::move(translator)), log_(log) {}

AdminSocket::~AdminSocket() { stop(); }

Result<void> AdminSocket::start(ControlSink sink) {
    Result<OwnedFd> listener = listen_at(settings_.path, settings_.group);
    if (!listener) {
        return listener.error();
    }
    loop_ = std::make_unique<Loop>(*this, *std::move(listener), std::move(sink));
    return {};
}

void AdminSocket::stop() { loop_.reset(); }

}  // namespace emdia
