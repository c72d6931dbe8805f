#pragma once
// Configuration of the RADIUS driver, plain values. Reading it from a file is the app's business.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/civil.hpp"
#include "network/common/wall_clock.hpp"
#include "network/radius/profile_files.hpp"

namespace emdia {

enum class CoaMode {
    disconnect,  ///< Drop the session, whatever the wish: what the next login gets is the business of whoever owns the
                 ///< block in the RADIUS server, usually the ERP. Nothing here writes it.
    coa          ///< What the profile says.
};

/// Retransmission as RFC 5080 section 2.2.1. Every wait is spread by 10 % either way.
struct RetrySchedule {
    Millis first{2'000};
    Millis longest{16'000};
    Millis total{30'000};
    int retransmissions = 5;
};

struct NasConfig {
    std::string name;     ///< What Connection::nas says.
    std::string address;  ///< IPv4 or IPv6 literal.
    std::string secret;   ///< Never empty, never logged.
    std::string profile = "generic";
    CoaMode mode = CoaMode::disconnect;
    std::optional<std::uint16_t> coa_port;  ///< Else the profile's.
    std::string source_address;             ///< Where packets leave from: an address the NAS has as RADIUS client.
    std::string nas_identifier;
    std::map<std::string, std::string> variables;               ///< Over the profile's.
    std::optional<MessageAuthenticator> message_authenticator;  ///< Over the profile's.
    std::optional<bool> event_timestamp;                        ///< Over the profile's.
    std::optional<int> max_per_second;                          ///< Over the profile's; 0: no limit.
    std::optional<int> max_in_flight;                           ///< Over the profile's; 1..4096.
    RetrySchedule retry;
    Millis id_reuse{30'000};      ///< How long an identifier rests on its source port after use.
    int dead_after = 3;           ///< Requests in a row without an answer after which the NAS counts as dead.
    Millis probe_after{10'000};   ///< How long a dead NAS is left alone before one request tries it.
    Millis overtaken_grace{500};  ///< How long a newer wish waits for the answer to the older one on the wire.
};

struct RadiusDriverConfig {
    std::string name = "radius";
    std::vector<NasConfig> nas;
    std::string default_nas;  ///< For connections whose ERP names none; empty: they are refused.
    RadiusProfiles profiles;
    WallClock now = system_wall_clock();
    std::uint32_t seed = 0;  ///< Of the jitter; 0: from the system.
};

}  // namespace emdia
