#pragma once
// Incoming HTTP: webhooks, health and metrics. One small server on loopback behind a TLS proxy; routes are functions,
// so that another webhook (a PSP's) is one more entry in a table.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/core/civil.hpp"
#include "daemon/core/result.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

struct WebhookRequest {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;    ///< Decoded.
    std::map<std::string, std::string> headers;  ///< Names in lower case.
    std::string body;                            ///< The bytes as received.
};

struct WebhookAnswer {
    int status = 200;
    std::string body;
    std::string content_type = "text/plain; charset=utf-8";
};

/// Runs on a thread of the server; may block for a while. What it throws becomes 500 and a log line.
using WebhookRoute = std::function<WebhookAnswer(const WebhookRequest&)>;

struct WebhookServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                        ///< 0: any free one.
    std::size_t max_body_bytes = 3 * 1024 * 1024;  ///< What Meta sends at most (whatsapp.md 7.3); more is 413.
    int threads = 8;                               ///< 1..64. Each waits for the turn that records its batch.
    int waiting = 64;                              ///< Connections that may wait for a thread.
    Millis receive_timeout{5'000};                 ///< A peer that sends nothing for so long is dropped.
};

/// Start and stop from one thread.
class WebhookServer {
public:
    /// `routes` by exact path. `log` must outlive it.
    WebhookServer(WebhookServerOptions options, std::map<std::string, WebhookRoute> routes, Log& log);
    ~WebhookServer();
    WebhookServer(const WebhookServer&) = delete;
    WebhookServer& operator=(const WebhookServer&) = delete;

    /// `config` when the address cannot be taken.
    [[nodiscard]] Result<void> start();
    /// Hangs up on peers that are still sending, waits for routes that are at work.
    void stop();
    [[nodiscard]] std::uint16_t port() const;
    /// Requests refused for size since the start.
    [[nodiscard]] std::uint64_t too_large() const noexcept;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// 200 with what the function says: "/healthz" and "/metrics".
[[nodiscard]] WebhookRoute text_route(std::function<std::string()> text);

}  // namespace emdia
