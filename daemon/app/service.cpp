#include "daemon/app/service.hpp"

#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/adapters/config_file.hpp"
#include "daemon/adapters/journal_log.hpp"
#include "daemon/adapters/systemd_notify.hpp"
#include "daemon/app/daemon.hpp"
#include "daemon/setup/house_files.hpp"

namespace emdia {
namespace {

constexpr int kWake = SIGUSR1;  // ends the signal thread

/// Whatever a start would stumble over is found here, while the daemon of the old configuration still works.
std::optional<Config> load(const ConfigSources& sources, Log& log) {
    ConfigLoad loaded = load_config(sources);
    check_files(loaded);
    for (const ConfigFault& fault : loaded.faults) {
        log.write(LogLevel::error, "CONFIG-FAULT", fault.text());
    }
    for (const ConfigFault& warning : loaded.warnings) {
        log.write(LogLevel::warning, "CONFIG-WARNING", warning.text());
    }
    return loaded.faults.empty() ? std::move(loaded.config) : std::nullopt;
}

/// Waits for signals on a thread of its own and tells the daemon that is running.
class Signals {
public:
    Signals(ConfigSources sources, Log& log) : sources_(std::move(sources)), log_(log) {
        thread_ = std::thread([this] { listen(); });
    }
    ~Signals() {
        pthread_kill(thread_.native_handle(), kWake);
        thread_.join();
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// The daemon that a signal stops; null between two of them.
    void watch(Daemon* daemon) {
        const std::lock_guard lock(mutex_);
        daemon_ = daemon;
        if (daemon_ != nullptr && (leaving_ || next_)) {
            daemon_->stop();
        }
    }
    /// A new configuration that waits to be run; nullopt: leave.
    [[nodiscard]] std::optional<Config> next() {
        const std::lock_guard lock(mutex_);
        return leaving_ ? std::nullopt : std::exchange(next_, std::nullopt);
    }

private:
    void listen() {
        sigset_t set;
        sigemptyset(&set);
        for (const int number : {SIGTERM, SIGINT, SIGHUP, kWake}) {
            sigaddset(&set, number);
        }
        for (int number = 0; sigwait(&set, &number) == 0 && number != kWake;) {
            if (number == SIGHUP) {
                reload();
            } else {
                const std::lock_guard lock(mutex_);
                leaving_ = true;
                if (daemon_ != nullptr) {
                    daemon_->stop();
                }
            }
        }
    }

    void reload() {
        auto config = load(sources_, log_);
        if (!config) {
            log_.write(LogLevel::error, "CONFIG-KEPT", "the new configuration has faults; the old one stays in force");
            return;
        }
        systemd::reloading();
        const std::lock_guard lock(mutex_);
        next_ = std::move(config);
        if (daemon_ != nullptr) {
            daemon_->stop();
        }
    }

    const ConfigSources sources_;
    Log& log_;
    std::mutex mutex_;
    Daemon* daemon_ = nullptr;
    bool leaving_ = false;
    std::optional<Config> next_;
    std::thread thread_;
};

}  // namespace

ServiceExit run_service(const std::string& config_file, const std::string& credentials_dir) {
    ConfigSources sources;
    sources.file = config_file;
    sources.credentials_dir = credentials_dir;
    JournalLog first_log(LogLevel::info);
    std::optional<Config> config = load(sources, first_log);
    if (!config) {
        return ServiceExit::config;
    }
    std::unique_ptr<VirtualClock> lab;
    if (config->lab_clock) {
        auto clock = VirtualClock::connect(config->lab_clock->host, config->lab_clock->port, "emdiad");
        if (!clock) {
            first_log.write(LogLevel::error, "LAB-CLOCK", clock.error().text());
            return ServiceExit::failed;
        }
        lab = std::move(clock).value();
    }
    Signals signals(sources, first_log);
    while (config) {
        JournalLog log(config->log_level);
        auto daemon = Daemon::make(*config, lab.get(), log);
        if (!daemon) {
            log.write(LogLevel::error, "DAEMON-NOT-STARTED", daemon.error().text());
            return daemon.error().kind == ErrorKind::config ? ServiceExit::config : ServiceExit::failed;
        }
        signals.watch(daemon->get());
        const auto ran = (*daemon)->run();
        signals.watch(nullptr);
        if (!ran) {
            log.write(LogLevel::error, "DAEMON-NOT-STARTED", ran.error().text());
            return ran.error().kind == ErrorKind::config ? ServiceExit::config : ServiceExit::failed;
        }
        config = signals.next();
    }
    return ServiceExit::ok;
}

}  // namespace emdia
