#include "daemon/adapters/whatsapp_response.hpp"

#include <nlohmann/json.hpp>

#include "daemon/adapters/whatsapp_errors.hpp"

namespace emdia {
namespace {

using nlohmann::json;

json parse(const std::string& body) { return json::parse(body, nullptr, false); }

/// The text at `key`, or nothing: answers are data from outside, whatever their shape.
std::string text_at(const json& object, const char* key) {
    if (!object.is_object()) {
        return {};
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& first_of(const json& object, const char* key) {
    static const json nothing;
    if (!object.is_object()) {
        return nothing;
    }
    const auto list = object.find(key);
    return list != object.end() && list->is_array() && !list->empty() ? list->front() : nothing;
}

std::optional<int> error_code(const json& body) {
    if (!body.is_object() || !body.contains("error") || !body["error"].is_object()) {
        return std::nullopt;
    }
    const json& error = body["error"];
    const auto code = error.find("code");
    return code != error.end() && code->is_number_integer() ? std::optional{code->get<int>()} : std::nullopt;
}

SendOutcome outcome_of_fault(const Error& error) {
    switch (error.kind) {
        case ErrorKind::unavailable:
        case ErrorKind::rate_limited: {
            Error later = error;
            later.retry_after = later.retry_after.value_or(Millis{30'000});
            return SendRejected{SendVerdictKind::slow_down, 0, std::move(later)};
        }
        case ErrorKind::unknown:
        case ErrorKind::protocol:
            return SendUnknown{error.what};
        default:
            return SendRejected{SendVerdictKind::channel_stopped, 0, error};
    }
}

}  // namespace

SendOutcome outcome_of(const HttpResult& result) {
    if (!result) {
        return outcome_of_fault(result.error());
    }
    const json body = parse(result->body);
    if (const std::optional<int> code = error_code(body)) {
        return refusal_of(*code, result->status);
    }
    const bool success = result->status >= 200 && result->status < 300;
    const json& message = first_of(body, "messages");
    std::string id = text_at(message, "id");
    if (success && !id.empty()) {
        SendAccepted accepted;
        accepted.provider_id = std::move(id);
        accepted.wa_id = text_at(first_of(body, "contacts"), "wa_id");
        accepted.held = text_at(message, "message_status") == "held_for_quality_assessment";
        return accepted;
    }
    if (success || result->status >= 500) {
        return SendUnknown{"HTTP " + std::to_string(result->status) + " without a readable answer"};
    }
    return refusal_of_status(result->status);
}

Result<std::string> media_id_of(const HttpResult& result) {
    if (!result) {
        return result.error();
    }
    const json body = parse(result->body);
    std::string id = text_at(body, "id");
    if (result->status == 200 && !id.empty()) {
        return id;
    }
    return Error{ErrorKind::refused, "the upload of an image was refused with HTTP " + std::to_string(result->status),
                 ""};
}

}  // namespace emdia
