#include "daemon/app/metrics.hpp"

#include "daemon/adapters/metrics.hpp"

namespace emdia {

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
    std::vector<MetricRow> rows;
    const auto counter = [&rows](const char* name, const char* help, std::uint64_t value) {
        rows.push_back({name, help, MetricRow::Kind::counter, static_cast<std::int64_t>(value)});
    };
    const auto gauge = [&rows](const char* name, const char* help, std::int64_t value) {
        rows.push_back({name, help, MetricRow::Kind::gauge, value});
    };
    counter("emdia_turns_total", "Turns of the engine.", figures.turns);
    counter("emdia_events_total", "Events taken from the queue.", figures.events);
    counter("emdia_decisions_total", "Accounts decided.", figures.decisions);
    counter("emdia_failed_turns_total", "Turns that the ledger could not keep.", figures.failed_turns);
    counter("emdia_webhooks_total", "Webhook batches recorded.", webhooks.batches);
    counter("emdia_webhooks_bad_signature_total", "Webhooks refused for their signature.", webhooks.bad_signature);
    counter("emdia_webhooks_unreadable_total", "Webhooks that could not be read.", webhooks.unreadable);
    counter("emdia_webhooks_not_durable_total", "Webhooks sent back because they could not be recorded.",
            webhooks.not_durable);
    gauge("emdia_accounts", "Active contracts.", figures.counts.accounts);
    gauge("emdia_accounts_overdue", "Accounts with an overdue invoice.", figures.counts.overdue_accounts);
    gauge("emdia_accounts_blocked", "Accounts that shall be blocked.", figures.counts.blocked);
    gauge("emdia_access_gap", "Accounts whose equipment is not yet as wanted.", figures.counts.gap);
    gauge("emdia_messages_queued", "Messages that wait to leave.", figures.counts.messages_queued);
    gauge("emdia_messages_unknown", "Messages of unknown fate.", figures.counts.messages_unknown);
    gauge("emdia_promises_active", "Promises to pay that run.", figures.counts.promises_active);
    gauge("emdia_disputes_open", "Disputes without an answer.", figures.counts.disputes_open);
    gauge("emdia_tasks_open", "Tasks for people.", figures.counts.tasks_open);
    gauge("emdia_holds_open", "Interlocks that wait for a person.", figures.counts.holds_open);
    return prometheus_text(rows);
}

}  // namespace emdia
