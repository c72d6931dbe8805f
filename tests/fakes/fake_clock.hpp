#pragma once
// A clock that stands still until a test moves it.

#include <atomic>

#include "daemon/ports/clock.hpp"

namespace emdia::fakes {

class FakeClock final : public Clock {
public:
    explicit FakeClock(Instant start = Instant{}) : now_(start) {}

    void set(Instant now) { now_ = now; }
    void advance(Millis by) { now_ = now_.load() + by; }

    Instant now() const override { return now_; }
    std::optional<Millis> real_wait_until(Instant t) const override {
        return t <= now() ? std::optional{Millis{0}} : std::nullopt;
    }

private:
    std::atomic<Instant> now_;
};

}  // namespace emdia::fakes
