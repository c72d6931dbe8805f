#include "daemon/app/daemon.hpp"

#include <utility>
#include <vector>

#include "daemon/adapters/admin_socket.hpp"
#include "daemon/adapters/civil_time.hpp"
#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"
#include "daemon/adapters/system_clock.hpp"
#include "daemon/adapters/system_entropy.hpp"
#include "daemon/adapters/systemd_notify.hpp"
#include "daemon/adapters/webhook_server.hpp"
#include "daemon/admin/admin.hpp"
#include "daemon/app/channel_settings.hpp"
#include "daemon/app/metrics.hpp"
#include "daemon/app/no_messenger.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/setup/engine_settings.hpp"
#include "daemon/setup/house_files.hpp"

namespace emdia {
namespace {

constexpr Millis kPulse{1'000};

}  // namespace

// Threads: the engine's (the one that calls run) owns the ledger. Beside it live one per connector, two of the WhatsApp
// client, the webhook server's pool, one per driver, the admin socket's and the lab clock's. All of them do one thing
// to the engine: put an event into its queue.
struct Daemon::Parts {
    Parts(Config from, VirtualClock* lab_clock, Log& to) : config(std::move(from)), lab(lab_clock), log(to) {}

    [[nodiscard]] Clock& clock() { return lab != nullptr ? static_cast<Clock&>(*lab) : system_clock; }
    [[nodiscard]] Result<void> read_files();
    void make_channel();
    void make_engine();
    [[nodiscard]] std::map<std::string, WebhookRoute> routes();

    const Config config;
    VirtualClock* const lab;
    Log& log;
    SystemClock system_clock;
    SystemEntropy entropy;
    Sha256Digest digest;
    TzZones zones;

    // Read from files, then constant.
    std::optional<HouseFiles> files;

    // The outside, each with threads of its own.
    std::unique_ptr<SqliteLedger> ledger;
    std::vector<std::unique_ptr<ErpSource>> erps;
    std::vector<std::unique_ptr<AccessDriver>> drivers;
    std::unique_ptr<Messenger> messenger;

    std::unique_ptr<Engine> engine;

    // What lets outsiders in; stopped before the engine.
    Metrics metrics;
    std::shared_ptr<WebhookCounters> webhook_counters = std::make_shared<WebhookCounters>();
    std::unique_ptr<WebhookServer> webhooks;
    std::unique_ptr<AdminSocket> admin;
};

Result<void> Daemon::Parts::read_files() {
    auto read = read_house_files(config, zones);
    if (!read) {
        return read.error();
    }
    files = *std::move(read);
    auto made = make_drivers(config, [this] { return clock().now(); });
    if (!made) {
        return made.error();
    }
    drivers = *std::move(made);
    auto book = SqliteLedger::open(config.ledger_path);
    if (!book) {
        return book.error();
    }
    ledger = std::move(book).value();
    return {};
}

void Daemon::Parts::make_channel() {
    for (const ErpConfig& erp : config.erps) {
        erps.push_back(std::make_unique<ProcessErpSource>(erp_source_options(erp, lab != nullptr), log, entropy));
    }
    if (config.whatsapp) {
        messenger = std::make_unique<WhatsAppCloud>(whatsapp_settings(*config.whatsapp, config.isp), clock(), log);
    } else {
        messenger = std::make_unique<NoMessenger>();
    }
}

void Daemon::Parts::make_engine() {
    std::vector<ErpSource*> erp_ports;
    for (const auto& erp : erps) {
        erp_ports.push_back(erp.get());
    }
    std::vector<AccessDriver*> driver_ports;
    for (const auto& driver : drivers) {
        driver_ports.push_back(driver.get());
    }
    engine = std::make_unique<Engine>(
        files->settings, files->templates, files->places,
        EnginePorts{clock(), *ledger, *messenger, erp_ports, driver_ports, digest, entropy, log});
    if (config.whatsapp) {
        WebhookServerOptions options;
        options.host = config.whatsapp->webhook_listen.host;
        options.port = config.whatsapp->webhook_listen.port;
        webhooks = std::make_unique<WebhookServer>(options, routes(), log);
    }
    AdminSocketSettings socket;
    socket.path = config.admin_socket;
    socket.group = config.admin_group;
    admin = std::make_unique<AdminSocket>(socket, AdminTranslator{answer_request, error_answer}, log);
}

std::map<std::string, WebhookRoute> Daemon::Parts::routes() {
    const MessengerSink unasked = [this](MessengerEvent event) {
        auto done = std::get<WebhookBatch>(event).done;
        Event wrapped{std::move(event)};
        if (!engine->queue().try_push(wrapped)) {
            done(false);
        }
    };
    return {{config.whatsapp->webhook_path,
             whatsapp_route(webhook_settings(*config.whatsapp), unasked, webhook_counters, log)},
            {"/healthz", text_route([] { return std::string("ok\n"); })},
            {"/metrics", text_route([this] { return metrics.text(*webhook_counters); })}};
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::make(const Config& config, VirtualClock* lab, Log& log) {
    auto parts = std::make_unique<Parts>(config, lab, log);
    if (auto read = parts->read_files(); !read) {
        return read.error();
    }
    parts->make_channel();
    parts->make_engine();
    return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Result<void> Daemon::run() {
    Parts& parts = *parts_;
    Engine& engine = *parts.engine;
    engine.start_ports();
    try {
        engine.recover();
    } catch (const LedgerFailure& failure) {
        engine.stop_ports();
        return failure.error();
    }
    if (parts.webhooks) {
        if (auto listening = parts.webhooks->start(); !listening) {
            engine.stop_ports();
            return listening.error();
        }
    }
    const ControlSink people = [&engine](ControlCall call) {
        auto done = call.done;
        Event wrapped{std::move(call)};
        if (!engine.queue().try_push(wrapped)) {
            done(
                Error{ErrorKind::unavailable, "the daemon has too much to do at this moment", "try again in a minute"});
        }
    };
    if (auto listening = parts.admin->start(people); !listening) {
        if (parts.webhooks) {
            parts.webhooks->stop();
        }
        engine.stop_ports();
        return listening.error();
    }
    if (parts.lab != nullptr) {
        parts.lab->start([&engine](std::uint64_t seq) { engine.queue().push(ClockStep{seq}); }, [this] { stop(); });
    }
    systemd::ready("watching");
    parts.log.write(LogLevel::info, "DAEMON-READY", "emdiad is at work");
    engine.run(kPulse, [&parts](const EngineFigures& figures) {
        systemd::alive();
        parts.metrics.take(figures);
    });
    systemd::stopping("leaving");
    if (parts.lab != nullptr) {
        parts.lab->stop();
    }
    parts.admin->stop();
    if (parts.webhooks) {
        parts.webhooks->stop();
    }
    engine.stop_ports();
    engine.hear_last();
    parts.log.write(LogLevel::info, "DAEMON-STOPPED", "emdiad has left");
    return {};
}

void Daemon::stop() { parts_->engine->queue().push(StopRequest{}); }

}  // namespace emdia
