#pragma once
// One request on its way: a libcurl easy handle with its options, limits and the meaning of its end.
// Private to the room adapters_http; curl.h stays in the .cpp, so handles travel as void*.

#include <memory>
#include <optional>
#include <string>

#include "daemon/adapters/http_client.hpp"

namespace emdia {

class HttpTransfer {
public:
    HttpTransfer(HttpRequest request, HttpCallback callback);
    ~HttpTransfer();
    HttpTransfer(const HttpTransfer&) = delete;
    HttpTransfer& operator=(const HttpTransfer&) = delete;

    /// Sets every option. An error means that nothing was or will be sent.
    [[nodiscard]] Result<void> prepare(const std::string& user_agent);
    /// CURL*, for the multi handle; its private pointer is this object.
    [[nodiscard]] void* handle() const noexcept { return easy_; }
    /// Calls the callback with what the CURLcode `code` means.
    void finish(int code);
    /// Calls the callback because the client stops.
    void cancel();
    void fail(Error error) { callback_(std::move(error)); }

private:
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);

    [[nodiscard]] Result<void> check_url();
    [[nodiscard]] Result<void> set_trust();
    void set_headers();
    void set_payload();
    [[nodiscard]] bool take(std::size_t bytes);
    [[nodiscard]] bool request_left() const;
    [[nodiscard]] Error error_of(int code) const;

    HttpRequest request_;
    HttpCallback callback_;
    HttpResponse response_;
    std::string origin_;  ///< "https://host:port": all that an error may show of the URL.
    std::size_t received_ = 0;
    bool too_large_ = false;
    void* easy_ = nullptr;     ///< CURL*
    void* headers_ = nullptr;  ///< curl_slist*
    void* mime_ = nullptr;     ///< curl_mime*
};

}  // namespace emdia
