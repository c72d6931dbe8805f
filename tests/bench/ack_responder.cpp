#include "tests/bench/ack_responder.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network/radius/radius_packet.hpp"
#include "tests/support/freeradius.hpp"

namespace emdia::bench {
namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t room = 512;

/// Space for a batch of requests, turned into their answers in place.
struct Batch {
    Batch() {
        for (std::size_t i = 0; i < batch; ++i) {
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
            headers[i].msg_hdr.msg_name = &senders[i];
        }
    }
    void make_room() {
        for (std::size_t i = 0; i < batch; ++i) {
            parts[i] = {bytes[i].data(), room};
            headers[i].msg_hdr.msg_namelen = sizeof senders[i];
        }
    }
    void acknowledge(std::size_t number) {
        auto& packet = bytes[number];
        packet[0] = static_cast<std::uint8_t>(RadiusCode::coa_ack);
        packet[2] = 0;
        packet[3] = static_cast<std::uint8_t>(kRadiusHeaderSize);
        const Md5Sum sum =
            md5({ByteView(packet).first(kRadiusHeaderSize), bytes_of(emdia::testing::radius_test_secret)});
        std::copy(sum.begin(), sum.end(), packet.begin() + 4);
        parts[number].iov_len = kRadiusHeaderSize;
    }

    std::array<std::array<std::uint8_t, room>, batch> bytes{};
    std::array<iovec, batch> parts{};
    std::array<sockaddr_in, batch> senders{};
    std::array<mmsghdr, batch> headers{};
};

}  // namespace

AckResponder::AckResponder() {
    descriptor_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int buffer = 1 << 20;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor_, plain, size) != 0 || ::getsockname(descriptor_, plain, &size) != 0) {
        throw std::runtime_error("no UDP port on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

AckResponder::~AckResponder() {
    stopping_ = true;
    thread_.join();
    ::close(descriptor_);
}

void AckResponder::run() {
    const auto space = std::make_unique<Batch>();
    while (!stopping_) {
        pollfd polled{descriptor_, POLLIN, 0};
        if (::poll(&polled, 1, 20) <= 0) {
            continue;
        }
        space->make_room();
        const int received = ::recvmmsg(descriptor_, space->headers.data(), batch, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < received; ++i) {
            space->acknowledge(static_cast<std::size_t>(i));
        }
        for (int sent = 0; sent < received;) {
            const int now =
                ::sendmmsg(descriptor_, space->headers.data() + sent, static_cast<unsigned>(received - sent), 0);
            sent += std::max(now, 1);
        }
    }
}

}  // namespace emdia::bench
