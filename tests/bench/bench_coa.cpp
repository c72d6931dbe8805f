// bench_coa [REQUESTS]: CoA requests answered per second, the driver against radclient. Both do the same job, a list of
// REQUESTS, at the parallel setting that serves each best, in the same run; radclient gets short lists too, because it
// scans its whole list each turn. Two targets: a FreeRADIUS that says ACK to all, which on a small machine is what the
// driver waits for, and a responder that is faster than either client. Requests per second of the client's own
// processor time hardly depend on what else the machine does.

#include <atomic>
#include <cstdlib>

#include <sys/resource.h>

#include "network/radius/radius_driver.hpp"
#include "tests/bench/ack_responder.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/freeradius.hpp"

namespace {

using namespace emdia;
using namespace emdia::testing;

constexpr int short_list = 2'000;

void write_requests(const std::filesystem::path& file, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += "User-Name = \"u" + std::to_string(i) + "\"\nAcct-Session-Id = \"" + std::to_string(81'000'000 + i) +
                "\"\nMikrotik-Address-List = \"bloqueados\"\n\n";
    }
    write_file(file, text);
}

/// Processor time of this process (RUSAGE_SELF) or of the ended ones that it started (RUSAGE_CHILDREN).
double cpu_seconds(int whose) {
    rusage used{};
    ::getrusage(whose, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Requests per second, of time that passed and of the client's processor time.
struct Speed {
    double rate = 0;
    double per_cpu_second = 0;
};

Speed better(const Speed& a, const Speed& b) {
    return {std::max(a.rate, b.rate), std::max(a.per_cpu_second, b.per_cpu_second)};
}

/// Of two runs the rate is that of the better one.
Speed radclient_speed(std::uint16_t port, int requests, int parallel) {
    const ScratchFolder folder;
    const std::filesystem::path list = folder.path() / "requests";
    const std::filesystem::path secret = folder.path() / "secret";
    write_requests(list, requests);
    write_file(secret, std::string(radius_test_secret) + "\n");
    const std::string target = "127.0.0.1:" + std::to_string(port);
    constexpr int times = 2;
    const double cpu_before = cpu_seconds(RUSAGE_CHILDREN);
    const auto runs = bench::each(times, [&](int) {
        BackgroundProcess radclient({"radclient", "-q", "-p", std::to_string(parallel), "-f", list.string(), "-S",
                                     secret.string(), target, "coa"},
                                    folder.path() / "radclient.out", "freeradius-utils");
        if (!eventually([&] { return !radclient.running(); }, Millis{120'000})) {
            throw std::runtime_error("radclient does not end");
        }
    });
    return {requests / runs.front(), times * requests / (cpu_seconds(RUSAGE_CHILDREN) - cpu_before)};
}

DesiredAccess wish(int number) {
    DesiredAccess desired;
    desired.command = CommandId{number};
    desired.connection.erp_id = std::to_string(number);
    desired.connection.login = "u" + std::to_string(number);
    desired.connection.session_id = std::to_string(81'000'000 + number);
    desired.connection.nas = "bench";
    desired.access = Access::blocked;
    desired.generation = 1;
    return desired;
}

std::unique_ptr<RadiusDriver> make_driver(std::uint16_t port, int in_flight) {
    RadiusDriverConfig config;
    config.profiles = std::move(load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles").value());
    NasConfig nas;
    nas.name = "bench";
    nas.address = "127.0.0.1";
    nas.coa_port = port;
    nas.secret = radius_test_secret;
    nas.profile = "mikrotik";
    nas.mode = CoaMode::coa;
    nas.max_per_second = 0;
    nas.max_in_flight = in_flight;
    nas.id_reuse = Millis{0};
    config.nas = {nas};
    return std::move(RadiusDriver::make(std::move(config)).value());
}

/// Requests per second of one run.
double driver_run(std::uint16_t port, int requests, int in_flight, RadiusCounters& counters) {
    const auto driver = make_driver(port, in_flight);
    std::atomic<int> acknowledged{0};
    std::atomic<int> answered{0};
    driver->start([&](const DriverEvent& event) {
        if (const auto* result = std::get_if<ApplyResult>(&event)) {
            acknowledged += result->kind == ApplyKind::acknowledged ? 1 : 0;
            ++answered;
        }
    });
    const double took = bench::seconds([&] {
        for (int i = 1; i <= requests; ++i) {
            driver->apply(wish(i));
        }
        if (!eventually([&] { return answered == requests; }, Millis{60'000})) {
            throw std::runtime_error("the driver does not end");
        }
    });
    driver->stop();
    if (acknowledged != requests) {
        throw std::runtime_error("only " + std::to_string(acknowledged) + " requests were acknowledged");
    }
    counters = driver->counters();
    return requests / took;
}

struct Comparison {
    std::string target;
    std::uint16_t port;
    int requests;
    FreeRadius* server;  ///< Null when the target is a thread of this process.
};

/// The best of radclient with this list. Beyond 250 it overruns buffers and waits for its timeouts.
Speed yardstick(const Comparison& comparison, int requests, std::initializer_list<int> settings) {
    Speed best;
    for (const int parallel : settings) {
        const Speed speed = radclient_speed(comparison.port, requests, parallel);
        bench::report(
            comparison.target + ": radclient -p " + std::to_string(parallel) + ", list of " + std::to_string(requests),
            speed.rate, "req/s");
        best = better(best, speed);
    }
    return best;
}

/// With a target in this process its processor time counts as the driver's.
Speed driver_best(const Comparison& comparison) {
    Speed best;
    for (const int in_flight : {1, 16, 64, 128, 256, 512}) {
        RadiusCounters counters;
        const double server_before = comparison.server != nullptr ? comparison.server->cpu_seconds() : 0;
        const double own_before = cpu_seconds(RUSAGE_SELF);
        double rate = 0;
        const double took =
            bench::seconds([&] { rate = driver_run(comparison.port, comparison.requests, in_flight, counters); });
        const double own = cpu_seconds(RUSAGE_SELF) - own_before;
        const std::string name = comparison.target + ": driver, " + std::to_string(in_flight) + " in flight";
        bench::report(name, rate, "req/s");
        bench::report("  sent again", static_cast<double>(counters.retransmitted), "");
        bench::report("  this process", own / took, "cores");
        if (comparison.server != nullptr) {
            bench::report("  the server", (comparison.server->cpu_seconds() - server_before) / took, "cores");
        }
        best = better(best, {rate, comparison.requests / own});
    }
    return best;
}

void compare(const Comparison& comparison) {
    const Speed same_list = yardstick(comparison, comparison.requests, {128, 250});
    const Speed either_list = better(same_list, yardstick(comparison, short_list, {64, 128, 250}));
    const Speed best = driver_best(comparison);
    const std::string name = comparison.target + ": driver / radclient, ";
    bench::report(name + "same list", best.rate, "req/s", best.rate / same_list.rate);
    bench::report(name + "its best list", best.rate, "req/s", best.rate / either_list.rate);
    bench::report(name + "same list", best.per_cpu_second, "req/cpu-s", best.per_cpu_second / same_list.per_cpu_second);
    bench::report(name + "its best list", best.per_cpu_second, "req/cpu-s",
                  best.per_cpu_second / either_list.per_cpu_second);
}

}  // namespace

int main(int argc, char** argv) {
    const int requests = argc > 1 ? std::atoi(argv[1]) : 20'000;
    {
        FreeRadius server(FreeRadiusKind::load);
        compare({"FreeRADIUS", server.port(), requests, &server});
    }
    const bench::AckResponder responder;
    compare({"responder", responder.port(), requests, nullptr});
    return 0;
}
