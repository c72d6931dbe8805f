#pragma once
// A child process with three pipes. Started without a shell, with an empty signal mask, its own process group, a
// minimal environment and no descriptor of ours but the pipes.

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "daemon/adapters/owned_fd.hpp"
#include "daemon/core/civil.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

/// Whether a command may be run: the first word is an absolute path to an executable regular file which, if
/// `root_owned`, belongs to root and is writable by nobody else. Errors: `config` with a cure.
[[nodiscard]] Result<void> check_command(const std::vector<std::string>& command, bool root_owned);

/// Not thread-safe: one owner.
class ChildProcess {
public:
    /// `config` when the program cannot be started, `unavailable` when this machine lacks processes or descriptors.
    [[nodiscard]] static Result<std::unique_ptr<ChildProcess>> start(const std::vector<std::string>& command);
    /// Kills what still runs, and its group.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // Our ends, non-blocking, close-on-exec.
    [[nodiscard]] int input() const noexcept { return input_.get(); }
    [[nodiscard]] int output() const noexcept { return output_.get(); }
    [[nodiscard]] int log() const noexcept { return log_.get(); }
    void close_input() { input_ = OwnedFd{}; }

    /// False once it has ended (and was reaped).
    [[nodiscard]] bool running();
    /// Waits at most that long; true when it has ended.
    [[nodiscard]] bool ended_within(Millis time);
    /// To the whole group.
    void send_signal(int signal);
    /// Closes its input; terminates it if it is still there after `grace`, kills it a second later.
    void end(Millis grace);
    /// "exit status 3", "signal 11 (Segmentation fault)"; "still running".
    [[nodiscard]] std::string how_it_ended() const;

private:
    ChildProcess() = default;

    pid_t pid_ = -1;
    bool reaped_ = false;
    int status_ = 0;
    OwnedFd input_;
    OwnedFd output_;
    OwnedFd log_;
};

}  // namespace emdia
