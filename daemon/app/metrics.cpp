#include "daemon/app/metrics.hpp"

#include <string_view>

namespace emdia {
namespace {

void counter(std::string& out, std::string_view name, std::string_view help, std::uint64_t value) {
    const std::string full = "emdia_" + std::string(name) + "_total";
    out += "# HELP " + full + " " + std::string(help) + "\n# TYPE " + full + " counter\n" + full + " " +
           std::to_string(value) + "\n";
}

}  // namespace

void Metrics::take(const EngineFigures& figures) {
    const std::lock_guard lock(mutex_);
    figures_ = figures;
}

std::string Metrics::text(const WebhookCounters& webhooks) const {
    EngineFigures figures;
    {
        const std::lock_guard lock(mutex_);
        figures = figures_;
    }
    std::string out;
    counter(out, "turns", "Turns of the engine.", figures.turns);
    counter(out, "events", "Events taken from the queue.", figures.events);
    counter(out, "decisions", "Accounts decided.", figures.decisions);
    counter(out, "failed_turns", "Turns that the ledger could not keep.", figures.failed_turns);
    counter(out, "webhooks", "Webhook batches recorded.", webhooks.batches);
    counter(out, "webhooks_bad_signature", "Webhooks refused for their signature.", webhooks.bad_signature);
    counter(out, "webhooks_unreadable", "Webhooks that could not be read.", webhooks.unreadable);
    counter(out, "webhooks_not_durable", "Webhooks sent back because they could not be recorded.",
            webhooks.not_durable);
    return out;
}

}  // namespace emdia
