#pragma once
// What /metrics shows, in the Prometheus text format. Counts only, nothing about anybody (I11).

#include <mutex>
#include <string>

#include "daemon/adapters/whatsapp_route.hpp"
#include "daemon/engine/engine.hpp"

namespace emdia {

/// Thread-safe: the engine's thread writes, the server's read.
class Metrics {
public:
    void take(const EngineFigures& figures);
    [[nodiscard]] std::string text(const WebhookCounters& webhooks) const;

private:
    mutable std::mutex mutex_;
    EngineFigures figures_;
};

}  // namespace emdia
