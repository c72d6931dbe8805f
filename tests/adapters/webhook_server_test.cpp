#include "daemon/adapters/webhook_server.hpp"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/http_client.hpp"
#include "daemon/adapters/whatsapp_route.hpp"
#include "tests/adapters/messenger_inbox.hpp"
#include "tests/fakes/fake_log.hpp"

namespace emdia {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSecret = "app secret";
constexpr const char* kSent = R"({"entry":[{"changes":[{"field":"messages","value":{"statuses":[
    {"id":"wamid.1","status":"sent","timestamp":"1","biz_opaque_callback_data":"emdia-42-1795300000123"}]}}]}]})";

/// A server with the routes of the daemon, and a client.
struct Site {
    explicit Site(MessengerSink sink, WebhookServerOptions options = {})
        : server(std::move(options), routes(std::move(sink)), log) {
        REQUIRE(server.start().ok());
    }

    std::map<std::string, WebhookRoute> routes(MessengerSink sink) {
        WhatsAppWebhookSettings settings;
        settings.app_secret = kSecret;
        settings.verify_token = "VT";
        settings.durable_within = 300ms;
        return {{"/webhooks/whatsapp", whatsapp_route(settings, std::move(sink), counters, log)},
                {"/healthz", text_route([] { return std::string("ok\n"); })},
                {"/metrics", text_route([] { return std::string("emdia_up 1\n"); })},
                {"/fault", [](const WebhookRequest&) -> WebhookAnswer { throw std::runtime_error("on purpose"); }}};
    }

    HttpResponse ask(const std::string& method, const std::string& path, std::string body = {},
                     std::vector<HttpHeader> headers = {}) {
        HttpRequest request;
        request.method = method;
        request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
        request.body = std::move(body);
        request.headers = std::move(headers);
        HttpResult result = http.perform(std::move(request));
        INFO((result.ok() ? "" : result.error().text()));
        REQUIRE(result.ok());
        return *std::move(result);
    }

    HttpResponse post(const std::string& body) {
        return ask("POST", "/webhooks/whatsapp", body,
                   {{"X-Hub-Signature-256", "sha256=" + hmac_sha256_hex(kSecret, body)}});
    }

    fakes::FakeLog log;
    std::shared_ptr<WebhookCounters> counters = std::make_shared<WebhookCounters>();
    WebhookServer server;
    HttpClient http;
};

/// A sink that keeps every batch at once.
MessengerSink durable(std::vector<WebhookBatch>& kept) {
    return [&kept](MessengerEvent event) {
        auto batch = std::get<WebhookBatch>(std::move(event));
        const auto done = batch.done;
        kept.push_back(std::move(batch));
        done(true);
    };
}

}  // namespace

TEST_CASE("7.1: the verification answers with the bare challenge, and 403 to another token") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    const auto good = site.ask("GET", "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=123&hub.verify_token=VT");
    CHECK(good.status == 200);
    CHECK(good.body == "123");
    CHECK(site.ask("GET", "/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no").status == 403);
    CHECK(site.ask("GET", "/webhooks/whatsapp").status == 403);
    CHECK(site.counters->bad_verification == 2);
}

TEST_CASE("7.2, 7.3: a signed batch is handed over and answered 200 once it is durable") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.post(kSent).status == 200);
    REQUIRE(kept.size() == 1);
    REQUIRE(kept[0].statuses.size() == 1);
    CHECK(kept[0].statuses[0].id == MessageId{42});
    CHECK(site.counters->batches == 1);
}

TEST_CASE("7.2: an ASCII-escaped body is verified as it came") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    const std::string body =
        R"({"entry":[{"changes":[{"field":"messages","value":{"messages":[{"from":"5519999990001","id":"i","timestamp":"1","type":"text","text":{"body":"ol\u00e1 \ud83d\ude00 https:\/\/x"}}]}}]}]})";
    CHECK(site.post(body).status == 200);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].inbound.at(0).text == "olá \xF0\x9F\x98\x80 https://x");
}

TEST_CASE("a bad or missing signature is 401, counted, and nothing is handed over") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.ask("POST", "/webhooks/whatsapp", kSent).status == 401);
    CHECK(site.ask("POST", "/webhooks/whatsapp", kSent, {{"X-Hub-Signature-256", "sha256=00"}}).status == 401);
    CHECK(kept.empty());
    CHECK(site.counters->bad_signature == 2);
    CHECK(site.log.count("WEBHOOK-BAD-SIGNATURE") == 2);
}

TEST_CASE("a signed body that is no JSON is 400") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.post("<html>").status == 400);
    CHECK(site.counters->unreadable == 1);
}

TEST_CASE("7.3: 503 when the batch is refused, dropped or not durable in time") {
    SECTION("refused") {
        Site site([](MessengerEvent event) { std::get<WebhookBatch>(event).done(false); });
        CHECK(site.post(kSent).status == 503);
        CHECK(site.counters->not_durable == 1);
    }
    SECTION("dropped") {
        Site site([](MessengerEvent) {});
        const auto begin = std::chrono::steady_clock::now();
        CHECK(site.post(kSent).status == 503);
        CHECK(std::chrono::steady_clock::now() - begin < 300ms);
    }
    SECTION("too late, and the late word does no harm") {
        test::MessengerInbox inbox;
        Site site(inbox.sink());
        CHECK(site.post(kSent).status == 503);
        inbox.take_batch().done(true);
        CHECK(site.counters->batches == 0);
    }
    SECTION("said twice") {
        Site site([](MessengerEvent event) {
            const auto& done = std::get<WebhookBatch>(event).done;
            done(true);
            done(false);
        });
        CHECK(site.post(kSent).status == 200);
    }
}

TEST_CASE("the answer waits for the turn that records the batch") {
    test::MessengerInbox inbox;
    Site site(inbox.sink());
    std::jthread engine([&] {
        if (inbox.wait_batches(1)) {
            inbox.take_batch().done(true);
        }
    });
    CHECK(site.post(kSent).status == 200);
}

TEST_CASE("a body of 10 MB is 413, counted, and read no further") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    const std::string huge(10 * 1024 * 1024, 'x');
    HttpRequest request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(site.server.port()) + "/webhooks/whatsapp";
    request.body = huge;
    const HttpResult result = site.http.perform(std::move(request));
    // The server may hang up while the client still writes; the client then sees no answer.
    CHECK((!result.ok() || result->status == 413));
    CHECK(site.server.too_large() == 1);
    CHECK(kept.empty());
    CHECK(site.post(kSent).status == 200);
}

TEST_CASE("a body just above the limit is 413, one at the limit is read") {
    std::vector<WebhookBatch> kept;
    WebhookServerOptions options;
    options.max_body_bytes = 1000;
    Site site(durable(kept), options);
    CHECK(site.post(std::string(1001, ' ')).status == 413);
    CHECK(site.post(std::string(998, ' ') + "{}").status == 200);
}

TEST_CASE("health, metrics, other paths and other methods") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.ask("GET", "/healthz").body == "ok\n");
    CHECK(site.ask("GET", "/metrics").body == "emdia_up 1\n");
    CHECK(site.ask("POST", "/healthz").status == 405);
    CHECK(site.ask("PUT", "/webhooks/whatsapp").status == 405);
    CHECK(site.ask("GET", "/etc/passwd").status == 404);
    CHECK(site.ask("GET", "/").status == 404);
}

TEST_CASE("a route that throws is 500 and a log line, and the server lives on") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.ask("GET", "/fault").status == 500);
    CHECK(site.log.count("WEBHOOK-FAULT") == 1);
    CHECK(site.ask("GET", "/healthz").status == 200);
}

TEST_CASE("an address that is taken may be free in a moment: no fault of the configuration") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    WebhookServerOptions options;
    options.port = site.server.port();
    WebhookServer second(options, {}, site.log);
    const Result<void> started = second.start();
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().kind == ErrorKind::unavailable);
    CHECK_THAT(started.error().cure, Catch::Contains("webhook_listen"));
}

TEST_CASE("stop does not wait for peers that only hold a connection") {
    std::vector<WebhookBatch> kept;
    Site site(durable(kept));
    CHECK(site.ask("GET", "/healthz").status == 200);
    const auto begin = std::chrono::steady_clock::now();
    site.server.stop();
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
    CHECK(site.server.port() == 0);
}

}  // namespace emdia
