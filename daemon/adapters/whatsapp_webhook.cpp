#include "daemon/adapters/whatsapp_webhook.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/whatsapp_errors.hpp"
#include "daemon/adapters/whatsapp_request.hpp"
#include "daemon/core/phone.hpp"

namespace emdia {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 5> kMediaTypes{"image", "audio", "video", "document", "sticker"};

const json& at(const json& object, const char* key) {
    static const json nothing;
    if (!object.is_object()) {
        return nothing;
    }
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

/// Texts come as strings; ids and times sometimes as numbers.
std::string text_at(const json& object, const char* key) {
    const json& value = at(object, key);
    if (value.is_string()) {
        return value.get<std::string>();
    }
    return value.is_number_integer() ? value.dump() : std::string();
}

template <class Visit>
void each(const json& list, Visit visit) {
    if (list.is_array()) {
        for (const json& item : list) {
            visit(item);
        }
    }
}

Instant time_of(const json& object) {
    const std::string text = text_at(object, "timestamp");
    std::int64_t seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // Years beyond 9999 would overflow what comes after; nobody sends them in good faith.
    constexpr std::int64_t kLatest = 253'402'300'799;
    const bool fits = fault == std::errc{} && end == text.data() + text.size() && seconds >= 0 && seconds <= kLatest;
    return Instant{Seconds{fits ? seconds : 0}};
}

int first_error(const json& object) {
    int code = 0;
    each(at(object, "errors"), [&](const json& error) {
        const json& value = at(error, "code");
        if (code == 0 && value.is_number_integer()) {
            code = value.get<int>();
        }
    });
    return code;
}

std::optional<MessageState> state_of(std::string_view status) {
    if (status == "sent") {
        return MessageState::sent;
    }
    if (status == "delivered") {
        return MessageState::delivered;
    }
    if (status == "read" || status == "played") {
        return MessageState::read;
    }
    return status == "failed" ? std::optional{MessageState::failed} : std::nullopt;
}

class WebhookReader {
public:
    explicit WebhookReader(std::string_view phone_number_id) : phone_number_id_(phone_number_id) {}

    WebhookBatch read(const json& body) {
        each(at(body, "entry"), [this](const json& entry) {
            each(at(entry, "changes"), [this](const json& change) { read_change(change); });
        });
        return std::move(batch_);
    }

private:
    void read_change(const json& change) {
        const json& value = at(change, "value");
        if (!value.is_object()) {
            return;
        }
        if (text_at(change, "field") == "messages") {
            read_messages(value);
        } else {
            read_notice(text_at(change, "field"), value);
        }
    }

    void read_messages(const json& value) {
        const std::string number = text_at(at(value, "metadata"), "phone_number_id");
        if (!phone_number_id_.empty() && !number.empty() && number != phone_number_id_) {
            return;
        }
        each(at(value, "statuses"), [this](const json& status) { read_status(status); });
        each(at(value, "messages"), [this](const json& message) { read_message(message); });
        if (const int code = first_error(value)) {
            note("account", number, "ERROR " + std::to_string(code));
        }
    }

    void read_status(const json& status) {
        const std::optional<MessageState> state = state_of(text_at(status, "status"));
        MessageStatusEvent event;
        event.provider_id = text_at(status, "id");
        if (!state || event.provider_id.empty()) {
            return;
        }
        if (const auto key = message_of_callback(text_at(status, "biz_opaque_callback_data"))) {
            event.id = key->id;
            event.queued_at = key->queued_at;
        }
        event.state = *state;
        event.at = time_of(status);
        event.recipient = text_at(status, "recipient_id");
        if (*state == MessageState::failed) {
            event.code = first_error(status);
            event.verdict = refusal_of(event.code, 200).verdict;
        }
        batch_.statuses.push_back(std::move(event));
    }

    void read_message(const json& message) {
        InboundMessage in;
        in.provider_id = text_at(message, "id");
        if (in.provider_id.empty()) {
            return;
        }
        in.from = canonical_phone(text_at(message, "from"));
        in.user_id = text_at(message, "from_user_id");
        in.at = time_of(message);
        in.context_provider_id = text_at(at(message, "context"), "id");
        read_content(text_at(message, "type"), message, in);
        batch_.inbound.push_back(std::move(in));
    }

    static void read_content(const std::string& type, const json& message, InboundMessage& in) {
        const json& content = at(message, type.c_str());
        if (type == "text") {
            in.kind = InboundKind::text;
            in.text = text_at(content, "body");
        } else if (type == "button") {
            in.kind = InboundKind::button;
            in.text = text_at(content, "text");
            in.payload = text_at(content, "payload");
        } else if (type == "interactive") {
            read_interactive(content, in);
        } else if (type == "system") {
            in.kind = InboundKind::system;
            in.text = text_at(content, "type");
            in.payload = canonical_phone(text_at(content, "wa_id"));
        } else if (std::find(kMediaTypes.begin(), kMediaTypes.end(), type) != kMediaTypes.end()) {
            in.kind = InboundKind::media;
            in.text = text_at(content, "caption");
            in.media_id = text_at(content, "id");
            in.media_type = text_at(content, "mime_type");
        }
    }

    static void read_interactive(const json& content, InboundMessage& in) {
        const std::string type = text_at(content, "type");
        if (type != "button_reply" && type != "list_reply") {
            return;
        }
        const json& reply = at(content, type.c_str());
        in.kind = InboundKind::button;
        in.payload = text_at(reply, "id");
        in.text = text_at(reply, "title");
    }

    void note(std::string kind, std::string subject, std::string value) {
        if (!value.empty()) {
            batch_.notices.push_back({std::move(kind), std::move(subject), std::move(value)});
        }
    }

    /// Meta's own samples mislabel fields, so template events are told apart by their keys (section 4.5).
    void read_notice(const std::string& field, const json& value) {
        const std::string name = text_at(value, "message_template_name");
        if (value.contains("new_quality_score")) {
            note("template_quality", name, text_at(value, "new_quality_score"));
        } else if (value.contains("correct_category")) {
            note("template_category", name, "SOON_" + text_at(value, "correct_category"));
        } else if (value.contains("previous_category")) {
            note("template_category", name, text_at(value, "new_category"));
        } else if (!name.empty()) {
            note("template_category", name, text_at(value, "message_template_category"));
            note("template_status", name, text_at(value, "event"));
        } else if (field == "phone_number_quality_update") {
            note("limit", text_at(value, "display_phone_number"), text_at(value, "current_limit"));
        } else if (field == "business_capability_update") {
            note("limit", "", text_at(value, "max_daily_conversations_per_business"));
        } else if (field == "account_update") {
            note("account", "", text_at(value, "event"));
        } else if (field == "account_alerts") {
            note("account", "", text_at(value, "alert_type"));
        }
    }

    std::string_view phone_number_id_;
    WebhookBatch batch_;
};

}  // namespace

bool signature_fits(std::string_view app_secret, std::string_view raw_body, std::string_view header) {
    constexpr std::string_view kScheme = "sha256=";
    if (app_secret.empty() || header.substr(0, kScheme.size()) != kScheme) {
        return false;
    }
    return constant_time_equal(header.substr(kScheme.size()), hmac_sha256_hex(app_secret, raw_body));
}

Result<WebhookBatch> parse_webhook(std::string_view raw_body, std::string_view phone_number_id) {
    const json body = json::parse(raw_body, nullptr, false);
    if (!body.is_object()) {
        return Error{ErrorKind::bad_input, "the webhook body is no JSON object", ""};
    }
    return WebhookReader(phone_number_id).read(body);
}

}  // namespace emdia
