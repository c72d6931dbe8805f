#pragma once
// A UDP port on loopback that says CoA-ACK to everything as fast as it can: the target that shows what a client can do
// when the server is not the limit.

#include <atomic>
#include <cstdint>
#include <thread>

namespace emdia::bench {

/// Answers carry a right authenticator; requests are not checked. One thread.
class AckResponder {
public:
    AckResponder();
    AckResponder(const AckResponder&) = delete;
    AckResponder& operator=(const AckResponder&) = delete;
    ~AckResponder();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    void run();

    int descriptor_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace emdia::bench
