#include "network/radius/radius_profile.hpp"

#include <charconv>
#include <optional>

namespace emdia {
namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<int> number_between(std::string_view text, int low, int high) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
        return std::nullopt;
    }
    return number;
}

bool identifies_a_session(const std::vector<AttributeTemplate>& attributes) {
    for (const AttributeTemplate& attribute : attributes) {
        if (attribute.value == "{login}" || attribute.value == "{session_id}") {
            return true;
        }
    }
    return false;
}

/// Reads the text line by line; each method answers with what is wrong, or nothing.
class ProfileReader {
public:
    std::string line(std::string_view text) {
        if (text.front() == '[') {
            return enter(text);
        }
        if (text == "disconnect" && section_is_action()) {
            return actions_only_disconnect();
        }
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) {
            return "expected \"name = value\"";
        }
        const std::string_view name = trim(text.substr(0, equals));
        const std::string_view value = trim(text.substr(equals + 1));
        return attributes_ == nullptr ? setting(name, value) : attribute(name, value);
    }

    [[nodiscard]] std::string finish() const {
        if (profile.name.empty()) {
            return "no name";
        }
        if (!identifies_a_session(profile.identify) ||
            (!profile.identify_disconnect.empty() && !identifies_a_session(profile.identify_disconnect))) {
            return "nothing but an address identifies the session; add a line with {login} or {session_id}";
        }
        return {};
    }

    RadiusProfile profile;

private:
    std::string enter(std::string_view header) {
        attributes_ = header == "[identify]"              ? &profile.identify
                      : header == "[identify_disconnect]" ? &profile.identify_disconnect
                      : header == "[block]"               ? &profile.block.attributes
                      : header == "[reduce]"              ? &profile.reduce.attributes
                      : header == "[unblock]"             ? &profile.unblock.attributes
                                                          : nullptr;
        return attributes_ == nullptr ? "unknown section" : "";
    }

    [[nodiscard]] bool section_is_action() const {
        return attributes_ == &profile.block.attributes || attributes_ == &profile.reduce.attributes ||
               attributes_ == &profile.unblock.attributes;
    }

    [[nodiscard]] std::string actions_only_disconnect() const {
        return attributes_->empty() ? "" : "\"disconnect\" stands beside attributes";
    }

    std::string attribute(std::string_view name, std::string_view value) {
        const auto found = find_attribute(name);
        if (!found) {
            return found.error().what;
        }
        if (value.empty()) {
            return "attribute without a value";
        }
        attributes_->push_back({*found, std::string(value)});
        return {};
    }

    std::string setting(std::string_view name, std::string_view value) {
        constexpr std::string_view variable = "variable ";
        if (name.substr(0, variable.size()) == variable) {
            profile.variables[std::string(trim(name.substr(variable.size())))] = std::string(value);
            return {};
        }
        if (name == "name") {
            profile.name = value;
        } else if (name == "title") {
            profile.title = value;
        } else if (name == "message_authenticator") {
            return message_authenticator(value);
        } else if (name == "event_timestamp") {
            profile.event_timestamp = value == "yes";
            return value == "yes" || value == "no" ? "" : "event_timestamp is yes or no";
        } else {
            return numeric_setting(name, value);
        }
        return {};
    }

    std::string message_authenticator(std::string_view value) {
        if (value == "off") {
            profile.message_authenticator = MessageAuthenticator::off;
        } else if (value == "send") {
            profile.message_authenticator = MessageAuthenticator::send;
        } else if (value == "require") {
            profile.message_authenticator = MessageAuthenticator::require;
        } else {
            return "message_authenticator is off, send or require";
        }
        return {};
    }

    std::string numeric_setting(std::string_view name, std::string_view value) {
        const int high = name == "port" ? 65'535 : name == "max_in_flight" ? 4096 : 100'000;
        if (name != "port" && name != "max_in_flight" && name != "max_per_second") {
            return "unknown setting \"" + std::string(name) + "\"";
        }
        const auto number = number_between(value, 1, high);
        if (!number) {
            return std::string(name) + " is 1 to " + std::to_string(high);
        }
        if (name == "port") {
            profile.port = static_cast<std::uint16_t>(*number);
        } else {
            (name == "max_in_flight" ? profile.max_in_flight : profile.max_per_second) = *number;
        }
        return {};
    }

    std::vector<AttributeTemplate>* attributes_ = nullptr;
};

Error broken(const std::string& what, int line) {
    const std::string where = line > 0 ? " in line " + std::to_string(line) : "";
    return {ErrorKind::config, "RADIUS profile: " + what + where, "network/radius/profiles/README.md has the format"};
}

}  // namespace

const ProfileAction& RadiusProfile::action(Access access) const noexcept {
    switch (access) {
        case Access::open:
            return unblock;
        case Access::reduced:
            return reduce;
        case Access::blocked:
            break;
    }
    return block;
}

Result<RadiusProfile> parse_radius_profile(std::string_view text) {
    ProfileReader reader;
    int number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = text.find('\n');
        const std::string_view line = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (std::string wrong = reader.line(line); !wrong.empty()) {
            return broken(wrong, number);
        }
    }
    if (std::string wrong = reader.finish(); !wrong.empty()) {
        return broken(wrong, 0);
    }
    return std::move(reader.profile);
}

std::string fill_in(std::string_view value, const ValueOf& value_of) {
    std::string filled;
    while (!value.empty()) {
        const std::size_t open = value.find('{');
        filled += value.substr(0, open);
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = value.find('}', open);
        if (close == std::string_view::npos) {
            filled += value.substr(open);
            break;
        }
        const std::string* const found = value_of(value.substr(open + 1, close - open - 1));
        if (found == nullptr || found->empty()) {
            return {};
        }
        filled += *found;
        value.remove_prefix(close + 1);
    }
    return filled;
}

}  // namespace emdia
