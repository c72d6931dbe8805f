#include "tests/fakes/fake_driver.hpp"

namespace emdia::fakes {

void FakeDriver::apply(DesiredAccess desired) {
    applied.push_back(desired);
    if (silent || !sink_) {
        return;
    }
    ApplyResult result;
    result.command = desired.command;
    result.generation = desired.generation;
    result.kind = (answer ? answer(desired) : std::nullopt).value_or(ApplyKind::acknowledged);
    result.cause = "fake";
    if (result.kind == ApplyKind::acknowledged) {
        held[access_key(desired.connection)] = desired.access;
    }
    sink_(DriverEvent{result});
    if (caps.observable && result.kind == ApplyKind::acknowledged) {
        Observation seen;
        seen.driver = name_;
        seen.complete = false;
        seen.blocked.push_back(
            ObservedAccess{access_key(desired.connection), desired.access, desired.generation, false});
        sink_(DriverEvent{seen});
    }
}

void FakeDriver::observe() {
    ++looks;
    if (!caps.observable) {
        return;
    }
    Observation seen;
    seen.driver = name_;
    for (const auto& [key, access] : held) {
        if (access != Access::open) {
            seen.blocked.push_back(ObservedAccess{key, access, 0, false});
        }
    }
    sink_(DriverEvent{seen});
}

void FakeDriver::restart_device() {
    held.clear();
    DeviceState state;
    state.reachable = true;
    state.restarted = true;
    say(state);
}

void FakeDriver::say(DeviceState state) {
    state.driver = name_;
    sink_(DriverEvent{std::move(state)});
}

}  // namespace emdia::fakes
