#include "tests/lab/wa_message.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

namespace emdia::lab::wa {
namespace {

using nlohmann::json;

constexpr std::size_t longest_text = 4096;
constexpr std::size_t longest_interactive = 1024;
constexpr std::size_t longest_callback = 512;

std::size_t characters(const std::string& utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                             : std::string{};
}

const json& member(const json& object, const char* key) {
    static const json none;
    if (!object.is_object()) {
        return none;
    }
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

/// Thrown inside this file only; read_send turns it into a value.
struct Refused {
    Refusal why;
};

[[noreturn]] void refuse(int code, std::string details) { throw Refused{{code, std::move(details)}}; }

void need_length(const std::string& text, std::size_t longest, const char* what) {
    if (text.empty() || characters(text) > longest) {
        refuse(131009, std::string{what} + " must have 1 to " + std::to_string(longest) + " characters");
    }
}

std::int64_t cents_of(const json& amount) {
    if (!amount.is_object() || amount.value("offset", 0) != 100 || !member(amount, "value").is_number_integer()) {
        refuse(131009, "an amount needs an integer value and offset 100");
    }
    return amount["value"].get<std::int64_t>();
}

/// whatsapp.md 5.1: the parts must add up.
void read_order(const json& parameters, Message& message) {
    need_length(text_at(parameters, "reference_id"), 60, "reference_id");
    for (const json& setting : member(parameters, "payment_settings")) {
        const std::string code = text_at(member(setting, "pix_dynamic_code"), "code");
        message.pix = code.empty() ? message.pix : code;
    }
    const json& order = member(parameters, "order");
    if (order.is_null()) {
        return;  // The simplified form since April 2026.
    }
    std::int64_t items = 0;
    for (const json& item : member(order, "items")) {
        items += cents_of(member(item, "amount")) * item.value("quantity", 1);
    }
    const auto optional_part = [&](const char* key) {
        return member(order, key).is_null() ? 0 : cents_of(member(order, key));
    };
    const std::int64_t subtotal = cents_of(member(order, "subtotal"));
    const std::int64_t total =
        subtotal + cents_of(member(order, "tax")) + optional_part("shipping") - optional_part("discount");
    if (items != subtotal || total != cents_of(member(parameters, "total_amount"))) {
        refuse(131009, "the amounts of the order do not add up");
    }
}

void check_parameter(const std::string& text) {
    if (text.find_first_of("\n\t") != std::string::npos || text.find("     ") != std::string::npos) {
        refuse(132018, "a parameter has a line break, a tab or more than four spaces in a row");
    }
}

void read_button(const json& component, Message& message) {
    const json& parameters = member(component, "parameters");
    if (!parameters.is_array() || parameters.empty()) {
        refuse(132012, "a button component needs a parameter");
    }
    if (text_at(component, "sub_type") == "order_details") {
        read_order(member(member(parameters[0], "action"), "order_details"), message);
        return;
    }
    message.buttons.push_back(PressableButton{text_at(parameters[0], "payload"), {}});
}

void read_template(const json& content, Message& message) {
    message.template_name = text_at(content, "name");
    message.language = text_at(member(content, "language"), "code");
    if (message.template_name.empty() || message.language.empty()) {
        refuse(131008, "template needs a name and a language");
    }
    for (const json& component : member(content, "components")) {
        const std::string type = text_at(component, "type");
        if (type == "button") {
            read_button(component, message);
        }
        if (type == "body") {
            for (const json& parameter : member(component, "parameters")) {
                const std::string text = text_at(parameter, "text");
                check_parameter(text);
                message.parameters.emplace_back(text_at(parameter, "parameter_name"), text);
            }
        }
    }
}

void add_reply(Message& message, const json& reply, std::size_t longest_title, std::size_t longest_id) {
    const std::string id = text_at(reply, "id");
    const std::string title = text_at(reply, "title");
    need_length(title, longest_title, "the title of a button");
    if (id.empty() || id.size() > longest_id) {
        refuse(131009, "the id of a button is empty or too long");
    }
    const bool known = std::any_of(message.buttons.begin(), message.buttons.end(),
                                   [&](const PressableButton& other) { return other.payload == id; });
    if (known) {
        refuse(131009, "two buttons have the same id");
    }
    message.buttons.push_back(PressableButton{id, title});
}

void read_interactive(const json& content, Message& message) {
    message.interactive = true;
    const std::string kind = text_at(content, "type");
    const json& action = member(content, "action");
    message.text = text_at(member(content, "body"), "text");
    need_length(message.text, longest_interactive, "the body");
    if (kind == "button") {
        for (const json& button : member(action, "buttons")) {
            add_reply(message, member(button, "reply"), 20, 256);
        }
    } else if (kind == "list") {
        need_length(text_at(action, "button"), 20, "the button that opens the list");
        for (const json& section : member(action, "sections")) {
            for (const json& row : member(section, "rows")) {
                add_reply(message, row, 24, 200);
            }
        }
    } else if (kind == "order_details") {
        read_order(member(action, "parameters"), message);
        return;
    } else if (kind != "order_status") {
        refuse(131051, "unsupported interactive type");
    }
    const std::size_t most = kind == "button" ? 3 : 10;
    if (kind != "order_status" && (message.buttons.empty() || message.buttons.size() > most)) {
        refuse(131009, "wrong number of buttons or rows");
    }
}

void read_content(const json& body, Message& message) {
    const json& content = member(body, message.type.c_str());
    if (message.type == "text") {
        message.text = text_at(content, "body");
        need_length(message.text, longest_text, "the text");
    } else if (message.type == "template") {
        read_template(content, message);
    } else if (message.type == "interactive") {
        read_interactive(content, message);
    } else if (message.type == "image" || message.type == "document" || message.type == "audio") {
        message.text = text_at(content, "caption");
        if (text_at(content, "id").empty() && text_at(content, "link").empty()) {
            refuse(131008, "media needs an id or a link");
        }
    } else {
        refuse(131051, "unsupported message type");
    }
}

Message read_message(const json& body, const std::string& own_number) {
    Message message;
    if (text_at(body, "messaging_product") != "whatsapp") {
        refuse(100, "messaging_product must be whatsapp");
    }
    for (const char c : text_at(body, "to")) {
        if (c >= '0' && c <= '9') {
            message.to += c;
        }
    }
    if (message.to.size() < 8 || message.to.size() > 15) {
        refuse(131009, "to is not a phone number");
    }
    if (message.to == own_number) {
        refuse(131021, "sender and recipient are the same");
    }
    message.type = text_at(body, "type").empty() ? "text" : text_at(body, "type");
    message.callback = text_at(body, "biz_opaque_callback_data");
    if (message.callback.size() > longest_callback) {
        refuse(131009, "biz_opaque_callback_data is too long");
    }
    read_content(body, message);
    return message;
}

}  // namespace

std::string_view to_string(Message::State state) noexcept {
    switch (state) {
        case Message::State::accepted:
            return "accepted";
        case Message::State::sent:
            return "sent";
        case Message::State::delivered:
            return "delivered";
        case Message::State::read:
            return "read";
        case Message::State::failed:
            return "failed";
    }
    return "";
}

std::variant<Message, MarkRead, Refusal> read_send(const std::string& body, const std::string& own_number) {
    const json parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) {
        return Refusal{100, "the body is not a JSON object"};
    }
    if (text_at(parsed, "status") == "read") {
        return MarkRead{text_at(parsed, "message_id")};
    }
    try {
        return read_message(parsed, own_number);
    } catch (const Refused& refused) {
        return refused.why;
    } catch (const json::exception&) {
        return Refusal{131009, "a member has the wrong type"};
    }
}

}  // namespace emdia::lab::wa
