#include "daemon/adapters/whatsapp_cloud.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "daemon/adapters/whatsapp_qr.hpp"
#include "daemon/adapters/whatsapp_response.hpp"

namespace emdia {
namespace {

constexpr int kConnections = 64;  // 80 messages a second at 200 ms each need 16; a slow day needs more
constexpr int kPairRateCode = 131056;
// A clock that is set back must not leave the sending thread asleep.
constexpr Millis kLongestSleep{1'000};

SendRejected later(SendVerdictKind verdict, std::string what, Millis after) {
    return SendRejected{verdict, 0, Error{ErrorKind::rate_limited, std::move(what), "", after}};
}

int messages_in(const OutgoingMessage& message, bool qr) {
    return 1 + (message.follow_up ? 1 : 0) + (qr && !message.qr_code.empty() ? 1 : 0);
}

}  // namespace

class WhatsAppCloud::Sender {
public:
    Sender(WhatsAppSettings settings, const Clock& clock, Log& log)
        : settings_(std::move(settings)),
          clock_(clock),
          log_(log),
          governor_(settings_.limits),
          http_(HttpClientOptions{kConnections, "emdia"}) {}

    void start(MessengerSink sink) {
        sink_ = std::move(sink);
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    void submit(OutgoingMessage message) {
        {
            const std::lock_guard lock(mutex_);
            if (!stopped_) {
                queue_.push_back(std::move(message));
                wake_.notify_one();
                return;
            }
        }
        answer(message.id, not_sent());
    }

    void stop() {
        std::deque<OutgoingMessage> left;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(stopped_, true)) {
                return;
            }
        }
        if (thread_.joinable()) {
            thread_.request_stop();
            thread_.join();
        }
        {
            const std::lock_guard lock(mutex_);
            left.swap(queue_);
        }
        for (const OutgoingMessage& message : left) {
            answer(message.id, not_sent());
        }
        http_.stop();
    }

private:
    static SendRejected not_sent() {
        return SendRejected{SendVerdictKind::not_now, 0,
                            Error{ErrorKind::unavailable, "the channel is shutting down", "", Millis{30'000}}};
    }

    void answer(MessageId id, SendOutcome outcome) {
        if (sink_) {
            sink_(SendResult{id, std::move(outcome)});
        }
    }

    void run(const std::stop_token& stop) {
        while (std::optional<OutgoingMessage> message = next(stop)) {
            if (const std::optional<SendRejected> refused = may_leave(*message, stop)) {
                answer(message->id, *refused);
            } else {
                post_first(*std::move(message));
            }
        }
    }

    std::optional<OutgoingMessage> next(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, stop, [&] { return !queue_.empty(); }) || stop.stop_requested()) {
            return std::nullopt;
        }
        OutgoingMessage message = std::move(queue_.front());
        queue_.pop_front();
        return message;
    }

    /// Waits for the number's throughput; refuses for the recipient's. nullopt: send.
    std::optional<SendRejected> may_leave(const OutgoingMessage& message, const std::stop_token& stop) {
        const int count = messages_in(message, settings_.qr);
        std::unique_lock lock(mutex_);
        const Instant now = clock_.now();
        const Instant at = governor_.place(raw(message.id), count, now);
        while (at > clock_.now() && clock_.now() >= now) {
            const std::optional<Millis> sleep = clock_.real_wait_until(at);
            if (!sleep) {
                // Only a step of a virtual clock brings that instant, and it waits for our answer first.
                return later(SendVerdictKind::not_now, "the number's throughput is used up", at - now);
            }
            wake_.wait_for(lock, stop, std::min(*sleep, kLongestSleep), [] { return false; });
            if (stop.stop_requested()) {
                return not_sent();
            }
        }
        if (const std::optional<Millis> wait = governor_.pair_wait(message.to, count, clock_.now())) {
            return later(SendVerdictKind::retry_recipient, "this recipient had too many messages at once", *wait);
        }
        return std::nullopt;
    }

    HttpRequest request(std::string_view call) const {
        HttpRequest http;
        http.method = "POST";
        http.url = settings_.base_url + "/" + settings_.phone_number_id + "/" + std::string(call);
        http.headers = {{"Authorization", "Bearer " + settings_.token}};
        http.trust = settings_.trust;
        http.connect_timeout = settings_.connect_timeout;
        http.deadline = settings_.deadline;
        return http;
    }

    HttpRequest json_request(std::string body) const {
        HttpRequest http = request("messages");
        http.headers.push_back({"Content-Type", "application/json"});
        http.body = std::move(body);
        return http;
    }

    void post_first(OutgoingMessage message) {
        Result<std::string> body = message_body(message, settings_.payee, clock_.now());
        if (!body) {
            answer(message.id, SendRejected{SendVerdictKind::dead, 0, body.error()});
            return;
        }
        http_.submit(json_request(*std::move(body)), [this, message = std::move(message)](const HttpResult& result) {
            SendOutcome outcome = outcome_of(result);
            remember_pair(message.to, outcome);
            const bool accepted = std::holds_alternative<SendAccepted>(outcome);
            answer(message.id, std::move(outcome));
            if (accepted) {
                post_second(message);
            }
        });
    }

    void remember_pair(const std::string& to, SendOutcome& outcome) {
        const std::lock_guard lock(mutex_);
        auto* refused = std::get_if<SendRejected>(&outcome);
        if (refused != nullptr && refused->code == kPairRateCode) {
            refused->error.retry_after = governor_.pair_refused(to, clock_.now());
        } else if (std::holds_alternative<SendAccepted>(outcome)) {
            governor_.pair_passed(to);
        }
    }

    void post_second(const OutgoingMessage& message) {
        if (message.follow_up) {
            post_best_effort(message.id, follow_up_body(message, *message.follow_up));
        }
        if (settings_.qr && !message.qr_code.empty()) {
            upload_qr(message);
        }
    }

    void post_best_effort(MessageId id, Result<std::string> body) {
        if (!body) {
            log_lost(id, body.error().text());
            return;
        }
        http_.submit(json_request(*std::move(body)), [this, id](const HttpResult& result) {
            const SendOutcome outcome = outcome_of(result);
            if (const auto* refused = std::get_if<SendRejected>(&outcome)) {
                log_lost(id, refused->error.text());
            } else if (const auto* unknown = std::get_if<SendUnknown>(&outcome)) {
                log_lost(id, unknown->cause);
            }
        });
    }

    void upload_qr(const OutgoingMessage& message) {
        Result<std::string> png = qr_png(message.qr_code);
        if (!png) {
            log_lost(message.id, png.error().text());
            return;
        }
        HttpRequest upload = request("media");
        upload.parts = {{"messaging_product", "whatsapp", "", ""},
                        {"type", "image/png", "", ""},
                        {"file", *std::move(png), "pix.png", "image/png"}};
        http_.submit(std::move(upload), [this, message](const HttpResult& result) {
            const Result<std::string> media = media_id_of(result);
            if (media) {
                post_best_effort(message.id, image_body(message, *media));
            } else {
                log_lost(message.id, media.error().text());
            }
        });
    }

    void log_lost(MessageId id, const std::string& cause) {
        log_.write(LogLevel::warning, "WHATSAPP-SECOND-LOST", "a second message or image did not go out: " + cause,
                   {{"message", std::to_string(raw(id))}});
    }

    const WhatsAppSettings settings_;
    const Clock& clock_;
    Log& log_;
    MessengerSink sink_;
    std::mutex mutex_;  ///< Guards the four below.
    std::condition_variable_any wake_;
    std::deque<OutgoingMessage> queue_;
    RateGovernor governor_;
    bool stopped_ = false;
    HttpClient http_;
    std::jthread thread_;
};

WhatsAppCloud::WhatsAppCloud(WhatsAppSettings settings, const Clock& clock, Log& log)
    : sender_(std::make_unique<Sender>(std::move(settings), clock, log)) {}
WhatsAppCloud::~WhatsAppCloud() { sender_->stop(); }
void WhatsAppCloud::start(MessengerSink sink) { sender_->start(std::move(sink)); }
void WhatsAppCloud::submit(OutgoingMessage message) { sender_->submit(std::move(message)); }
void WhatsAppCloud::stop() { sender_->stop(); }

}  // namespace emdia
