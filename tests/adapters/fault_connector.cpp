// A connector that fails in the way its first argument says. "good" behaves.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include <unistd.h>

#include "erp-connectors/protocol/codec.hpp"

using namespace emdia;
using namespace std::chrono_literals;

namespace {

void say(const std::string& line) { std::cout << line << '\n' << std::flush; }

void answer(std::uint64_t id, Result<protocol::Answer> result) { say(protocol::encode({id, std::move(result)})); }

/// False: leave.
bool serve(const std::string& mode, const protocol::Request& request) {
    if (std::holds_alternative<protocol::Initialize>(request.call)) {
        if (mode == "refuses-settings") {
            answer(request.id, Error{ErrorKind::config, "url is needed", "write it"});
        } else {
            answer(request.id, protocol::Answer{protocol::Initialized{{"health", "access.block", "contract.read"}}});
        }
        return true;
    }
    if (mode == "hangs") {
        return true;
    }
    if (mode == "dies") {
        std::abort();
    }
    if (mode == "floods") {
        while (true) {
            say(R"({"jsonrpc":"2.0","id":999999,"result":{}})");
        }
    }
    if (mode == "endless-line") {
        while (true) {
            std::cout << std::string(4096, 'x');
        }
    }
    if (mode == "garbage") {
        say("Segmentation fault? No, just chatting.");
    }
    if (mode == "late") {
        std::this_thread::sleep_for(300ms);
    }
    if (mode == "odd-result") {
        say(R"({"jsonrpc":"2.0","id":)" + std::to_string(request.id) + R"(,"result":[]})");
        return true;
    }
    answer(request.id, protocol::Answer{ErpAnswer{ErpHealthReport{mode, ""}}});
    if (mode == "twice") {
        answer(request.id, protocol::Answer{ErpAnswer{ErpHealthReport{mode, ""}}});
    }
    return mode != "leaves-after-one";
}

}  // namespace

int main(int count, char** words) {
    const std::string mode = count > 1 ? words[1] : "good";
    if (mode == "exits-at-once") {
        std::cerr << "E cannot work here\n";
        return 3;
    }
    if (mode == "stubborn") {
        std::signal(SIGTERM, SIG_IGN);
    }
    if (mode == "closes-stderr") {
        ::close(STDERR_FILENO);
    }
    if (mode == "silent") {
        std::this_thread::sleep_for(60s);
    }
    if (mode == "chatty") {
        say("Welcome to my connector!");
    }
    say(protocol::encode(protocol::Hello{"fault", "1.2.3", mode == "other-version" ? 2 : 1, {"health"}}));
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto read = protocol::decode_request(line);
        if (read.request && !serve(mode, *read.request)) {
            return 0;
        }
    }
    if (mode == "stubborn") {
        std::this_thread::sleep_for(60s);
    }
    return 0;
}
