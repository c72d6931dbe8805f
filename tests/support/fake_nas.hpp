#pragma once
// A NAS of ours on a loopback UDP port whose behaviour a test scripts: answers late, twice, forged, never.

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "network/radius/radius_packet.hpp"

namespace emdia::testing {

class FakeNas {
public:
    /// The datagrams to send back, in order. Called by the NAS's own thread.
    using Script = std::function<std::vector<Bytes>(ByteView request)>;

    explicit FakeNas(Script script);
    FakeNas(const FakeNas&) = delete;
    FakeNas& operator=(const FakeNas&) = delete;
    ~FakeNas();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::vector<Bytes> requests() const;
    void rescript(Script script);

private:
    void run();

    int descriptor_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    Script script_;
    std::vector<Bytes> requests_;
    std::thread thread_;
};

}  // namespace emdia::testing
