#include "tests/support/driver_events.hpp"

#include <algorithm>
#include <stdexcept>

namespace emdia::testing {

DriverSink DriverEvents::sink() {
    return [this](DriverEvent event) {
        {
            const std::lock_guard lock(mutex_);
            if (auto* result = std::get_if<ApplyResult>(&event)) {
                results_.push_back(std::move(*result));
            } else if (auto* observation = std::get_if<Observation>(&event)) {
                observations_.push_back(std::move(*observation));
            } else {
                states_.push_back(std::get<DeviceState>(std::move(event)));
            }
        }
        changed_.notify_all();
    };
}

std::vector<ApplyResult> DriverEvents::results() const {
    const std::lock_guard lock(mutex_);
    return results_;
}

std::vector<Observation> DriverEvents::observations() const {
    const std::lock_guard lock(mutex_);
    return observations_;
}

std::vector<DeviceState> DriverEvents::states() const {
    const std::lock_guard lock(mutex_);
    return states_;
}

std::size_t DriverEvents::size() const {
    const std::lock_guard lock(mutex_);
    return results_.size() + observations_.size() + states_.size();
}

template <class Condition>
bool DriverEvents::wait(Condition condition, Millis limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, condition);
}

ApplyResult DriverEvents::result(CommandId command, Millis limit) {
    const auto of_command = [command](const ApplyResult& result) { return result.command == command; };
    if (!wait([&] { return std::any_of(results_.begin(), results_.end(), of_command); }, limit)) {
        throw std::runtime_error("no result of command " + std::to_string(raw(command)));
    }
    const std::lock_guard lock(mutex_);
    return *std::find_if(results_.begin(), results_.end(), of_command);
}

bool DriverEvents::wait_results(std::size_t count, Millis limit) {
    return wait([&] { return results_.size() >= count; }, limit);
}

bool DriverEvents::wait_observation(const std::function<bool(const Observation&)>& wanted, Millis limit) {
    return wait([&] { return std::any_of(observations_.begin(), observations_.end(), wanted); }, limit);
}

bool DriverEvents::wait_state(const std::function<bool(const DeviceState&)>& wanted, Millis limit) {
    return wait([&] { return std::any_of(states_.begin(), states_.end(), wanted); }, limit);
}

}  // namespace emdia::testing
