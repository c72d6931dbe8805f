#pragma once
// Equipment in a map: does what it is told and shows what it holds, unless told otherwise.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ports/access_driver.hpp"

namespace emdia::fakes {

/// Not thread-safe: for engines that are turned by hand.
class FakeDriver final : public AccessDriver {
public:
    explicit FakeDriver(std::string name = "bras", bool observable = true) : name_(std::move(name)) {
        caps.restricts = true;
        caps.observable = observable;
        caps.durable_reboot = observable;
        caps.leases = observable;
    }

    DriverCapabilities caps;  ///< For the next engine.

    std::map<std::string, Access> held;  ///< By access_key; absent: open.
    std::vector<DesiredAccess> applied;
    /// What to answer instead; nullopt: do it and acknowledge.
    std::function<std::optional<ApplyKind>(const DesiredAccess&)> answer;
    bool silent = false;
    int looks = 0;  ///< Calls of observe().

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] DriverCapabilities capabilities() const override { return caps; }
    void start(DriverSink sink) override { sink_ = std::move(sink); }
    void apply(DesiredAccess desired) override;
    void observe() override;
    void stop() override { sink_ = nullptr; }
    void restart_device();
    void say(DeviceState state);

private:
    std::string name_;
    DriverSink sink_;
};

}  // namespace emdia::fakes
