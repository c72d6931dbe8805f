// The daemon as the service manager sees it: exit codes, reload, faults of the configuration.

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/e2e/house.hpp"

using namespace emdia::e2e;

namespace {

/// The socket that systemd gives to a service of Type=notify, for every program started while it lives.
class ServiceManager {
public:
    ServiceManager() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = folder_.path() / "notify";
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const void* const plain = &address;
        REQUIRE(::bind(descriptor_, static_cast<const sockaddr*>(plain), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        thread_ = std::thread([this] { listen(); });
    }
    ~ServiceManager() {
        ::unsetenv("NOTIFY_SOCKET");
        stopping_ = true;
        thread_.join();
        ::close(descriptor_);
    }
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    /// Other programs of the house may speak to it too; only emdiad says these.
    [[nodiscard]] bool hears(const std::string& words) const {
        return emdia::testing::eventually([&] {
            const std::lock_guard lock(mutex_);
            return heard_.contains(words);
        });
    }

private:
    void listen() {
        std::array<char, 4096> datagram{};
        while (!stopping_) {
            pollfd polled{descriptor_, POLLIN, 0};
            if (::poll(&polled, 1, 20) <= 0) {
                continue;
            }
            const ssize_t length = ::recv(descriptor_, datagram.data(), datagram.size(), 0);
            if (length > 0) {
                const std::lock_guard lock(mutex_);
                heard_.emplace(datagram.data(), static_cast<std::size_t>(length));
            }
        }
    }

    const emdia::testing::ScratchFolder folder_;
    const int descriptor_;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::set<std::string> heard_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("SIGHUP with a faulty configuration keeps the old one; SIGTERM ends with 0; systemd hears of all of it") {
    const ServiceManager manager;
    House house({});
    CHECK(manager.hears("READY=1\nSTATUS=watching"));
    CHECK(manager.hears("WATCHDOG=1"));
    house.edit_config("poll_hot = \"60s\"", "poll_hot = \"soon\"");
    house.daemon().signal(SIGHUP);
    house.expect_log("CONFIG-KEPT");
    house.expect_log("CONFIG-FAULT");
    house.run_until("2026-03-06T10:01:00");
    CHECK(house.messages(house.bruno()).size() == 1);

    house.edit_config("poll_hot = \"soon\"", "poll_hot = \"60s\"");
    house.edit_config("profile = \"mikrotik\"", "profile = \"mikrotic\"");
    house.daemon().signal(SIGHUP);
    house.expect_log("CONFIG-KEPT", 2);
    house.edit_config("profile = \"mikrotic\"", "profile = \"mikrotik\"");

    house.edit_config("poll_hot = \"60s\"", "poll_hot = \"120s\"");
    house.reload();
    CHECK(manager.hears("RELOADING=1"));
    house.run_until("2026-03-11T10:01:00");
    CHECK(house.messages(house.bruno()).size() == 2);
    CHECK(house.as_json({"status"}).at("mode") == "live");
    CHECK(house.daemon().end(SIGTERM) == 0);
    CHECK(manager.hears("STOPPING=1\nSTATUS=leaving"));
}

TEST_CASE("a configuration with five faults: exit code 78, and all five are named with their line") {
    const emdia::testing::ScratchFolder folder;
    const auto file = folder.path() / "emdia.toml";
    emdia::testing::write_file(file,
                               "[isp]\nname = \"Provedor\"\nlegal_name = \"Provedor Ltda\"\n"
                               "cnpj = \"12.345.678/0001-9\"\naddress = \"Rua A, 1\"\ncare_channel = \"0800\"\n"
                               "domain = \"provedor.example\"\n[network]\ndefault = \"radius.nowhere\"\n"
                               "block_lease = \"soon\"\n[rollout]\nmode = \"alive\"\n[log]\nlevel = \"loud\"\n"
                               "[erp.ixc]\ncommand = [\"/bin/true\"]\ndefault_uf = \"SP\"\n");
    const auto run = emdia::test::run_program({program("emdiad"), "--config", file.string()});
    CHECK(run.status == 78);
    for (const char* place : {":4:", ":9:", ":10:", ":12:", ":14:"}) {
        CHECK_THAT(run.err, Catch::Contains("emdia.toml" + std::string(place)));
    }
}
