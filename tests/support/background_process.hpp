#pragma once
// A real server for the time of a test: started in the foreground of its own, gone with the object.

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

#include "daemon/core/civil.hpp"

namespace emdia::testing {

/// Its output goes to a file. Killed and reaped by the destructor, and by the kernel should the test die first.
class BackgroundProcess {
public:
    /// `words[0]` is a path, or a name that is looked up in the bin and sbin folders. Throws with the cure when it is
    /// not installed.
    BackgroundProcess(std::vector<std::string> words, const std::filesystem::path& output, const std::string& package);
    BackgroundProcess(const BackgroundProcess&) = delete;
    BackgroundProcess& operator=(const BackgroundProcess&) = delete;
    ~BackgroundProcess();

    [[nodiscard]] bool running();
    /// Time it has spent on processors so far, all its threads together.
    [[nodiscard]] double cpu_seconds() const;
    void signal(int number) const;
    /// Sends the signal and waits for the end: the exit code, 128 and the signal that killed it, -1 if it had ended.
    int end(int number);

private:
    pid_t pid_ = -1;
};

/// A directory under $TMPDIR or /tmp with mode 0700, removed with the object.
class ScratchFolder {
public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] std::uint16_t free_udp_port();
[[nodiscard]] std::uint16_t free_tcp_port();

void write_file(const std::filesystem::path& path, const std::string& text);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Polls until the condition holds; false when it does not within the limit.
template <class Condition>
bool eventually(Condition condition, Millis limit = Millis{10'000}) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(Millis{5});
    }
    return true;
}

}  // namespace emdia::testing
