#pragma once
// The part of the RADIUS dictionary that dynamic authorization of the NAS families in profiles/ needs. Names are those
// of the FreeRADIUS dictionaries, so that radclient and a profile read the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/core/result.hpp"
#include "network/radius/radius_packet.hpp"

namespace emdia {

/// An attribute named in a profile, "Mikrotik-Address-List" or, with a tag, "ERX-Service-Activate:1".
struct AttributeName {
    std::uint32_t vendor = 0;  ///< 0: a standard attribute.
    std::uint8_t type = 0;
    std::uint8_t tag = 0;  ///< 0: none; 1..31.
    enum class Kind { text, ipv4, number } kind = Kind::text;
    friend bool operator==(const AttributeName&, const AttributeName&) = default;
};

/// `bad_input` for a name that is not in the dictionary or a tag out of range.
[[nodiscard]] Result<AttributeName> find_attribute(std::string_view name);

/// `bad_input` when the text does not fit the kind. The error does not repeat the value: it may be a login.
[[nodiscard]] Result<RadiusAttribute> make_attribute(const AttributeName& name, std::string_view value);

[[nodiscard]] RadiusAttribute make_number_attribute(std::uint8_t type, std::uint32_t value);

}  // namespace emdia
