#pragma once
// The loop: take, record, decide, compare, guard, dispatch, commit, act, sleep. One thread owns the ledger and decides;
// everybody else puts events into the queue.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/engine/block_run.hpp"
#include "daemon/engine/decisions.hpp"
#include "daemon/engine/event_queue.hpp"
#include "daemon/engine/inbound.hpp"
#include "daemon/engine/outbox.hpp"
#include "daemon/engine/people.hpp"
#include "daemon/ports/clock.hpp"

namespace emdia {

/// What the engine works with. All must outlive it.
struct EnginePorts {
    Clock& clock;
    Ledger& ledger;
    Messenger& messenger;
    std::vector<ErpSource*> erps;  ///< One per EngineSettings::erps, same order and names.
    std::vector<AccessDriver*> drivers;
    const Digest& digest;
    Entropy& entropy;
    Log& log;
};

/// Figures for metrics; read on the engine's thread or through `on_turn`.
struct EngineFigures {
    std::uint64_t turns = 0;
    std::uint64_t events = 0;
    std::uint64_t decisions = 0;
    std::uint64_t failed_turns = 0;
    LedgerCounts counts;  ///< As of the last minute in which there was a turn.
};

class Engine {
public:
    /// `settings` and `templates` must outlive the engine. `places` was made from the same settings.
    Engine(const EngineSettings& settings, const TemplateSet& templates, const Places& places, EnginePorts ports);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Where other threads put what happens.
    [[nodiscard]] EventQueue& queue() noexcept { return queue_; }
    /// Starts the ports; their events wait in the queue.
    void start_ports();
    /// Takes up what the last process left. Call once, after start_ports and before `run` or `turn`. LedgerFailure
    /// comes through.
    void recover();
    /// Turns until a StopRequest. `on_turn` is called after each turn, at the latest every `pulse` of real time: the
    /// watchdog is fed by it.
    void run(Millis pulse, const std::function<void(const EngineFigures&)>& on_turn);
    /// Stops the ports. No event arrives afterwards.
    void stop_ports();
    /// After stop_ports: records what the ports still said, so that as little as possible is of unknown fate at the
    /// next start. Decides and does nothing; people are told that the daemon leaves.
    void hear_last();

    /// One turn over what waits in the queue; true if it did something. For tests and simulations.
    bool turn();
    /// When the next turn is due by the clock; nullopt: only an event can make one due.
    /// LedgerFailure comes through.
    [[nodiscard]] std::optional<Instant> next_due();
    /// Nothing waits in the queue and no answer from outside is expected.
    [[nodiscard]] bool quiet() const;
    [[nodiscard]] const EngineFigures& figures() const noexcept { return figures_; }

private:
    struct Waiting;  ///< Callbacks of a turn, called after its commit or with its failure.

    bool turn(std::vector<Event> events);
    void record(Event& event, Waiting& waiting);
    void record_erp(ErpEvent& event);
    void record_messenger(MessengerEvent& event, Waiting& waiting);
    /// Decides and prepares what is to be done; returns how many accounts were decided.
    int work();
    void hear_clock();
    void keep_house();
    void fail_turn(const Error& error, Waiting& waiting, std::vector<Event>& unheard);
    [[nodiscard]] ErpSync* sync_of(const std::string& erp);
    [[nodiscard]] std::vector<PartHealth> health();
    void fall_asleep(Millis pulse);
    [[nodiscard]] Millis wait_for(const std::optional<Instant>& due, Millis pulse) const;

    EnginePorts ports_;
    EventQueue queue_;
    Desk desk_;
    Standing standing_;
    std::vector<std::unique_ptr<ErpSync>> syncs_;
    ErpWriter writer_;
    AccessLoop access_;
    BlockRun blocks_;
    Outbox outbox_;
    Decisions decisions_;
    Inbound inbound_;
    std::unique_ptr<People> people_;
    EngineFigures figures_;
    std::uint64_t step_ = 0;  ///< Of the virtual clock, as last handled.
    std::optional<Instant> next_purge_;
    std::optional<Instant> counted_at_;
    Millis sleep_{0};              ///< Real time to wait for an event before the next turn.
    std::vector<Event> retained_;  ///< Came while the book could not be written; heard first when it can.
    bool stopping_ = false;
    bool broken_ = false;  ///< The last turn could not be committed; recover before the next.
};

}  // namespace emdia
