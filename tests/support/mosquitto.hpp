#pragma once
// A real mosquitto on an ephemeral port of 127.0.0.1, in a scratch folder.

#include <memory>
#include <optional>
#include <string>

#include "tests/support/background_process.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia::testing {

class Mosquitto {
public:
    /// `acl` are the lines of an access list for anonymous clients; empty: everything is allowed. `tls`: what it shows
    /// to clients.
    explicit Mosquitto(const std::string& acl = {}, const std::optional<test::TlsFiles>& tls = std::nullopt);

    [[nodiscard]] std::string uri() const {
        return (tls_ ? "mqtts://127.0.0.1:" : "mqtt://127.0.0.1:") + std::to_string(port_);
    }
    void stop();
    /// On the same port; forgets everything it kept unless `remembers`.
    void start(bool remembers = false);
    /// The files of what it keeps, to be put back later: a restored backup.
    [[nodiscard]] std::string backup() const;
    void restore(const std::string& kept) const;

private:
    ScratchFolder folder_;
    std::uint16_t port_;
    bool tls_;
    std::unique_ptr<BackgroundProcess> process_;
};

}  // namespace emdia::testing
