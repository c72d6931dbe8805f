#include "tests/support/run_program.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test_tls.hpp"

namespace emdia::test {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words) {
        out.push_back(word.data());
    }
    out.push_back(nullptr);
    return out;
}

int wait_for(pid_t child) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline) {
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
            throw std::runtime_error("the program did not end within a minute");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& words, const std::string& input,
                       const std::map<std::string, std::string>& environment) {
    const TempDir dir;
    std::ofstream(dir.path("in"), std::ios::binary) << input;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, dir.path("in").c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, dir.path("out").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, dir.path("err").c_str(), O_WRONLY | O_CREAT, 0600);

    std::vector<std::string> arguments = words;
    std::vector<std::string> variables{std::string("PATH=") + std::getenv("PATH")};
    for (const auto& [name, value] : environment) {
        variables.push_back(name + "=" + value);
    }
    pid_t child = -1;
    const int failed = ::posix_spawn(&child, words.front().c_str(), &files, nullptr, pointers(arguments).data(),
                                     pointers(variables).data());
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) {
        throw std::runtime_error("cannot start " + words.front());
    }
    ProgramRun run;
    run.status = wait_for(child);
    run.out = content_of(dir.path("out"));
    run.err = content_of(dir.path("err"));
    return run;
}

}  // namespace emdia::test
