#include "tests/lab/control.hpp"

#include <Poco/URI.h>
#include <nlohmann/json.hpp>

namespace emdia::lab {
namespace {

using nlohmann::json;

HttpReply json_reply(int status, const json& body) {
    HttpReply reply;
    reply.status = status;
    reply.body = body.dump();
    return reply;
}

HttpReply error_reply(const Error& error) {
    const int status = error.kind == ErrorKind::bad_input ? 400 : error.kind == ErrorKind::not_found ? 404 : 409;
    return json_reply(status, {{"error", error.what}, {"cure", error.cure}});
}

json body_of(const HttpCall& call) {
    json body = call.body.empty() ? json::object() : json::parse(call.body, nullptr, false);
    if (body.is_object() && !call.query.empty()) {
        Poco::URI uri;
        uri.setRawQuery(call.query);
        for (const auto& [key, value] : uri.getQueryParameters()) {
            body[key] = value;
        }
    }
    return body;
}

}  // namespace

void ControlApi::add(const std::string& method, const std::string& path, Handler handler) {
    routes_.emplace(std::pair{method, path}, std::move(handler));
}

HttpReply ControlApi::handle(const HttpCall& call) const {
    const auto route = routes_.find({call.method, call.path});
    if (route == routes_.end()) {
        std::string known;
        for (const auto& [key, handler] : routes_) {
            known += (known.empty() ? "" : ", ") + key.first + " " + key.second;
        }
        return error_reply(Error{ErrorKind::not_found, "no such route: " + call.method + " " + call.path, known});
    }
    const json body = body_of(call);
    if (!body.is_object()) {
        return error_reply(Error{ErrorKind::bad_input, "the body is not a JSON object", ""});
    }
    try {
        const auto answer = route->second(body);
        return answer ? json_reply(200, *answer) : error_reply(answer.error());
    } catch (const json::exception& fault) {
        return error_reply(Error{ErrorKind::bad_input, fault.what(), "docs/LAB.md says what the route takes"});
    }
}

}  // namespace emdia::lab
