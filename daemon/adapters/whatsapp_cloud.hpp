#pragma once
// WhatsApp Cloud API as a Messenger (whatsapp.md). Sending only: what comes back arrives at the webhook server.
//
// What leaves when: throughput of the number is kept by waiting here; a recipient who had too much already is refused
// at once (`retry_recipient`), because one person's pause must not hold up the rest. A second message (payment code, QR
// image) follows when the first was accepted. Nothing personal is logged.

#include <memory>

#include "daemon/adapters/http_client.hpp"
#include "daemon/adapters/rate_governor.hpp"
#include "daemon/adapters/whatsapp_request.hpp"
#include "daemon/ports/clock.hpp"
#include "daemon/ports/log.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

struct WhatsAppSettings {
    std::string base_url = "https://graph.facebook.com/v24.0";  ///< With the version; no '/' at the end.
    std::string phone_number_id;
    std::string token;  ///< Never logged.
    PixPayee payee;
    RateLimits limits;
    bool qr = false;  ///< Send the QR image of `qr_code` after the text.
    HttpTrust trust;
    Millis connect_timeout{5'000};
    Millis deadline{30'000};
};

/// Threads: submit from any; results come from two threads of this object, exactly one per submit. `stop` answers what
/// is still open: `not_now` if it did not leave, unknown if it did.
class WhatsAppCloud final : public Messenger {
public:
    /// `clock` and `log` must outlive it.
    WhatsAppCloud(WhatsAppSettings settings, const Clock& clock, Log& log);
    ~WhatsAppCloud() override;
    WhatsAppCloud(const WhatsAppCloud&) = delete;
    WhatsAppCloud& operator=(const WhatsAppCloud&) = delete;

    void start(MessengerSink sink) override;
    void submit(OutgoingMessage message) override;
    void stop() override;

private:
    class Sender;
    std::unique_ptr<Sender> sender_;
};

}  // namespace emdia
