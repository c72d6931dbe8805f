#pragma once
// One source port towards one NAS. Connected, so that the kernel drops answers from any other address or port.

#include <string>
#include <vector>

#include <sys/socket.h>

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

/// What one call of the kernel took from a port, with the space for it.
class UdpBatch {
public:
    UdpBatch();
    UdpBatch(const UdpBatch&) = delete;
    UdpBatch& operator=(const UdpBatch&) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] ByteView operator[](std::size_t number) const noexcept;

private:
    friend class UdpPort;
    static constexpr std::size_t capacity = 64;
    Bytes space_;
    std::vector<iovec> parts_;
    std::vector<mmsghdr> headers_;
    std::size_t size_ = 0;
};

/// Owns the descriptor; non-blocking.
class UdpPort {
public:
    /// `source` empty of bytes: any address. `unavailable` when the system refuses.
    [[nodiscard]] static Result<UdpPort> open(const UdpAddress& peer, const std::optional<UdpAddress>& source);
    UdpPort(UdpPort&& other) noexcept;
    UdpPort& operator=(UdpPort&& other) noexcept;
    ~UdpPort();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// Datagrams that cannot leave now are lost; retransmission takes care. `unreachable`: the network said so of an
    /// earlier datagram.
    UdpState send(std::span<const ByteView> datagrams) const noexcept;
    /// Replaces the content of `batch`, which is empty unless `fine`.
    UdpState receive(UdpBatch& batch) const noexcept;

private:
    explicit UdpPort(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace emdia
