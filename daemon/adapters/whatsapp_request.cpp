#include "daemon/adapters/whatsapp_request.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "daemon/adapters/whatsapp_order.hpp"
#include "daemon/core/phone.hpp"
#include "daemon/core/template_text.hpp"

namespace emdia {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxInteractiveText = 1024;
constexpr std::size_t kMaxReplyButtons = 3;
constexpr std::size_t kMaxListRows = 10;
constexpr std::size_t kMaxButtonTitle = 20;
constexpr std::size_t kMaxRowTitle = 24;
constexpr std::size_t kMaxPayload = 200;
constexpr std::string_view kCallbackPrefix = "emdia-";
constexpr std::string_view kListLabel = "Ver opções";

Error refusal(std::string what) {
    return Error{ErrorKind::bad_input, std::move(what), "report this message; it is not sent as it is"};
}

MessageKey key_of(const OutgoingMessage& message) { return MessageKey{message.id, message.queued_at}; }

json envelope(const OutgoingMessage& message, const std::string& callback) {
    return json{{"messaging_product", "whatsapp"},
                {"recipient_type", "individual"},
                {"to", message.to},
                {"biz_opaque_callback_data", callback}};
}

/// Digits only; nullopt: anything else, or too many of them.
std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = fault == std::errc{} && end == text.data() + text.size();
    return whole && number >= 0 && text.front() != '-' ? std::optional{number} : std::nullopt;
}

json body_component(const std::vector<std::pair<std::string, std::string>>& parameters) {
    json list = json::array();
    for (const auto& [name, value] : parameters) {
        list.push_back({{"type", "text"}, {"parameter_name", name}, {"text", fold_spaces(value)}});
    }
    return json{{"type", "body"}, {"parameters", std::move(list)}};
}

json template_head(const std::string& name, const std::string& language) {
    return json{{"name", name}, {"language", {{"code", language}}}, {"components", json::array()}};
}

json quick_reply_component(std::size_t index, const std::string& payload) {
    return json{{"type", "button"},
                {"sub_type", "quick_reply"},
                {"index", std::to_string(index)},
                {"parameters", json::array({json{{"type", "payload"}, {"payload", payload}}})}};
}

Result<json> template_of(const OutgoingMessage& message, const PixPayee& payee, Instant now) {
    json content = template_head(message.template_name, message.language);
    json& components = content["components"];
    if (!message.parameters.empty()) {
        components.push_back(body_component(message.parameters));
    }
    for (std::size_t i = 0; i < message.buttons.size(); ++i) {
        components.push_back(quick_reply_component(i, message.buttons[i].payload));
    }
    if (message.pay) {
        Result<json> order = order_details(message, payee, now);
        if (!order) {
            return order.error();
        }
        components.push_back(
            {{"type", "button"},
             {"sub_type", "order_details"},
             {"index", 0},
             {"parameters", json::array({json{{"type", "action"}, {"action", {{"order_details", *order}}}}})}});
    }
    return content;
}

json reply_buttons(const std::vector<Button>& buttons) {
    json list = json::array();
    for (const Button& button : buttons) {
        list.push_back({{"type", "reply"}, {"reply", {{"id", button.payload}, {"title", button.title}}}});
    }
    return json{{"buttons", std::move(list)}};
}

json list_rows(const std::vector<Button>& buttons) {
    json rows = json::array();
    for (const Button& button : buttons) {
        rows.push_back({{"id", button.payload}, {"title", button.title}});
    }
    return json{{"button", kListLabel}, {"sections", json::array({json{{"rows", std::move(rows)}}})}};
}

/// Free text with buttons: up to three as buttons, more as a list (section 2.4).
Result<json> interactive_of(const OutgoingMessage& message) {
    const bool as_list = message.buttons.size() > kMaxReplyButtons;
    if (message.buttons.size() > kMaxListRows || count_characters(message.text) > kMaxInteractiveText) {
        return refusal("a message with buttons holds at most ten of them and 1024 characters");
    }
    for (const Button& button : message.buttons) {
        if (button.title.empty() || count_characters(button.title) > (as_list ? kMaxRowTitle : kMaxButtonTitle)) {
            return refusal("the title of a button is empty or too long");
        }
    }
    return json{{"type", as_list ? "list" : "button"},
                {"body", {{"text", message.text}}},
                {"action", as_list ? list_rows(message.buttons) : reply_buttons(message.buttons)}};
}

Result<void> check(const OutgoingMessage& message) {
    if (message.to.empty() || message.to.front() != '+' || canonical_phone(message.to).empty()) {
        return refusal("the recipient is not an E.164 number with '+'");
    }
    for (const Button& button : message.buttons) {
        if (button.payload.empty() || button.payload.size() > kMaxPayload) {
            return refusal("the payload of a button is empty or longer than 200 bytes");
        }
    }
    return {};
}

Result<json> text_of(const std::string& text) {
    if (text.empty() || count_characters(text) > kMaxText) {
        return refusal("a text has 1..4096 characters");
    }
    return json{{"body", text}, {"preview_url", false}};
}

Result<std::string> finish(json body, std::string_view type, Result<json> content) {
    if (!content) {
        return content.error();
    }
    body["type"] = type;
    body[std::string(type)] = *std::move(content);
    // Names come from ERPs; a broken UTF-8 sequence must not end the thread that sends.
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<std::string> message_body(const OutgoingMessage& message, const PixPayee& payee, Instant now) {
    if (Result<void> fit = check(message); !fit) {
        return fit.error();
    }
    json body = envelope(message, callback_data(key_of(message)));
    if (!message.template_name.empty()) {
        return finish(std::move(body), "template", template_of(message, payee, now));
    }
    if (!message.buttons.empty()) {
        return finish(std::move(body), "interactive", interactive_of(message));
    }
    return finish(std::move(body), "text", text_of(message.text));
}

Result<std::string> follow_up_body(const OutgoingMessage& message, const FollowUp& second) {
    json body = envelope(message, callback_data(key_of(message)) + "-2");
    if (second.template_name.empty()) {
        return finish(std::move(body), "text", text_of(second.text));
    }
    json content = template_head(second.template_name, second.language);
    if (!second.parameters.empty()) {
        content["components"].push_back(body_component(second.parameters));
    }
    return finish(std::move(body), "template", std::move(content));
}

Result<std::string> image_body(const OutgoingMessage& message, const std::string& media_id) {
    return finish(envelope(message, callback_data(key_of(message)) + "-qr"), "image", json{{"id", media_id}});
}

std::string callback_data(const MessageKey& key) {
    return std::string(kCallbackPrefix) + std::to_string(raw(key.id)) + "-" +
           std::to_string(key.queued_at.time_since_epoch().count());
}

std::optional<MessageKey> message_of_callback(std::string_view data) noexcept {
    if (data.substr(0, kCallbackPrefix.size()) != kCallbackPrefix) {
        return std::nullopt;
    }
    data.remove_prefix(kCallbackPrefix.size());
    const std::size_t dash = data.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto id = whole_number(data.substr(0, dash));
    const auto queued = whole_number(data.substr(dash + 1));
    if (!id || *id == 0 || !queued) {
        return std::nullopt;
    }
    return MessageKey{MessageId{*id}, Instant{Millis{*queued}}};
}

}  // namespace emdia
