#include "daemon/adapters/http_client.hpp"

#include <atomic>
#include <cstdlib>
#include <future>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/support/test_http_server.hpp"
#include "tests/support/test_tls.hpp"

using namespace emdia;
using namespace emdia::test;
using namespace std::chrono_literals;

namespace {

HttpRequest get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    request.deadline = 5s;
    return request;
}

ServedResponse echo(const ServedRequest& request) {
    return {200, request.method + " " + request.path + "\n" + request.body, "text/plain", {{"X-Seen", "yes"}}};
}

}  // namespace

TEST_CASE("an answer carries status, headers of any case and the body") {
    TestHttpServer server{[](const ServedRequest& r) {
        auto answer = echo(r);
        answer.status = 503;
        return answer;
    }};
    HttpClient http;
    const auto answer = http.perform(get(server.url() + "/a?b=c"));
    REQUIRE(answer.ok());
    CHECK(answer->status == 503);
    CHECK(answer->header("x-seen") == "yes");
    CHECK(answer->header("missing").empty());
    CHECK(answer->body == "GET /a?b=c\n");
}

TEST_CASE("a GET may carry a body and headers (IXC 1.10)") {
    ServedRequest seen;
    TestHttpServer server{[&seen](const ServedRequest& r) {
        seen = r;
        return echo(r);
    }};
    HttpClient http;
    auto request = get(server.url() + "/webservice/v1/fn_areceber");
    request.body = R"({"page":"1"})";
    request.headers = {{"ixcsoft", "listar"}, {"Content-Type", "application/json"}, {"x-empty", ""}};
    REQUIRE(http.perform(std::move(request)).ok());
    CHECK(seen.method == "GET");
    CHECK(seen.body == R"({"page":"1"})");
    CHECK(seen.headers.at("ixcsoft") == "listar");
    CHECK(seen.headers.at("content-type") == "application/json");
    CHECK(seen.headers.count("x-empty") == 1);
    CHECK(seen.headers.count("expect") == 0);
}

TEST_CASE("an empty POST, a PUT and a DELETE are sent as such") {
    TestHttpServer server{echo};
    HttpClient http;
    for (const std::string method : {"POST", "PUT", "DELETE"}) {
        auto request = get(server.url() + "/x");
        request.method = method;
        const auto answer = http.perform(std::move(request));
        REQUIRE(answer.ok());
        CHECK(answer->body == method + " /x\n");
    }
}

TEST_CASE("parts are uploaded as multipart/form-data") {
    ServedRequest seen;
    TestHttpServer server{[&seen](const ServedRequest& r) {
        seen = r;
        return ServedResponse{};
    }};
    HttpClient http;
    auto request = get(server.url() + "/media");
    request.method = "POST";
    request.parts = {{"messaging_product", "whatsapp", "", ""},
                     {"file", std::string("\x89PNG\0x", 6), "qr.png", "image/png"}};
    REQUIRE(http.perform(std::move(request)).ok());
    CHECK(seen.headers.at("content-type").find("multipart/form-data; boundary=") == 0);
    CHECK(seen.body.find("filename=\"qr.png\"") != std::string::npos);
    CHECK(seen.body.find("Content-Type: image/png") != std::string::npos);
    CHECK(seen.body.find(std::string("\x89PNG\0x", 6)) != std::string::npos);
}

TEST_CASE("what never left is unavailable: refused and unknown names") {
    HttpClient http;
    const auto refused = http.perform(get("http://127.0.0.1:" + std::to_string(closed_port()) + "/?token=secret"));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::unavailable);
    CHECK(refused.error().text().find("secret") == std::string::npos);

    const auto nameless = http.perform(get("https://no-such-host.invalid/"));
    REQUIRE_FALSE(nameless.ok());
    CHECK(nameless.error().kind == ErrorKind::unavailable);
}

TEST_CASE("what left without a complete answer is unknown: closed, hanging, truncated") {
    HttpClient http;
    RawServer closing{"", RawServer::After::close};
    RawServer hanging{"", RawServer::After::hold};
    RawServer truncated{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", RawServer::After::close};
    for (const auto* server : {&closing, &hanging, &truncated}) {
        auto request = get(server->url() + "/");
        request.method = "POST";
        request.deadline = 400ms;
        const auto answer = http.perform(std::move(request));
        REQUIRE_FALSE(answer.ok());
        CHECK(answer.error().kind == ErrorKind::unknown);
        CHECK(server->requests() == 1);
    }
}

TEST_CASE("an answer that is not HTTP, or too large, is a protocol error") {
    HttpClient http;
    RawServer garbage{"SSH-2.0-OpenSSH_9.2\r\n", RawServer::After::close};
    const auto not_http = http.perform(get(garbage.url()));
    REQUIRE_FALSE(not_http.ok());
    CHECK(not_http.error().kind == ErrorKind::protocol);

    TestHttpServer big{[](const ServedRequest&) {
        return ServedResponse{200, std::string(100'000, 'x'), "text/plain", {}};
    }};
    auto request = get(big.url());
    request.max_response_bytes = 50'000;
    const auto too_large = http.perform(std::move(request));
    REQUIRE_FALSE(too_large.ok());
    CHECK(too_large.error().kind == ErrorKind::protocol);
    CHECK(too_large.error().what.find("50000") != std::string::npos);
}

TEST_CASE("redirects are answers unless followed on purpose") {
    TestHttpServer server{[](const ServedRequest&) {
        return ServedResponse{302, "", "text/plain", {{"Location", "/elsewhere"}}};
    }};
    HttpClient http;
    const auto answer = http.perform(get(server.url()));
    REQUIRE(answer.ok());
    CHECK(answer->status == 302);
}

TEST_CASE("the wrong URL, plain http to the world and line breaks in headers are refused before anything is sent") {
    HttpClient http;
    for (const std::string url : {"not a url", "ftp://127.0.0.1/", "file:///etc/passwd", "http://192.0.2.1/"}) {
        const auto answer = http.perform(get(url));
        REQUIRE_FALSE(answer.ok());
        CHECK(answer.error().kind == ErrorKind::config);
        CHECK_FALSE(answer.error().cure.empty());
    }
    auto request = get("https://192.0.2.1/");
    request.headers = {{"Authorization", "Bearer abc\r\nX-Other: 1"}};
    const auto answer = http.perform(std::move(request));
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().kind == ErrorKind::config);
    CHECK(answer.error().text().find("abc") == std::string::npos);
}

TEST_CASE("TLS: self-signed is refused with a cure, accepted as authority, by certificate and by key") {
    TempDir dir;
    const auto right = make_certificate(dir, "right", "IP:127.0.0.1");
    const auto other = make_certificate(dir, "other", "IP:127.0.0.1");
    TestHttpServer server{echo, &right};
    HttpClient http;
    const auto with = [&](HttpTrust trust) {
        auto request = get(server.url() + "/");
        trust.settings = "erp.ixc.tls";
        request.trust = std::move(trust);
        return http.perform(std::move(request));
    };

    const auto untrusted = with({});
    REQUIRE_FALSE(untrusted.ok());
    CHECK(untrusted.error().kind == ErrorKind::config);
    CHECK(untrusted.error().cure.find("erp.ixc.tls.ca_file") != std::string::npos);

    CHECK(with({right.certificate, "", "", false, ""}).ok());
    CHECK(with({"", "", right.certificate, false, ""}).ok());

    const auto mismatch = with({"", "", other.certificate, false, ""});
    REQUIRE_FALSE(mismatch.ok());
    CHECK(mismatch.error().kind == ErrorKind::config);
    CHECK(mismatch.error().cure.find("erp.ixc.tls.pinned_certificate_file") != std::string::npos);

    CHECK(with({right.certificate, "", other.certificate, false, ""}).error().kind == ErrorKind::config);
    CHECK(with({"", "", dir.path("absent.pem"), false, ""}).error().kind == ErrorKind::config);
    CHECK(with({"", "MD5//abc", "", false, ""}).error().kind == ErrorKind::config);
    CHECK(with({dir.path("absent.pem"), "", "", false, ""}).error().kind == ErrorKind::config);
}

TEST_CASE("TLS: a certificate for another name is refused unless its key is pinned (IXC 1.18)") {
    TempDir dir;
    const auto files = make_certificate(dir, "named", "DNS:other.invalid");
    TestHttpServer server{echo, &files};
    HttpClient http;
    auto request = get(server.url() + "/");
    request.trust.ca_file = files.certificate;
    const auto refused = http.perform(request);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::config);

    request.trust = {};
    request.trust.pinned_certificate_file = files.certificate;
    CHECK(http.perform(request).ok());
}

TEST_CASE("the number of requests to one host at a time is limited") {
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    TestHttpServer server{[&](const ServedRequest&) {
        const int here = ++now;
        int seen = most;
        while (here > seen && !most.compare_exchange_weak(seen, here)) {
        }
        std::this_thread::sleep_for(30ms);
        --now;
        return ServedResponse{};
    }};
    HttpClient http{{2, "emdia"}};
    std::vector<std::promise<bool>> answered(8);
    for (auto& promise : answered) {
        http.submit(get(server.url()), [&promise](const HttpResult& result) { promise.set_value(result.ok()); });
    }
    for (auto& promise : answered) {
        CHECK(promise.get_future().get());
    }
    CHECK(most == 2);
}

TEST_CASE("stop cancels: every callback comes once, as unknown if the request had left, and none afterwards") {
    RawServer hanging{"", RawServer::After::hold};
    HttpClient http{{1, "emdia"}};
    std::mutex mutex;
    std::vector<ErrorKind> kinds;
    for (int i = 0; i < 3; ++i) {
        http.submit(get(hanging.url()), [&](const HttpResult& result) {
            const std::lock_guard lock{mutex};
            kinds.push_back(result.error().kind);
        });
    }
    const auto give_up = std::chrono::steady_clock::now() + 5s;
    while (hanging.requests() == 0 && std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(5ms);
    }
    http.stop();
    REQUIRE(kinds.size() == 3);
    CHECK(std::count(kinds.begin(), kinds.end(), ErrorKind::unknown) == 1);
    CHECK(std::count(kinds.begin(), kinds.end(), ErrorKind::unavailable) == 2);
    CHECK(http.perform(get(hanging.url())).error().kind == ErrorKind::unavailable);
}
