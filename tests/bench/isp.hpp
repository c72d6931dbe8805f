#pragma once
// An ISP of any size for benchmarks of the engine: the real engine on the real ledger, and a world around it that costs
// next to nothing, so that what is measured is ours.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/sqlite_ledger.hpp"
#include "daemon/engine/engine.hpp"
#include "tests/fakes/fake_entropy.hpp"
#include "tests/fakes/fake_log.hpp"

namespace emdia::bench {

using SteadyTime = std::chrono::steady_clock::time_point;

/// 12 of 100 contracts have an invoice that is overdue: the data of the peers' measurements (docs/PERFORMANCE.md).
inline constexpr int kOverduePercent = 12;
[[nodiscard]] constexpr bool is_overdue(int n) noexcept { return n % 100 < kOverduePercent; }
[[nodiscard]] Date overdue_since();

[[nodiscard]] ErpSubscriber subscriber(int n);
[[nodiscard]] ErpContract contract(int n);
[[nodiscard]] ErpConnection connection(int n);
[[nodiscard]] ErpInvoice invoice(int n);

/// Stands still where it is set, or goes on from there as real time does. Thread-safe.
class StepClock final : public Clock {
public:
    void set(Instant t);
    void let_run();
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::optional<Millis> real_wait_until(Instant t) const override;

private:
    mutable std::mutex mutex_;
    Instant at_{};
    std::optional<SteadyTime> running_since_;
};

/// An ERP that makes its rows up from their numbers, 0..contracts, and answers at once.
class NumberedErp final : public ErpSource {
public:
    explicit NumberedErp(int contracts) : contracts_(contracts) {}

    void come_up();
    /// The invoice of the contract is paid; the next read shows it.
    void pay(int n) { paid_.insert(n); }
    /// Told when a read shows a paid invoice for the first time.
    std::function<void(int n)> on_shown_paid;

    [[nodiscard]] const std::string& name() const override { return name_; }
    void start(ErpSink sink) override { sink_ = std::move(sink); }
    void submit(ErpRequest request) override;
    void stop() override {}

private:
    [[nodiscard]] ErpPage page(const ErpPull& pull) const;
    [[nodiscard]] ErpInvoicesRead read(const ErpReadInvoices& call);
    [[nodiscard]] ErpInvoice present(int n) const;

    std::string name_ = "ixc";
    int contracts_;
    ErpSink sink_;
    std::set<int> paid_;
    std::set<int> shown_;
};

/// A gateway with a latency and a rate of its own; tells of the delivery together with the acceptance.
class PacedGateway final : public Messenger {
public:
    explicit PacedGateway(const Clock& clock) : clock_(clock) {}
    ~PacedGateway() override { stop(); }

    void pace(Millis latency, int per_second);
    [[nodiscard]] int accepted() const noexcept { return accepted_; }

    void start(MessengerSink sink) override;
    void submit(OutgoingMessage message) override;
    void stop() override;

private:
    struct Under {
        MessageId id{};
        Instant queued_at{};
        std::string to;
        SteadyTime answer_at;
    };
    void run();
    void answer(const Under& message);

    const Clock& clock_;
    MessengerSink sink_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Under> under_way_;
    SteadyTime leaves_at_{};
    std::chrono::nanoseconds gap_{0};
    Millis latency_{0};
    bool stopping_ = false;
    std::atomic<int> accepted_{0};
    std::thread thread_;
};

/// A driver with a stop-watch: when each account's wish was given and when it was acknowledged.
class WatchedDriver final : public AccessDriver {
public:
    explicit WatchedDriver(AccessDriver& inner) : inner_(inner) {}

    struct Times {
        SteadyTime given;
        std::optional<SteadyTime> acknowledged;
    };
    [[nodiscard]] std::size_t given(Access access) const;
    [[nodiscard]] std::size_t acknowledged(Access access) const;
    [[nodiscard]] std::map<AccountId, Times> times(Access access) const;

    [[nodiscard]] const std::string& name() const override { return inner_.name(); }
    [[nodiscard]] DriverCapabilities capabilities() const override { return inner_.capabilities(); }
    void start(DriverSink sink) override;
    void apply(DesiredAccess desired) override;
    void observe() override { inner_.observe(); }
    void stop() override { inner_.stop(); }

private:
    AccessDriver& inner_;
    mutable std::mutex mutex_;
    std::map<CommandId, std::pair<AccountId, Access>> wishes_;
    std::map<Access, std::map<AccountId, Times>> times_;
};

/// The house put together.
class Isp {
public:
    Isp(const std::string& ledger_file, int contracts, AccessDriver* driver);
    ~Isp();

    StepClock clock;
    std::unique_ptr<SqliteLedger> ledger;
    EngineSettings settings;
    NumberedErp erp;
    PacedGateway gateway;

    /// "2026-03-16 10:00:00" in Brasília time.
    [[nodiscard]] Instant local(const std::string& text) const;
    /// Makes and starts the engine; the ERP comes up.
    void start();
    [[nodiscard]] Engine& engine() { return *engine_; }
    void go_live();
    /// Turns while `more` and anything is left to do or heard of.
    void settle(const std::function<bool()>& more = {});

private:
    TzZones zones_;
    Sha256Digest digest_;
    fakes::FakeEntropy entropy_;
    fakes::FakeLog log_;
    std::vector<AccessDriver*> drivers_;
    std::optional<TemplateSet> templates_;
    std::optional<Places> places_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace emdia::bench
