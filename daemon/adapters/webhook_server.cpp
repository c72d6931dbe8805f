#include "daemon/adapters/webhook_server.hpp"

#include <array>
#include <atomic>
#include <exception>
#include <utility>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

namespace emdia {
namespace {

using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

/// What every handler shares; lives as long as the server.
struct Shared {
    std::map<std::string, WebhookRoute> routes;
    std::size_t max_body_bytes;
    Log& log;
    std::atomic<std::uint64_t> too_large{0};
};

void send(HTTPServerResponse& response, const WebhookAnswer& answer) {
    response.setStatusAndReason(static_cast<HTTPResponse::HTTPStatus>(answer.status));
    response.setContentType(answer.content_type);
    response.setKeepAlive(false);
    response.sendBuffer(answer.body.data(), answer.body.size());
}

/// False when there is more than `limit`; what was announced too large is not read at all.
bool read_body(HTTPServerRequest& request, std::size_t limit, std::string& body) {
    if (request.hasContentLength() && static_cast<std::uint64_t>(request.getContentLength64()) > limit) {
        return false;
    }
    std::array<char, 16 * 1024> block{};
    std::istream& in = request.stream();
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
        body.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (body.size() > limit) {
            return false;
        }
    }
    return true;
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(Shared& shared) : shared_(shared) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        try {
            send(response, answer(request));
        } catch (const Poco::Exception&) {
            // The peer hung up, or sent what is no HTTP: nobody is left to answer.
        } catch (const std::exception& fault) {
            shared_.log.write(LogLevel::error, "WEBHOOK-FAULT", "a webhook route failed", {{"cause", fault.what()}});
            if (!response.sent()) {
                send(response, {500, "internal error\n"});
            }
        }
    }

private:
    WebhookAnswer answer(HTTPServerRequest& request) {
        const Poco::URI uri(request.getURI());
        const auto route = shared_.routes.find(uri.getPath());
        if (route == shared_.routes.end()) {
            return {404, "not found\n"};
        }
        WebhookRequest seen;
        if (!read_body(request, shared_.max_body_bytes, seen.body)) {
            ++shared_.too_large;
            shared_.log.write(LogLevel::warning, "WEBHOOK-TOO-LARGE", "a webhook body above the limit was refused",
                              {{"limit", std::to_string(shared_.max_body_bytes)}});
            return {413, "too large\n"};
        }
        seen.method = request.getMethod();
        seen.path = uri.getPath();
        for (const auto& [name, value] : uri.getQueryParameters()) {
            seen.query.emplace(name, value);
        }
        for (const auto& [name, value] : request) {
            seen.headers.emplace(Poco::toLower(name), value);
        }
        return route->second(seen);
    }

    Shared& shared_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(Shared& shared) : shared_(shared) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
        return new Handler(shared_);  // Poco deletes it
    }

private:
    Shared& shared_;
};

Poco::Timespan timespan(Millis duration) { return {duration.count() * 1000}; }

Poco::Net::HTTPServerParams::Ptr parameters(const WebhookServerOptions& options) {
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    // A kept-alive connection owns a thread for as long as its peer likes.
    params->setKeepAlive(false);
    params->setMaxThreads(options.threads);
    params->setMaxQueued(options.waiting);
    params->setTimeout(timespan(options.receive_timeout));
    return params;
}

}  // namespace

struct WebhookServer::Parts {
    Parts(WebhookServerOptions with, std::map<std::string, WebhookRoute> routes, Log& log)
        : options(std::move(with)), shared{std::move(routes), options.max_body_bytes, log} {}

    WebhookServerOptions options;
    Shared shared;
    Poco::ThreadPool pool{2, 64};
    std::unique_ptr<Poco::Net::HTTPServer> server;
};

WebhookServer::WebhookServer(WebhookServerOptions options, std::map<std::string, WebhookRoute> routes, Log& log)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(routes), log)) {}

WebhookServer::~WebhookServer() { stop(); }

Result<void> WebhookServer::start() {
    const WebhookServerOptions& options = parts_->options;
    try {
        const Poco::Net::SocketAddress address(options.host, options.port);
        Poco::Net::ServerSocket socket;
        // Poco shares ports by default, which would split the webhooks between two daemons.
        socket.bind(address, true, false);
        socket.listen(options.waiting);
        parts_->server = std::make_unique<Poco::Net::HTTPServer>(new Factory(parts_->shared), parts_->pool, socket,
                                                                 parameters(options));
        parts_->server->start();
        return {};
    } catch (const Poco::Exception& fault) {
        return Error{
            ErrorKind::unavailable,
            "cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " + fault.displayText(),
            "end what holds the port, or choose a free local address in whatsapp.webhook_listen"};
    }
}

void WebhookServer::stop() {
    if (parts_->server) {
        parts_->server->stopAll(true);
        parts_->pool.joinAll();
        parts_->server.reset();
    }
}

std::uint16_t WebhookServer::port() const { return parts_->server ? parts_->server->port() : std::uint16_t{0}; }

std::uint64_t WebhookServer::too_large() const noexcept { return parts_->shared.too_large; }

WebhookRoute text_route(std::function<std::string()> text) {
    return [text = std::move(text)](const WebhookRequest& request) {
        if (request.method != "GET") {
            return WebhookAnswer{405, "use GET\n"};
        }
        return WebhookAnswer{200, text()};
    };
}

}  // namespace emdia
