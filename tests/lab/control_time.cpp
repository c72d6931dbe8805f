#include "tests/lab/control_time.hpp"

#include <nlohmann/json.hpp>

#include "tests/lab/control_fields.hpp"

namespace emdia::lab {
namespace {

using nlohmann::json;

json report_json(const RunReport& report) {
    return {{"end", to_string(report.end)},
            {"now", to_rfc3339(report.now)},
            {"names", report.names},
            {"steps", report.steps}};
}

/// {"contract": 7001, "access": "CM"} or {"title": 145001, "status": "R"}: true when the ERP says so.
std::function<bool()> erp_condition(LabState& state, const json& wanted) {
    if (wanted.contains("contract")) {
        return [&state, id = number_in(wanted, "contract"), access = text_in(wanted, "access")] {
            const Contract* contract = state.erp.contracts.find(id);
            return contract != nullptr && contract->access == access;
        };
    }
    return [&state, id = number_in(wanted, "title"), status = text_in(wanted, "status")] {
        const Title* title = state.erp.titles.find(id);
        return title != nullptr && status == std::string{title->status};
    };
}

Result<RunOrder> read_order(LabState& state, const json& body) {
    RunOrder order;
    order.guard = Millis{number_in(body, "guard_ms", 30'000)};
    order.clients = static_cast<std::size_t>(number_in(body, "clients", 0));
    order.stop_when_quiet = body.value("quiet", false);
    if (body.contains("until")) {
        order.condition = erp_condition(state, body["until"]);
    }
    Instant now;
    {
        const std::lock_guard lock(state.mutex);
        now = state.time.now();
    }
    if (body.contains("to")) {
        const auto to = parse_instant(text_in(body, "to"));
        if (!to) {
            return to.error();
        }
        order.until = *to;
        return order;
    }
    const auto by = parse_duration(text_in(body, "by"));
    if (!by) {
        return Error{ErrorKind::bad_input, "advance needs \"to\" (RFC 3339) or \"by\" (a duration such as 36h)", ""};
    }
    order.until = now + *by;
    return order;
}

}  // namespace

void add_time_routes(ControlApi& api, LabState& state, Conductor& conductor, ClockServer& clock) {
    api.add("GET", "/status", [&](const json&) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        return json{{"now", to_rfc3339(state.time.now())},
                    {"local", to_iso(state.erp.local(state.time.now()))},
                    {"clients", clock.clients()},
                    {"pending_events", state.time.pending()},
                    {"next_event", state.time.next() ? json(to_rfc3339(*state.time.next())) : json(nullptr)}};
    });
    api.add("POST", "/advance", [&](const json& body) -> Result<json> {
        auto order = read_order(state, body);
        if (!order) {
            return order.error();
        }
        return report_json(conductor.run(*order));
    });
    api.add("POST", "/stop", [&](const json&) -> Result<json> {
        conductor.request_stop();
        return json::object();
    });
    api.add("POST", "/clock", [&](const json& body) -> Result<json> {
        const auto now = parse_instant(text_in(body, "now"));
        if (!now) {
            return now.error();
        }
        {
            const std::lock_guard lock(state.mutex);
            state.time.set(*now);
        }
        return report_json(conductor.settle());
    });
}

}  // namespace emdia::lab
