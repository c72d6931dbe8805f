#pragma once
// Virtual time: what the clocks of the lab show, and what will happen when.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "daemon/core/civil.hpp"

namespace emdia::lab {

/// Who can notice that an event happened.
enum class Effect {
    world,   ///< Changes the imitated world only: seen when somebody asks. Runs with the lab's lock held.
    outside  ///< Reaches out to a client (a webhook). Runs without the lock.
};

/// Not thread-safe: guarded by the lab's lock.
class TimeLine {
public:
    using Action = std::function<void()>;

    explicit TimeLine(Instant start) : now_(start) {}
    /// From now on the wall clock is the virtual clock.
    void follow_wall_clock() { real_time_ = true; }
    [[nodiscard]] bool real_time() const { return real_time_; }

    [[nodiscard]] Instant now() const;
    /// May go backwards (fault: clock set back). Events keep their times.
    void set(Instant now) { now_ = now; }

    /// Events of one instant run in the order in which they were scheduled.
    void schedule(Instant at, Effect effect, Action action);
    /// Takes the first event that is due; nullopt if none is.
    [[nodiscard]] std::optional<Action> pop_due(Effect effect);
    [[nodiscard]] std::optional<Instant> next(Effect effect) const;
    /// The earlier of both.
    [[nodiscard]] std::optional<Instant> next() const;
    [[nodiscard]] std::size_t pending() const { return world_.size() + outside_.size(); }

private:
    using Queue = std::map<std::pair<Instant, std::uint64_t>, Action>;
    [[nodiscard]] const Queue& queue(Effect effect) const { return effect == Effect::world ? world_ : outside_; }

    Instant now_;
    bool real_time_ = false;
    std::uint64_t scheduled_ = 0;
    Queue world_;
    Queue outside_;
};

}  // namespace emdia::lab
