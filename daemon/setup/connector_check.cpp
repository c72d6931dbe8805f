#include "daemon/setup/connector_check.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "daemon/adapters/system_entropy.hpp"
#include "daemon/ports/log.hpp"
#include "daemon/setup/engine_settings.hpp"

namespace emdia {
namespace {

constexpr Seconds kHandshake{15};
constexpr Seconds kProbe{60};

/// What a person needs to know is in the opinion.
class NoLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::string_view, std::initializer_list<LogField>) override {}
};

/// The first state and the first reply of a source, handed from its thread to the one that waits.
class Ear {
public:
    [[nodiscard]] ErpSink sink() {
        return [this](ErpEvent event) {
            {
                const std::lock_guard lock(mutex_);
                if (auto* state = std::get_if<ErpStateChange>(&event)) {
                    state_ = std::move(*state);
                } else {
                    reply_ = std::get<ErpReply>(std::move(event));
                }
            }
            heard_.notify_one();
        };
    }
    [[nodiscard]] std::optional<ErpStateChange> state() {
        std::unique_lock lock(mutex_);
        heard_.wait_for(lock, kHandshake, [this] { return state_.has_value(); });
        return state_;
    }
    [[nodiscard]] std::optional<ErpReply> reply() {
        std::unique_lock lock(mutex_);
        heard_.wait_for(lock, kProbe + Seconds{1}, [this] { return reply_.has_value(); });
        return reply_;
    }

private:
    std::mutex mutex_;
    std::condition_variable heard_;
    std::optional<ErpStateChange> state_;
    std::optional<ErpReply> reply_;
};

void ask_for_health(ProcessErpSource& source, Ear& ear, ConnectorOpinion& opinion) {
    ErpRequest request;
    request.id = 1;
    request.call = ErpHealthCheck{};
    request.deadline = kProbe;
    source.submit(std::move(request));
    const auto reply = ear.reply();
    if (!reply) {
        opinion.unwell = "the health check was not answered";
    } else if (!reply->answer) {
        opinion.unwell = reply->answer.error().text();
    } else if (const auto* report = std::get_if<ErpHealthReport>(&*reply->answer)) {
        opinion.note = report->version + (report->note.empty() ? "" : ": " + report->note);
    }
}

}  // namespace

std::vector<ConnectorOpinion> ask_connectors(const Config& config, bool probe) {
    NoLog log;
    SystemEntropy entropy;
    std::vector<ConnectorOpinion> opinions;
    for (const ErpConfig& erp : config.erps) {
        ProcessErpSourceOptions options = erp_source_options(erp, config.lab_clock.has_value());
        options.unhealthy_after = 1;  // a person waits: its first word counts
        Ear ear;
        ProcessErpSource source(std::move(options), log, entropy);
        source.start(ear.sink());
        ConnectorOpinion opinion{erp.name, std::nullopt, std::nullopt, ""};
        const auto state = ear.state();
        if (!state) {
            opinion.refusal = "the connector did not answer";
        } else if (!state->healthy) {
            opinion.refusal = state->cause;
        } else if (probe) {
            ask_for_health(source, ear, opinion);
        }
        source.stop();
        opinions.push_back(std::move(opinion));
    }
    return opinions;
}

}  // namespace emdia
