#include "tests/lab/conductor.hpp"

#include <algorithm>
#include <thread>

namespace emdia::lab {
namespace {

/// More turns than this at one instant are a loop, not work: the largest base has fewer events in a second.
constexpr std::uint64_t most_turns_at_once = 200'000;
constexpr Millis wall_clock_poll{5};

}  // namespace

std::string_view to_string(RunReport::End end) noexcept {
    switch (end) {
        case RunReport::End::reached:
            return "reached";
        case RunReport::End::condition:
            return "condition";
        case RunReport::End::quiet:
            return "quiet";
        case RunReport::End::stalled:
            return "stalled";
        case RunReport::End::lost:
            return "lost";
        case RunReport::End::spinning:
            return "spinning";
        case RunReport::End::stopped:
            return "stopped";
    }
    return "";
}

RunReport Conductor::run(const RunOrder& order) {
    const std::lock_guard one_run(one_run_);
    return run_alone(order);
}

RunReport Conductor::run_alone(const RunOrder& order) {
    stop_ = false;
    told_ = false;  // Control calls may have changed the world since the last run.
    RunReport report;
    Instant last{};
    std::uint64_t turns = 0;
    for (bool going = true; going; ++report.steps) {
        run_world_events();
        if (!update_clients(order, report)) {
            break;
        }
        if (run_outside_event()) {
            told_ = false;
        } else {
            going = step(order, report);
        }
        const std::lock_guard lock(state_.mutex);
        turns = state_.time.now() == last ? turns + 1 : 0;
        last = state_.time.now();
        if (turns > most_turns_at_once) {
            report.end = RunReport::End::spinning;
            break;
        }
    }
    const std::lock_guard lock(state_.mutex);
    report.now = state_.time.now();
    return report;
}

std::optional<RunReport> Conductor::settle(Millis guard) {
    const std::unique_lock one_run(one_run_, std::try_to_lock);
    if (!one_run) {
        return std::nullopt;
    }
    RunOrder order;
    {
        const std::lock_guard lock(state_.mutex);
        if (state_.time.real_time()) {
            return std::nullopt;
        }
        order.until = state_.time.now();
    }
    order.guard = guard;
    return run_alone(order);
}

bool Conductor::update_clients(const RunOrder& order, RunReport& report) {
    if (told_) {
        return true;
    }
    {
        const std::lock_guard lock(state_.mutex);
        told_at_ = state_.time.now();
        clock_.tell(told_at_);
    }
    const auto wait = clock_.wait_idle(order.guard, order.clients);
    if (!wait.lost.empty()) {
        report.end = RunReport::End::lost;
        report.names = wait.lost;
        return false;
    }
    if (!wait.idle) {
        report.end = RunReport::End::stalled;
        report.names = wait.not_idle;
        return false;
    }
    told_ = true;
    return true;
}

void Conductor::run_world_events() {
    const std::lock_guard lock(state_.mutex);
    while (auto action = state_.time.pop_due(Effect::world)) {
        (*action)();
    }
    // A webhook must not reach a client whose clock is behind; world events may have made one due just now.
    const auto outside = state_.time.next(Effect::outside);
    if (outside && *outside <= state_.time.now() && told_at_ != state_.time.now()) {
        told_ = false;
    }
}

bool Conductor::run_outside_event() {
    std::optional<TimeLine::Action> action;
    {
        const std::lock_guard lock(state_.mutex);
        action = state_.time.pop_due(Effect::outside);
    }
    if (action) {
        (*action)();
    }
    return action.has_value();
}

bool Conductor::step(const RunOrder& order, RunReport& report) {
    const std::lock_guard lock(state_.mutex);
    const Instant now = state_.time.now();
    if (stop_) {
        report.end = RunReport::End::stopped;
        return false;
    }
    if (order.condition && order.condition()) {
        report.end = RunReport::End::condition;
        return false;
    }
    const auto own = state_.time.next();
    auto wake = clock_.next_wake();
    if (wake) {
        wake = std::max(*wake, now + Millis{1});  // A wake-up that is due already would stop time for ever.
    }
    if (order.stop_when_quiet && !own && !wake) {
        report.end = RunReport::End::quiet;
        return false;
    }
    if (now >= order.until) {
        report.end = RunReport::End::reached;
        return false;
    }
    Instant next = order.until;
    next = own ? std::min(next, *own) : next;
    next = wake ? std::min(next, *wake) : next;
    state_.time.set(std::max(next, now));
    // Events of the world alone are seen only when somebody asks: no client needs to be woken for them.
    const bool clients_care = (wake && *wake <= next) || next == order.until;
    told_ = told_ && !clients_care;
    return true;
}

void Conductor::follow_wall_clock(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        run_world_events();
        if (!run_outside_event()) {
            std::this_thread::sleep_for(wall_clock_poll);
        }
    }
}

}  // namespace emdia::lab
