// Both directions of the channel against the lab's Cloud API: what was sent, what came back, and what faults do to it.

#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "daemon/adapters/whatsapp_cloud.hpp"
#include "daemon/adapters/whatsapp_route.hpp"
#include "tests/adapters/messenger_inbox.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/lab/lab.hpp"
#include "tests/lab/lab_client.hpp"

namespace emdia {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kAna = "5511900009001";
constexpr Instant kQueuedAt{Millis{1'772'334'000'123}};

lab::LabOptions small_lab() {
    lab::LabOptions options;
    options.start = make_date(2026, 3, 1);
    options.population.contracts = 2;
    return options;
}

/// What the engine would have kept: every status and inbound message, in order of arrival.
struct Kept {
    std::mutex mutex;
    std::vector<MessageStatusEvent> statuses;
    std::vector<InboundMessage> inbound;

    MessengerSink sink() {
        return [this](MessengerEvent event) {
            auto& batch = std::get<WebhookBatch>(event);
            {
                const std::lock_guard lock(mutex);
                statuses.insert(statuses.end(), batch.statuses.begin(), batch.statuses.end());
                inbound.insert(inbound.end(), batch.inbound.begin(), batch.inbound.end());
            }
            batch.done(true);
        };
    }
    std::vector<MessageState> states() {
        const std::lock_guard lock(mutex);
        std::vector<MessageState> states;
        for (const MessageStatusEvent& status : statuses) {
            states.push_back(status.state);
        }
        return states;
    }
};

/// The lab, the daemon's two adapters, and nothing between them.
struct Line {
    Line()
        : world(small_lab()),
          control(world.ports().control),
          server({}, {{"/hook", whatsapp_route(webhook_settings(), kept.sink(), counters, log)}}, log),
          cloud(settings(), clock, log) {
        REQUIRE(server.start().ok());
        cloud.start(inbox.sink());
        ask("/webhook", {{"url", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook"}});
    }
    ~Line() { cloud.stop(); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    static WhatsAppWebhookSettings webhook_settings() {
        const lab::wa::Account account;
        return {account.app_secret, account.verify_token, account.phone_id, 5'000ms};
    }
    [[nodiscard]] WhatsAppSettings settings() const {
        WhatsAppSettings settings;
        settings.base_url = "http://127.0.0.1:" + std::to_string(world.ports().whatsapp) + "/v24.0";
        settings.phone_number_id = lab::wa::Account{}.phone_id;
        settings.token = lab::wa::Account{}.token;
        settings.limits = {1000, 1ms, 1000};
        settings.qr = true;
        settings.deadline = 5'000ms;
        return settings;
    }

    json ask(const std::string& path, const json& body) const {
        const Result<json> answer = control.post(path, body);
        INFO((answer.ok() ? "" : answer.error().text()));
        REQUIRE(answer.ok());
        return *answer;
    }
    void pass(const std::string& duration) const { ask("/advance", {{"by", duration}}); }
    void fault(const std::string& name, std::int64_t value = 0) const { REQUIRE(control.switch_on(name, value).ok()); }
    /// What follows the first message has no result here; only the lab knows when it arrived.
    [[nodiscard]] bool comes_to_the_lab(std::size_t count) const {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (at_the_lab() < count && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(5ms);
        }
        return at_the_lab() == count;
    }
    [[nodiscard]] std::size_t at_the_lab() const { return control.get("/messages")->size(); }

    SendResult send(OutgoingMessage message) {
        const std::size_t before = inbox.results().size();
        cloud.submit(std::move(message));
        REQUIRE(inbox.wait_results(before + 1));
        return inbox.results().back();
    }

    lab::Lab world;
    lab::LabClient control;
    fakes::FakeLog log;
    fakes::FakeClock clock{*parse_instant("2026-03-01T03:00:00Z")};
    Kept kept;
    std::shared_ptr<WebhookCounters> counters = std::make_shared<WebhookCounters>();
    WebhookServer server;
    test::MessengerInbox inbox;
    WhatsAppCloud cloud;
};

OutgoingMessage reminder(std::int64_t id = 42, const std::string& digits = kAna) {
    OutgoingMessage message;
    message.id = MessageId{id};
    message.queued_at = kQueuedAt;
    message.to = "+" + digits;
    message.template_name = "emdia_antes_v1";
    message.parameters = {{"amount", "R$ 99,90"}};
    message.buttons = {{"paid:7:12:0", "Já paguei"}};
    return message;
}

bool accepted(const SendResult& result) { return std::holds_alternative<SendAccepted>(result.outcome); }
bool unknown(const SendResult& result) { return std::holds_alternative<SendUnknown>(result.outcome); }

}  // namespace

TEST_CASE("lab: a template is accepted, and its statuses come back with our id") {
    Line line;
    const SendResult result = line.send(reminder());
    REQUIRE(accepted(result));
    line.pass("10s");
    REQUIRE(line.kept.states() == std::vector{MessageState::sent, MessageState::delivered});
    for (const MessageStatusEvent& status : line.kept.statuses) {
        CHECK(status.id == MessageId{42});
        CHECK(status.queued_at == kQueuedAt);
        CHECK(status.provider_id == std::get<SendAccepted>(result.outcome).provider_id);
    }
}

TEST_CASE("lab, section 10: accepted without an answer is unknown, and the status with our id resolves it") {
    Line line;
    const std::string fault =
        GENERATE(as<std::string>(), "wa.drop_after_accept", "wa.http_500_after_accept", "wa.truncated");
    INFO(fault);
    line.ask("/faults", {{"name", fault}, {"count", 1}});
    CHECK(unknown(line.send(reminder())));
    CHECK(line.at_the_lab() == 1);
    line.pass("10s");
    REQUIRE(line.kept.states().size() == 2);
    CHECK(line.kept.statuses.front().id == MessageId{42});
}

TEST_CASE("lab, section 10: dropped before it was accepted is just as unknown, and no status ever comes") {
    Line line;
    line.ask("/faults", {{"name", "wa.drop_before_accept"}, {"count", 1}});
    CHECK(unknown(line.send(reminder())));
    line.pass("10m");
    CHECK(line.kept.states().empty());
    CHECK(line.at_the_lab() == 0);
}

TEST_CASE("lab, section 9: codes at once and by status mean the same") {
    Line line;
    line.fault("wa.error", 131026);
    const SendResult refused = line.send(reminder());
    REQUIRE(std::holds_alternative<SendRejected>(refused.outcome));
    CHECK(std::get<SendRejected>(refused.outcome).verdict == SendVerdictKind::undeliverable);
    REQUIRE(line.control.switch_off("wa.error").ok());
    line.fault("wa.fail_later", 131049);
    REQUIRE(accepted(line.send(reminder())));
    line.pass("1m");
    REQUIRE(line.kept.states() == std::vector{MessageState::failed});
    CHECK(line.kept.statuses.front().code == 131049);
    CHECK(line.kept.statuses.front().verdict == SendVerdictKind::retry_later);
}

TEST_CASE(
    "lab, section 3: free text outside the window needs a template; inside it goes, with its code and a QR image after "
    "it") {
    Line line;
    OutgoingMessage text;
    text.id = MessageId{1};
    text.to = std::string("+") + kAna;
    text.text = "Olá";
    const SendResult outside = line.send(text);
    REQUIRE(std::holds_alternative<SendRejected>(outside.outcome));
    CHECK(std::get<SendRejected>(outside.outcome).verdict == SendVerdictKind::needs_template);
    line.ask("/text", {{"to", kAna}, {"text", "não/👍"}});
    REQUIRE(line.kept.inbound.size() == 1);
    CHECK(line.kept.inbound.front().text == "não/👍");
    CHECK(line.kept.inbound.front().from == std::string("+") + kAna);
    text.id = MessageId{2};
    text.qr_code = "00020126PIX6304FCB1";
    text.follow_up = FollowUp{};
    text.follow_up->text = text.qr_code;
    REQUIRE(accepted(line.send(text)));
    REQUIRE(line.comes_to_the_lab(3));  // the text, its code, its image
    std::set<std::string> callbacks;
    const json messages = *line.control.get("/messages");
    for (const json& message : messages) {
        callbacks.insert(message.at("callback").get<std::string>());
        CHECK(message.at("to") == kAna);
    }
    CHECK(callbacks.size() == 3);
}

TEST_CASE("lab, 7.4: a pressed button comes back with the payload we gave it") {
    Line line;
    const SendResult sent = line.send(reminder());
    REQUIRE(accepted(sent));
    line.ask("/press", {{"to", kAna}, {"button", "paid"}});
    REQUIRE(line.kept.inbound.size() == 1);
    CHECK(line.kept.inbound.front().kind == InboundKind::button);
    CHECK(line.kept.inbound.front().payload == "paid:7:12:0");
    CHECK(line.kept.inbound.front().context_provider_id == std::get<SendAccepted>(sent.outcome).provider_id);
}

TEST_CASE("lab, 7.3: duplicates, reversed order and batches are all handed on, each with its key") {
    Line line;
    SECTION("twice") {
        line.fault("wa.duplicate");
        REQUIRE(accepted(line.send(reminder())));
        line.pass("10s");
        CHECK(line.kept.states().size() == 4);
    }
    SECTION("reversed") {
        line.fault("wa.reorder");
        REQUIRE(accepted(line.send(reminder())));
        line.pass("10s");
        CHECK(line.kept.states() == std::vector{MessageState::delivered, MessageState::sent});
    }
    SECTION("several at once") {
        line.fault("wa.batch", 30);
        REQUIRE(accepted(line.send(reminder(1))));
        REQUIRE(accepted(line.send(reminder(2, "5511900009002"))));
        line.pass("1m");
        CHECK(line.kept.states().size() == 4);
        CHECK(line.counters->batches == 1);
    }
}

TEST_CASE("lab, 7.2: a wrong signature is refused and counted") {
    Line line;
    line.fault("wa.bad_signature");
    REQUIRE(accepted(line.send(reminder())));
    line.pass("1s");
    CHECK(line.kept.states().empty());
    CHECK(line.counters->bad_signature >= 1);
}

TEST_CASE("lab, 2.1 and 7.7: a lost ninth digit is put back, a hidden number is no error") {
    Line line;
    SECTION("ninth digit") {
        line.fault("wa.ninth_digit");
        REQUIRE(accepted(line.send(reminder())));
        line.ask("/text", {{"to", kAna}, {"text", "oi"}});
        REQUIRE(line.kept.inbound.size() == 1);
        CHECK(line.kept.inbound.front().from == std::string("+") + kAna);
    }
    SECTION("hidden") {
        line.fault("wa.hide_phone");
        line.ask("/text", {{"to", kAna}, {"text", "oi"}});
        REQUIRE(line.kept.inbound.size() == 1);
        CHECK(line.kept.inbound.front().from.empty());
        CHECK_FALSE(line.kept.inbound.front().user_id.empty());
    }
}

TEST_CASE("lab, section 8: pair and throughput refusals of the platform are told apart") {
    Line line;
    std::map<SendVerdictKind, int> verdicts;
    SECTION("46 to one person") {
        for (int i = 1; i <= 46; ++i) {
            const SendResult result = line.send(reminder(i));
            if (const auto* refused = std::get_if<SendRejected>(&result.outcome)) {
                ++verdicts[refused->verdict];
            }
        }
        CHECK(verdicts == std::map<SendVerdictKind, int>{{SendVerdictKind::retry_recipient, 1}});
    }
    SECTION("81 in one second of the lab") {
        for (int i = 1; i <= 81; ++i) {
            const SendResult result = line.send(reminder(i, "55119000" + std::to_string(10'000 + i)));
            if (const auto* refused = std::get_if<SendRejected>(&result.outcome)) {
                ++verdicts[refused->verdict];
            }
        }
        CHECK(verdicts == std::map<SendVerdictKind, int>{{SendVerdictKind::slow_down, 1}});
    }
}

TEST_CASE("lab, 7.1: the lab's verification of our webhook succeeds") {
    Line line;
    CHECK(line.ask("/webhook", {{"verify", true}}).at("verified") == true);
}

}  // namespace emdia
