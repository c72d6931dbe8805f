#include <algorithm>
#include <utility>

#include "daemon/engine/access_loop.hpp"

// Lines that change hands: what AccessLoop tells equipment then.

namespace emdia {

std::string device_key(const std::string& erp, const std::string& line) { return erp + ":" + line; }

void AccessLoop::line_left(Desk& desk, const AccountFacts& from, const Connection& line,
                           std::optional<AccountId> holder) {
    if (line.voice || from.access.generation == 0) {
        return;  // no device was ever told of it
    }
    auto to = holder ? desk.facts(*holder) : std::nullopt;
    if (!to) {
        const Route& way = route(desk, line.nas);
        lift(desk, find(way.driver), way.device, from.subscriber.erp, line, from.access.generation + 1);
        return;
    }
    // To a device this is the same line: what it now should have must outbid what it was told before.
    to->access.generation = std::max(to->access.generation, from.access.generation) + 1;
    desk.ledger.put_access(to->id, to->access);
    for (const Connection& connection : to->connections) {
        if (const RestrictedLine now{to->id, connection.id, connection.nas, to->access.wanted, to->access.generation,
                                     false};
            !connection.voice && may_command(desk, now)) {
            command(desk, now);
        }
    }
}

/// Nobody has this line any more: whoever gets its login or address next must not inherit the block. Not in the book,
/// because no account stands behind it; a device that still holds it says so with its next listing.
void AccessLoop::lift(Desk& desk, AccessDriver* driver, const std::string& device, const std::string& erp,
                      Connection line, std::int64_t generation) {
    if (driver == nullptr) {
        return;
    }
    DesiredAccess desired;
    desired.connection = std::move(line);
    desired.connection.erp_id = device_key(erp, desired.connection.erp_id);
    desired.connection.nas = device;
    desired.generation = generation;
    ++under_way_;
    desk.after_commit([driver, desired = std::move(desired)] { driver->apply(desired); });
}

}  // namespace emdia
