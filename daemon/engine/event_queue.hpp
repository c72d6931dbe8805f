#pragma once
// Many threads put events in, the engine's thread takes them out. The only way into the engine.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "daemon/core/civil.hpp"
#include "daemon/engine/events.hpp"

namespace emdia {

/// Thread-safe. What outsiders send unasked (webhooks, admin) is refused once `limit` events wait. Answers to what the
/// engine itself asked for are always taken: their number is bounded by what it has under way, and refusing one
/// would lose it.
class EventQueue {
public:
    explicit EventQueue(std::size_t limit = 4096) : limit_(limit) {}

    /// For answers and clock steps.
    void push(Event event);
    /// For unasked events; false when full: the sender says "try again later".
    [[nodiscard]] bool try_push(Event& event);
    /// Waits until there is an event or `wait` of real time has passed (nullopt: for ever); takes at most `max`.
    [[nodiscard]] std::vector<Event> take(std::size_t max, std::optional<Millis> wait);
    [[nodiscard]] bool empty() const;

private:
    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Event> events_;
};

}  // namespace emdia
