#pragma once
// A driver without equipment: for the first days in shadow, and for tests of the loop.

#include <map>
#include <string>
#include <thread>

#include "daemon/ports/access_driver.hpp"
#include "network/common/generations.hpp"
#include "network/common/inbox.hpp"
#include "network/common/wall_clock.hpp"

namespace emdia {

/// Applies in memory and observes what it holds; nothing survives the object. Wishes given before start() are kept
/// and carried out by it. Thread rules: those of AccessDriver; one thread of its own calls the sink.
class DryRunDriver final : public AccessDriver {
public:
    explicit DryRunDriver(std::string name = "dry-run", WallClock now = system_wall_clock());
    DryRunDriver(const DryRunDriver&) = delete;
    DryRunDriver& operator=(const DryRunDriver&) = delete;
    ~DryRunDriver() override;

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] DriverCapabilities capabilities() const override;
    void start(DriverSink sink) override;
    void apply(DesiredAccess desired) override;
    void observe() override;
    void stop() override;

private:
    struct ListAll {};
    using Request = std::variant<DesiredAccess, ListAll>;

    void run();
    void carry_out(const DesiredAccess& desired);
    void list_all();

    std::string name_;
    WallClock now_;
    DriverSink sink_;
    Inbox<Request> inbox_;
    std::thread thread_;
    GenerationBook generations_;
    std::map<std::string, ObservedAccess> held_;  ///< Only what is not open.
};

}  // namespace emdia
