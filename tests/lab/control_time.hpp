#pragma once
// Control routes about time: GET /status, POST /advance, /stop, /clock.

#include "tests/lab/conductor.hpp"
#include "tests/lab/control.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab {

/// The routes keep references to all of these.
void add_time_routes(ControlApi& api, LabState& state, Conductor& conductor, ClockServer& clock,
                     const wa::Service& whatsapp);

}  // namespace emdia::lab
