#pragma once
// Five subscribers from 1 March to 24 April 2026, who react to what they see. Bruno (7301) is blocked, promises, breaks
// the promise, is blocked again and pays at 20:17 that evening: the worked timeline of section 6. Ana (7302) pays after
// the +1. Carla (7303) disputes. Duda (7304) pays before the due date. Eli (7305) says "já paguei", and two days later
// does.

#include <set>
#include <string>
#include <vector>

#include "tests/engine/crash_points.hpp"
#include "tests/engine/world.hpp"

namespace emdia::test {

/// Where the ledger of a month lives, over all processes.
class MonthBook {
public:
    virtual ~MonthBook() = default;
    /// The ledger as a new process finds it. Valid until the next call.
    [[nodiscard]] virtual Ledger& open() = 0;
};

/// One run of the month. Not reusable.
class ScriptedMonth {
public:
    /// The channel loses `unlucky` messages on the way: no answer, no delivery.
    explicit ScriptedMonth(MonthBook& book, std::set<MessageId> unlucky = {});

    /// Processes vanish: the first one at point number `crashes[0]` (from 1), the next one that many points later, and
    /// so on. `away` is how long it takes until the next one runs.
    void run(const std::vector<std::size_t>& crashes = {}, Millis away = {});

    /// What the ledger and the outside know at the end, one line each, sorted. Days, but no times, and no row ids.
    [[nodiscard]] std::vector<std::string> end();
    /// What is wrong whatever happened: a message twice, a write that changed its mind, equipment that differs from the
    /// ledger. Empty: nothing.
    [[nodiscard]] std::vector<std::string> faults();
    /// Messages that were stored as `sending` and never left, because the process vanished in between.
    [[nodiscard]] const std::set<MessageId>& lost() const noexcept { return lost_; }
    [[nodiscard]] const CrashPoints& points() const noexcept { return points_; }
    [[nodiscard]] World& world() noexcept { return *world_; }

private:
    void people();
    void bruno_in_the_evening(Date day);
    void bruno_picks(Date until);
    void bruno_confirms(std::size_t seen, Date until, int tries);
    void press(const std::string& contract, ButtonAction::Kind kind, std::optional<Date> date = std::nullopt);
    /// A person at the desk does it, and again if the daemon went away meanwhile.
    void operate(Instant when, std::function<bool()> done, std::function<void(Control&, const Operator&)> call);
    void boot();
    void after_crash();

    MonthBook& book_;
    CrashPoints points_;
    std::optional<CrashingLedger> ledger_;
    std::optional<World> world_;
    std::optional<CrashingMessenger> messenger_;
    std::optional<CrashingErp> erp_;
    std::optional<CrashingDriver> driver_;
    std::vector<std::size_t> crashes_;
    Millis away_{};
    bool running_ = false;
    std::set<MessageId> lost_;
};

}  // namespace emdia::test
