#pragma once
// From a wish for a connection to the attributes of a request. Pure.

#include "daemon/ports/access_driver.hpp"
#include "network/radius/radius_config.hpp"

namespace emdia {

/// How the session is named.
enum class Identity {
    full,       ///< All identifiers of the profile that are known.
    login_only  ///< User-Name alone: what we knew of the session may be stale.
};

struct RadiusRequest {
    RadiusCode code = RadiusCode::disconnect_request;
    std::vector<RadiusAttribute> attributes;
};

/// `drop_session` asks for a Disconnect whatever the profile says. `bad_input` when neither login nor session id is
/// known or a value does not fit; the error names no subscriber.
[[nodiscard]] Result<RadiusRequest> make_radius_request(const NasConfig& nas, const RadiusProfile& profile,
                                                        const DesiredAccess& desired, bool drop_session,
                                                        Identity identity, Instant now);

}  // namespace emdia
