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

/// What a run may wait for: {"contract": 7001, "access": "CM"}, {"title": 145001, "status": "R"}, or a message,
/// {"to": digits, "template": part of its name, "count": 1} of those accepted since the run began.
std::function<bool()> condition_of(LabState& state, const wa::Service& whatsapp, const json& wanted) {
    if (wanted.contains("contract")) {
        return [&state, id = number_in(wanted, "contract"), access = text_in(wanted, "access")] {
            const Contract* contract = state.erp.contracts.find(id);
            return contract != nullptr && contract->access == access;
        };
    }
    if (wanted.contains("title")) {
        return [&state, id = number_in(wanted, "title"), status = text_in(wanted, "status")] {
            const Title* title = state.erp.titles.find(id);
            return title != nullptr && status == std::string{title->status};
        };
    }
    const std::size_t seen = whatsapp.messages().size();
    return [&whatsapp, seen, to = text_in(wanted, "to"), name = text_in(wanted, "template"),
            count = number_in(wanted, "count", 1)] {
        std::int64_t found = 0;
        for (std::size_t i = seen; i < whatsapp.messages().size(); ++i) {
            const wa::Message& message = whatsapp.messages()[i];
            found += (to.empty() || message.to == to) && message.template_name.find(name) != std::string::npos ? 1 : 0;
        }
        return found >= count;
    };
}

Result<RunOrder> read_order(LabState& state, const wa::Service& whatsapp, const json& body) {
    RunOrder order;
    order.guard = Millis{number_in(body, "guard_ms", 30'000)};
    order.clients = static_cast<std::size_t>(number_in(body, "clients", 0));
    order.stop_when_quiet = body.value("quiet", false);
    Instant now;
    {
        const std::lock_guard lock(state.mutex);
        if (state.time.real_time()) {
            return Error{ErrorKind::refused, "time follows the wall clock", "start the lab without --real-time"};
        }
        now = state.time.now();
        if (body.contains("until")) {
            order.condition = condition_of(state, whatsapp, body["until"]);
        }
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

void add_time_routes(ControlApi& api, LabState& state, Conductor& conductor, ClockServer& clock,
                     const wa::Service& whatsapp) {
    api.add("GET", "/status", [&](const json&) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        return json{{"now", to_rfc3339(state.time.now())},
                    {"local", to_iso(state.erp.local(state.time.now()))},
                    {"clients", clock.clients()},
                    {"pending_events", state.time.pending()},
                    {"next_event", state.time.next() ? json(to_rfc3339(*state.time.next())) : json(nullptr)}};
    });
    api.add("POST", "/advance", [&](const json& body) -> Result<json> {
        auto order = read_order(state, whatsapp, body);
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
        const auto report = conductor.settle();
        return report ? report_json(*report) : json::object();
    });
}

}  // namespace emdia::lab
