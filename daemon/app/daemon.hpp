#pragma once
// The daemon put together from its parts. Every queue, thread and adapter is named in daemon.cpp.

#include <memory>

#include "daemon/adapters/config.hpp"
#include "daemon/adapters/virtual_clock.hpp"
#include "daemon/core/result.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

class Daemon {
public:
    /// Opens the ledger, reads templates, profiles and holidays, and starts nothing yet. `lab` is the virtual clock, or
    /// null for the system's; `log` and `lab` must outlive the daemon.
    [[nodiscard]] static Result<std::unique_ptr<Daemon>> make(const Config& config, VirtualClock* lab, Log& log);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Starts everything, turns until `stop`, and stops everything. Fails only before the first turn.
    [[nodiscard]] Result<void> run();
    /// From any thread: leave after the present turn.
    void stop();

private:
    struct Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace emdia
