#include "daemon/adapters/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace emdia {
namespace {

constexpr Millis kKillAfterTerminate{1'000};
constexpr Millis kLook{5};

struct Pipe {
    OwnedFd read;
    OwnedFd write;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return Error{ErrorKind::unavailable, std::string{"no pipe for a child process: "} + std::strerror(errno),
                     "raise LimitNOFILE of the service"};
    }
    return Pipe{OwnedFd{ends[0]}, OwnedFd{ends[1]}};
}

void make_non_blocking(const OwnedFd& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

/// When memory runs out, the kernel takes what an ERP made grow rather than the daemon that blocks and unblocks.
void sacrifice_first(pid_t pid) { std::ofstream{"/proc/" + std::to_string(pid) + "/oom_score_adj"} << 500; }

/// The pieces of posix_spawn that must be destroyed.
class SpawnPlan {
public:
    SpawnPlan(int in, int out, int err) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, in, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
        // Libraries of ours may have opened descriptors without close-on-exec.
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    [[nodiscard]] int run(pid_t& pid, const std::vector<std::string>& command) const {
        std::vector<std::string> texts = command;  // execv's interface has no const.
        std::vector<char*> words;
        words.reserve(texts.size() + 1);
        for (std::string& text : texts) {
            words.push_back(text.data());
        }
        words.push_back(nullptr);
        std::string path = "PATH=/usr/bin:/bin";
        std::string language = "LC_ALL=C.UTF-8";
        std::array<char*, 3> environment{path.data(), language.data(), nullptr};
        return ::posix_spawn(&pid, words.front(), &actions_, &attributes_, words.data(), environment.data());
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Result<void> check_command(const std::vector<std::string>& command, bool root_owned) {
    if (command.empty() || command.front().empty() || command.front().front() != '/') {
        return Error{ErrorKind::config, "the command of a connector must start with an absolute path",
                     "write it as a list of words, the first one /usr/libexec/emdia/..."};
    }
    const auto& program = command.front();
    struct stat file {};
    if (::stat(program.c_str(), &file) != 0) {
        return Error{ErrorKind::config, program + " is not there", "install the connector or correct its command"};
    }
    const bool executable = (file.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;  // root may access(2) anything
    if (!S_ISREG(file.st_mode) || !executable || ::access(program.c_str(), X_OK) != 0) {
        return Error{ErrorKind::config, program + " is not a program we may run", "check its mode: chmod 755"};
    }
    const bool writable_by_others = (file.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (root_owned && (file.st_uid != 0 || writable_by_others)) {
        return Error{ErrorKind::config, program + " could be replaced by someone other than root",
                     "chown root:root and chmod 755, because it is given the ERP's secrets"};
    }
    return {};
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::vector<std::string>& command) {
    auto in = make_pipe();
    auto out = make_pipe();
    auto err = make_pipe();
    for (const auto* pipe : {&in, &out, &err}) {
        if (!*pipe) {
            return pipe->error();
        }
    }
    std::unique_ptr<ChildProcess> child{new ChildProcess};
    const SpawnPlan plan{in->read.get(), out->write.get(), err->write.get()};
    if (const int failed = plan.run(child->pid_, command); failed != 0) {
        child->reaped_ = true;
        const auto kind = failed == EAGAIN || failed == ENOMEM ? ErrorKind::unavailable : ErrorKind::config;
        return Error{kind, command.front() + " cannot be started: " + std::strerror(failed),
                     "run it by hand as the service's user to see why"};
    }
    sacrifice_first(child->pid_);
    child->input_ = std::move(in->write);
    child->output_ = std::move(out->read);
    child->log_ = std::move(err->read);
    make_non_blocking(child->input_);
    make_non_blocking(child->output_);
    make_non_blocking(child->log_);
    return child;
}

ChildProcess::~ChildProcess() {
    if (running()) {
        send_signal(SIGKILL);
        ::waitpid(pid_, &status_, 0);
    }
}

bool ChildProcess::running() {
    if (!reaped_ && ::waitpid(pid_, &status_, WNOHANG) != 0) {
        reaped_ = true;
    }
    return !reaped_;
}

bool ChildProcess::ended_within(Millis time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (running()) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        std::this_thread::sleep_for(kLook);
    }
    return true;
}

void ChildProcess::send_signal(int signal) {
    if (running()) {
        ::kill(-pid_, signal);
    }
}

void ChildProcess::end(Millis grace) {
    close_input();
    if (ended_within(grace)) {
        return;
    }
    send_signal(SIGTERM);
    if (!ended_within(kKillAfterTerminate)) {
        send_signal(SIGKILL);
        ::waitpid(pid_, &status_, 0);
        reaped_ = true;
    }
}

std::string ChildProcess::how_it_ended() const {
    if (!reaped_) {
        return "still running";
    }
    if (WIFSIGNALED(status_)) {
        const int signal = WTERMSIG(status_);
        return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
    }
    return "exit status " + std::to_string(WEXITSTATUS(status_));
}

}  // namespace emdia
