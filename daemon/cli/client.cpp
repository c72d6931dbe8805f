#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>

#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/cli/session.hpp"

// The other end of the admin socket.

namespace emdia {
namespace {

constexpr time_t kAnswerSeconds = 60;
constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024 * 1024;

class Socket {
public:
    Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() { ::close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_;
};

Error unreachable(const std::string& path) {
    const int cause = errno;
    std::string cure = "is it running? systemctl status emdiad; another path: --socket";
    if (cause == EACCES) {
        cure = "you need to be in the group of the socket: adduser YOU emdia, then log in again";
    }
    return {ErrorKind::unavailable, "emdiad does not answer at " + path + ": " + std::strerror(cause), std::move(cure)};
}

Result<std::string> round_trip(const std::string& path, std::string line) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Error{ErrorKind::bad_input, "the path of the socket is longer than 107 bytes",
                     "give a shorter --socket"};
    }
    path.copy(address.sun_path, path.size());
    const Socket socket;
    const timeval limit{kAnswerSeconds, 0};
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
    if (::connect(socket.fd(), generic, sizeof address) != 0) {
        return unreachable(path);
    }
    line += '\n';
    for (std::size_t sent = 0; sent < line.size();) {
        const ssize_t n = ::send(socket.fd(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (n < 0) {
            return unreachable(path);
        }
        sent += static_cast<std::size_t>(n);
    }
    std::string answer;
    std::array<char, 16'384> buffer{};
    while (answer.empty() || answer.back() != '\n') {
        const ssize_t n = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (n <= 0 || answer.size() > kMaxAnswer) {
            return Error{ErrorKind::unknown, "emdiad took the request and did not answer",
                         "look before asking again: emdia status; journalctl -u emdiad"};
        }
        answer.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return answer;
}

}  // namespace

std::optional<Json> ask(Session& session, std::string_view method, Json params) {
    params["language"] = session.language == Language::pt_br ? "pt-BR" : "en";
    const Json request = {{"method", method}, {"params", std::move(params)}};
    const Result<std::string> line =
        round_trip(session.socket, request.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!line) {
        session.fail(line.error());
        return std::nullopt;
    }
    const Json answer = Json::parse(*line, nullptr, false);
    if (answer.is_discarded() || !answer.is_object()) {
        session.fail(
            {ErrorKind::protocol, "emdiad answered something that is no JSON object", "same version of both?"});
        return std::nullopt;
    }
    if (answer.value("ok", false)) {
        return answer.value("result", Json::object());
    }
    const Json error = answer.value("error", Json::object());
    session.fail({error_kind_from(error.value("kind", "")).value_or(ErrorKind::internal), error.value("what", ""),
                  error.value("cure", "")});
    return std::nullopt;
}

}  // namespace emdia
