#pragma once
// Everything that can happen to the engine. Each comes from another thread through the queue and in no other way.

#include <cstdint>
#include <string>
#include <variant>

#include "daemon/ports/access_driver.hpp"
#include "daemon/ports/control.hpp"
#include "daemon/ports/erp_source.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

/// A virtual clock was stepped; `seq` is echoed when the engine is idle again.
struct ClockStep {
    std::uint64_t seq = 0;
};
/// Leave after this turn.
struct StopRequest {};

using Event = std::variant<ErpEvent, MessengerEvent, DriverEvent, ControlCall, ClockStep, StopRequest>;

}  // namespace emdia
