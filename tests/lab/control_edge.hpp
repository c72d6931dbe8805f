#pragma once
// Control routes about the embedded edge agent: GET and POST /edge.

#include "tests/lab/control.hpp"
#include "tests/lab/edge_agent.hpp"

namespace emdia::lab {

/// `agent` must outlive the API.
void add_edge_routes(ControlApi& api, testing::EdgeAgent& agent);

}  // namespace emdia::lab
