// emdiad: collections and network control for an Internet provider. See emdiad(8).

#include <csignal>
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>
#include <pthread.h>

#include "daemon/app/service.hpp"

namespace {

/// Before any thread exists, so that all of them inherit it: signals are waited for in one place.
void block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
        sigaddset(&set, number);
    }
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

}  // namespace

int main(int argc, char** argv) {
    block_signals();
    CLI::App app{"Collections and network control for an Internet provider; usually run by systemd."};
    app.footer("Example:\n  emdiad --config /etc/emdia/emdia.toml\n\nCheck the file first: emdia config check");
    std::string config = "/etc/emdia/emdia.toml";
    app.add_option("--config", config, "Configuration file")->capture_default_str();
    app.set_version_flag("--version", "emdiad " EMDIA_VERSION);
    CLI11_PARSE(app, argc, argv);
    return static_cast<int>(emdia::run_service(config, environment("CREDENTIALS_DIRECTORY")));
}
