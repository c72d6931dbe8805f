#pragma once
// Control routes about the ERP's world and its faults: GET and POST /contracts, POST /invoices, /pay, /cancel,
// /reverse, /access, GET /totals, and /faults.

#include <vector>

#include "tests/lab/control.hpp"
#include "tests/lab/ixc_service.hpp"
#include "tests/lab/population.hpp"
#include "tests/lab/state.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab {

/// The routes keep references to all of these.
void add_world_routes(ControlApi& api, LabState& state, std::vector<Person>& people, const ixc::Service& ixc,
                      const wa::Service& whatsapp);

}  // namespace emdia::lab
