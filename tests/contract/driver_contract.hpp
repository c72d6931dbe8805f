#pragma once
// What every AccessDriver must do, whatever it drives. A driver's test makes a rig and runs check_driver_contract in
// one TEST_CASE; the sections name the rule.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/ports/access_driver.hpp"

namespace emdia::testing {

/// A driver that has not been started, the device it drives, and a side door through which the test sees the device.
class DriverRig {
public:
    virtual ~DriverRig() = default;
    [[nodiscard]] virtual AccessDriver& driver() = 0;
    /// A connection the device knows, with somebody online; the same number gives the same connection. 0..99.
    [[nodiscard]] virtual Connection connection(int number) = 0;
    /// What the device really does now; nullopt where it cannot tell.
    [[nodiscard]] virtual std::optional<Access> held(const Connection& connection) = 0;
    /// How many requests have changed the device so far.
    [[nodiscard]] virtual std::size_t changes() = 0;
    /// Makes the device deaf. False where that cannot be.
    virtual bool silence() = 0;
};

using RigMaker = std::function<std::unique_ptr<DriverRig>()>;

void check_driver_contract(const RigMaker& make_rig);

}  // namespace emdia::testing
