#include "network/radius/udp_port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

namespace emdia {
namespace {

/// Answers to a full window come in a burst; the default of 208 KiB lost some of them.
constexpr int kReceiveBuffer = 1 << 20;
constexpr std::size_t kMostPerSend = 64;

template <class Address>
Bytes raw_bytes(const Address& address) {
    Bytes bytes(sizeof address);
    std::memcpy(bytes.data(), &address, sizeof address);
    return bytes;
}

const sockaddr* as_sockaddr(const UdpAddress& address) {
    return reinterpret_cast<const sockaddr*>(address.bytes().data());
}

socklen_t length_of(const UdpAddress& address) { return static_cast<socklen_t>(address.bytes().size()); }

Error system_error(const std::string& what) {
    return {ErrorKind::unavailable, what + ": " + std::strerror(errno), "check address, route and source_address"};
}

}  // namespace

Result<UdpAddress> UdpAddress::parse(const std::string& literal, std::uint16_t port) {
    UdpAddress parsed;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, literal.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        parsed.family_ = AF_INET;
        parsed.bytes_ = raw_bytes(v4);
    } else if (inet_pton(AF_INET6, literal.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        parsed.family_ = AF_INET6;
        parsed.bytes_ = raw_bytes(v6);
    } else {
        return Error{ErrorKind::config, "\"" + literal + "\" is no IP address",
                     "write an IPv4 or IPv6 address, no name"};
    }
    return parsed;
}

Result<UdpPort> UdpPort::open(const UdpAddress& peer, const std::optional<UdpAddress>& source) {
    UdpPort port(::socket(peer.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (port.descriptor_ < 0) {
        return system_error("cannot open a UDP port");
    }
    ::setsockopt(port.descriptor_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    if (source && ::bind(port.descriptor_, as_sockaddr(*source), length_of(*source)) != 0) {
        return system_error("cannot send from the source address");
    }
    if (::connect(port.descriptor_, as_sockaddr(peer), length_of(peer)) != 0) {
        return system_error("cannot reach the NAS");
    }
    return port;
}

UdpPort::UdpPort(UdpPort&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

UdpPort& UdpPort::operator=(UdpPort&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

UdpPort::~UdpPort() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

UdpState UdpPort::send(std::span<const ByteView> datagrams) const noexcept {
    std::array<iovec, kMostPerSend> parts{};
    std::array<mmsghdr, kMostPerSend> headers{};
    UdpState state = UdpState::fine;
    bool failed_before = false;
    while (!datagrams.empty()) {
        const std::size_t count = std::min(datagrams.size(), kMostPerSend);
        for (std::size_t i = 0; i < count; ++i) {
            // The kernel only reads what it sends; its interface has no const.
            parts[i] = {const_cast<std::uint8_t*>(datagrams[i].data()),  // NOLINT(*-const-cast)
                        datagrams[i].size()};
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int sent = ::sendmmsg(descriptor_, headers.data(), static_cast<unsigned>(count), MSG_NOSIGNAL);
        if (sent > 0) {
            datagrams = datagrams.subspan(static_cast<std::size_t>(sent));
            failed_before = false;
            continue;
        }
        // An error left over from an earlier datagram is reported instead of sending: once more.
        if (failed_before) {
            return UdpState::nothing;
        }
        failed_before = true;
        state = UdpState::unreachable;
    }
    return state;
}

UdpState UdpPort::receive(UdpBatch& batch) const noexcept {
    const int received = ::recvmmsg(descriptor_, batch.headers_.data(), UdpBatch::capacity, 0, nullptr);
    batch.size_ = received > 0 ? static_cast<std::size_t>(received) : 0;
    if (received < 0) {
        return errno == ECONNREFUSED ? UdpState::unreachable : UdpState::nothing;
    }
    return UdpState::fine;
}

UdpBatch::UdpBatch() : space_(capacity * kRadiusMaxSize), parts_(capacity), headers_(capacity) {
    for (std::size_t i = 0; i < capacity; ++i) {
        parts_[i] = {space_.data() + i * kRadiusMaxSize, kRadiusMaxSize};
        headers_[i].msg_hdr.msg_iov = &parts_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
    }
}

ByteView UdpBatch::operator[](std::size_t number) const noexcept {
    return ByteView(space_).subspan(number * kRadiusMaxSize, headers_[number].msg_len);
}

}  // namespace emdia
