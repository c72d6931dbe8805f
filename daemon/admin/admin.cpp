#include "daemon/admin/admin.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "daemon/admin/request.hpp"

namespace emdia {
namespace {

struct Entry {
    std::string_view method;
    Json (*handle)(const Request&);
};

constexpr std::array<Entry, 22> kRequests{{
    {"status", status},
    {"subscriber.search", subscriber_search},
    {"why", why},
    {"facts", facts},
    {"timeline", timeline},
    {"override.set", override_set},
    {"override.end", override_end},
    {"promise.add", promise_add},
    {"promise.list", promise_list},
    {"promise.cancel", promise_cancel},
    {"notice.record", notice_record},
    {"dispute.open", dispute_open},
    {"dispute.answer", dispute_answer},
    {"exempt.set", exempt_set},
    {"task.list", task_list},
    {"task.take", task_take},
    {"task.done", task_done},
    {"hold.list", hold_list},
    {"hold.resolve", hold_resolve},
    {"freeze.set", freeze_set},
    {"go_live", go_live},
    {"sync.now", sync_now},
}};

/// Text from the ERP may hold broken UTF-8; an answer never fails over it.
std::string one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Error bad_request(std::string what) {
    return {ErrorKind::bad_input, std::move(what), "emdia and emdiad of the same version understand each other"};
}

}  // namespace

std::string error_answer(const Error& error) {
    return one_line(
        {{"ok", false}, {"error", {{"kind", to_string(error.kind)}, {"what", error.what}, {"cure", error.cure}}}});
}

std::string answer_request(std::string_view request, std::string_view caller, Control& control) {
    const Json json = Json::parse(request, nullptr, false);
    if (json.is_discarded() || !json.is_object() || !json.contains("method") || !json["method"].is_string()) {
        return error_answer(bad_request("a request is a JSON object with a method"));
    }
    const Json params = json.value("params", Json::object());
    if (!params.is_object()) {
        return error_answer(bad_request("the parameters of a request are an object"));
    }
    const auto& method = json["method"].get_ref<const std::string&>();
    for (const Entry& entry : kRequests) {
        if (entry.method != method) {
            continue;
        }
        try {
            return one_line({{"ok", true}, {"result", entry.handle(Request(params, caller, control))}});
        } catch (const BadRequest& refusal) {
            return error_answer(refusal.error);
        }
    }
    return error_answer(bad_request("there is no such request"));
}

}  // namespace emdia
