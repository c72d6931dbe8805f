// emdia-lab: the outside world in one program. Prints its ports as one line of JSON and runs until POST /shutdown,
// SIGINT or SIGTERM.

#include <csignal>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <sys/prctl.h>

#include "tests/lab/lab.hpp"

namespace {

/// Blocked before any thread exists, so that one thread alone takes them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

}  // namespace

int main(int argc, char** argv) {
    emdia::lab::LabOptions options;
    std::string start = "2026-03-01";
    std::vector<std::string> ufs{"SP"};
    CLI::App app{"The outside world of emdia, imitated: ERP, WhatsApp, subscribers, time.", "emdia-lab"};
    app.add_option("--start", start, "first day of virtual time (YYYY-MM-DD)")->capture_default_str();
    app.add_flag("--real-time", options.real_time, "virtual time is the wall clock");
    app.add_option("--seed", options.population.seed, "seed of the population")->capture_default_str();
    app.add_option("--contracts", options.population.contracts, "size of the base")->capture_default_str();
    app.add_option("--months-back", options.population.months_back, "months of paid invoices")->capture_default_str();
    app.add_option("--months-ahead", options.population.months_ahead, "months of open invoices")->capture_default_str();
    app.add_option("--uf", ufs, "federal units of the base, e.g. --uf SP,MT")->delimiter(',');
    app.add_option("--ixc-token", options.ixc_token, "token of the IXC user");
    app.add_flag("--story", options.story, "adds Ana, Bruno and Carla, whose invoice is due on 10 March 2026");
    app.add_option("--webhook", options.whatsapp.webhook_url, "where WhatsApp webhooks go");
    app.add_option("--tier", options.limits.tier, "people who may be addressed in 24 h")->capture_default_str();
    auto* broker = app.add_option("--edge-broker", options.edge_broker, "host:port: be an edge agent on this broker");
    auto* site = app.add_option("--edge-site", options.edge_site, "site of that edge agent");
    broker->needs(site);
    site->needs(broker);
    bool with_parent = false;
    app.add_flag("--with-parent", with_parent, "end when the program that started it ends");
    app.add_option("--whatsapp-port", options.whatsapp_port, "0: a free port");
    app.add_option("--ixc-port", options.ixc_port, "0: a free port");
    app.add_option("--clock-port", options.clock_port, "0: a free port");
    app.add_option("--control-port", options.control_port, "0: a free port");
    CLI11_PARSE(app, argc, argv);

    if (with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    const auto day = emdia::parse_date(start);
    if (!day) {
        std::cerr << "emdia-lab: --start: " << day.error().text() << '\n';
        return 2;
    }
    options.start = *day;
    options.population.ufs.clear();
    for (const std::string& name : ufs) {
        const auto uf = emdia::uf_from(name);
        if (!uf) {
            std::cerr << "emdia-lab: --uf: \"" << name << "\" is none of the 27 units\n";
            return 2;
        }
        options.population.ufs.push_back(*uf);
    }

    const sigset_t signals = block_stop_signals();
    try {
        emdia::lab::Lab lab(std::move(options));
        std::thread signal_taker([signals, &lab] {
            int signal_number = 0;
            sigwait(&signals, &signal_number);
            lab.request_shutdown();
        });
        std::cout << lab.describe() << std::endl;
        lab.wait_for_shutdown();
        pthread_kill(signal_taker.native_handle(), SIGTERM);  // Wakes it when the end came over the control API.
        signal_taker.join();
    } catch (const std::exception& fault) {
        std::cerr << "emdia-lab: cannot start: " << fault.what() << '\n';
        return 1;
    }
    return 0;
}
