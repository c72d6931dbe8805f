#include "daemon/adapters/child_process.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>

using namespace emdia;
using namespace std::chrono_literals;

namespace {

std::string read_all(int fd, ChildProcess& child) {
    std::string text;
    std::array<char, 4096> buffer{};
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < give_up) {
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        } else if (got == 0) {
            break;
        } else {
            static_cast<void>(child.ended_within(5ms));
        }
    }
    return text;
}

}  // namespace

TEST_CASE("a child gets its words as they are, a clean environment and only its three pipes") {
    ::setenv("EMDIA_SECRET_OF_TEST", "s3cr3t", 1);
    const int leaking = ::open("/dev/null", O_RDONLY);  // without close-on-exec, as libraries do
    REQUIRE(leaking >= 0);
    auto child =
        ChildProcess::start({"/bin/sh", "-c", "printf '%s|' \"$1\"; env; ls /proc/$$/fd | wc -l", "sh", "a b;*"});
    REQUIRE(child.ok());
    const auto text = read_all((*child)->output(), **child);
    CHECK(text.find("a b;*|") == 0);
    CHECK(text.find("s3cr3t") == std::string::npos);
    CHECK(text.find("\n3\n") != std::string::npos);
    ::close(leaking);
}

TEST_CASE("when memory runs out, a child goes before the daemon") {
    auto child = ChildProcess::start({"/bin/sh", "-c", "read line; cat /proc/$$/oom_score_adj"});
    REQUIRE(child.ok());
    REQUIRE(::write((*child)->input(), "\n", 1) == 1);
    CHECK(std::stoi(read_all((*child)->output(), **child)) >= 500);
}

TEST_CASE("how a child ended is told") {
    auto exits = ChildProcess::start({"/bin/sh", "-c", "exit 7"});
    REQUIRE((*exits)->ended_within(5s));
    CHECK((*exits)->how_it_ended() == "exit status 7");
    auto dies = ChildProcess::start({"/bin/sh", "-c", "kill -9 $$"});
    REQUIRE((*dies)->ended_within(5s));
    CHECK((*dies)->how_it_ended().find("signal 9") == 0);
}

TEST_CASE("the end of input lets a child leave; one that stays is terminated, one that ignores that is killed") {
    auto polite = ChildProcess::start({"/bin/cat"});
    (*polite)->end(5s);
    CHECK((*polite)->how_it_ended() == "exit status 0");
    auto deaf = ChildProcess::start({"/bin/sleep", "60"});
    (*deaf)->end(50ms);
    CHECK((*deaf)->how_it_ended().find("signal 15") == 0);
    auto stubborn = ChildProcess::start({"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done"});
    std::array<char, 16> buffer{};
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (::read((*stubborn)->output(), buffer.data(), buffer.size()) <= 0 &&
           std::chrono::steady_clock::now() < give_up) {
        static_cast<void>((*stubborn)->ended_within(5ms));
    }
    (*stubborn)->end(50ms);
    CHECK((*stubborn)->how_it_ended().find("signal 9") == 0);
}

TEST_CASE("a command must be absolute, present, executable and, when asked for, root's alone") {
    CHECK_FALSE(check_command({}, false).ok());
    CHECK_FALSE(check_command({"cat"}, false).ok());
    CHECK_FALSE(check_command({"/no/such/program"}, false).ok());
    CHECK_FALSE(check_command({EMDIA_SOURCE_DIR "/README.md"}, false).ok());
    CHECK_FALSE(check_command({"/tmp"}, false).ok());
    CHECK(check_command({"/bin/cat"}, true).ok());

    const auto path = std::filesystem::temp_directory_path() / ("emdia-command-" + std::to_string(::getpid()));
    std::ofstream{path} << "#!/bin/sh\n";
    ::chmod(path.c_str(), 0777);
    CHECK(check_command({path.string()}, false).ok());
    const auto loose = check_command({path.string()}, true);
    REQUIRE_FALSE(loose.ok());
    CHECK(loose.error().kind == ErrorKind::config);
    CHECK(loose.error().cure.find("chown root") != std::string::npos);
    std::filesystem::remove(path);
}
