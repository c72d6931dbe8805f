#pragma once
// Makes equipment agree with what is wanted. Commands are stored before they leave, answers are heard as events, and
// only an observation proves anything (network.md 0.1). Unblocks go first and are never given up.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/core/access.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/erp_writer.hpp"
#include "daemon/engine/standing.hpp"
#include "daemon/ports/access_driver.hpp"
#include "daemon/ports/control.hpp"

namespace emdia {

/// What devices know a line by: ids are unique within one ERP only, and a device may serve the lines of several.
[[nodiscard]] std::string device_key(const std::string& erp, const std::string& line);

/// Used by the engine's thread only.
class AccessLoop {
public:
    AccessLoop(std::vector<AccessDriver*> drivers, ErpWriter& writer, const Standing& standing);

    /// Commands whose answer a crash took are queued again, and so is every restriction that lives in the memory of a
    /// driver or device. Asks every device what it holds.
    void recover(Desk& desk);
    /// The wish changes: a new generation, commands for every line, the durable side first: where the ERP owns blocks,
    /// equipment hears of a block when the ERP has it, and of an opening at once and again when the ERP has it.
    /// `rules` go to the history.
    void want(Desk& desk, AccountFacts& facts, Access wanted, std::string_view rules);
    /// The line is no longer of the account that it was restricted for (or once was): it moved to another one, or, with
    /// nullopt, the ERP has it no longer. It gets what its new holder should have, which is open if there is none.
    void line_left(Desk& desk, const AccountFacts& from, const Connection& line, std::optional<AccountId> holder);
    void dispatch(Desk& desk);
    void on_event(Desk& desk, const DriverEvent& event);
    /// The ERP has blocked or unblocked as it was asked; `said` is what it shows now.
    void on_erp_access(Desk& desk, AccountId account, Access asked, std::optional<ErpAccess> said);
    /// Looks at every device and repairs what differs; devices that show nothing are told everything again.
    void resync(Desk& desk);
    /// The clock was set back: what waits by the old one is tried now.
    void clock_set_back(Desk& desk);
    /// Starts the periodic look, and renews leases, when their time has come.
    void run_due(Desk& desk);

    [[nodiscard]] std::optional<Instant> next_due() const;
    [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }
    [[nodiscard]] std::vector<PartHealth> health() const;

private:
    [[nodiscard]] static const Route& route(const Desk& desk, const std::string& nas);
    /// An empty device stands for all of the driver.
    [[nodiscard]] static bool carries(const Route& route, std::string_view driver, std::string_view device);
    [[nodiscard]] AccessDriver* find(const std::string& name) const;
    [[nodiscard]] static bool erp_owns(const Desk& desk, const AccountFacts& facts);
    [[nodiscard]] bool durable(Desk& desk, const AccountFacts& facts) const;
    [[nodiscard]] bool imaginary(const std::string& driver) const;
    [[nodiscard]] bool may_command(Desk& desk, const RestrictedLine& line) const;
    /// False: there is no line that equipment acts on.
    bool command_lines(Desk& desk, const AccountFacts& facts);
    void command(Desk& desk, const RestrictedLine& line);
    void lift(Desk& desk, AccessDriver* driver, const std::string& device, const std::string& erp, Connection line,
              std::int64_t generation);
    void on_result(Desk& desk, const ApplyResult& result);
    void on_observation(Desk& desk, const Observation& seen);
    void on_device(Desk& desk, const DeviceState& state);
    void note_degraded(Desk& desk, const DeviceState& state);
    void settle(Desk& desk, AccountId account);
    void set_applied(Desk& desk, const AccountFacts& facts, const AccessInput& input);
    void forget(Desk& desk, AccountId account, const AccessInput& input);
    void repair(Desk& desk, const AccountFacts& facts, ConnectionId connection, std::string_view driver,
                const ObservedAccess& seen);
    void confirm(Desk& desk, const AccountFacts& facts, ConnectionId connection, std::string_view driver);
    void look(Desk& desk);
    void renew_leases(Desk& desk);
    void reapply(Desk& desk, std::string_view driver, std::string_view device);
    void forget_device(Desk& desk, std::string_view driver, std::string_view device);

    std::vector<AccessDriver*> drivers_;
    ErpWriter& writer_;
    const Standing& standing_;
    std::size_t under_way_ = 0;
    std::optional<Instant> next_look_;
    std::optional<Instant> next_renewal_;         ///< Of block leases.
    std::map<std::string, DeviceState> devices_;  ///< By "driver/device", as last heard.
};

}  // namespace emdia
