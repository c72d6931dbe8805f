#include "daemon/setup/engine_settings.hpp"

#include <utility>

namespace emdia {
namespace {

BlockOwner owner_of(ErpConfig::Owner owner) {
    switch (owner) {
        case ErpConfig::Owner::emdia:
            return BlockOwner::emdia;
        case ErpConfig::Owner::erp:
            return BlockOwner::erp;
        case ErpConfig::Owner::observe:
            break;
    }
    return BlockOwner::observe;
}

std::optional<MessageAuthenticator> message_authenticator_of(std::optional<RadiusNasConfig::Signing> signing) {
    if (!signing) {
        return std::nullopt;
    }
    switch (*signing) {
        case RadiusNasConfig::Signing::send:
            return MessageAuthenticator::send;
        case RadiusNasConfig::Signing::require:
            return MessageAuthenticator::require;
        case RadiusNasConfig::Signing::off:
            break;
    }
    return MessageAuthenticator::off;
}

std::string mqtt_driver_name(const std::string& broker) { return "mqtt." + broker; }

std::string site_of(const MqttBrokerConfig& broker) { return broker.site.empty() ? broker.name : broker.site; }

Route route_of(const NetworkConfig& network, const DriverRoute& route) {
    if (route.driver != "mqtt") {
        return Route{route.driver, route.device};
    }
    for (const MqttBrokerConfig& broker : network.mqtt) {
        if (broker.name == route.device) {
            return Route{mqtt_driver_name(broker.name), site_of(broker)};
        }
    }
    return Route{};
}

ErpSettings erp_settings(const ErpConfig& config) {
    ErpSettings settings;
    settings.name = config.name;
    settings.owner = owner_of(config.owner);
    settings.full_every = config.poll_full;
    settings.incremental_every = config.poll_incremental;
    settings.hot_every = config.poll_hot;
    settings.max_age = config.max_age;
    settings.max_shrink_percent = config.max_shrink_percent;
    settings.page_size = config.page_size;
    settings.days_back = config.days_back;
    settings.days_ahead = config.days_ahead;
    settings.default_uf = config.default_uf;
    settings.default_municipality = config.default_municipality;
    settings.optin_source = config.optin_source;
    settings.notes = config.notes;
    return settings;
}

}  // namespace

EngineSettings engine_settings(const Config& config, const HolidayFiles& holidays) {
    EngineSettings settings;
    settings.policy = config.policy;
    settings.isp = config.isp;
    settings.language = config.language;
    for (const ErpConfig& erp : config.erps) {
        settings.erps.push_back(erp_settings(erp));
    }
    for (const auto& [nas, route] : config.network.routes) {
        settings.routing.by_nas[nas] = route_of(config.network, route);
    }
    settings.routing.fallback = route_of(config.network, config.network.default_route);
    settings.routing.observe_every = config.network.observe_every;
    settings.routing.block_lease = config.network.block_lease;
    if (config.whatsapp) {
        settings.channel.initiated_per_day = config.whatsapp->daily_recipients;
        settings.channel.order_details = config.whatsapp->order_details;
    }
    settings.rollout =
        Rollout{config.rollout == RolloutMode::live, config.pilot.ufs, config.pilot.plans, config.pilot.contracts};
    settings.places = LocalCalendars{holidays.states, holidays.towns, config.town_zones};
    return settings;
}

ProcessErpSourceOptions erp_source_options(const ErpConfig& config, bool lab) {
    ProcessErpSourceOptions options;
    options.erp = config.name;
    options.command = config.command;
    options.settings_json = config.settings_json;
    for (const auto& [key, secret] : config.secrets) {
        options.secrets[key] = secret.reveal();
    }
    options.require_root_owned = !lab;
    return options;
}

RadiusDriverConfig radius_config(const NetworkConfig& network, RadiusProfiles profiles, WallClock now) {
    RadiusDriverConfig config;
    config.profiles = std::move(profiles);
    config.now = std::move(now);
    for (const RadiusNasConfig& nas : network.radius) {
        NasConfig entry;
        entry.name = nas.name;
        entry.address = nas.address;
        entry.coa_port = nas.port;
        entry.secret = nas.secret.reveal();
        entry.profile = nas.profile;
        entry.mode = nas.coa ? CoaMode::coa : CoaMode::disconnect;
        entry.source_address = nas.source_address;
        entry.nas_identifier = nas.nas_identifier;
        entry.variables = nas.variables;
        entry.message_authenticator = message_authenticator_of(nas.message_authenticator);
        entry.event_timestamp = nas.event_timestamp;
        entry.max_per_second = nas.max_per_second;
        entry.max_in_flight = nas.max_in_flight;
        entry.retry.first = nas.first_timeout;
        entry.retry.retransmissions = nas.retransmissions;
        config.nas.push_back(std::move(entry));
    }
    return config;
}

MqttDriverConfig mqtt_config(const MqttBrokerConfig& broker, WallClock now, std::shared_ptr<const Digest> digest) {
    MqttDriverConfig config;
    config.name = mqtt_driver_name(broker.name);
    config.link.broker = broker.url;
    config.link.client_id = broker.client_id.empty() ? "emdiad-" + broker.name : broker.client_id;
    config.link.username = broker.username;
    config.link.password = broker.password ? broker.password->reveal() : "";
    config.link.ca_file = broker.ca_file;
    config.link.certificate_file = broker.certificate_file;
    config.link.key_file = broker.key_file;
    config.prefix = broker.topic_prefix;
    config.sites = {site_of(broker)};
    config.now = std::move(now);
    config.digest = std::move(digest);
    return config;
}

}  // namespace emdia
