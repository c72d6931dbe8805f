#pragma once
// What a driver told its sink, collected so that a test can wait for it.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "daemon/ports/access_driver.hpp"

namespace emdia::testing {

/// Thread-safe. Waits poll a condition with a deadline and return whether it came true.
class DriverEvents {
public:
    [[nodiscard]] DriverSink sink();

    [[nodiscard]] std::vector<ApplyResult> results() const;
    [[nodiscard]] std::vector<Observation> observations() const;
    [[nodiscard]] std::vector<DeviceState> states() const;
    [[nodiscard]] std::size_t size() const;

    /// The single result of the command; throws if it does not come within `limit`.
    [[nodiscard]] ApplyResult result(CommandId command, Millis limit = Millis{10'000});
    [[nodiscard]] bool wait_results(std::size_t count, Millis limit = Millis{10'000});
    [[nodiscard]] bool wait_observation(const std::function<bool(const Observation&)>& wanted,
                                        Millis limit = Millis{10'000});
    [[nodiscard]] bool wait_state(const std::function<bool(const DeviceState&)>& wanted, Millis limit = Millis{10'000});

private:
    template <class Condition>
    bool wait(Condition condition, Millis limit);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ApplyResult> results_;
    std::vector<Observation> observations_;
    std::vector<DeviceState> states_;
};

}  // namespace emdia::testing
