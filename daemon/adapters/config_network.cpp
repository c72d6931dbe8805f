#include <algorithm>
#include <fstream>

#include <arpa/inet.h>

#include "daemon/adapters/config_sections.hpp"

namespace emdia {
namespace {

/// AF_INET, AF_INET6; 0: no address literal.
int family_of(const std::string& text) {
    in6_addr any{};
    if (::inet_pton(AF_INET, text.c_str(), &any) == 1) {
        return AF_INET;
    }
    return ::inet_pton(AF_INET6, text.c_str(), &any) == 1 ? AF_INET6 : 0;
}

/// "10.0.0.1", "10.0.0.1:3799", "[2001:db8::1]:3799".
void read_address(TomlReader& section, RadiusNasConfig& nas) {
    std::string text;
    if (!section.text("address", text, Need::required)) {
        return;
    }
    const bool bare_ipv6 = text.find(':') != text.rfind(':') && text.front() != '[';
    if (text.find(':') == std::string::npos || bare_ipv6) {
        nas.address = text;
    } else if (const auto both = host_port_from(text)) {
        nas.address = both->host;
        nas.port = both->port;
    }
    if (family_of(nas.address) == 0) {
        section.fault("address", "must be an address such as \"10.0.0.1\" or \"10.0.0.1:3799\", not a name");
    }
}

void read_limit(TomlReader& section, std::string_view key, std::optional<int>& out, int low, int high) {
    int value = 0;
    if (section.integer(key, value, low, high)) {
        out = value;
    }
}

std::optional<RadiusNasConfig::Signing> signing_from(std::string_view text) {
    using Signing = RadiusNasConfig::Signing;
    if (text == "send") {
        return Signing::send;
    }
    if (text == "require") {
        return Signing::require;
    }
    return text == "off" ? std::optional(Signing::off) : std::nullopt;
}

RadiusNasConfig read_nas(const std::string& name, TomlReader& section, const SectionContext& context) {
    RadiusNasConfig nas;
    nas.name = name;
    read_address(section, nas);
    context.secret(section, "secret", nas.secret, Need::required);
    section.text("profile", nas.profile);
    section.parsed<bool>(
        "method", nas.coa,
        [](std::string_view text) -> std::optional<bool> {
            if (text == "coa") {
                return true;
            }
            return text == "disconnect" ? std::optional(false) : std::nullopt;
        },
        "\"disconnect\" or \"coa\"");
    if (section.text("source_address", nas.source_address) &&
        (family_of(nas.source_address) == 0 || family_of(nas.source_address) != family_of(nas.address))) {
        section.fault("source_address", "must be an address of this machine, of the same kind as address");
    }
    section.text("nas_identifier", nas.nas_identifier);
    if (auto variables = section.table("variables")) {
        for (auto& [key, value] : variables->each_text()) {
            nas.variables[key] = value;
        }
    }
    RadiusNasConfig::Signing signing{};
    if (section.parsed<RadiusNasConfig::Signing>("message_authenticator", signing, signing_from,
                                                 "\"off\", \"send\" or \"require\"")) {
        nas.message_authenticator = signing;
    }
    bool timestamp = false;
    if (section.flag("event_timestamp", timestamp)) {
        nas.event_timestamp = timestamp;
    }
    read_limit(section, "max_per_second", nas.max_per_second, 0, 1000);
    read_limit(section, "max_in_flight", nas.max_in_flight, 1, 4096);
    section.duration("first_timeout", nas.first_timeout, Millis{200}, Millis{10'000});
    section.integer("retransmissions", nas.retransmissions, 0, 10);
    section.done();
    return nas;
}

MqttBrokerConfig read_broker(const std::string& name, TomlReader& section, const SectionContext& context) {
    MqttBrokerConfig broker;
    broker.name = name;
    if (section.text("url", broker.url, Need::required) && !broker.url.starts_with("mqtts://") &&
        !broker.url.starts_with("mqtt://")) {
        section.fault("url", "must be \"mqtts://host:8883\" (or \"mqtt://host:1883\" inside one's own network)");
    }
    broker.client_id = "emdiad-" + name;
    section.text("client_id", broker.client_id);
    section.text("username", broker.username);
    Secret password;
    if (context.secret(section, "password", password, Need::optional)) {
        broker.password = std::move(password);
    }
    context.path(section, "ca_file", broker.ca_file);
    context.path(section, "certificate_file", broker.certificate_file);
    context.path(section, "key_file", broker.key_file);
    if (broker.certificate_file.empty() != broker.key_file.empty()) {
        section.fault("certificate_file", "goes together with key_file: give both or neither");
    }
    for (const auto& [key, file] :
         {std::pair{"ca_file", &broker.ca_file}, std::pair{"certificate_file", &broker.certificate_file},
          std::pair{"key_file", &broker.key_file}}) {
        if (!file->empty() && !std::ifstream(*file)) {
            section.fault(key, "names a file that cannot be read");
        }
    }
    section.text("topic_prefix", broker.topic_prefix);
    if (broker.topic_prefix.find_first_of("+#") != std::string::npos) {
        section.fault("topic_prefix", "may not hold the wildcards + and #");
    }
    broker.site = name;
    section.text("site", broker.site);
    section.done();
    return broker;
}

std::optional<DriverRoute> route_from(std::string_view text) {
    const std::size_t dot = text.find('.');
    DriverRoute route{std::string(text.substr(0, dot)), ""};
    if (dot != std::string_view::npos) {
        route.device = std::string(text.substr(dot + 1));
    }
    const bool without_device = route.driver == "dry-run" && dot == std::string_view::npos;
    const bool with_device = (route.driver == "radius" || route.driver == "mqtt") && !route.device.empty();
    return without_device || with_device ? std::optional(route) : std::nullopt;
}

std::set<std::string, std::less<>> device_names(const NetworkConfig& network) {
    std::set<std::string, std::less<>> names{"dry-run"};
    for (const RadiusNasConfig& nas : network.radius) {
        names.insert("radius." + nas.name);
    }
    for (const MqttBrokerConfig& broker : network.mqtt) {
        names.insert("mqtt." + broker.name);
    }
    return names;
}

void read_route(TomlReader& section, std::string_view key, const std::set<std::string, std::less<>>& devices,
                DriverRoute& out) {
    std::string text;
    if (!section.text(key, text)) {
        return;
    }
    const auto route = route_from(text);
    if (route && devices.contains(text)) {
        out = *route;
        return;
    }
    const auto near = did_you_mean(text, devices);
    section.fault(key, "must name a device of this file: \"radius.NAME\", \"mqtt.NAME\" or \"dry-run\"" +
                           (near ? "; did you mean \"" + *near + "\"?" : std::string()));
}

}  // namespace

void read_network(TomlReader& root, Config& config, const SectionContext& context) {
    auto section = root.table("network");
    if (!section) {
        context.findings.warn_at("network", "no section [network]: blocks are decided and shown, but nothing is cut");
        return;
    }
    NetworkConfig& network = config.network;
    if (auto radius = section->table("radius")) {
        for (auto& [name, nas] : radius->each_table()) {
            network.radius.push_back(read_nas(name, nas, context));
        }
    }
    if (auto mqtt = section->table("mqtt")) {
        for (auto& [name, broker] : mqtt->each_table()) {
            network.mqtt.push_back(read_broker(name, broker, context));
        }
    }
    const auto devices = device_names(network);
    read_route(*section, "default", devices, network.default_route);
    if (auto routes = section->table("routes")) {
        for (const auto& [nas_key, text] : routes->each_text()) {
            read_route(*routes, nas_key, devices, network.routes[nas_key]);
        }
    }
    context.path(*section, "radius_profiles", config.radius_profiles_dir);
    section->duration("block_lease", network.block_lease, Hours{6}, Hours{Days{7}});
    section->duration("observe_every", network.observe_every, Minutes{1}, Minutes{60});
    section->done();
}

}  // namespace emdia
