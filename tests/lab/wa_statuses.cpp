// The life of a message after its acceptance, and what people send: the part of wa_service.hpp that makes webhooks.

#include <nlohmann/json.hpp>

#include "tests/lab/encoding.hpp"
#include "tests/lab/prng.hpp"
#include "tests/lab/wa_errors.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab::wa {
namespace {

using nlohmann::json;

constexpr int outside_window = 131047;
constexpr int undeliverable = 131026;

std::string unix_seconds(Instant at) {
    return std::to_string(std::chrono::floor<Seconds>(at).time_since_epoch().count());
}

std::string user_id(const std::string& digits) { return "BR." + digits.substr(digits.size() > 10 ? 2 : 0) + "0000"; }

}  // namespace

void Service::schedule_statuses(std::size_t index) {
    const Message& message = messages_[index];
    const Instant accepted = message.accepted_at;
    Instant sent = accepted + delays_.sent;
    Instant delivered = accepted + delays_.delivered;
    Instant read = accepted + delays_.read;
    int error = 0;
    if (const auto fault = state_.faults.strikes("wa.fail_later", message.to)) {
        error = static_cast<int>(fault->value);
    } else if (state_.faults.on("wa.no_whatsapp", message.to)) {
        error = undeliverable;
    } else if (message.business_initiated && message.template_name.empty()) {
        error = outside_window;
    }
    if (error != 0) {
        report(index, Message::State::failed, delivered, error);
        return;
    }
    if (state_.faults.on("wa.reorder")) {
        std::swap(sent, delivered);
    }
    report(index, Message::State::sent, sent);
    if (state_.faults.on("wa.never_delivered", message.to)) {
        return;
    }
    const bool read_only = state_.faults.on("wa.read_without_delivered", message.to);
    if (!read_only) {
        report(index, Message::State::delivered, delivered);
    }
    Prng chance = Prng::keyed(state_.seed, message.id, 0);
    if (read_only || chance.chance(delays_.percent_read)) {
        report(index, Message::State::read, read);
    }
    state_.time.schedule(read_only ? read : accepted + delays_.delivered, Effect::world,
                         [this, index] { reach_phone(index); });
}

void Service::reach_phone(std::size_t index) {
    if (delivered_) {
        delivered_(messages_[index]);
    }
}

void Service::report(std::size_t index, Message::State status, Instant at, int error) {
    state_.time.schedule(at, Effect::world, [this, index, status, at, error] {
        Message& message = messages_[index];
        if (message.state < status) {
            message.state = status;
        }
        message.error = error;
        if (status == Message::State::delivered) {
            message.delivered_at = at;
        }
        if (status == Message::State::read) {
            message.read_at = at;
        }
        json entry{{"id", message.id},
                   {"status", to_string(status)},
                   {"timestamp", unix_seconds(at)},
                   {"recipient_user_id", user_id(message.to)}};
        if (!state_.faults.on("wa.hide_phone", message.to)) {
            entry["recipient_id"] = wa_id_of(message.to);
        }
        if (!message.callback.empty()) {
            entry["biz_opaque_callback_data"] = message.callback;
        }
        if (status == Message::State::sent) {
            entry["pricing"] = {
                {"billable", true}, {"pricing_model", "PMP"}, {"type", "regular"}, {"category", "utility"}};
        }
        if (status == Message::State::failed) {
            entry["errors"] = json::array({status_error(error)});
        }
        webhooks_.deliver(json{{"statuses", json::array({entry})}}, at);
    });
}

void Service::receive(const Inbound& inbound) {
    const Instant now = state_.time.now();
    limits_.heard_from(inbound.from, now);
    inbound_.push_back(inbound);
    inbound_.back().at = now;
    const bool hidden = state_.faults.on("wa.hide_phone", inbound.from);
    json contact{{"profile", {{"name", "Assinante"}}}, {"user_id", user_id(inbound.from)}};
    json message{
        {"id", next_id(inbound.from)}, {"timestamp", unix_seconds(now)}, {"from_user_id", user_id(inbound.from)}};
    if (!hidden) {
        contact["wa_id"] = wa_id_of(inbound.from);
        message["from"] = wa_id_of(inbound.from);
    }
    if (!inbound.context.empty()) {
        message["context"] = {{"from", account_.number}, {"id", inbound.context}};
    }
    if (!inbound.press) {
        message["type"] = "text";
        message["text"] = {{"body", inbound.text}};
    } else if (inbound.interactive) {
        const char* kind = inbound.list ? "list_reply" : "button_reply";
        message["type"] = "interactive";
        message["interactive"] = {{"type", kind}, {kind, {{"id", inbound.payload}, {"title", inbound.text}}}};
    } else {
        message["type"] = "button";
        message["button"] = {{"payload", inbound.payload}, {"text", inbound.text}};
    }
    webhooks_.deliver(json{{"contacts", json::array({contact})}, {"messages", json::array({message})}}, now);
}

void Service::announce_template(const std::string& name, const std::string& event) {
    webhooks_.deliver_field("message_template_status_update",
                            json{{"event", event},
                                 {"message_template_id", 900'000'000'000'001},
                                 {"message_template_name", name},
                                 {"message_template_language", "pt_BR"},
                                 {"message_template_category", "UTILITY"},
                                 {"reason", "NONE"}},
                            state_.time.now());
}

}  // namespace emdia::lab::wa
