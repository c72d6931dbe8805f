#pragma once
// A channel that accepts everything unless told otherwise, and reports deliveries when asked to.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ports/messenger.hpp"

namespace emdia::fakes {

/// Not thread-safe: for engines that are turned by hand.
class FakeMessenger final : public Messenger {
public:
    std::vector<OutgoingMessage> sent;
    std::vector<OutgoingMessage> taken;  ///< Those of them that were not refused, and so may be delivered.
    /// Outcome of a submit; nullopt: accepted.
    std::function<std::optional<std::variant<SendAccepted, SendRejected, SendUnknown>>(const OutgoingMessage&)> outcome;
    bool silent = false;

    void start(MessengerSink sink) override { sink_ = std::move(sink); }
    void submit(OutgoingMessage message) override;
    void stop() override { sink_ = nullptr; }

    /// A status webhook for a message that was sent. Returns what the webhook was answered (nullopt: not yet).
    void status(const OutgoingMessage& message, MessageState state, Instant at, int code = 0);
    /// The subscriber presses a button or writes.
    void press(const std::string& from, const std::string& payload, Instant at);
    void write(const std::string& from, const std::string& text, Instant at);
    /// Kept until it is answered 200, as the platform does.
    void deliver(WebhookBatch batch);
    /// The platform tries again what was never answered, or refused.
    void deliver_unanswered();
    [[nodiscard]] static std::string provider_id(MessageId id) { return "wamid." + std::to_string(raw(id)); }

    int durable = 0;  ///< Webhooks answered 200.
    int refused = 0;  ///< ... 503.

private:
    void call(std::uint64_t webhook);

    MessengerSink sink_;
    int inbound_ = 0;
    std::map<std::uint64_t, WebhookBatch> unanswered_;
    std::uint64_t webhooks_ = 0;
};

}  // namespace emdia::fakes
