#include "tests/lab/lab_client.hpp"

#include <array>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/http.hpp"

namespace emdia::lab {
namespace {

/// A month of a large base may pass within one call.
constexpr Millis longest_call = Minutes{30};

std::string read_line(int descriptor) {
    std::string line;
    char c = 0;
    while (read(descriptor, &c, 1) == 1 && c != '\n') {
        line += c;
    }
    return line;
}

}  // namespace

LabClient::LabClient(std::uint16_t control_port) : base_("http://127.0.0.1:" + std::to_string(control_port)) {}

Result<nlohmann::json> LabClient::call(const std::string& method, const std::string& path,
                                       const std::string& body) const {
    const auto answer = http_request(method, base_ + path, body, {{"Content-Type", "application/json"}}, longest_call);
    if (!answer) {
        return answer.error();
    }
    auto value = nlohmann::json::parse(answer->body, nullptr, false);
    if (answer->status != 200) {
        return Error{ErrorKind::refused, value.is_object() ? value.value("error", answer->body) : answer->body, ""};
    }
    return value;
}

Result<nlohmann::json> LabClient::get(const std::string& path) const { return call("GET", path, ""); }

Result<nlohmann::json> LabClient::post(const std::string& path, const nlohmann::json& body) const {
    return call("POST", path, body.is_null() ? "{}" : body.dump());
}

Result<nlohmann::json> LabClient::remove(const std::string& path) const { return call("DELETE", path, ""); }

Result<void> LabClient::advance_to(Instant to, std::size_t clients) const {
    const auto report = post("/advance", {{"to", to_rfc3339(to)}, {"clients", clients}});
    if (!report) {
        return report.error();
    }
    if (report->at("end") != "reached") {
        return Error{ErrorKind::refused, "the run ended early: " + report->dump(), ""};
    }
    return {};
}

Result<void> LabClient::switch_on(const std::string& fault, std::int64_t value, const std::string& match) const {
    const auto done = post("/faults", {{"name", fault}, {"value", value}, {"match", match}});
    return done ? Result<void>{} : Result<void>{done.error()};
}

Result<void> LabClient::switch_off(const std::string& fault) const {
    const auto done = remove("/faults?name=" + fault);
    return done ? Result<void>{} : Result<void>{done.error()};
}

Result<Instant> LabClient::now() const {
    const auto status = get("/status");
    if (!status) {
        return status.error();
    }
    return parse_instant(status->at("now").get<std::string>());
}

Result<std::unique_ptr<LabProcess>> LabProcess::start(const std::string& program,
                                                      const std::vector<std::string>& arguments) {
    std::array<int, 2> pipe_ends{};
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
        return Error{ErrorKind::unavailable, "no pipe for " + program, ""};
    }
    std::vector<std::string> words{program, "--with-parent"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    const std::string line = failed == 0 ? read_line(pipe_ends[0]) : std::string{};
    close(pipe_ends[0]);
    auto description = nlohmann::json::parse(line, nullptr, false);
    if (!description.is_object()) {
        if (failed == 0) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
        return Error{ErrorKind::unavailable, program + " did not start", "build the target emdia-lab"};
    }
    return std::unique_ptr<LabProcess>(new LabProcess(pid, std::move(description)));
}

LabProcess::~LabProcess() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

}  // namespace emdia::lab
