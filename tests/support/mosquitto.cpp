#include "tests/support/mosquitto.hpp"

#include <csignal>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace emdia::testing {
namespace {

bool listens(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return connected;
}

}  // namespace

Mosquitto::Mosquitto(const std::string& acl, const std::optional<test::TlsFiles>& tls)
    : port_(free_tcp_port()), tls_(tls.has_value()) {
    const std::string folder = folder_.path().string();
    std::string text = "listener " + std::to_string(port_) + " 127.0.0.1\nallow_anonymous true\npersistence true\n" +
                       "persistence_location " + folder + "/\nset_tcp_nodelay true\nmax_queued_messages 100000\n";
    if (::geteuid() == 0) {
        text += "user root\n";
    }
    if (tls) {
        text += "certfile " + tls->certificate + "\nkeyfile " + tls->key + "\n";
    }
    if (!acl.empty()) {
        write_file(folder_.path() / "acl", acl);
        text += "acl_file " + folder + "/acl\n";
    }
    write_file(folder_.path() / "mosquitto.conf", text);
    start();
}

void Mosquitto::stop() {
    process_->end(SIGTERM);
    process_.reset();
}

void Mosquitto::start(bool remembers) {
    if (!remembers) {
        std::filesystem::remove(folder_.path() / "mosquitto.db");
    }
    process_ = std::make_unique<BackgroundProcess>(
        std::vector<std::string>{"mosquitto", "-c", (folder_.path() / "mosquitto.conf").string()},
        folder_.path() / "output", "mosquitto");
    if (!eventually([this] { return !process_->running() || listens(port_); }) || !process_->running()) {
        throw std::runtime_error("mosquitto does not start: " + read_file(folder_.path() / "output"));
    }
}

std::string Mosquitto::backup() const { return read_file(folder_.path() / "mosquitto.db"); }

void Mosquitto::restore(const std::string& kept) const { write_file(folder_.path() / "mosquitto.db", kept); }

}  // namespace emdia::testing
