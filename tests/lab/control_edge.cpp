#include "tests/lab/control_edge.hpp"

#include <nlohmann/json.hpp>

namespace emdia::lab {

using nlohmann::json;

void add_edge_routes(ControlApi& api, testing::EdgeAgent& agent) {
    api.add("GET", "/edge", [&agent](const json&) -> Result<json> {
        json rows = json::array();
        for (const auto& [key, item] : agent.held()) {
            rows.push_back({{"key", key},
                            {"mode", to_string(item.mode)},
                            {"generation", item.generation},
                            {"ipv4", item.ipv4},
                            {"ipv6", item.ipv6}});
        }
        return json{{"held", rows}, {"changes", agent.changes()}};
    });
    api.add("POST", "/edge", [&agent](const json& body) -> Result<json> {
        testing::EdgeFaults faults;
        faults.silent = body.value("silent", false);
        faults.deaf = body.value("deaf", false);
        faults.lies = body.value("lies", false);
        agent.set_faults(faults);
        if (body.value("restart", false)) {
            agent.restart();
        }
        return json::object();
    });
}

}  // namespace emdia::lab
