#include "tests/lab/wa_webhooks.hpp"

#include <algorithm>
#include <array>

#include "daemon/adapters/digest.hpp"
#include "tests/lab/http.hpp"

namespace emdia::lab::wa {
namespace {

using nlohmann::json;

/// Growing gaps; after the last one every six hours, for seven days in all (7.3).
constexpr std::array<Millis, 6> gaps{Seconds{1}, Seconds{10}, Minutes{1}, Minutes{5}, Minutes{30}, Hours{2}};
constexpr Millis last_gap = Hours{6};
constexpr std::size_t most_attempts = 33;
constexpr Millis answer_within{10'000};  ///< Real time.

}  // namespace

std::string escaped_body(const json& body) {
    const std::string ascii = body.dump(-1, ' ', true);
    std::string escaped;
    escaped.reserve(ascii.size() + 64);
    for (const char c : ascii) {
        if (c == '/') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

json Webhooks::envelope(json changes) const {
    return {{"object", "whatsapp_business_account"},
            {"entry", json::array({{{"id", account_.waba_id}, {"changes", std::move(changes)}}})}};
}

void Webhooks::deliver(json value, Instant at) {
    value["messaging_product"] = "whatsapp";
    value["metadata"] = {{"display_phone_number", account_.number}, {"phone_number_id", account_.phone_id}};
    deliver_field("messages", std::move(value), at);
}

void Webhooks::deliver_field(const std::string& field, json value, Instant at) {
    state_.time.schedule(at, Effect::world, [this, at, change = json{{"field", field}, {"value", std::move(value)}}] {
        if (state_.faults.on("wa.lose")) {
            return;
        }
        if (const auto fault = state_.faults.strikes("wa.batch")) {
            batch_.push_back(change);
            if (batch_.size() == 1) {
                state_.time.schedule(at + Seconds{fault->value}, Effect::world, [this] { flush_batch(); });
            }
            return;
        }
        const std::string body = escaped_body(envelope(json::array({change})));
        schedule(body, at, 0);
        if (state_.faults.on("wa.duplicate")) {
            schedule(body, at, 0);
        }
    });
}

void Webhooks::flush_batch() {
    schedule(escaped_body(envelope(std::exchange(batch_, json::array()))), state_.time.now(), 0);
}

void Webhooks::schedule(std::string body, Instant at, std::size_t attempt) {
    state_.time.schedule(at, Effect::outside, [this, body = std::move(body), attempt] {
        std::string url;
        std::string signature;
        {
            const std::lock_guard lock(state_.mutex);
            url = account_.webhook_url;
            const bool wrong = state_.faults.on("wa.bad_signature");
            signature = "sha256=" + hmac_sha256_hex(wrong ? "another secret" : account_.app_secret, body);
        }
        if (url.empty()) {
            return;
        }
        const auto answer =
            http_request("POST", url, body, {{"Content-Type", "application/json"}, {"X-Hub-Signature-256", signature}},
                         answer_within);
        const std::lock_guard lock(state_.mutex);
        if (answer && answer->status == 200) {
            ++counts_.delivered;
            return;
        }
        ++counts_.failed;
        if (attempt + 1 < most_attempts) {
            schedule(body, state_.time.now() + (attempt < gaps.size() ? gaps[attempt] : last_gap), attempt + 1);
        }
    });
}

bool Webhooks::verify() const {
    const std::string challenge = "1158201444";
    const auto answer = http_request("GET",
                                     account_.webhook_url + "?hub.mode=subscribe&hub.challenge=" + challenge +
                                         "&hub.verify_token=" + account_.verify_token,
                                     "", {}, answer_within);
    return answer && answer->status == 200 && answer->body == challenge;
}

}  // namespace emdia::lab::wa
