#pragma once
// What a family of NAS understands, as data: which attributes find the session, which block, reduce and unblock it.
// Files are profiles/*.profile; this parses their text. Pure.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/model.hpp"
#include "daemon/core/result.hpp"
#include "network/radius/radius_attributes.hpp"

namespace emdia {

/// One line "Name = value" of a profile. The value may hold {login}, {session_id}, {ipv4}, {nas_identifier} and the
/// profile's own variables.
struct AttributeTemplate {
    AttributeName name;
    std::string value;
    friend bool operator==(const AttributeTemplate&, const AttributeTemplate&) = default;
};

/// Empty attributes: Disconnect; the RADIUS server decides what the next login gets.
struct ProfileAction {
    std::vector<AttributeTemplate> attributes;
    [[nodiscard]] bool disconnects() const noexcept { return attributes.empty(); }
    friend bool operator==(const ProfileAction&, const ProfileAction&) = default;
};

struct RadiusProfile {
    std::string name;
    std::string title;
    std::uint16_t port = 3799;
    MessageAuthenticator message_authenticator = MessageAuthenticator::off;
    bool event_timestamp = false;
    int max_per_second = 20;  ///< 1..100000 (network.md 8.3)
    int max_in_flight = 4;    ///< 1..4096
    std::map<std::string, std::string> variables;
    std::vector<AttributeTemplate> identify;
    std::vector<AttributeTemplate> identify_disconnect;  ///< Empty: as `identify`.
    ProfileAction block;
    ProfileAction reduce;
    ProfileAction unblock;

    [[nodiscard]] const ProfileAction& action(Access access) const noexcept;
};

/// The format is described in profiles/README.md. Errors name the line. A profile that could hit a session by address
/// alone is refused: addresses move to other people.
[[nodiscard]] Result<RadiusProfile> parse_radius_profile(std::string_view text);

/// The value of a name in braces; nullptr: it has none.
using ValueOf = std::function<const std::string*(std::string_view name)>;

/// Replaces {names}; a name without value, or with an empty one, makes the whole value empty.
[[nodiscard]] std::string fill_in(std::string_view value, const ValueOf& value_of);

}  // namespace emdia
