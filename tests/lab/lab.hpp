#pragma once
// The whole lab: imitations, clock, control API, wired together. One object is one outside world.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/lab/clock_server.hpp"
#include "tests/lab/conductor.hpp"
#include "tests/lab/control.hpp"
#include "tests/lab/edge_agent.hpp"
#include "tests/lab/ixc_service.hpp"
#include "tests/lab/population.hpp"
#include "tests/lab/scripts.hpp"
#include "tests/lab/state.hpp"
#include "tests/lab/story.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab {

struct LabOptions {
    Date start{};               ///< Midnight of this day in Brasília is where virtual time begins.
    bool real_time = false;     ///< The wall clock is the virtual clock.
    PopulationSpec population;  ///< `today` is set from `start`.
    std::string ixc_token = "7:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    bool story = false;  ///< Adds the three people of brazil-rules.md section 6.
    wa::Account whatsapp;
    wa::LimitSettings limits;
    std::string edge_broker;  ///< "host:port" of an MQTT broker; empty: no edge agent.
    std::string edge_site;
    // Ports; 0: a free one.
    std::uint16_t ixc_port = 0;
    std::uint16_t whatsapp_port = 0;
    std::uint16_t clock_port = 0;
    std::uint16_t control_port = 0;
};

struct LabPorts {
    std::uint16_t ixc = 0;
    std::uint16_t whatsapp = 0;
    std::uint16_t clock = 0;
    std::uint16_t control = 0;
};

class Lab {
public:
    explicit Lab(LabOptions options);
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    [[nodiscard]] LabPorts ports() const;
    /// One line of JSON: what the program prints at its start.
    [[nodiscard]] std::string describe() const;
    /// Returns when POST /shutdown came or request_shutdown() was called.
    void wait_for_shutdown();
    void request_shutdown();

    // For tests that run the lab in their own process.
    [[nodiscard]] LabState& state() { return state_; }
    [[nodiscard]] Conductor& conductor() { return conductor_; }
    [[nodiscard]] wa::Service& whatsapp() { return whatsapp_; }
    [[nodiscard]] Scripts& scripts() { return scripts_; }
    [[nodiscard]] const std::vector<Person>& people() const { return people_; }

private:
    void schedule_night(Date day);
    void start_edge_agent();
    void add_routes();

    LabOptions options_;
    LabState state_;
    std::vector<Person> people_;
    ixc::Service ixc_;
    wa::Service whatsapp_;
    Scripts scripts_;
    Story story_;
    ClockServer clock_;
    Conductor conductor_;
    ControlApi control_;
    std::unique_ptr<testing::EdgeAgent> edge_;
    std::mutex shutdown_mutex_;
    std::condition_variable shutdown_changed_;
    bool shutdown_ = false;
    std::unique_ptr<HttpEndpoint> ixc_endpoint_;
    std::unique_ptr<HttpEndpoint> whatsapp_endpoint_;
    std::unique_ptr<HttpEndpoint> control_endpoint_;
    std::jthread wall_clock_;
};

}  // namespace emdia::lab
