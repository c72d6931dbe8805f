#include "daemon/engine/event_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace emdia {

void EventQueue::push(Event event) {
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    arrived_.notify_one();
}

bool EventQueue::try_push(Event& event) {
    {
        const std::lock_guard lock(mutex_);
        if (events_.size() >= limit_) {
            return false;
        }
        events_.push_back(std::move(event));
    }
    arrived_.notify_one();
    return true;
}

std::vector<Event> EventQueue::take(std::size_t max, std::optional<Millis> wait) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return !events_.empty(); };
    if (wait) {
        arrived_.wait_for(lock, *wait, ready);
    } else {
        arrived_.wait(lock, ready);
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(max, events_.size()));
    std::vector<Event> taken(std::make_move_iterator(events_.begin()),
                             std::make_move_iterator(events_.begin() + count));
    events_.erase(events_.begin(), events_.begin() + count);
    return taken;
}

bool EventQueue::empty() const {
    const std::lock_guard lock(mutex_);
    return events_.empty();
}

}  // namespace emdia
