#pragma once
// What other threads may do to a driver's owner thread: put something in its inbox.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace emdia {

/// Many producers, one consumer. Closing wakes the consumer; what is put in later is refused.
template <class T>
class Inbox {
public:
    /// False once closed.
    bool put(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) {
                return false;
            }
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }

    /// Everything there is, waiting until there is something, it is closed, or `deadline` has passed.
    [[nodiscard]] std::deque<T> take_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        ready_.wait_until(lock, deadline, [this] { return closed_ || !items_.empty(); });
        return std::exchange(items_, {});
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace emdia
