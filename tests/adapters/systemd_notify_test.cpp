#include "daemon/adapters/systemd_notify.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace emdia;

namespace {

/// A service manager: an abstract datagram socket that NOTIFY_SOCKET names.
class Manager {
public:
    Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const std::string name = "@emdia-test-" + std::to_string(::getpid());
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0);
        REQUIRE(::setenv("NOTIFY_SOCKET", name.c_str(), 1) == 0);
    }
    ~Manager() {
        ::close(socket_);
        ::unsetenv("NOTIFY_SOCKET");
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    std::string heard() {
        std::array<char, 4096> buffer{};
        const auto n = ::recv(socket_, buffer.data(), buffer.size(), 0);
        return n < 0 ? std::string("nothing") : std::string(buffer.data(), static_cast<std::size_t>(n));
    }

private:
    int socket_;
};

}  // namespace

TEST_CASE("systemd hears readiness, status, reload, the watchdog and the end", "[systemd]") {
    Manager manager;
    CHECK(systemd::ready("12\naccounts"));
    CHECK(manager.heard() == "READY=1\nSTATUS=12 accounts");
    CHECK(systemd::reloading());
    CHECK(manager.heard() == "RELOADING=1");
    CHECK(systemd::alive());
    CHECK(manager.heard() == "WATCHDOG=1");
    CHECK(systemd::stopping("bye"));
    CHECK(manager.heard() == "STOPPING=1\nSTATUS=bye");
}

TEST_CASE("without systemd nobody is told and nothing fails", "[systemd]") {
    ::unsetenv("NOTIFY_SOCKET");
    CHECK_FALSE(systemd::ready("x"));
    CHECK_FALSE(systemd::alive());
}
