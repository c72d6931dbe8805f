#include "tests/lab/control_whatsapp.hpp"

#include <nlohmann/json.hpp>

#include "tests/lab/control_fields.hpp"

namespace emdia::lab {
namespace {

using nlohmann::json;

/// The digits a call speaks of: "to", or the number of a "contract"; empty: all.
Result<std::string> digits_in(LabState& state, const json& body) {
    if (!body.contains("contract")) {
        return text_in(body, "to");
    }
    const std::int64_t id = number_in(body, "contract");
    const Contract* contract = state.erp.contracts.find(id);
    if (contract == nullptr) {
        return Error{ErrorKind::not_found, "no contract " + std::to_string(id), ""};
    }
    return contact_number(*state.erp.customers.find(contract->customer));
}

Result<json> list_messages(LabState& state, const wa::Service& whatsapp, const json& body) {
    const std::lock_guard lock(state.mutex);
    const auto digits = digits_in(state, body);
    if (!digits) {
        return digits.error();
    }
    const std::string name = text_in(body, "template");
    json found = json::array();
    for (const wa::Message& message : whatsapp.messages()) {
        if ((digits->empty() || message.to == *digits) && message.template_name.find(name) != std::string::npos) {
            found.push_back(message_json(message));
        }
    }
    return found;
}

Result<json> list_inbound(LabState& state, const wa::Service& whatsapp, const json& body) {
    const std::lock_guard lock(state.mutex);
    const auto digits = digits_in(state, body);
    if (!digits) {
        return digits.error();
    }
    json found = json::array();
    for (const wa::Inbound& inbound : whatsapp.inbound()) {
        if (digits->empty() || inbound.from == *digits) {
            found.push_back({{"from", inbound.from},
                             {"text", inbound.text},
                             {"press", inbound.press},
                             {"payload", inbound.payload},
                             {"at", to_rfc3339(inbound.at)}});
        }
    }
    return found;
}

/// The message whose button is pressed: by id, else the newest to this person that has buttons.
const wa::Message* message_with_buttons(const wa::Service& whatsapp, const std::string& digits, const std::string& id) {
    const wa::Message* newest = nullptr;
    for (const wa::Message& message : whatsapp.messages()) {
        const bool fits = id.empty() ? message.to == digits && !message.buttons.empty() : message.id == id;
        newest = fits ? &message : newest;
    }
    return newest;
}

Result<json> press(LabState& state, const wa::Service& whatsapp, Scripts& scripts, const json& body) {
    const std::lock_guard lock(state.mutex);
    const auto digits = digits_in(state, body);
    if (!digits) {
        return digits.error();
    }
    const wa::Message* message = message_with_buttons(whatsapp, *digits, text_in(body, "message"));
    if (message == nullptr) {
        return Error{ErrorKind::not_found, "this person has no message with buttons", "GET /messages shows them"};
    }
    std::string wanted = text_in(body, "button");
    if (body.contains("index")) {
        const auto index = static_cast<std::size_t>(number_in(body, "index"));
        if (index >= message->buttons.size()) {
            return Error{ErrorKind::bad_input, "the message has fewer buttons", ""};
        }
        wanted = message->buttons[index].payload;
    }
    if (!scripts.press(*message, PressButton{wanted, body.value("last", false)})) {
        return Error{ErrorKind::not_found, "no button of the message matches", "GET /messages shows them"};
    }
    return json{{"message", message->id}};
}

Result<json> write_text(LabState& state, wa::Service& whatsapp, const json& body) {
    const std::lock_guard lock(state.mutex);
    const auto digits = digits_in(state, body);
    if (!digits) {
        return digits.error();
    }
    if (digits->empty()) {
        return Error{ErrorKind::bad_input, "who writes? give \"to\" or \"contract\"", ""};
    }
    wa::Inbound inbound;
    inbound.from = *digits;
    inbound.text = text_in(body, "text");
    whatsapp.receive(inbound);
    return json::object();
}

Result<Rule> read_rule(const json& body) {
    Rule rule;
    rule.when_template = text_in(body, "when_template");
    rule.when_button = text_in(body, "when_button");
    rule.skip = static_cast<int>(number_in(body, "skip", 0));
    rule.times = static_cast<int>(number_in(body, "times", 1));
    if (body.contains("after")) {
        const auto after = parse_duration(text_in(body, "after"));
        if (!after) {
            return after.error();
        }
        rule.after = *after;
    }
    if (body.contains("at")) {
        const auto at = parse_instant(text_in(body, "at"));
        if (!at) {
            return at.error();
        }
        rule.at = *at;
    }
    if (body.contains("press")) {
        rule.deed = PressButton{text_in(body, "press"), body.value("last", false)};
    } else if (body.contains("text")) {
        rule.deed = WriteText{text_in(body, "text")};
    } else if (body.contains("pay")) {
        rule.deed = PayOverdue{text_in(body, "pay") == "named_day"};
    } else {
        return Error{ErrorKind::bad_input, "a rule needs \"press\", \"text\" or \"pay\"", ""};
    }
    return rule;
}

Result<json> set_rules(LabState& state, Scripts& scripts, const json& body) {
    std::vector<Rule> rules;
    for (const json& entry : body.at("rules")) {
        auto rule = read_rule(entry);
        if (!rule) {
            return rule.error();
        }
        rules.push_back(std::move(*rule));
    }
    const std::lock_guard lock(state.mutex);
    const std::int64_t id = number_in(body, "contract");
    if (state.erp.contracts.find(id) == nullptr) {
        return Error{ErrorKind::not_found, "no contract " + std::to_string(id), ""};
    }
    scripts.set_rules(id, std::move(rules));
    return json::object();
}

Result<json> set_webhook(LabState& state, wa::Service& whatsapp, const json& body) {
    {
        const std::lock_guard lock(state.mutex);
        wa::Account& account = whatsapp.account();
        account.webhook_url = body.value("url", account.webhook_url);
        account.app_secret = body.value("secret", account.app_secret);
        account.verify_token = body.value("verify_token", account.verify_token);
    }
    return json{{"verified", body.value("verify", false) && whatsapp.webhooks().verify()}};
}

Result<json> set_delays(LabState& state, wa::Service& whatsapp, const json& body) {
    wa::StatusDelays delays;
    delays.sent = Millis{number_in(body, "sent_ms", delays.sent.count())};
    delays.delivered = Millis{number_in(body, "delivered_ms", delays.delivered.count())};
    delays.read = Millis{number_in(body, "read_ms", delays.read.count())};
    delays.percent_read = static_cast<unsigned>(number_in(body, "percent_read", delays.percent_read));
    const std::lock_guard lock(state.mutex);
    whatsapp.set_delays(delays);
    if (body.contains("tier")) {
        whatsapp.limits().set_tier(static_cast<std::size_t>(number_in(body, "tier")));
    }
    return json::object();
}

Result<json> create_template(LabState& state, wa::Service& whatsapp, const json& body) {
    const std::lock_guard lock(state.mutex);
    auto made = whatsapp.templates().create(body);
    if (const auto* refusal = std::get_if<wa::Refusal>(&made)) {
        return Error{ErrorKind::bad_input, refusal->details, ""};
    }
    return std::get<json>(std::move(made));
}

}  // namespace

json message_json(const wa::Message& message) {
    json buttons = json::array();
    for (const auto& button : message.buttons) {
        buttons.push_back({{"payload", button.payload}, {"title", button.title}});
    }
    json parameters = json::object();
    for (std::size_t i = 0; i < message.parameters.size(); ++i) {
        const auto& [name, value] = message.parameters[i];
        parameters[name.empty() ? std::to_string(i + 1) : name] = value;
    }
    return {{"id", message.id},
            {"to", message.to},
            {"type", message.type},
            {"template", message.template_name},
            {"parameters", parameters},
            {"text", message.text},
            {"buttons", buttons},
            {"pix", message.pix},
            {"callback", message.callback},
            {"state", wa::to_string(message.state)},
            {"error", message.error},
            {"accepted_at", to_rfc3339(message.accepted_at)},
            {"delivered_at", message.delivered_at ? json(to_rfc3339(*message.delivered_at)) : json(nullptr)}};
}

void add_whatsapp_routes(ControlApi& api, LabState& state, Conductor& conductor, wa::Service& whatsapp,
                         Scripts& scripts) {
    // What a person does is known to the daemon before the call returns, unless a run is under way: that one delivers.
    const auto settled = [&conductor](Result<json> done) {
        const auto report = done ? conductor.settle() : std::nullopt;
        if (report) {
            (*done)["end"] = to_string(report->end);
        }
        return done;
    };
    api.add("GET", "/messages", [&](const json& body) { return list_messages(state, whatsapp, body); });
    api.add("GET", "/inbound", [&](const json& body) { return list_inbound(state, whatsapp, body); });
    api.add("POST", "/press",
            [&, settled](const json& body) { return settled(press(state, whatsapp, scripts, body)); });
    api.add("POST", "/text", [&, settled](const json& body) { return settled(write_text(state, whatsapp, body)); });
    api.add("POST", "/rules", [&](const json& body) { return set_rules(state, scripts, body); });
    api.add("POST", "/webhook", [&](const json& body) { return set_webhook(state, whatsapp, body); });
    api.add("POST", "/templates", [&](const json& body) { return create_template(state, whatsapp, body); });
    api.add("POST", "/delays", [&](const json& body) { return set_delays(state, whatsapp, body); });
    api.add("POST", "/template-news", [&, settled](const json& body) -> Result<json> {
        {
            const std::lock_guard lock(state.mutex);
            whatsapp.announce_template(text_in(body, "name"), text_in(body, "event"));
        }
        return settled(json::object());
    });
}

}  // namespace emdia::lab
