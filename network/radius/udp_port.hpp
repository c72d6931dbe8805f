#pragma once
// One source port towards one NAS. Connected, so that the kernel drops answers from any other address or port.

#include <string>

#include "network/radius/radius_packet.hpp"

namespace emdia {

/// An address literal with a port, checked once at configuration.
class UdpAddress {
public:
    [[nodiscard]] static Result<UdpAddress> parse(const std::string& literal, std::uint16_t port);
    [[nodiscard]] int family() const noexcept { return family_; }
    [[nodiscard]] ByteView bytes() const noexcept { return bytes_; }

private:
    int family_ = 0;
    Bytes bytes_;  ///< A sockaddr.
};

enum class UdpState { fine, nothing, unreachable };

/// Owns the descriptor; non-blocking.
class UdpPort {
public:
    /// `source` empty of bytes: any address. `unavailable` when the system refuses.
    [[nodiscard]] static Result<UdpPort> open(const UdpAddress& peer, const std::optional<UdpAddress>& source);
    UdpPort(UdpPort&& other) noexcept;
    UdpPort& operator=(UdpPort&& other) noexcept;
    ~UdpPort();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// A datagram that cannot leave now is lost; retransmission takes care.
    UdpState send(ByteView datagram) const noexcept;
    /// Replaces the content of `datagram`.
    UdpState receive(Bytes& datagram) const;

private:
    explicit UdpPort(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace emdia
