#pragma once
// The webhook of the Cloud API as a route (whatsapp.md 7.1-7.3): 200 only after the batch is durable.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/adapters/webhook_server.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

struct WhatsAppWebhookSettings {
    std::string app_secret;    ///< Empty: every POST is refused.
    std::string verify_token;  ///< Empty: every verification is refused.
    std::string phone_number_id;
    /// How long the sink may take. Meta repeats what was not answered with 200, so giving up loses nothing.
    Millis durable_within{10'000};
};

/// For metrics; any thread.
struct WebhookCounters {
    std::atomic<std::uint64_t> batches{0};           ///< Answered 200.
    std::atomic<std::uint64_t> bad_signature{0};     ///< 401
    std::atomic<std::uint64_t> unreadable{0};        ///< 400
    std::atomic<std::uint64_t> not_durable{0};       ///< 503
    std::atomic<std::uint64_t> bad_verification{0};  ///< 403
};

/// GET: the verification with its challenge. POST: signature over the raw bytes, then the batch goes to `sink` and the
/// answer waits for its `done`: 200, or 503 when it was refused, dropped or took too long. `log` must outlive it.
[[nodiscard]] WebhookRoute whatsapp_route(WhatsAppWebhookSettings settings, MessengerSink sink,
                                          std::shared_ptr<WebhookCounters> counters, Log& log);

}  // namespace emdia
