#pragma once
// Outgoing HTTP: one thread owns libcurl's multi handle, everyone else hands requests over.
//
// What the kind of an error says (and callers may rely on):
//   unavailable  nothing of the request left this machine: refused, name unknown, handshake, no time left;
//   config       nothing left either, and trying again will not help: URL, certificate, file;
//   unknown      the request (or a part) left and no complete answer came: it may have been carried out;
//   protocol     an answer came that cannot be used: too large, not HTTP. The request did arrive.
// Every HTTP status, 500 too, is an answer, not an error. Errors show scheme, host and port, never path, query,
// headers or bodies. The environment (http_proxy, SSL_CERT_FILE, .netrc) decides nothing.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

struct HttpHeader {
    std::string name;
    std::string value;
};

/// One part of a multipart/form-data upload. With a filename it is sent as a file.
struct HttpPart {
    std::string name;
    std::string content;
    std::string filename;
    std::string content_type;
};

/// How the other side proves who it is. The default is the system's certificate authorities and the host name.
/// There is no way to switch the proof off; a self-signed server is pinned.
struct HttpTrust {
    /// PEM file with the authorities to believe instead of the system's. Host name and dates are checked.
    std::string ca_file;
    /// "sha256//<base64>" of the server's public key, several joined by ';'. Without `ca_file` the key alone is the
    /// identity: chain, dates and host name do not matter. With `ca_file` both must hold.
    std::string pinned_key;
    /// PEM file with the server's certificate: its public key is pinned. Not together with `pinned_key`.
    std::string pinned_certificate_file;
    /// http:// to anything but a loopback address is refused unless a person said so.
    bool allow_plain_http = false;
    /// Where a person sets the above, as cures name it: "<settings>.ca_file".
    std::string settings = "tls";
};

struct HttpRequest {
    std::string method = "GET";  ///< Any token; a body may go with any method (IXC lists by GET with a body, 1.10).
    std::string url;
    std::vector<HttpHeader> headers;
    std::string body;
    std::vector<HttpPart> parts;  ///< Not empty: multipart/form-data; `body` must be empty.
    HttpTrust trust;
    Millis connect_timeout{5'000};
    Millis deadline{30'000};  ///< Total, counted from submit, waiting for a free slot included.
    std::size_t max_response_bytes = std::size_t{4} * 1024 * 1024;  ///< Headers and decoded body together.
    int max_redirects = 0;
    /// True when sending it twice does no harm. libcurl repeats a request by itself when a kept-alive connection turns
    /// out to be dead, so a request that is not repeatable always opens a connection of its own.
    bool repeatable = false;
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;

    /// First header of that name, any case; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

using HttpResult = Result<HttpResponse>;
/// Called exactly once per request, on the client's thread; must be quick, must not throw, must not call `perform`.
using HttpCallback = std::function<void(HttpResult)>;

struct HttpClientOptions {
    int max_connections_per_host = 16;  ///< 1..256. Requests above it wait; their deadline runs.
    std::string user_agent = "emdia";
};

/// Thread rules: `submit` and `perform` from any thread; `stop` once, not from a callback.
class HttpClient {
public:
    explicit HttpClient(HttpClientOptions options = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Never blocks. After `stop` the callback is called at once, on the calling thread, with `unavailable`.
    void submit(HttpRequest request, HttpCallback callback);
    /// The same, waiting for the answer.
    [[nodiscard]] HttpResult perform(HttpRequest request);
    /// Cancels everything: each open callback is called with `unavailable` (not sent) or `unknown` (sent) before this
    /// returns; none is called afterwards.
    void stop();

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace emdia
