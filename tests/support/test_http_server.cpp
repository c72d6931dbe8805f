#include "tests/support/test_http_server.hpp"

#include <array>
#include <atomic>
#include <list>
#include <thread>
#include <utility>

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>

namespace emdia::test {
namespace {

using namespace Poco::Net;  // a test's own translation unit; the names are long and many

class Handler final : public HTTPRequestHandler {
public:
    explicit Handler(const ServeFunction& serve) : serve_(serve) {}
    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        ServedRequest seen;
        seen.method = request.getMethod();
        seen.path = request.getURI();
        for (const auto& [name, value] : request) {
            seen.headers[Poco::toLower(name)] = value;
        }
        Poco::StreamCopier::copyToString(request.stream(), seen.body);
        const ServedResponse answer = serve_(seen);
        response.setStatus(static_cast<HTTPResponse::HTTPStatus>(answer.status));
        response.setContentType(answer.content_type);
        for (const auto& [name, value] : answer.headers) {
            response.set(name, value);
        }
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

private:
    const ServeFunction& serve_;
};

class Factory final : public HTTPRequestHandlerFactory {
public:
    explicit Factory(ServeFunction serve) : serve_(std::move(serve)) {}
    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(serve_); }

private:
    ServeFunction serve_;
};

ServerSocket listen(const TlsFiles* tls) {
    const SocketAddress anywhere{"127.0.0.1", 0};
    if (tls == nullptr) {
        return ServerSocket{anywhere};
    }
    const Context::Ptr context = new Context(Context::TLS_SERVER_USE, tls->key, tls->certificate, "");
    return SecureServerSocket{anywhere, 64, context};
}

HTTPServerParams::Ptr parameters() {
    HTTPServerParams::Ptr p = new HTTPServerParams;
    p->setKeepAlive(false);
    p->setMaxThreads(8);
    return p;
}

}  // namespace

struct TestHttpServer::Parts {
    Parts(ServeFunction serve, const TlsFiles* tls)
        : socket(listen(tls)),
          secure(tls != nullptr),
          server(new Factory(std::move(serve)), pool, socket, parameters()) {}
    Poco::ThreadPool pool{2, 8};
    ServerSocket socket;
    bool secure;
    HTTPServer server;
};

TestHttpServer::TestHttpServer(ServeFunction serve, const TlsFiles* tls)
    : parts_(std::make_unique<Parts>(std::move(serve), tls)) {
    parts_->server.start();
}
TestHttpServer::~TestHttpServer() {
    parts_->server.stopAll(true);
    parts_->pool.joinAll();
}
int TestHttpServer::port() const { return parts_->socket.address().port(); }
std::string TestHttpServer::url() const {
    return (parts_->secure ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

struct RawServer::Parts {
    ServerSocket socket{SocketAddress{"127.0.0.1", 0}};
    std::atomic<bool> stop{false};
    std::atomic<int> requests{0};
    std::list<StreamSocket> held;
    std::thread thread;
};

RawServer::RawServer(std::string answer, After after) : parts_(std::make_unique<Parts>()) {
    parts_->thread = std::thread{[parts = parts_.get(), text = std::move(answer), after] {
        while (!parts->stop) {
            if (!parts->socket.poll(Poco::Timespan{0, 20'000}, Socket::SELECT_READ)) {
                continue;
            }
            try {
                StreamSocket peer = parts->socket.acceptConnection();
                std::array<char, 4096> buffer{};
                if (peer.receiveBytes(buffer.data(), static_cast<int>(buffer.size())) > 0) {
                    ++parts->requests;
                }
                for (std::size_t sent = 0; sent < text.size();) {
                    sent += static_cast<std::size_t>(
                        peer.sendBytes(text.data() + sent, static_cast<int>(text.size() - sent)));
                }
                if (after == After::hold) {
                    parts->held.push_back(peer);
                }
            } catch (const Poco::Exception&) {
                continue;  // the client hung up first, as some tests want
            }
        }
    }};
}
RawServer::~RawServer() {
    parts_->stop = true;
    parts_->thread.join();
}
std::string RawServer::url() const { return "http://127.0.0.1:" + std::to_string(parts_->socket.address().port()); }
int RawServer::requests() const { return parts_->requests; }

int closed_port() {
    const ServerSocket socket{SocketAddress{"127.0.0.1", 0}};
    return socket.address().port();
}

}  // namespace emdia::test
