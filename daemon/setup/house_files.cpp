#include "daemon/setup/house_files.hpp"

#include <algorithm>
#include <utility>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/adapters/digest.hpp"
#include "daemon/adapters/holiday_files.hpp"
#include "daemon/adapters/template_files.hpp"
#include "daemon/setup/engine_settings.hpp"
#include "network/dry-run/dry_run_driver.hpp"
#include "network/mqtt/mqtt_driver.hpp"
#include "network/radius/profile_files.hpp"
#include "network/radius/radius_driver.hpp"

namespace emdia {
namespace {

Result<TemplateSet> read_templates(const Config& config) {
    const bool with_button = config.whatsapp && config.whatsapp->order_details;
    auto files = load_templates(config.templates_dir, with_button ? PixButton::order_details : PixButton::none);
    if (!files) {
        return files.error();
    }
    return TemplateSet::make(*std::move(files), config.isp);
}

Result<std::unique_ptr<AccessDriver>> make_mqtt(const MqttBrokerConfig& broker, const WallClock& now) {
    auto driver = MqttDriver::make(mqtt_config(broker, now, std::make_shared<Sha256Digest>()));
    if (!driver) {
        return driver.error();
    }
    return std::unique_ptr<AccessDriver>(*std::move(driver));
}

void check_places(const Config& config, ConfigLoad& load) {
    const auto holidays = load_holidays(config.state_holidays_dir, config.town_holidays_dir);
    if (!holidays) {
        load.faults.push_back(load.at("holidays", holidays.error().text()));
    } else {
        for (const ErpConfig& erp : config.erps) {
            if (!holidays->states.contains(erp.default_uf)) {
                load.warnings.push_back(
                    load.at("erp." + erp.name + ".default_uf",
                            "the holidays of this state are not known: no file in " + config.state_holidays_dir));
            }
        }
    }
    const TzZones zones;
    bool named = false;
    for (const auto& [town, name] : config.town_zones) {
        if (const auto zone = zones.zone(name); !zone) {
            load.faults.push_back(load.at("zones." + town, zone.error().text()));
            named = true;
        }
    }
    if (holidays && !named) {
        if (const auto made = Places::make(engine_settings(config, *holidays).places, zones); !made) {
            load.faults.push_back(load.at("", made.error().text()));
        }
    }
}

bool is_routed(const NetworkConfig& network, const std::string& nas) {
    const DriverRoute route{"radius", nas};
    return network.default_route == route ||
           std::any_of(network.routes.begin(), network.routes.end(), [&](const auto& r) { return r.second == route; });
}

/// A Disconnect alone blocks nobody: the subscriber dials again, and the RADIUS server lets them in unless the ERP
/// wrote a block there, which it does only when it owns the block.
void check_blocks(const Config& config, const RadiusNasConfig& nas, const RadiusProfile& profile, ConfigLoad& load) {
    const bool restricts = nas.coa && !profile.block.disconnects();
    if (restricts || !is_routed(config.network, nas.name)) {
        return;
    }
    const auto owned = [](const ErpConfig& erp) { return erp.owner == ErpConfig::Owner::emdia; };
    if (std::none_of(config.erps.begin(), config.erps.end(), owned)) {
        return;
    }
    ConfigFault found = load.at("network.radius." + nas.name,
                                "only disconnects, and a subscriber who is disconnected dials in again: with owner = "
                                "\"emdia\" nobody is blocked here. Use method = \"coa\" with a profile that has a "
                                "[block], or owner = \"erp\"");
    const bool all = std::all_of(config.erps.begin(), config.erps.end(), owned);
    (all ? load.faults : load.warnings).push_back(std::move(found));
}

void check_nas(const Config& config, const RadiusNasConfig& nas, const RadiusProfiles& profiles, ConfigLoad& load) {
    const std::string key = "network.radius." + nas.name;
    const auto profile = profiles.find(nas.profile);
    if (profile == profiles.end()) {
        std::string names;
        for (const auto& [name, _] : profiles) {
            names += (names.empty() ? "" : ", ") + name;
        }
        load.faults.push_back(load.at(key + ".profile", "is none of " + names));
        return;
    }
    NetworkConfig alone;
    alone.radius.push_back(nas);
    RadiusDriverConfig driver = radius_config(alone, profiles, system_wall_clock());
    if (driver.nas.front().secret.empty()) {
        driver.nas.front().secret = "not read";  // by the wish of the person who checks; the rest can still be tried
    }
    if (const auto made = RadiusDriver::make(std::move(driver)); !made) {
        load.faults.push_back(load.at(key, made.error().text()));
        return;
    }
    check_blocks(config, nas, profile->second, load);
}

void check_drivers(const Config& config, ConfigLoad& load) {
    if (!config.network.radius.empty()) {
        const auto profiles = load_radius_profiles(config.radius_profiles_dir);
        if (!profiles) {
            load.faults.push_back(load.at("network.radius_profiles", profiles.error().text()));
        } else {
            for (const RadiusNasConfig& nas : config.network.radius) {
                check_nas(config, nas, *profiles, load);
            }
        }
    }
    for (const MqttBrokerConfig& broker : config.network.mqtt) {
        if (const auto made = make_mqtt(broker, system_wall_clock()); !made) {
            load.faults.push_back(load.at("network.mqtt." + broker.name, made.error().text()));
        }
    }
}

}  // namespace

Result<HouseFiles> read_house_files(const Config& config, const ZoneSource& zones) {
    const auto holidays = load_holidays(config.state_holidays_dir, config.town_holidays_dir);
    if (!holidays) {
        return holidays.error();
    }
    EngineSettings settings = engine_settings(config, *holidays);
    auto places = Places::make(settings.places, zones);
    if (!places) {
        return places.error();
    }
    auto templates = read_templates(config);
    if (!templates) {
        return templates.error();
    }
    return HouseFiles{std::move(settings), *std::move(templates), *std::move(places)};
}

Result<std::vector<std::unique_ptr<AccessDriver>>> make_drivers(const Config& config, const WallClock& now) {
    std::vector<std::unique_ptr<AccessDriver>> drivers;
    drivers.push_back(std::make_unique<DryRunDriver>("dry-run", now));
    if (!config.network.radius.empty()) {
        auto profiles = load_radius_profiles(config.radius_profiles_dir);
        if (!profiles) {
            return profiles.error();
        }
        auto radius = RadiusDriver::make(radius_config(config.network, *std::move(profiles), now));
        if (!radius) {
            return radius.error();
        }
        drivers.push_back(*std::move(radius));
    }
    for (const MqttBrokerConfig& broker : config.network.mqtt) {
        auto mqtt = make_mqtt(broker, now);
        if (!mqtt) {
            return mqtt.error();
        }
        drivers.push_back(*std::move(mqtt));
    }
    return drivers;
}

void check_files(ConfigLoad& load) {
    if (!load.config) {
        return;
    }
    const Config& config = *load.config;
    check_places(config, load);
    if (const auto templates = read_templates(config); !templates) {
        load.faults.push_back(load.at("templates.dir", templates.error().text()));
    }
    check_drivers(config, load);
}

}  // namespace emdia
