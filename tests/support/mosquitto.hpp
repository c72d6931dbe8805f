#pragma once
// A real mosquitto on an ephemeral port of 127.0.0.1, in a scratch folder.

#include <memory>
#include <string>

#include "tests/support/background_process.hpp"

namespace emdia::testing {

class Mosquitto {
public:
    /// `acl` are the lines of an access list for anonymous clients; empty: everything is allowed.
    explicit Mosquitto(const std::string& acl = {});

    [[nodiscard]] std::string uri() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
    void stop();
    /// On the same port; forgets everything it kept unless `remembers`.
    void start(bool remembers = false);
    /// The files of what it keeps, to be put back later: a restored backup.
    [[nodiscard]] std::string backup() const;
    void restore(const std::string& kept) const;

private:
    ScratchFolder folder_;
    std::uint16_t port_;
    std::unique_ptr<BackgroundProcess> process_;
};

}  // namespace emdia::testing
