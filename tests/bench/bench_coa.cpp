// bench_coa [REQUESTS]: CoA requests answered per second by a FreeRADIUS on loopback that says ACK to all. The
// yardstick is radclient with the parallel setting that serves it best, against the same server in the same run; the
// aim is 5.

#include <atomic>
#include <cstdlib>

#include "network/radius/radius_driver.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/freeradius.hpp"

namespace {

using namespace emdia;
using namespace emdia::testing;

/// Requests of one run of radclient: it scans its whole list each turn, so a longer file only makes it slower.
constexpr int radclient_requests = 2'000;

void write_requests(const std::filesystem::path& file) {
    std::string text;
    for (int i = 0; i < radclient_requests; ++i) {
        text += "User-Name = \"u" + std::to_string(i) + "\"\nAcct-Session-Id = \"" + std::to_string(81'000'000 + i) +
                "\"\nMikrotik-Address-List = \"bloqueados\"\n\n";
    }
    write_file(file, text);
}

/// Requests per second of the better of two runs.
double radclient_rate(FreeRadius& server, int parallel) {
    const std::filesystem::path requests = server.folder() / "requests";
    const std::filesystem::path secret = server.folder() / "secret";
    write_requests(requests);
    write_file(secret, std::string(radius_test_secret) + "\n");
    const std::string target = "127.0.0.1:" + std::to_string(server.port());
    const auto runs = bench::each(2, [&](int) {
        BackgroundProcess radclient({"radclient", "-q", "-p", std::to_string(parallel), "-f", requests.string(), "-S",
                                     secret.string(), target, "coa"},
                                    server.folder() / "radclient.out", "freeradius-utils");
        if (!eventually([&] { return !radclient.running(); }, Millis{60'000})) {
            throw std::runtime_error("radclient does not end");
        }
    });
    return radclient_requests / runs.front();
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

double driver_rate(FreeRadius& server, int requests, int in_flight) {
    RadiusDriverConfig config;
    config.profiles = std::move(load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles").value());
    NasConfig nas;
    nas.name = "bench";
    nas.address = "127.0.0.1";
    nas.coa_port = server.port();
    nas.secret = radius_test_secret;
    nas.profile = "mikrotik";
    nas.mode = CoaMode::coa;
    nas.max_per_second = 0;
    nas.max_in_flight = in_flight;
    nas.id_reuse = Millis{0};
    config.nas = {nas};
    const auto driver = std::move(RadiusDriver::make(std::move(config)).value());

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
    const RadiusCounters counters = driver->counters();
    bench::report("  retransmissions", static_cast<double>(counters.retransmitted), "");
    return requests / took;
}

}  // namespace

int main(int argc, char** argv) {
    const int requests = argc > 1 ? std::atoi(argv[1]) : 50'000;
    FreeRadius server(FreeRadiusKind::load);
    double yardstick = 0;
    for (const int parallel : {16, 64, 128, 250, 500}) {
        const double rate = radclient_rate(server, parallel);
        bench::report("radclient -p " + std::to_string(parallel), rate, "req/s");
        yardstick = std::max(yardstick, rate);
    }
    double best = 0;
    for (const int in_flight : {1, 16, 64, 128, 512}) {
        const double rate = driver_rate(server, in_flight == 1 ? requests / 10 : requests, in_flight);
        bench::report("driver, in flight " + std::to_string(in_flight), rate, "req/s", rate / yardstick);
        best = std::max(best, rate);
    }
    bench::report("CoA, driver against radclient at its best", best, "req/s", best / yardstick);
    return 0;
}
