#include "network/radius/radius_request.hpp"

#include <functional>

namespace emdia {
namespace {

constexpr std::uint8_t kUserName = 1;
constexpr std::uint8_t kEventTimestamp = 55;

/// The values that templates name, where they lie: a request copies none of them.
class Values {
public:
    Values(const NasConfig& nas, const RadiusProfile& profile, const Connection& connection)
        : nas_(nas), profile_(profile), connection_(connection) {}

    const std::string* operator()(std::string_view name) const {
        if (name == "login") {
            return &connection_.login;
        }
        if (name == "session_id") {
            return &connection_.session_id;
        }
        if (name == "ipv4") {
            return &connection_.ipv4;
        }
        if (name == "nas_identifier") {
            return &nas_.nas_identifier;
        }
        const std::string key(name);
        for (const auto* const variables : {&nas_.variables, &profile_.variables}) {
            if (const auto found = variables->find(key); found != variables->end()) {
                return &found->second;
            }
        }
        return nullptr;
    }

private:
    const NasConfig& nas_;
    const RadiusProfile& profile_;
    const Connection& connection_;
};

Result<void> append(RadiusRequest& request, const std::vector<AttributeTemplate>& templates, const ValueOf& values) {
    for (const AttributeTemplate& line : templates) {
        const std::string value = fill_in(line.value, values);
        if (value.empty()) {
            continue;
        }
        auto attribute = make_attribute(line.name, value);
        if (!attribute) {
            return attribute.error();
        }
        request.attributes.push_back(std::move(*attribute));
    }
    return {};
}

bool names_a_person(const std::vector<AttributeTemplate>& templates, const ValueOf& values) {
    for (const AttributeTemplate& line : templates) {
        const bool strong = line.value == "{login}" || line.value == "{session_id}";
        if (strong && !fill_in(line.value, values).empty()) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<RadiusRequest> make_radius_request(const NasConfig& nas, const RadiusProfile& profile,
                                          const DesiredAccess& desired, bool drop_session, Identity identity,
                                          Instant now) {
    const Values known(nas, profile, desired.connection);
    const ValueOf values = std::cref(known);
    const ProfileAction& action = profile.action(desired.access);
    RadiusRequest request;
    const bool disconnects = drop_session || action.disconnects();
    request.code = disconnects ? RadiusCode::disconnect_request : RadiusCode::coa_request;

    const bool own_identifiers = disconnects && !profile.identify_disconnect.empty();
    const std::vector<AttributeTemplate>& identify = own_identifiers ? profile.identify_disconnect : profile.identify;
    static const std::vector<AttributeTemplate> login{
        {AttributeName{0, kUserName, 0, AttributeName::Kind::text}, "{login}"}};
    const std::vector<AttributeTemplate>& chosen = identity == Identity::login_only ? login : identify;
    if (!names_a_person(chosen, values)) {
        return Error{ErrorKind::bad_input,
                     "the connection has neither login nor session id that NAS profile " + profile.name + " could send",
                     "complete the connection in the ERP"};
    }
    if (const auto identified = append(request, chosen, values); !identified) {
        return identified.error();
    }
    if (!disconnects) {
        if (const auto changed = append(request, action.attributes, values); !changed) {
            return changed.error();
        }
    }
    if (nas.event_timestamp.value_or(profile.event_timestamp)) {
        const auto seconds = std::chrono::floor<Seconds>(now).time_since_epoch().count();
        request.attributes.push_back(make_number_attribute(kEventTimestamp, static_cast<std::uint32_t>(seconds)));
    }
    return request;
}

}  // namespace emdia
