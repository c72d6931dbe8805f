#pragma once
// The RADIUS driver: CoA and Disconnect requests to many NAS from one thread.

#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <poll.h>

#include "daemon/ports/access_driver.hpp"
#include "network/radius/nas_session.hpp"
#include "network/radius/udp_port.hpp"

namespace emdia {

/// A NAS cannot be asked what it does, so applied access is at best acknowledged (network.md 0.1). Thread rules: those
/// of AccessDriver; one thread of its own owns the sockets and calls the sink.
class RadiusDriver final : public AccessDriver {
public:
    /// `config` errors name the NAS and never the secret.
    [[nodiscard]] static Result<std::unique_ptr<RadiusDriver>> make(const RadiusDriverConfig& config);
    RadiusDriver(const RadiusDriver&) = delete;
    RadiusDriver& operator=(const RadiusDriver&) = delete;
    ~RadiusDriver() override;

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] DriverCapabilities capabilities() const override { return capabilities_; }
    void start(DriverSink sink) override;
    void apply(DesiredAccess desired) override;
    /// Forgets what every NAS said yes to.
    void observe() override;
    void stop() override;

    /// Of all NAS together. Any thread.
    [[nodiscard]] RadiusCounters counters() const;

private:
    struct Nas {
        NasSession session;
        UdpAddress address;
        std::optional<UdpAddress> source;
        std::vector<UdpPort> ports;
    };
    struct PolledPort {
        Nas* nas;
        std::uint16_t source;
    };
    class Wake;

    explicit RadiusDriver(std::string name);
    [[nodiscard]] Result<void> add(const RadiusDriverConfig& config, const NasConfig& nas, std::uint32_t seed);
    void run();
    void take_wishes(SteadyTime now);
    void send(Nas& nas, SteadyTime now);
    [[nodiscard]] Result<UdpPort*> port(Nas& nas, std::uint16_t source);
    void receive(Nas& nas, std::uint16_t source, SteadyTime now);
    [[nodiscard]] bool stopping() const;
    void wait(SteadyTime until);
    void tell(Nas& nas);
    void publish_counters();

    std::string name_;
    std::string default_nas_;
    DriverCapabilities capabilities_;
    std::unordered_map<std::string, Nas> nas_;
    DriverSink sink_;
    std::unique_ptr<Wake> wake_;
    std::thread thread_;
    std::vector<PolledPort> polled_ports_;  ///< Of polled_[1] and on; polled_[0] is wake_.
    std::vector<pollfd> polled_;
    UdpBatch received_;
    std::vector<ByteView> leaving_;

    mutable std::mutex mutex_;  ///< Guards what follows.
    std::vector<DesiredAccess> wishes_;
    bool forgetting_ = false;
    bool stopping_ = false;
    RadiusCounters counters_;
};

}  // namespace emdia
