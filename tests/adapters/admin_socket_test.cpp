#include "daemon/adapters/admin_socket.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <catch2/catch.hpp>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/adapters/admin_listener.hpp"
#include "tests/fakes/fake_control.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

std::string own_name() { return ::getpwuid(::geteuid())->pw_name; }

/// A client that gives up after ten seconds.
class Client {
public:
    explicit Client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval limit{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* generic = static_cast<const sockaddr*>(static_cast<const void*>(&address));
        connected = ::connect(fd_, generic, sizeof address) == 0;
    }
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& bytes) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const ssize_t n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (n < 0) {
                return;  // the other side hung up: what it said before is what the test looks at
            }
            sent += static_cast<std::size_t>(n);
        }
    }
    /// The next line; nullopt when the other side hung up or said nothing in time.
    std::optional<std::string> line() {
        std::array<char, 4096> buffer{};
        std::size_t end = 0;
        while ((end = read_.find('\n')) == std::string::npos) {
            const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
            if (n <= 0) {
                return std::nullopt;
            }
            read_.append(buffer.data(), static_cast<std::size_t>(n));
        }
        std::string out = read_.substr(0, end);
        read_.erase(0, end + 1);
        return out;
    }

    bool connected = false;

private:
    int fd_;
    std::string read_;
};

/// Answers "CALLER:REQUEST"; calls wait in a list when `held`.
struct Fixture {
    Fixture() { REQUIRE(socket.start(sink()).ok()); }

    ControlSink sink() {
        return [this](ControlCall call) {
            if (held) {
                const std::lock_guard lock(mutex);
                calls.push_back(std::move(call));
                return;
            }
            finish(std::move(call), failure);
        };
    }
    void finish(ControlCall call, const std::optional<Error>& error) {
        if (!error) {
            call.call(control);
        }
        call.done(error);
    }
    std::vector<ControlCall> take_calls() {
        const std::lock_guard lock(mutex);
        return std::exchange(calls, {});
    }
    static AdminTranslator translator() {
        return {[](std::string_view request, std::string_view caller, Control&) {
                    return std::string(caller) + ":" + std::string(request);
                },
                [](const Error& error) { return "error:" + error.what; }};
    }

    test::TempDir dir;
    std::string path = dir.path("admin.sock");
    fakes::FakeLog log;
    fakes::FakeControl control{Instant{}};
    std::atomic<bool> held = false;
    std::optional<Error> failure;
    std::mutex mutex;
    std::vector<ControlCall> calls;
    AdminSocket socket{{path, "", 1024, 3, std::chrono::milliseconds(60'000)}, translator(), log};
};

}  // namespace

TEST_CASE("a line is answered with the name of the caller that the kernel gives") {
    Fixture fixture;
    Client client(fixture.path);
    client.send("one\n");
    CHECK(client.line() == own_name() + ":one");
    client.send("two\nthr");
    client.send("ee\n");
    CHECK(client.line() == own_name() + ":two");
    CHECK(client.line() == own_name() + ":three");
}

TEST_CASE("the requests of one connection are asked one after the other") {
    Fixture fixture;
    fixture.held = true;
    Client client(fixture.path);
    client.send("one\ntwo\n");
    std::vector<ControlCall> first;
    while (first.empty()) {
        first = fixture.take_calls();
        std::this_thread::yield();
    }
    CHECK(first.size() == 1);
    fixture.held = false;
    fixture.finish(std::move(first.front()), std::nullopt);
    CHECK(client.line() == own_name() + ":one");
    CHECK(client.line() == own_name() + ":two");
}

TEST_CASE("a turn that fails is answered with the failure, not with what it would have said") {
    Fixture fixture;
    fixture.failure = Error{ErrorKind::internal, "disk full", ""};
    Client client(fixture.path);
    client.send("change\n");
    CHECK(client.line() == "error:disk full");
}

TEST_CASE("a request above the limit is refused and the connection closed") {
    Fixture fixture;
    const std::string request = GENERATE(std::string(2000, 'x') + "\n", std::string(5000, 'x'));
    Client client(fixture.path);
    client.send(request);
    CHECK(client.line() == "error:the request is too long");
    CHECK_FALSE(client.line());
}

TEST_CASE("a client that hangs up early harms nobody") {
    Fixture fixture;
    fixture.held = true;
    { Client(fixture.path).send("one\n"); }
    std::vector<ControlCall> calls;
    while (calls.empty()) {
        calls = fixture.take_calls();
        std::this_thread::yield();
    }
    fixture.held = false;
    fixture.finish(std::move(calls.front()), std::nullopt);
    Client client(fixture.path);
    client.send("two\n");
    CHECK(client.line() == own_name() + ":two");
}

TEST_CASE("more connections than allowed are turned away") {
    Fixture fixture;
    Client a(fixture.path);
    Client b(fixture.path);
    Client c(fixture.path);
    for (Client* client : {&a, &b, &c}) {
        client->send("x\n");
        REQUIRE(client->line());
    }
    Client d(fixture.path);
    d.send("x\n");
    CHECK_FALSE(d.line());
}

TEST_CASE("only its owner may use the socket unless a group is named; an unknown group is an error") {
    Fixture fixture;
    struct stat status {};
    REQUIRE(::stat(fixture.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    AdminSocket other({fixture.dir.path("other.sock"), "no-such-group"}, Fixture::translator(), fixture.log);
    const auto started = other.start(fixture.sink());
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().kind == ErrorKind::config);
}

TEST_CASE("a second daemon is refused; a socket file that was left behind is replaced") {
    Fixture fixture;
    AdminSocket second({fixture.path, ""}, Fixture::translator(), fixture.log);
    REQUIRE_FALSE(second.start(fixture.sink()).ok());
    fixture.socket.stop();
    CHECK_FALSE(std::filesystem::exists(fixture.path));
    {  // bind without listening, as after a kill
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        fixture.path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address) == 0);
        ::close(fd);
    }
    REQUIRE(second.start(fixture.sink()).ok());
    Client client(fixture.path);
    CHECK(client.connected);
}

TEST_CASE("answers that come after the stop go nowhere") {
    Fixture fixture;
    fixture.held = true;
    Client client(fixture.path);
    client.send("one\n");
    std::vector<ControlCall> calls;
    while (calls.empty()) {
        calls = fixture.take_calls();
        std::this_thread::yield();
    }
    fixture.socket.stop();
    fixture.finish(std::move(calls.front()), std::nullopt);
    CHECK_FALSE(client.line());
}

TEST_CASE("a path that no socket can have is an error") {
    Fixture fixture;
    AdminSocket other({fixture.dir.path(std::string(120, 'x')), ""}, Fixture::translator(), fixture.log);
    CHECK_FALSE(other.start(fixture.sink()).ok());
    AdminSocket missing({fixture.dir.path("no/such/dir/admin.sock"), ""}, Fixture::translator(), fixture.log);
    CHECK_FALSE(missing.start(fixture.sink()).ok());
}

namespace {

/// As SystemCallFilter=~@chown of systemd does it: for this process and for good.
bool forbid_chown() {
    std::vector<sock_filter> rules{{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)}};
    for (const std::uint32_t number : {
#ifdef SYS_chown
             std::uint32_t{SYS_chown}, std::uint32_t{SYS_lchown},
#endif
             std::uint32_t{SYS_fchown}, std::uint32_t{SYS_fchownat}}) {
        rules.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number});
        rules.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM});
    }
    rules.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    const sock_fprog program{static_cast<unsigned short>(rules.size()), rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// How listening ends in a process that may not chown: 0 well, 1 config, 2 unavailable, 3 the sandbox failed.
int listen_without_chown(const std::string& path, const std::string& group) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (!forbid_chown()) {
            ::_exit(3);
        }
        const auto listening = listen_at(path, group);
        ::_exit(listening ? 0 : listening.error().kind == ErrorKind::config ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("in a sandbox that forbids chown the daemon's own group still gets its socket") {
    const test::TempDir dir;
    const group* own = ::getgrgid(::getegid());
    REQUIRE(own != nullptr);
    CHECK(listen_without_chown(dir.path("admin.sock"), own->gr_name) == 0);
    struct stat status {};
    REQUIRE(::stat(dir.path("admin.sock").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0660U);
    const group* other = ::getgrnam("nogroup");
    REQUIRE(other != nullptr);
    CHECK(listen_without_chown(dir.path("other.sock"), other->gr_name) == 2);
}

TEST_CASE("what the system refuses now is tried again later: it is no fault of the configuration") {
    CHECK(listen_at("/no/such/directory/admin.sock", "").error().kind == ErrorKind::unavailable);
    const test::TempDir dir;
    const auto first = listen_at(dir.path("admin.sock"), "");
    REQUIRE(first.ok());
    CHECK(listen_at(dir.path("admin.sock"), "").error().kind == ErrorKind::unavailable);
}

}  // namespace emdia
