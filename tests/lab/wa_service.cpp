#include "tests/lab/wa_service.hpp"

#include <nlohmann/json.hpp>

#include "daemon/adapters/digest.hpp"
#include "tests/lab/encoding.hpp"
#include "tests/lab/wa_errors.hpp"

namespace emdia::lab::wa {
namespace {

using nlohmann::json;

HttpReply json_reply(const json& body) {
    HttpReply reply;
    reply.content_type = "application/json; charset=UTF-8";
    reply.body = body.dump();
    return reply;
}

/// "/v24.0/100000000000001/messages" to its last parts; empty strings where there are none.
struct Path {
    std::string id;
    std::string what;
};
Path path_of(const std::string& path) {
    const auto version_end = path.find('/', 1);
    if (version_end == std::string::npos) {
        return {};
    }
    const auto id_end = path.find('/', version_end + 1);
    const std::string id = path.substr(version_end + 1, id_end - version_end - 1);
    return {id, id_end == std::string::npos ? std::string{} : path.substr(id_end + 1)};
}

}  // namespace

Service::Service(LabState& state, Account account, LimitSettings limits)
    : state_(state), account_(std::move(account)), webhooks_(state, account_), limits_(limits) {}

HttpReply Service::handle(const HttpCall& call) {
    const std::lock_guard lock(state_.mutex);
    if (call.header("authorization") != "Bearer " + account_.token) {
        return refuse(Refusal{190, "Error validating access token"}, false);
    }
    HttpReply reply = route(call);
    reply.headers.emplace_back("facebook-api-version", "v24.0");
    if (const auto fault = state_.faults.strikes("wa.slow")) {
        reply.delay = Millis{fault->value};
    }
    return reply;
}

HttpReply Service::route(const HttpCall& call) {
    const Path path = path_of(call.path);
    if (path.id == account_.phone_id) {
        if (call.method == "POST" && path.what == "messages") {
            return send(call);
        }
        if (call.method == "POST" && path.what == "media") {
            return upload(call);
        }
        if (path.what == "message_history") {
            return history();
        }
        return json_reply({{"id", account_.phone_id},
                           {"display_phone_number", account_.number},
                           {"verified_name", "Provedor Exemplo"},
                           {"quality_rating", "GREEN"}});
    }
    if (path.id == account_.waba_id) {
        if (call.method == "POST" && path.what == "message_templates") {
            const auto made = templates_.create(json::parse(call.body, nullptr, false));
            return std::holds_alternative<json>(made) ? json_reply(std::get<json>(made))
                                                      : refuse(std::get<Refusal>(made), false);
        }
        return path.what == "message_templates"
                   ? json_reply(templates_.list())
                   : json_reply({{"id", account_.waba_id}, {"whatsapp_business_manager_messaging_limit", "TIER_2K"}});
    }
    return media_.count(path.id) > 0 ? media(call, path.id)
                                     : refuse(Refusal{33, "no object with this id, or no permission"}, false);
}

std::optional<Refusal> Service::refusal_for(Message& message) {
    if (const auto fault = state_.faults.strikes("wa.error", message.to)) {
        return Refusal{static_cast<int>(fault->value), "switched on in the lab"};
    }
    if (state_.faults.on("wa.template_paused", message.template_name) && !message.template_name.empty()) {
        return Refusal{132015, "template is paused"};
    }
    if (state_.faults.on("wa.template_disabled", message.template_name) && !message.template_name.empty()) {
        return Refusal{132016, "template is disabled"};
    }
    if (auto refusal = templates_.check(message)) {
        return refusal;
    }
    const bool open = limits_.window_open(message.to, state_.time.now());
    message.business_initiated = !open;
    if (!open && message.template_name.empty() && !state_.faults.on("wa.window_by_status")) {
        return Refusal{131047, "more than 24 hours have passed since the recipient last replied"};
    }
    return limits_.admit(message, state_.time.now());
}

HttpReply Service::send(const HttpCall& call) {
    if (state_.faults.on("wa.drop_before_accept")) {
        HttpReply dropped;
        dropped.manner = HttpReply::Manner::dropped;
        return dropped;
    }
    const bool throttle_as_429 = state_.faults.on("wa.http_429");
    auto sent = read_send(call.body, account_.number);
    if (const auto* refusal = std::get_if<Refusal>(&sent)) {
        return refuse(*refusal, throttle_as_429);
    }
    if (std::holds_alternative<MarkRead>(sent)) {
        return json_reply({{"success", true}});
    }
    auto& message = std::get<Message>(sent);
    if (const auto refusal = refusal_for(message)) {
        return refuse(*refusal, throttle_as_429);
    }
    return accept(std::move(message));
}

HttpReply Service::accept(Message message) {
    message.id = next_id(message.to);
    message.accepted_at = state_.time.now();
    messages_.push_back(std::move(message));
    const Message& kept = messages_.back();
    schedule_statuses(messages_.size() - 1);
    json entry{{"id", kept.id}};
    if (!kept.template_name.empty()) {
        entry["message_status"] = state_.faults.on("wa.held") ? "held_for_quality_assessment" : "accepted";
    }
    HttpReply reply = json_reply({{"messaging_product", "whatsapp"},
                                  {"contacts", json::array({{{"input", kept.to}, {"wa_id", wa_id_of(kept.to)}}})},
                                  {"messages", json::array({entry})}});
    if (state_.faults.on("wa.drop_after_accept")) {
        reply.manner = HttpReply::Manner::dropped;
    } else if (state_.faults.on("wa.truncated")) {
        reply.manner = HttpReply::Manner::truncated;
    } else if (state_.faults.on("wa.http_500_after_accept")) {
        reply.status = 500;
        reply.content_type = "text/html";
        reply.body = "<html>Internal Server Error</html>";
    }
    return reply;
}

HttpReply Service::upload(const HttpCall& call) {
    for (FormPart& part : multipart(call.header("content-type"), call.body)) {
        if (part.name == "file") {
            const std::string id = std::to_string(111'222'333 + media_.size());
            media_[id] = Media{part.content_type, std::move(part.content)};
            return json_reply({{"id", id}});
        }
    }
    return refuse(Refusal{131053, "no part is called file"}, false);
}

HttpReply Service::media(const HttpCall& call, const std::string& id) {
    const Media& found = media_.at(id);
    if (call.method == "DELETE") {
        media_.erase(id);
        return json_reply({{"success", true}});
    }
    if (call.path.find("/download") != std::string::npos) {
        HttpReply reply;
        reply.content_type = found.type;
        reply.body = found.bytes;
        return reply;
    }
    return json_reply({{"messaging_product", "whatsapp"},
                       {"id", id},
                       {"url", "http://" + call.header("host") + call.path + "/download"},
                       {"mime_type", found.type},
                       {"sha256", Sha256Digest{}.sha256_hex(found.bytes)},
                       {"file_size", found.bytes.size()}});
}

HttpReply Service::history() const {
    json data = json::array();
    for (auto message = messages_.rbegin(); message != messages_.rend() && data.size() < 100; ++message) {
        data.push_back(
            {{"message_id", message->id}, {"events", json::array({{{"delivery_status", to_string(message->state)}}})}});
    }
    return json_reply({{"data", std::move(data)}});
}

std::string Service::wa_id_of(const std::string& digits) {
    const bool brazilian_mobile = digits.size() == 13 && digits.rfind("55", 0) == 0 && digits[4] == '9';
    return brazilian_mobile && state_.faults.on("wa.ninth_digit", digits) ? digits.substr(0, 4) + digits.substr(5)
                                                                          : digits;
}

std::string Service::next_id(const std::string& digits) {
    // Numbered per person: the ids do not depend on the order in which parallel sends arrive.
    const std::uint64_t number = ++numbered_[digits];
    return "wamid." + base64(digits + "#" + std::to_string(number));
}

}  // namespace emdia::lab::wa
