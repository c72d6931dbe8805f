#include "daemon/adapters/http_client.hpp"

#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <curl/curl.h>

#include "daemon/adapters/http_transfer.hpp"

namespace emdia {
namespace {

/// Once per process, before the first thread that uses it.
void init_libcurl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        throw std::runtime_error("libcurl cannot be initialised");
    }
}

CURLM* make_multi() {
    init_libcurl();
    return curl_multi_init();
}

}  // namespace

class HttpClient::Loop {
public:
    explicit Loop(HttpClientOptions options) : options_(std::move(options)), multi_(make_multi()) {
        if (multi_ == nullptr) {
            throw std::runtime_error("libcurl gave no multi handle");
        }
        curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.max_connections_per_host));
        thread_ = std::thread{[this] { run(); }};
    }
    ~Loop() {
        stop();
        curl_multi_cleanup(multi_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void submit(HttpRequest request, HttpCallback callback) {
        auto transfer = std::make_unique<HttpTransfer>(std::move(request), std::move(callback));
        std::unique_lock lock{mutex_};
        if (stopping_) {
            lock.unlock();
            transfer->fail({ErrorKind::unavailable, "the HTTP client has stopped", ""});
            return;
        }
        waiting_.push_back(std::move(transfer));
        lock.unlock();
        curl_multi_wakeup(multi_);
    }

    void stop() {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        curl_multi_wakeup(multi_);
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    void run() {
        while (take_waiting()) {
            int running = 0;
            curl_multi_perform(multi_, &running);
            hand_out_finished();
            // A wake-up ends the poll, and libcurl shortens it to its own next timer.
            curl_multi_poll(multi_, nullptr, 0, 60'000, nullptr);
        }
        for (auto& [handle, transfer] : active_) {
            transfer->cancel();
            curl_multi_remove_handle(multi_, handle);
        }
        active_.clear();
    }

    /// False: the client stops, and what waited has joined the active ones to be cancelled.
    bool take_waiting() {
        std::vector<std::unique_ptr<HttpTransfer>> taken;
        bool stopping = false;
        {
            const std::lock_guard lock{mutex_};
            taken.swap(waiting_);
            stopping = stopping_;
        }
        for (auto& transfer : taken) {
            begin(std::move(transfer));
        }
        return !stopping;
    }

    void begin(std::unique_ptr<HttpTransfer> transfer) {
        if (auto ok = transfer->prepare(options_.user_agent); !ok) {
            transfer->fail(ok.error());
            return;
        }
        void* const handle = transfer->handle();
        curl_multi_add_handle(multi_, handle);
        active_.emplace(handle, std::move(transfer));
    }

    void hand_out_finished() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) {
                continue;
            }
            const int code = static_cast<int>(message->data.result);
            const auto found = active_.find(message->easy_handle);
            const auto transfer = std::move(found->second);
            active_.erase(found);
            curl_multi_remove_handle(multi_, transfer->handle());
            transfer->finish(code);
        }
    }

    HttpClientOptions options_;
    CURLM* multi_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<HttpTransfer>> waiting_;     ///< Guarded by mutex_.
    bool stopping_ = false;                                  ///< Guarded by mutex_.
    std::map<void*, std::unique_ptr<HttpTransfer>> active_;  ///< The loop's thread only.
    std::thread thread_;
};

HttpClient::HttpClient(HttpClientOptions options) : loop_(std::make_unique<Loop>(std::move(options))) {}
HttpClient::~HttpClient() = default;

void HttpClient::submit(HttpRequest request, HttpCallback callback) {
    loop_->submit(std::move(request), std::move(callback));
}

HttpResult HttpClient::perform(HttpRequest request) {
    auto answered = std::make_shared<std::promise<HttpResult>>();
    auto answer = answered->get_future();
    submit(std::move(request), [answered](HttpResult result) { answered->set_value(std::move(result)); });
    return answer.get();
}

void HttpClient::stop() { loop_->stop(); }

}  // namespace emdia
