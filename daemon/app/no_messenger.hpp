#pragma once
// Stands in where no WhatsApp is configured: every submit is refused with the cure, so that the queue waits.

#include <utility>

#include "daemon/ports/messenger.hpp"

namespace emdia {

class NoMessenger final : public Messenger {
public:
    void start(MessengerSink sink) override { sink_ = std::move(sink); }
    void submit(OutgoingMessage message) override {
        SendRejected rejected;
        rejected.verdict = SendVerdictKind::channel_stopped;
        rejected.error = Error{ErrorKind::config, "WhatsApp is not configured", "fill in [whatsapp] of emdia.toml"};
        sink_(MessengerEvent{SendResult{message.id, rejected}});
    }
    void stop() override {}

private:
    MessengerSink sink_;
};

}  // namespace emdia
