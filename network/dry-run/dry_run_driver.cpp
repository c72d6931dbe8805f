#include "network/dry-run/dry_run_driver.hpp"

#include <algorithm>
#include <utility>

namespace emdia {

DryRunDriver::DryRunDriver(std::string name, WallClock now) : name_(std::move(name)), now_(std::move(now)) {}

DryRunDriver::~DryRunDriver() { stop(); }

DriverCapabilities DryRunDriver::capabilities() const {
    DriverCapabilities can;
    can.restricts = true;
    can.observable = true;
    can.imaginary = true;
    can.max_per_second = 100'000;
    return can;
}

void DryRunDriver::start(DriverSink sink) {
    sink_ = std::move(sink);
    thread_ = std::thread([this] { run(); });
}

void DryRunDriver::apply(DesiredAccess desired) { inbox_.put(std::move(desired)); }

void DryRunDriver::observe() { inbox_.put(ListAll{}); }

void DryRunDriver::stop() {
    inbox_.close();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void DryRunDriver::run() {
    sink_(DeviceState{name_, name_, true, false, "in memory"});
    const auto is_unblock = [](const Request& request) {
        const auto* desired = std::get_if<DesiredAccess>(&request);
        return desired != nullptr && desired->access == Access::open;
    };
    while (true) {
        auto requests = inbox_.take_until(std::chrono::steady_clock::time_point::max());
        if (requests.empty() && inbox_.closed()) {
            return;
        }
        std::stable_partition(requests.begin(), requests.end(), is_unblock);
        for (const Request& request : requests) {
            if (const auto* desired = std::get_if<DesiredAccess>(&request)) {
                carry_out(*desired);
            } else {
                list_all();
            }
        }
    }
}

void DryRunDriver::carry_out(const DesiredAccess& desired) {
    const std::string& key = access_key(desired.connection);
    if (generations_.note(key, desired.generation) == GenerationBook::Age::older) {
        sink_(superseded(desired));
        return;
    }
    const auto entry = held_.find(key);
    const Access before = entry == held_.end() ? Access::open : entry->second.access;
    if (desired.access == Access::open) {
        held_.erase(key);
    } else {
        held_[key] = {key, desired.access, desired.generation, false};
    }
    const bool changed = before != desired.access;
    sink_(result_of(desired, changed ? ApplyKind::acknowledged : ApplyKind::already_so, "dry run"));
    sink_(Observation{name_, name_, {{key, desired.access, desired.generation, false}}, now_(), false});
}

void DryRunDriver::list_all() {
    Observation all{name_, name_, {}, now_(), true};
    for (const auto& [key, held] : held_) {
        all.blocked.push_back(held);
    }
    sink_(std::move(all));
}

}  // namespace emdia
