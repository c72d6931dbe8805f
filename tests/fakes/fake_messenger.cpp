#include "tests/fakes/fake_messenger.hpp"

#include <utility>

namespace emdia::fakes {

void FakeMessenger::submit(OutgoingMessage message) {
    sent.push_back(message);
    const auto chosen = outcome && !silent ? outcome(message) : std::nullopt;
    if (!chosen || !std::holds_alternative<SendRejected>(*chosen)) {
        taken.push_back(message);
    }
    if (silent || !sink_) {
        return;
    }
    SendResult result;
    result.id = message.id;
    if (chosen) {
        result.outcome = *chosen;
    } else {
        result.outcome = SendAccepted{provider_id(message.id), message.to, false};
    }
    sink_(MessengerEvent{std::move(result)});
}

void FakeMessenger::deliver(WebhookBatch batch) {
    unanswered_.emplace(++webhooks_, std::move(batch));
    call(webhooks_);
}

void FakeMessenger::deliver_unanswered() {
    std::vector<std::uint64_t> all;
    for (const auto& [webhook, batch] : unanswered_) {
        all.push_back(webhook);
    }
    for (const auto webhook : all) {
        call(webhook);
    }
}

void FakeMessenger::call(std::uint64_t webhook) {
    if (!sink_) {
        return;
    }
    WebhookBatch batch = unanswered_.at(webhook);
    batch.done = [this, webhook](bool ok) {
        ++(ok ? durable : refused);
        if (ok) {
            unanswered_.erase(webhook);
        }
    };
    sink_(MessengerEvent{std::move(batch)});
}

void FakeMessenger::status(const OutgoingMessage& message, MessageState state, Instant at, int code) {
    MessageStatusEvent event;
    event.provider_id = provider_id(message.id);
    event.id = message.id;
    event.queued_at = message.queued_at;
    event.state = state;
    event.at = at;
    event.code = code;
    WebhookBatch batch;
    batch.statuses.push_back(event);
    deliver(std::move(batch));
}

void FakeMessenger::press(const std::string& from, const std::string& payload, Instant at) {
    InboundMessage message;
    message.provider_id = "wamid.in." + std::to_string(++inbound_);
    message.from = from;
    message.at = at;
    message.kind = InboundKind::button;
    message.payload = payload;
    WebhookBatch batch;
    batch.inbound.push_back(message);
    deliver(std::move(batch));
}

void FakeMessenger::write(const std::string& from, const std::string& text, Instant at) {
    InboundMessage message;
    message.provider_id = "wamid.in." + std::to_string(++inbound_);
    message.from = from;
    message.at = at;
    message.kind = InboundKind::text;
    message.text = text;
    WebhookBatch batch;
    batch.inbound.push_back(message);
    deliver(std::move(batch));
}

}  // namespace emdia::fakes
