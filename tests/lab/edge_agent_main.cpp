// emdia-lab-edge: an edge agent for demos. Runs until SIGTERM or SIGINT.
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include "tests/lab/edge_agent.hpp"

int main(int argc, char** argv) {
    emdia::testing::EdgeAgentConfig config;
    CLI::App app(
        "An edge agent that holds its set in memory.\nExample: emdia-lab-edge --broker tcp://127.0.0.1:1883 "
        "--site pop-centro");
    app.add_option("--broker", config.broker, "URI of the MQTT broker")->required();
    app.add_option("--site", config.site, "Site as the ERP names it")->required();
    app.add_option("--client-id", config.client_id, "MQTT client id; default edge-SITE");
    CLI11_PARSE(app, argc, argv);

    // Blocked before any thread exists, so that one place waits for the end.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    const emdia::testing::EdgeAgent agent(config);
    std::cout << "edge agent of site " << config.site << " runs\n" << std::flush;
    int received = 0;
    sigwait(&ending, &received);
    return 0;
}
