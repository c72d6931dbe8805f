#include <algorithm>

#include "daemon/engine/access_loop.hpp"

// Devices come, go, forget and degrade: what AccessLoop makes of it, and what it does by the clock.

namespace emdia {

bool AccessLoop::carries(const Route& route, std::string_view driver, std::string_view device) {
    return route.driver == driver && (device.empty() || route.device.empty() || route.device == device);
}

void AccessLoop::on_device(Desk& desk, const DeviceState& state) {
    const std::string name = state.driver + "/" + state.device;
    const auto before = devices_.find(name);
    if (before == devices_.end() || before->second.reachable != state.reachable) {
        desk.log.write(state.reachable ? LogLevel::info : LogLevel::warning,
                       state.reachable ? "DEVICE-UP" : "DEVICE-DOWN", state.note, {{"device", name}});
        desk.note(AccountId{}, state.reachable ? "device.up" : "device.down", "device=" + name);
    }
    const bool back = before != devices_.end() && !before->second.reachable && state.reachable;
    const bool was_degraded = before != devices_.end() && before->second.degraded;
    DeviceState& known = devices_[name];
    const std::string degraded_note = was_degraded ? known.note : std::string();
    known = state;
    if (was_degraded && !state.degraded) {
        known.degraded = true;
        known.note = degraded_note;
    }
    if (state.degraded) {
        note_degraded(desk, state);
    }
    const AccessDriver* driver = find(state.driver);
    if (state.restarted) {
        desk.note(AccountId{}, "device.restarted", "device=" + name);
        forget_device(desk, state.driver, state.device);
        reapply(desk, state.driver, state.device);
    } else if (back && driver != nullptr && !driver->capabilities().observable) {
        // It may have lost everything while it was away, and will never show it.
        reapply(desk, state.driver, state.device);
    }
}

void AccessLoop::note_degraded(Desk& desk, const DeviceState& state) {
    const std::string name = state.driver + "/" + state.device;
    desk.log.write(LogLevel::warning, "DEVICE-DEGRADED", state.note, {{"device", name}});
    desk.note(AccountId{}, "device.degraded", "device=" + name);
    desk.house_task(name, TaskKind::access_failed, 2, name + ": " + state.note);
}

/// What was applied there is not known until it reports or answers again.
void AccessLoop::forget_device(Desk& desk, std::string_view driver, std::string_view device) {
    for (const RestrictedLine& line : desk.ledger.restricted_lines()) {
        if (carries(route(desk, line.nas), driver, device) && may_command(desk, line)) {
            forget(desk, line.account, {AccessEvent::device_restarted, line.wanted, line.generation, desk.now});
        }
    }
}

/// Every restriction that belongs on the device is sent again; the generation stays, so doing it twice is harmless.
void AccessLoop::reapply(Desk& desk, std::string_view driver, std::string_view device) {
    for (const RestrictedLine& line : desk.ledger.restricted_lines()) {
        if (carries(route(desk, line.nas), driver, device) && may_command(desk, line)) {
            command(desk, line);
        }
    }
}

void AccessLoop::resync(Desk& desk) {
    look(desk);
    for (AccessDriver* driver : drivers_) {
        if (!driver->capabilities().observable) {
            desk.after_commit([driver] { driver->observe(); });
            reapply(desk, driver->name(), {});
        }
    }
}

void AccessLoop::look(Desk& desk) {
    next_look_.reset();
    for (AccessDriver* driver : drivers_) {
        if (driver->capabilities().observable) {
            next_look_ = desk.now + desk.settings.routing.observe_every;
            desk.after_commit([driver] { driver->observe(); });
        }
    }
}

void AccessLoop::clock_set_back(Desk& desk) {
    for (const CommandState state : {CommandState::queued, CommandState::unknown}) {
        for (CommandRow row : desk.ledger.commands_in(state, 1'000'000)) {
            if (row.next_try_at > desk.now) {
                row.next_try_at = desk.now;
                desk.ledger.put_command(row);
            }
        }
    }
    if (next_look_) {
        next_look_ = desk.now;
    }
    if (next_renewal_) {
        next_renewal_ = desk.now;
    }
}

void AccessLoop::run_due(Desk& desk) {
    if (next_look_ && *next_look_ <= desk.now) {
        look(desk);
    }
    if (next_renewal_ && *next_renewal_ <= desk.now) {
        renew_leases(desk);
    }
}

std::optional<Instant> AccessLoop::next_due() const {
    if (next_look_ && next_renewal_) {
        return std::min(*next_look_, *next_renewal_);
    }
    return next_look_ ? next_look_ : next_renewal_;
}

/// A device that ends restrictions by itself is told of them again long before it does.
void AccessLoop::renew_leases(Desk& desk) {
    constexpr int kRenewalsPerLease = 8;  // network.md 8.3: 48 h, renewed every 6 h
    next_renewal_.reset();
    for (const AccessDriver* driver : drivers_) {
        if (driver->capabilities().leases) {
            next_renewal_ = desk.now + desk.settings.routing.block_lease / kRenewalsPerLease;
            reapply(desk, driver->name(), {});
        }
    }
}

std::vector<PartHealth> AccessLoop::health() const {
    std::vector<PartHealth> parts;
    for (const AccessDriver* driver : drivers_) {
        bool any = false;
        for (const auto& [name, state] : devices_) {
            if (state.driver == driver->name()) {
                parts.push_back(PartHealth{name, state.reachable, state.note});
                any = true;
            }
        }
        if (!any) {
            parts.push_back(PartHealth{driver->name(), true, "nothing was heard of a device yet"});
        }
    }
    return parts;
}

}  // namespace emdia
