#include "daemon/adapters/http_transfer.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <utility>

#include <curl/curl.h>

#include "daemon/adapters/http_trust.hpp"

namespace emdia {
namespace {

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
        return {};
    }
    std::string copy = text;
    curl_free(text);
    return copy;
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host == "::1" || host.substr(0, 4) == "127.";
}

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const noexcept {
    for (const auto& h : headers) {
        if (equal_ignoring_case(h.name, name)) {
            return h.value;
        }
    }
    return {};
}

HttpTransfer::HttpTransfer(HttpRequest request, HttpCallback callback)
    : request_(std::move(request)), callback_(std::move(callback)) {}

HttpTransfer::~HttpTransfer() {
    curl_easy_cleanup(easy_);
    curl_mime_free(static_cast<curl_mime*>(mime_));
    curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

Result<void> HttpTransfer::prepare(const std::string& user_agent) {
    if (auto ok = check_url(); !ok) {
        return ok;
    }
    easy_ = curl_easy_init();
    if (easy_ == nullptr) {
        return Error{ErrorKind::internal, "libcurl gave no handle", "check the memory of this machine"};
    }
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(request_.deadline.count())));
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, request_.max_redirects > 0 ? 1L : 0L);
    curl_easy_setopt(easy_, CURLOPT_MAXREDIRS, static_cast<long>(request_.max_redirects));
    curl_easy_setopt(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, request_.repeatable ? 0L : 1L);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    if (auto ok = set_trust(); !ok) {
        return ok;
    }
    set_payload();
    set_headers();
    return {};
}

Result<void> HttpTransfer::check_url() {
    const std::unique_ptr<CURLU, FreeUrl> url{curl_url()};
    if (curl_url_set(url.get(), CURLUPART_URL, request_.url.c_str(), 0) != CURLUE_OK) {
        return Error{ErrorKind::config, "this is not a URL that can be called", "write it as https://host/path"};
    }
    const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
    const std::string host = url_part(url.get(), CURLUPART_HOST);
    origin_ = scheme + "://" + host + ":" + url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if (scheme != "https" && scheme != "http") {
        return Error{ErrorKind::config, "only https and http can be called, not " + scheme, "correct the URL"};
    }
    if (scheme == "http" && !is_loopback(host) && !request_.trust.allow_plain_http) {
        return Error{ErrorKind::config, origin_ + ": would send secrets unencrypted",
                     "use https, or accept the risk with " + request_.trust.settings + ".allow_plain_http"};
    }
    const auto broken = [](const HttpHeader& h) { return has_line_break(h.name) || has_line_break(h.value); };
    if (has_line_break(request_.method) || std::any_of(request_.headers.begin(), request_.headers.end(), broken)) {
        return Error{ErrorKind::config, origin_ + ": a header to be sent contains a line break",
                     "check tokens and secrets for a trailing line break"};
    }
    return {};
}

Result<void> HttpTransfer::set_trust() {
    const HttpTrust& trust = request_.trust;
    std::string pin = trust.pinned_key;
    if (!trust.pinned_certificate_file.empty()) {
        if (!pin.empty()) {
            return Error{ErrorKind::config, origin_ + ": both a pinned key and a pinned certificate are given",
                         "keep one of " + trust.settings + ".pinned_key and .pinned_certificate_file"};
        }
        auto computed = public_key_pin(trust.pinned_certificate_file);
        if (!computed) {
            return computed.error();
        }
        pin = *computed;
    }
    if (!pin.empty()) {
        // libcurl reads anything else as the name of a key file; a typing error must not become that.
        if (pin.rfind("sha256//", 0) != 0) {
            return Error{ErrorKind::config, origin_ + ": the pinned key is not of the form sha256//<base64>",
                         "correct " + trust.settings + ".pinned_key"};
        }
        curl_easy_setopt(easy_, CURLOPT_PINNEDPUBLICKEY, pin.c_str());
    }
    const bool key_is_identity = !pin.empty() && trust.ca_file.empty();
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, key_is_identity ? 0L : 1L);
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, key_is_identity ? 0L : 2L);
    if (!trust.ca_file.empty()) {
        curl_easy_setopt(easy_, CURLOPT_CAINFO, trust.ca_file.c_str());
        curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
    }
    return {};
}

void HttpTransfer::set_payload() {
    if (request_.method == "HEAD") {
        curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
        return;
    }
    if (!request_.parts.empty()) {
        curl_mime* mime = curl_mime_init(easy_);
        mime_ = mime;
        for (const auto& part : request_.parts) {
            curl_mimepart* p = curl_mime_addpart(mime);
            curl_mime_name(p, part.name.c_str());
            curl_mime_data(p, part.content.data(), part.content.size());
            if (!part.filename.empty()) {
                curl_mime_filename(p, part.filename.c_str());
            }
            if (!part.content_type.empty()) {
                curl_mime_type(p, part.content_type.c_str());
            }
        }
        curl_easy_setopt(easy_, CURLOPT_MIMEPOST, mime);
    } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    }
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void HttpTransfer::set_headers() {
    // Without the first, libcurl waits a second for "100 Continue" with large bodies; the second would be guessed.
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    const bool typed = std::any_of(request_.headers.begin(), request_.headers.end(),
                                   [](const HttpHeader& h) { return equal_ignoring_case(h.name, "content-type"); });
    if (!typed && request_.parts.empty()) {
        list = curl_slist_append(list, "Content-Type:");
    }
    for (const auto& h : request_.headers) {
        // A header without a value is spelt with ';' towards libcurl; "Name:" would remove it.
        const std::string line = h.value.empty() ? h.name + ";" : h.name + ": " + h.value;
        list = curl_slist_append(list, line.c_str());
    }
    headers_ = list;
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, list);
}

bool HttpTransfer::take(std::size_t bytes) {
    received_ += bytes;
    too_large_ = received_ > request_.max_response_bytes;
    return !too_large_;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::size_t bytes = size * count;
    if (!transfer.take(bytes)) {
        return 0;
    }
    transfer.response_.body.append(data, bytes);
    return bytes;
}

std::size_t HttpTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::size_t bytes = size * count;
    if (!transfer.take(bytes)) {
        return 0;
    }
    std::string_view line{data, bytes};
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
        line.remove_suffix(1);
    }
    if (line.substr(0, 5) == "HTTP/") {
        transfer.response_.headers.clear();  // of a redirect or an interim answer
        return bytes;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
        const auto begin = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
        transfer.response_.headers.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(begin)}});
    }
    return bytes;
}

bool HttpTransfer::request_left() const {
    curl_off_t before_transfer = 0;
    return easy_ != nullptr && curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &before_transfer) == CURLE_OK &&
           before_transfer > 0;
}

Error HttpTransfer::error_of(int code) const {
    const std::string at = origin_ + ": ";
    const std::string& settings = request_.trust.settings;
    if (too_large_) {
        return {ErrorKind::protocol,
                at + "the answer is larger than " + std::to_string(request_.max_response_bytes) + " bytes",
                "ask for smaller pages; if that is not it, look at what answers there"};
    }
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {ErrorKind::unavailable, at + "the name is not known", "check the host name and the DNS server"};
        case CURLE_COULDNT_CONNECT:
            return {ErrorKind::unavailable, at + "no connection",
                    "check that the server runs and the firewall lets us in"};
        case CURLE_SSL_CONNECT_ERROR:
            return {ErrorKind::unavailable, at + "the TLS handshake failed",
                    "check that this port speaks TLS 1.2 or later"};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {ErrorKind::config, at + "the certificate is not trusted, or is for another name or expired",
                    "give its authority with " + settings + ".ca_file, or pin it with " + settings +
                        ".pinned_certificate_file or .pinned_key"};
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return {ErrorKind::config, at + "the server's key is not the pinned one",
                    "if the server's certificate was replaced on purpose, update " + settings +
                        ".pinned_certificate_file or .pinned_key; if not, somebody is in between"};
        case CURLE_SSL_CACERT_BADFILE:
            return {ErrorKind::config, at + "the file of trusted authorities cannot be read",
                    "check " + settings + ".ca_file"};
        case CURLE_TOO_MANY_REDIRECTS:
            return {ErrorKind::protocol, at + "redirects without end", "use the address it redirects to"};
        default:
            break;
    }
    const std::string reason = curl_easy_strerror(static_cast<CURLcode>(code));
    if (!request_left()) {
        return {ErrorKind::unavailable, at + "not sent: " + reason, "it is tried again later"};
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_BAD_CONTENT_ENCODING) {
        return {ErrorKind::protocol, at + "the answer is not HTTP", "check host and port"};
    }
    return {ErrorKind::unknown, at + "sent, but no complete answer: " + reason,
            "whether it was carried out must be asked, not assumed"};
}

void HttpTransfer::finish(int code) {
    if (code != CURLE_OK) {
        callback_(error_of(code));
        return;
    }
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    callback_(std::move(response_));
}

void HttpTransfer::cancel() {
    const bool left = request_left();
    callback_(Error{left ? ErrorKind::unknown : ErrorKind::unavailable,
                    origin_ + ": stopped " + (left ? "while waiting for the answer" : "before it was sent"), ""});
}

}  // namespace emdia
