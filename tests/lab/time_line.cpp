#include "tests/lab/time_line.hpp"

#include <algorithm>

namespace emdia::lab {

Instant TimeLine::now() const {
    return real_time_ ? std::chrono::floor<Millis>(std::chrono::system_clock::now()) : now_;
}

void TimeLine::schedule(Instant at, Effect effect, Action action) {
    Queue& queue = effect == Effect::world ? world_ : outside_;
    queue.emplace(std::pair{at, scheduled_++}, std::move(action));
}

std::optional<TimeLine::Action> TimeLine::pop_due(Effect effect) {
    Queue& queue = effect == Effect::world ? world_ : outside_;
    if (queue.empty() || queue.begin()->first.first > now()) {
        return std::nullopt;
    }
    Action action = std::move(queue.begin()->second);
    queue.erase(queue.begin());
    return action;
}

std::optional<Instant> TimeLine::next(Effect effect) const {
    const Queue& events = queue(effect);
    return events.empty() ? std::nullopt : std::optional{events.begin()->first.first};
}

std::optional<Instant> TimeLine::next() const {
    const auto world = next(Effect::world);
    const auto outside = next(Effect::outside);
    if (!world || !outside) {
        return world ? world : outside;
    }
    return std::min(*world, *outside);
}

}  // namespace emdia::lab
