#pragma once
// Steps virtual time from event to event, and only while every client of the clock is idle.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/clock_server.hpp"
#include "tests/lab/state.hpp"

namespace emdia::lab {

struct RunOrder {
    Instant until{};
    /// Called with the lab's lock held, after each step; true ends the run. May be empty.
    std::function<bool()> condition;
    bool stop_when_quiet = false;  ///< Nothing more to come: no event of ours, no wake-up of a client.
    Millis guard{30'000};          ///< Real time that a client may take for one step.
    std::size_t clients = 0;       ///< So many must be connected.
};

struct RunReport {
    enum class End {
        reached,    ///< `until` is now.
        condition,  ///< The condition held.
        quiet,
        stalled,   ///< A client did not become idle: `names` says who.
        lost,      ///< A client went away: `names`. Running again goes on without it.
        spinning,  ///< Clients and lab kept each other busy without time moving.
        stopped    ///< request_stop().
    } end = End::reached;
    Instant now{};
    std::vector<std::string> names;
    std::uint64_t steps = 0;
};
[[nodiscard]] std::string_view to_string(RunReport::End end) noexcept;

class Conductor {
public:
    Conductor(LabState& state, ClockServer& clock) : state_(state), clock_(clock) {}

    /// One run at a time; a second caller waits. Any thread, without the lab's lock.
    [[nodiscard]] RunReport run(const RunOrder& order);
    /// Lets what is due now happen and the clients react, without moving time. nullopt: a run is under way, or time
    /// follows the wall clock; what is due happens there.
    [[nodiscard]] std::optional<RunReport> settle(Millis guard = Seconds{30});
    void request_stop() { stop_ = true; }

    /// For --real-time: lets events happen as the wall clock reaches them, until asked to stop.
    void follow_wall_clock(const std::stop_token& stop);

private:
    [[nodiscard]] RunReport run_alone(const RunOrder& order);
    [[nodiscard]] bool update_clients(const RunOrder& order, RunReport& report);
    void run_world_events();
    [[nodiscard]] bool run_outside_event();
    /// False: the run ends, `report` says why.
    [[nodiscard]] bool step(const RunOrder& order, RunReport& report);

    LabState& state_;
    ClockServer& clock_;
    std::mutex one_run_;
    std::atomic<bool> stop_ = false;
    // Guarded by one_run_.
    bool told_ = false;  ///< The clients have handled all that we did up to...
    Instant told_at_{};  ///< ...this instant, which is the time they know.
};

}  // namespace emdia::lab
