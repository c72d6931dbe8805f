#include "daemon/adapters/whatsapp_route.hpp"

#include <future>
#include <utility>

#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/whatsapp_webhook.hpp"

namespace emdia {
namespace {

std::string value_of(const std::map<std::string, std::string>& values, const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
}

/// Calls of `done` on one side, the waiting route on the other. A sink that drops the batch destroys the last copy of
/// the function, which breaks the promise: the batch was not kept.
class Durable {
public:
    static std::pair<std::function<void(bool)>, std::future<bool>> make() {
        auto state = std::make_shared<Durable>();
        std::future<bool> answer = state->promise_.get_future();
        return {[state](bool durable) { state->say(durable); }, std::move(answer)};
    }

private:
    void say(bool durable) {
        if (!said_.exchange(true)) {
            promise_.set_value(durable);
        }
    }
    std::promise<bool> promise_;
    std::atomic<bool> said_{false};
};

bool kept_within(std::future<bool>& answer, Millis limit) {
    if (answer.wait_for(limit) != std::future_status::ready) {
        return false;
    }
    try {
        return answer.get();
    } catch (const std::future_error&) {
        return false;
    }
}

class WhatsAppRoute {
public:
    WhatsAppRoute(WhatsAppWebhookSettings settings, MessengerSink sink, std::shared_ptr<WebhookCounters> counters,
                  Log& log)
        : settings_(std::move(settings)), sink_(std::move(sink)), counters_(std::move(counters)), log_(&log) {}

    WebhookAnswer operator()(const WebhookRequest& request) const {
        if (request.method == "GET") {
            return verify(request);
        }
        return request.method == "POST" ? take(request) : WebhookAnswer{405, "use GET or POST\n"};
    }

private:
    WebhookAnswer verify(const WebhookRequest& request) const {
        const bool known = !settings_.verify_token.empty() && value_of(request.query, "hub.mode") == "subscribe" &&
                           constant_time_equal(value_of(request.query, "hub.verify_token"), settings_.verify_token);
        if (known) {
            return {200, value_of(request.query, "hub.challenge")};
        }
        ++counters_->bad_verification;
        log_->write(LogLevel::warning, "WEBHOOK-VERIFY-REFUSED", "a webhook verification carried another token");
        return {403, "wrong token\n"};
    }

    WebhookAnswer take(const WebhookRequest& request) const {
        if (!signature_fits(settings_.app_secret, request.body, value_of(request.headers, "x-hub-signature-256"))) {
            ++counters_->bad_signature;
            log_->write(LogLevel::warning, "WEBHOOK-BAD-SIGNATURE",
                        "a webhook was not signed with our app secret; check whatsapp.app_secret if it goes on");
            return {401, "bad signature\n"};
        }
        Result<WebhookBatch> batch = parse_webhook(request.body, settings_.phone_number_id);
        if (!batch) {
            ++counters_->unreadable;
            log_->write(LogLevel::warning, "WEBHOOK-UNREADABLE", batch.error().text());
            return {400, "unreadable\n"};
        }
        auto [done, answer] = Durable::make();
        batch->done = std::move(done);
        sink_(std::move(*batch));  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): std::function owns it
        if (kept_within(answer, settings_.durable_within)) {
            ++counters_->batches;
            return {200, ""};
        }
        ++counters_->not_durable;
        log_->write(LogLevel::warning, "WEBHOOK-NOT-KEPT",
                    "a webhook could not be recorded in time; it will come again");
        return {503, "try again\n"};
    }

    WhatsAppWebhookSettings settings_;
    MessengerSink sink_;
    std::shared_ptr<WebhookCounters> counters_;
    Log* log_;
};

}  // namespace

WebhookRoute whatsapp_route(WhatsAppWebhookSettings settings, MessengerSink sink,
                            std::shared_ptr<WebhookCounters> counters, Log& log) {
    return WhatsAppRoute(std::move(settings), std::move(sink), std::move(counters), log);
}

}  // namespace emdia
