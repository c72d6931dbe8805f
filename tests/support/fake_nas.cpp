#include "tests/support/fake_nas.hpp"

#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace emdia::testing {

FakeNas::FakeNas(Script script) : script_(std::move(script)) {
    descriptor_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
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

FakeNas::~FakeNas() {
    stopping_ = true;
    thread_.join();
    ::close(descriptor_);
}

std::vector<Bytes> FakeNas::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void FakeNas::rescript(Script script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
}

void FakeNas::run() {
    Bytes datagram(kRadiusMaxSize);
    while (!stopping_) {
        pollfd polled{descriptor_, POLLIN, 0};
        if (::poll(&polled, 1, 20) <= 0) {
            continue;
        }
        sockaddr_in from{};
        socklen_t size = sizeof from;
        auto* const sender = reinterpret_cast<sockaddr*>(&from);
        const ssize_t length = ::recvfrom(descriptor_, datagram.data(), datagram.size(), 0, sender, &size);
        if (length < 0) {
            continue;
        }
        const Bytes request(datagram.begin(), datagram.begin() + length);
        std::vector<Bytes> answers;
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            answers = script_(request);
        }
        for (const Bytes& answer : answers) {
            ::sendto(descriptor_, answer.data(), answer.size(), 0, sender, size);
        }
    }
}

}  // namespace emdia::testing
