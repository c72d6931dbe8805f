#pragma once
// The lab's clock. Time stands still until everybody who listens is idle; then the lab steps it (docs/LAB.md).

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "daemon/ports/clock.hpp"

namespace emdia {

/// Speaks the lab's clock protocol over TCP, one line each: we say "hello NAME"; the lab says "now UNIX_MS SEQ"; we say
/// "idle SEQ NEXT_MS" ("-": only an event can wake us). Thread-safe. When the lab goes away, time stops for good and
/// `lost` is called.
class VirtualClock final : public Clock {
public:
    using StepSink = std::function<void(std::uint64_t seq)>;

    /// Connects and waits for the first "now" (at most ten seconds).
    [[nodiscard]] static Result<std::unique_ptr<VirtualClock>> connect(const std::string& host, std::uint16_t port,
                                                                       const std::string& name);
    ~VirtualClock() override;
    VirtualClock(const VirtualClock&) = delete;
    VirtualClock& operator=(const VirtualClock&) = delete;

    /// `step` is called for every "now" from here on, the last one included, and `lost` at most once, both from a
    /// thread of the clock; they must only enqueue.
    void start(StepSink step, std::function<void()> lost);
    /// No callback is under way or comes any more once this returns; time goes on. May be started again.
    void stop();

    [[nodiscard]] Instant now() const override { return now_; }
    [[nodiscard]] std::optional<Millis> real_wait_until(Instant t) const override;
    void idle(std::uint64_t seq, std::optional<Instant> next_wake) override;

private:
    class Line;  ///< The connection, line by line.
    explicit VirtualClock(std::unique_ptr<Line> line);
    bool take(const std::string& line);
    void read();

    std::unique_ptr<Line> line_;
    std::atomic<Instant> now_{Instant{}};
    std::mutex write_mutex_;
    std::string last_said_;
    std::mutex sink_mutex_;  ///< Guards what follows.
    std::uint64_t seq_ = 0;
    StepSink step_;
    std::function<void()> lost_;
    std::thread reader_;
};

}  // namespace emdia
