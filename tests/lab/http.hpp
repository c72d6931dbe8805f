#pragma once
// HTTP as the imitations see it: a call in, a reply out, nothing of the library that carries them.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/core/civil.hpp"

namespace emdia::lab {

struct HttpCall {
    std::string method;
    std::string path;
    std::string query;                           ///< Without '?', still encoded.
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;

    /// Empty when the header is absent.
    [[nodiscard]] const std::string& header(const std::string& lower_case_name) const;
    /// The decoded value of a query parameter, or empty.
    [[nodiscard]] std::string parameter(const std::string& name) const;
};

struct HttpReply {
    enum class Manner {
        whole,
        truncated,  ///< Announces the whole body, sends half of it, closes.
        dropped     ///< Closes without a byte, as when a line breaks.
    };
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    Manner manner = Manner::whole;
    Millis delay{0};  ///< Real time before the first byte.
};

/// Called from several threads at once.
using HttpHandler = std::function<HttpReply(const HttpCall&)>;

/// A server on 127.0.0.1. Listens from construction to stop().
class HttpEndpoint {
public:
    /// Port 0 takes a free one. Throws std::exception when the port is taken.
    HttpEndpoint(HttpHandler handler, std::uint16_t port);
    ~HttpEndpoint();
    HttpEndpoint(const HttpEndpoint&) = delete;
    HttpEndpoint& operator=(const HttpEndpoint&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Aborts open connections; waits for handlers that are under way.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};
/// One request, no keep-alive. Errors: `unavailable` (refused, unreachable), `unknown` (sent, no whole answer).
[[nodiscard]] Result<HttpAnswer> http_request(const std::string& method, const std::string& url,
                                              const std::string& body,
                                              const std::vector<std::pair<std::string, std::string>>& headers,
                                              Millis timeout = Seconds{10});

}  // namespace emdia::lab
