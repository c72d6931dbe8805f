#include "tests/support/background_process.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace emdia::testing {
namespace {

std::string find_program(const std::string& name, const std::string& package) {
    if (name.find('/') != std::string::npos) {
        return name;
    }
    for (const char* const folder : {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/"}) {
        if (::access((folder + name).c_str(), X_OK) == 0) {
            return folder + name;
        }
    }
    throw std::runtime_error(name + " is not installed. Cure: apt-get install " + package);
}

std::uint16_t free_port(int type) {
    const int descriptor = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    const bool found = ::bind(descriptor, plain, size) == 0 && ::getsockname(descriptor, plain, &size) == 0;
    ::close(descriptor);
    if (!found) {
        throw std::runtime_error("no free port on 127.0.0.1");
    }
    return ntohs(address.sin_port);
}

}  // namespace

BackgroundProcess::BackgroundProcess(std::vector<std::string> words, const std::filesystem::path& output,
                                     const std::string& package) {
    words[0] = find_program(words[0], package);
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const std::string file = output.string();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::runtime_error("cannot start " + words[0]);
    }
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int sink = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (::getppid() != parent || sink < 0 || ::dup2(sink, 1) < 0 || ::dup2(sink, 2) < 0) {
            ::_exit(126);
        }
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
}

BackgroundProcess::~BackgroundProcess() { end(SIGKILL); }

bool BackgroundProcess::running() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = -1;
    }
    return pid_ > 0;
}

double BackgroundProcess::cpu_seconds() const {
    clockid_t clock{};
    timespec used{};
    if (pid_ <= 0 || ::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
        return 0;
    }
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

void BackgroundProcess::signal(int number) const {
    if (pid_ > 0) {
        ::kill(pid_, number);
    }
}

int BackgroundProcess::end(int number) {
    if (pid_ <= 0) {
        return -1;
    }
    int status = 0;
    ::kill(pid_, number);
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ScratchFolder::ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "emdia-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make the folder " + pattern);
    }
    path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::uint16_t free_udp_port() { return free_port(SOCK_DGRAM); }

std::uint16_t free_tcp_port() { return free_port(SOCK_STREAM); }

void write_file(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string read_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace emdia::testing
