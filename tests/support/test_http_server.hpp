#pragma once
// A small HTTP(S) server on 127.0.0.1 with an ephemeral port, and a raw TCP one that misbehaves as told.

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace emdia::test {

struct ServedRequest {
    std::string method;
    std::string path;                            ///< With the query.
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;
};
struct ServedResponse {
    int status = 200;
    std::string body;
    std::string content_type = "text/plain";
    std::map<std::string, std::string> headers;
};
/// Runs on the server's threads.
using ServeFunction = std::function<ServedResponse(const ServedRequest&)>;

/// Certificate and key in PEM files; see test_tls.hpp.
struct TlsFiles {
    std::string certificate;
    std::string key;
};

class TestHttpServer {
public:
    explicit TestHttpServer(ServeFunction serve, const TlsFiles* tls = nullptr);
    ~TestHttpServer();
    TestHttpServer(const TestHttpServer&) = delete;
    TestHttpServer& operator=(const TestHttpServer&) = delete;

    [[nodiscard]] int port() const;
    /// "http://127.0.0.1:port" or "https://127.0.0.1:port".
    [[nodiscard]] std::string url() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Accepts connections, reads what comes first, writes `answer` and either closes or holds the connection open.
class RawServer {
public:
    enum class After { close, hold };
    RawServer(std::string answer, After after);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::string url() const;
    /// How many connections sent something.
    [[nodiscard]] int requests() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// A port of 127.0.0.1 on which nothing listens.
[[nodiscard]] int closed_port();

}  // namespace emdia::test
