#include "tests/lab/http.hpp"

#include <algorithm>
#include <iterator>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>

namespace emdia::lab {
namespace {

constexpr int max_threads = 64;

HttpCall read_call(Poco::Net::HTTPServerRequest& request) {
    HttpCall call;
    call.method = request.getMethod();
    const std::string& target = request.getURI();
    const auto mark = target.find('?');
    call.path = target.substr(0, mark);
    call.query = mark == std::string::npos ? std::string{} : target.substr(mark + 1);
    for (const auto& [name, value] : request) {
        call.headers.emplace(Poco::toLower(name), value);
    }
    // Without a length the library would wait for the end of the line.
    if (request.hasContentLength() || request.getChunkedTransferEncoding()) {
        call.body.assign(std::istreambuf_iterator<char>(request.stream()), std::istreambuf_iterator<char>());
    }
    return call;
}

/// Speaks past the library, because it would not send a broken answer.
void send_broken(Poco::Net::HTTPServerRequest& request, const HttpReply& reply) {
    auto socket = static_cast<Poco::Net::HTTPServerRequestImpl&>(request).detachSocket();
    if (reply.manner == HttpReply::Manner::truncated) {
        const std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                                 " OK\r\nContent-Type: " + reply.content_type +
                                 "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" +
                                 reply.body.substr(0, reply.body.size() / 2);
        socket.sendBytes(text.data(), static_cast<int>(text.size()));
        socket.shutdownSend();
    }
    socket.close();
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(const HttpHandler& handler) : handler_(handler) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
        HttpReply reply;
        try {
            reply = handler_(read_call(request));
        } catch (const std::exception& fault) {
            reply.status = 500;
            reply.content_type = "text/plain";
            reply.body = std::string{"emdia-lab: "} + fault.what();
        }
        if (reply.delay.count() > 0) {
            std::this_thread::sleep_for(reply.delay);
        }
        if (reply.manner != HttpReply::Manner::whole) {
            send_broken(request, reply);
            return;
        }
        response.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
        response.setContentType(reply.content_type);
        for (const auto& [name, value] : reply.headers) {
            response.set(name, value);
        }
        response.sendBuffer(reply.body.data(), reply.body.size());
    }

private:
    const HttpHandler& handler_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(HttpHandler handler) : handler_(std::move(handler)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& /*request*/) override {
        return new Handler(handler_);  // The library takes it over.
    }

private:
    HttpHandler handler_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(max_threads);
    params->setMaxQueued(256);
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(15, 0));
    params->setMaxKeepAliveRequests(0);
    return params;
}

}  // namespace

const std::string& HttpCall::header(const std::string& lower_case_name) const {
    static const std::string none;
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? none : found->second;
}

std::string HttpCall::parameter(const std::string& name) const {
    Poco::URI uri;
    uri.setRawQuery(query);
    for (const auto& [key, value] : uri.getQueryParameters()) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

struct HttpEndpoint::Impl {
    Impl(HttpHandler handler, std::uint16_t port)
        : socket(Poco::Net::SocketAddress("127.0.0.1", port), 256),
          server(new Factory(std::move(handler)), pool, socket, parameters()) {
        server.start();
    }
    Poco::ThreadPool pool{2, max_threads};
    Poco::Net::ServerSocket socket;
    Poco::Net::HTTPServer server;
    bool stopped = false;
};

HttpEndpoint::HttpEndpoint(HttpHandler handler, std::uint16_t port)
    : impl_(std::make_unique<Impl>(std::move(handler), port)) {}

HttpEndpoint::~HttpEndpoint() { stop(); }

std::uint16_t HttpEndpoint::port() const { return impl_->socket.address().port(); }

void HttpEndpoint::stop() {
    if (impl_->stopped) {
        return;
    }
    impl_->stopped = true;
    impl_->server.stopAll(true);
    impl_->pool.joinAll();
}

Result<HttpAnswer> http_request(const std::string& method, const std::string& url, const std::string& body,
                                const std::vector<std::pair<std::string, std::string>>& headers, Millis timeout) {
    bool sent = false;
    try {
        const Poco::URI uri(url);
        Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
        session.setTimeout(Poco::Timespan(timeout.count() * 1000));
        const std::string target = uri.getPathAndQuery().empty() ? "/" : uri.getPathAndQuery();
        Poco::Net::HTTPRequest request(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
        for (const auto& [name, value] : headers) {
            request.set(name, value);
        }
        session.sendRequest(request) << body << std::flush;
        sent = true;
        Poco::Net::HTTPResponse response;
        std::istream& stream = session.receiveResponse(response);
        HttpAnswer answer;
        answer.status = response.getStatus();
        answer.body.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
        return answer;
    } catch (const Poco::Exception& fault) {
        return Error{sent ? ErrorKind::unknown : ErrorKind::unavailable, "no answer from " + url + ": " + fault.name(),
                     "is the program at that address running?"};
    }
}

}  // namespace emdia::lab
