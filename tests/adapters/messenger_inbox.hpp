#pragma once
// What a messenger told its sink, collected so that a test can wait for it.

#include <condition_variable>
#include <mutex>
#include <vector>

#include "daemon/ports/messenger.hpp"

namespace emdia::test {

class MessengerInbox {
public:
    [[nodiscard]] MessengerSink sink() {
        return [this](MessengerEvent event) {
            const std::lock_guard lock(mutex_);
            if (auto* result = std::get_if<SendResult>(&event)) {
                results_.push_back(std::move(*result));
            } else {
                batches_.push_back(std::get<WebhookBatch>(std::move(event)));
            }
            arrived_.notify_all();
        };
    }

    /// Whether `count` results came within ten seconds.
    [[nodiscard]] bool wait_results(std::size_t count) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, Seconds{10}, [&] { return results_.size() >= count; });
    }
    [[nodiscard]] bool wait_batches(std::size_t count) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, Seconds{10}, [&] { return batches_.size() >= count; });
    }
    [[nodiscard]] std::vector<SendResult> results() const {
        const std::lock_guard lock(mutex_);
        return results_;
    }
    [[nodiscard]] WebhookBatch take_batch() {
        const std::lock_guard lock(mutex_);
        WebhookBatch batch = std::move(batches_.front());
        batches_.erase(batches_.begin());
        return batch;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<SendResult> results_;
    std::vector<WebhookBatch> batches_;
};

}  // namespace emdia::test
