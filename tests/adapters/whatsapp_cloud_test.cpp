#include "daemon/adapters/whatsapp_cloud.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "daemon/adapters/system_clock.hpp"
#include "tests/adapters/messenger_inbox.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/support/test_http_server.hpp"

namespace emdia {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kAccepted = R"({"contacts":[{"wa_id":"558199990001"}],"messages":[{"id":"wamid.1"}]})";

/// Keeps what it was sent and answers as told.
class CloudApi {
public:
    explicit CloudApi(test::ServedResponse answer = {200, kAccepted, "application/json", {}})
        : server_([this, answer](const test::ServedRequest& request) {
              const std::lock_guard lock(mutex_);
              requests_.push_back(request);
              arrived_.notify_all();
              const bool media = request.path.find("/media") != std::string::npos;
              return media ? test::ServedResponse{200, R"({"id":"777"})", "application/json", {}} : answer;
          }) {}

    [[nodiscard]] std::string url() const { return server_.url() + "/v24.0"; }
    [[nodiscard]] std::vector<test::ServedRequest> wait_requests(std::size_t count) {
        std::unique_lock lock(mutex_);
        REQUIRE(arrived_.wait_for(lock, 10s, [&] { return requests_.size() >= count; }));
        return requests_;
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<test::ServedRequest> requests_;
    test::TestHttpServer server_;
};

WhatsAppSettings settings_for(const std::string& url) {
    WhatsAppSettings settings;
    settings.base_url = url;
    settings.phone_number_id = "100";
    settings.token = "top-secret-token";
    settings.deadline = 1'000ms;
    return settings;
}

OutgoingMessage text_to(std::int64_t id, const std::string& to = "+5581999990001") {
    OutgoingMessage message;
    message.id = MessageId{id};
    message.queued_at = Instant{Millis{1'795'300'000'123}};
    message.to = to;
    message.text = "Olá";
    return message;
}

/// A messenger with everything around it.
struct WiredCloud {
    explicit WiredCloud(WhatsAppSettings settings) : cloud(std::move(settings), clock, log) {
        cloud.start(inbox.sink());
    }
    ~WiredCloud() { cloud.stop(); }
    WiredCloud(const WiredCloud&) = delete;
    WiredCloud& operator=(const WiredCloud&) = delete;

    SendResult send(OutgoingMessage message) {
        const std::size_t before = inbox.results().size();
        cloud.submit(std::move(message));
        REQUIRE(inbox.wait_results(before + 1));
        return inbox.results().back();
    }

    SystemClock clock;
    fakes::FakeLog log;
    test::MessengerInbox inbox;
    WhatsAppCloud cloud;
};

const SendRejected& rejected(const SendResult& result) {
    REQUIRE(std::holds_alternative<SendRejected>(result.outcome));
    return std::get<SendRejected>(result.outcome);
}

bool unknown(const SendResult& result) { return std::holds_alternative<SendUnknown>(result.outcome); }

}  // namespace

TEST_CASE("a message is posted to the number with the bearer, and accepted") {
    CloudApi api;
    WiredCloud channel(settings_for(api.url()));
    const SendResult result = channel.send(text_to(42));
    CHECK(result.id == MessageId{42});
    REQUIRE(std::holds_alternative<SendAccepted>(result.outcome));
    CHECK(std::get<SendAccepted>(result.outcome).provider_id == "wamid.1");
    CHECK(std::get<SendAccepted>(result.outcome).wa_id == "558199990001");
    const auto requests = api.wait_requests(1);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].path == "/v24.0/100/messages");
    CHECK(requests[0].headers.at("authorization") == "Bearer top-secret-token");
    CHECK(requests[0].headers.at("content-type") == "application/json");
    CHECK(json::parse(requests[0].body)["biz_opaque_callback_data"] == "emdia-42-1795300000123");
}

TEST_CASE("a refusal of the platform is the verdict of its code") {
    CloudApi api({400, R"({"error":{"code":131026,"message":"to +5581999990001"}})", "application/json", {}});
    WiredCloud channel(settings_for(api.url()));
    const SendResult result = channel.send(text_to(1));
    CHECK(rejected(result).verdict == SendVerdictKind::undeliverable);
    CHECK(rejected(result).code == 131026);
    CHECK_THAT(rejected(result).error.text(), !Catch::Contains("99999"));
}

TEST_CASE("131056 waits longer each time, for this recipient only") {
    CloudApi api({400, R"({"error":{"code":131056}})", "application/json", {}});
    WiredCloud channel(settings_for(api.url()));
    const SendResult first = channel.send(text_to(1));
    CHECK(rejected(first).verdict == SendVerdictKind::retry_recipient);
    CHECK(rejected(first).error.retry_after == Millis{1000});
    const SendResult second = channel.send(text_to(1));
    CHECK(rejected(second).code == 0);  // refused here: the second was not posted
    CHECK(rejected(channel.send(text_to(2, "+5519999990002"))).code == 131056);
    CHECK(api.wait_requests(2).size() == 2);
}

TEST_CASE("section 10: accepted and dropped, 500, truncated: unknown, and never posted again") {
    test::RawServer drop("", test::RawServer::After::close);
    test::RawServer hang("", test::RawServer::After::hold);
    test::RawServer broken("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", test::RawServer::After::close);
    test::RawServer cut("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"messages\":[", test::RawServer::After::close);
    for (const test::RawServer* server : {&drop, &hang, &broken, &cut}) {
        WiredCloud channel(settings_for(server->url()));
        CHECK(unknown(channel.send(text_to(1))));
        CHECK(server->requests() == 1);
    }
}

TEST_CASE("section 10: a refused connection means nothing left: the channel pauses") {
    WiredCloud channel(settings_for("http://127.0.0.1:" + std::to_string(test::closed_port())));
    const SendResult result = channel.send(text_to(1));
    CHECK(rejected(result).verdict == SendVerdictKind::slow_down);
    CHECK(rejected(result).error.retry_after.has_value());
}

TEST_CASE("a message that cannot be built is dead, and nothing is posted") {
    CloudApi api;
    WiredCloud channel(settings_for(api.url()));
    CHECK(rejected(channel.send(text_to(1, "none"))).verdict == SendVerdictKind::dead);
    channel.send(text_to(2));
    CHECK(api.wait_requests(1).size() == 1);
}

TEST_CASE("the code follows as a second message, and as an image where configured, once the first was accepted") {
    CloudApi api;
    WhatsAppSettings settings = settings_for(api.url());
    settings.qr = true;
    WiredCloud channel(std::move(settings));
    OutgoingMessage message = text_to(42);
    message.follow_up = FollowUp{};
    message.follow_up->text = "000201";
    message.qr_code = "000201";
    channel.send(std::move(message));
    const auto requests = api.wait_requests(4);
    CHECK(json::parse(requests[0].body)["biz_opaque_callback_data"] == "emdia-42-1795300000123");
    int text = 0;
    int media = 0;
    int image = 0;
    for (std::size_t i = 1; i < 4; ++i) {
        if (requests[i].path == "/v24.0/100/media") {
            ++media;
            CHECK_THAT(requests[i].body, Catch::Contains("\x89PNG"));
            continue;
        }
        const json body = json::parse(requests[i].body);
        text += body["type"] == "text" && body["text"]["body"] == "000201" ? 1 : 0;
        image += body["type"] == "image" && body["image"]["id"] == "777" ? 1 : 0;
    }
    CHECK(text == 1);
    CHECK(media == 1);
    CHECK(image == 1);
    CHECK(channel.inbox.results().size() == 1);
}

TEST_CASE("no second message after a refusal") {
    CloudApi api({400, R"({"error":{"code":131026}})", "application/json", {}});
    WiredCloud channel(settings_for(api.url()));
    OutgoingMessage message = text_to(1);
    message.follow_up = FollowUp{};
    message.follow_up->text = "000201";
    channel.send(std::move(message));
    channel.send(text_to(2));
    CHECK(api.wait_requests(2).size() == 2);
}

TEST_CASE("throughput: messages wait their turn, and each has its result") {
    CloudApi api;
    WhatsAppSettings settings = settings_for(api.url());
    settings.limits.per_second = 50;
    WiredCloud channel(std::move(settings));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 1; i <= 30; ++i) {
        channel.cloud.submit(text_to(i, "+55819999" + std::to_string(10000 + i)));
    }
    REQUIRE(channel.inbox.wait_results(30));
    CHECK(std::chrono::steady_clock::now() - begin >= 450ms);
    CHECK(api.wait_requests(30).size() == 30);
}

TEST_CASE("pair rate: the message too many is refused here, without a request") {
    CloudApi api;
    WhatsAppSettings settings = settings_for(api.url());
    settings.limits.pair_burst = 2;
    WiredCloud channel(std::move(settings));
    channel.send(text_to(1));
    channel.send(text_to(2));
    const SendResult third = channel.send(text_to(3));
    CHECK(rejected(third).verdict == SendVerdictKind::retry_recipient);
    CHECK(rejected(third).error.retry_after.value_or(Millis{0}) > Millis{3000});
    CHECK(api.wait_requests(2).size() == 2);
}

TEST_CASE("with a virtual clock nothing waits here: the engine is told when to come back, and is let through then") {
    CloudApi api;
    fakes::FakeClock clock(Instant{Seconds{1'795'300'000}});
    fakes::FakeLog log;
    test::MessengerInbox inbox;
    WhatsAppSettings settings = settings_for(api.url());
    settings.limits.per_second = 10;
    WhatsAppCloud cloud(std::move(settings), clock, log);
    cloud.start(inbox.sink());
    for (int i = 1; i <= 5; ++i) {
        cloud.submit(text_to(i, "+558199990000" + std::to_string(i)));
    }
    REQUIRE(inbox.wait_results(5));
    std::vector<SendResult> waiting;
    for (const SendResult& result : inbox.results()) {
        if (const auto* refused = std::get_if<SendRejected>(&result.outcome)) {
            CHECK(refused->verdict == SendVerdictKind::not_now);
            waiting.push_back(result);
        }
    }
    REQUIRE(waiting.size() == 3);
    const Millis after = *rejected(waiting.back()).error.retry_after;
    clock.advance(after);
    cloud.submit(text_to(raw(waiting.back().id), "+5581999900009"));
    REQUIRE(inbox.wait_results(6));
    CHECK(std::holds_alternative<SendAccepted>(inbox.results().back().outcome));
    cloud.stop();
}

TEST_CASE("stop answers everything: not sent may go again, sent is unknown") {
    test::RawServer hang("", test::RawServer::After::hold);
    WhatsAppSettings settings = settings_for(hang.url());
    settings.deadline = 30s;
    settings.limits.per_second = 1;
    WiredCloud channel(std::move(settings));
    for (int i = 1; i <= 5; ++i) {
        channel.cloud.submit(text_to(i, "+558199990000" + std::to_string(i)));
    }
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (hang.requests() == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    channel.cloud.stop();
    const auto results = channel.inbox.results();
    REQUIRE(results.size() == 5);
    CHECK(std::count_if(results.begin(), results.end(), unknown) >= 1);
    CHECK(std::count_if(results.begin(), results.end(), unknown) <= 2);
    channel.cloud.submit(text_to(6));
    CHECK(rejected(channel.inbox.results().back()).verdict == SendVerdictKind::not_now);
}

TEST_CASE("E4: neither token nor number nor text reaches the log or an error, whatever goes wrong") {
    const auto api_that_answers = [](const test::ServedRequest& request) {
        const bool media = request.path.find("/media") != std::string::npos;
        const bool first = request.body.find(R"("emdia-1-1795300000123")") != std::string::npos;
        const std::string quoting = R"({"error":{"code":100,"message":"+5581999990001 Oi top-secret-token"}})";
        return !media && first ? test::ServedResponse{200, kAccepted, "application/json", {}}
                               : test::ServedResponse{400, quoting, "application/json", {}};
    };
    const test::TestHttpServer server(api_that_answers);
    WhatsAppSettings settings = settings_for(server.url() + "/v24.0");
    settings.qr = true;
    WiredCloud channel(std::move(settings));
    OutgoingMessage message = text_to(1);
    message.text = "Segredo da Ana";
    message.qr_code = "00020126PIXCODE6304FCB1";
    message.follow_up = FollowUp{};
    message.follow_up->text = message.qr_code;
    channel.send(message);
    message.id = MessageId{2};
    const SendResult refused = channel.send(message);
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (channel.log.count("WHATSAPP-SECOND-LOST") < 2 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    std::string said = rejected(refused).error.text();
    for (const auto& line : channel.log.lines()) {
        said += '\n' + line.text;
        for (const auto& [key, value] : line.fields) {
            said += ' ' + key + '=' + value;
        }
    }
    INFO(said);
    REQUIRE(channel.log.count("WHATSAPP-SECOND-LOST") == 2);  // the code and its image, both refused
    for (const char* secret : {"secret", "99999", "Segredo", "Ana", "PIXCODE"}) {
        CHECK(said.find(secret) == std::string::npos);
    }
}

}  // namespace emdia
