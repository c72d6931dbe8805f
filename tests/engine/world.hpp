#pragma once
// An engine with a world that is stepped: the ERP, the channel and the equipment answer at once, deliveries come six
// seconds later, and time moves only to the next thing that is due.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/engine.hpp"
#include "tests/fakes/fake_clock.hpp"
#include "tests/fakes/fake_driver.hpp"
#include "tests/fakes/fake_entropy.hpp"
#include "tests/fakes/fake_erp.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/fakes/fake_messenger.hpp"
#include "tests/fakes/memory_ledger.hpp"

namespace emdia::test {

/// "2026-03-16 10:00:03" in Brasília time.
[[nodiscard]] Instant local(std::string_view text);
[[nodiscard]] std::string local_text(Instant t);

/// Every zone is three hours behind UTC.
class OneZone final : public ZoneSource {
public:
    [[nodiscard]] Result<const Zone*> zone(std::string_view) const override { return &zone_; }
    [[nodiscard]] std::string version() const override { return "test"; }

private:
    FixedZone zone_{Minutes{-180}};
};

class PlainDigest final : public Digest {
public:
    [[nodiscard]] std::string sha256_hex(std::string_view bytes) const override;
};

class World {
public:
    explicit World(std::string_view start = "2026-03-01 08:00:00");
    ~World();

    EngineSettings settings;
    fakes::FakeClock clock;
    fakes::MemoryLedger ledger;
    /// What the engine writes and this class reads.
    Ledger* book = &ledger;
    fakes::FakeErp erp{"ixc"};
    fakes::FakeMessenger messenger;
    fakes::FakeDriver driver{"bras"};
    fakes::FakeLog log;
    /// Puts something between the engine and what it works with; asked for every new engine.
    std::function<EnginePorts(const EnginePorts&)> between;

    /// False: nothing is delivered by itself.
    bool deliver = true;
    /// False: after a start the connector says nothing until `erp.come_up()`.
    bool connector_ready = true;
    Millis delivery_after{6'000};

    /// Contract "7301" of subscriber "s7301", with a line and, if `due` is given, an invoice "i7301" of R$ 99,90.
    void add_contract(const std::string& id, std::optional<Date> due = std::nullopt, std::string phone = {});
    void add_invoice(const std::string& id, const std::string& contract, Date due, Money open = Money::centavos(9990));

    /// Makes the engine; with `live` a person has said go. Settings must not change afterwards.
    void start(bool live = true);
    /// The process dies and another one takes up the ledger.
    void restart();
    /// The two halves of `restart`; between them only `pass` may be called. The channel brings again what was not
    /// answered.
    void kill();
    void boot();
    /// The process ends in order: what its ports still said is heard. `boot` comes next.
    void leave();
    /// Time goes by with nobody there to see it.
    void pass(Millis time);
    /// Something happens at that time.
    void at(std::string_view when, std::function<void()> what) { at(local(when), std::move(what)); }
    void at(Instant when, std::function<void()> what) { script_.emplace(when, std::move(what)); }
    /// Lets everything happen up to and including `until`.
    void run_until(std::string_view until);
    /// Turns at the present time until nothing is left to do.
    void settle();

    [[nodiscard]] Engine& engine() { return *engine_; }
    [[nodiscard]] AccountId account(const std::string& contract);
    [[nodiscard]] AccountFacts facts(const std::string& contract);
    [[nodiscard]] Access wanted(const std::string& contract) { return facts(contract).access.wanted; }
    /// Runs a person's command; the author is "maria", the reason "test".
    void control(const std::function<void(Control&, const Operator&)>& call);
    /// What was sent to the contract's subscriber, "YYYY-MM-DD HH:MM:SS stage", oldest first.
    [[nodiscard]] std::vector<std::string> messages(const std::string& contract);
    /// Kinds and times of its timeline that start with `prefix`.
    [[nodiscard]] std::vector<std::string> timeline(const std::string& contract, const std::string& prefix);
    [[nodiscard]] int tasks(TaskKind kind);

private:
    void happen();
    void schedule_deliveries();

    OneZone zones_;
    PlainDigest digest_;
    fakes::FakeEntropy entropy_;
    std::optional<TemplateSet> templates_;
    std::optional<Places> places_;
    std::unique_ptr<Engine> engine_;
    std::multimap<Instant, std::function<void()>> script_;
    std::size_t delivered_ = 0;
};

/// "7301" is due on 10 March 2026 and blocked on 1 April at 09:30. The others owe nothing: they make the base so large
/// that the loss of one row is no shrunk base.
void add_base(World& world, int others = 12);
/// That base on 1 April at 10:00, started with the world's settings: "7301" is blocked.
void blocked_world(World& world);
/// The contract's subscriber presses a button about its first invoice.
void press(World& world, const std::string& contract, ButtonAction::Kind kind, std::optional<Date> date = std::nullopt);

}  // namespace emdia::test
