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

Result<std::vector<Template>> read_template_files(const Config& config) {
    const bool with_button = config.whatsapp && config.whatsapp->order_details;
    return load_templates(config.templates_dir, with_button ? PixButton::order_details : PixButton::none);
}

Result<TemplateSet> read_templates(const Config& config) {
    auto files = read_template_files(config);
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

void check_templates(const Config& config, ConfigLoad& load) {
    if (!load.sound("templates.dir")) {
        return;
    }
    auto files = read_template_files(config);
    if (!files) {
        load.faults.push_back(load.at("templates.dir", files.error().text()));
    } else if (load.sound("isp")) {
        if (const auto made = TemplateSet::make(*std::move(files), config.isp); !made) {
            load.faults.push_back(load.at("templates.dir", made.error().text()));
        }
    }
}

/// F4, F5: days that are not known are not kept.
void warn_of_unknown_holidays(const Config& config, const HolidayFiles& holidays, ConfigLoad& load) {
    bool town_named = false;
    for (const ErpConfig& erp : config.erps) {
        if (!holidays.states.contains(erp.default_uf)) {
            load.warnings.push_back(
                load.at("erp." + erp.name + ".default_uf",
                        "the holidays of this state are not known: no file in " + config.state_holidays_dir));
        }
        if (!erp.default_municipality.empty() && !holidays.towns.contains(erp.default_municipality)) {
            load.warnings.push_back(load.at("erp." + erp.name + ".default_municipality",
                                            "the holidays of this town are not known (F5): no file " +
                                                erp.default_municipality + ".holidays in [holidays] towns"));
            town_named = true;
        }
    }
    if (holidays.towns.empty() && !town_named) {
        load.warnings.push_back(load.at("holidays.towns",
                                        "no holidays of towns are known (F5): give a directory with a file for each "
                                        "town, named by its IBGE code as 3550308.holidays"));
    }
}

void check_places(const Config& config, ConfigLoad& load, Instant now) {
    std::optional<HolidayFiles> holidays;
    if (load.sound("holidays")) {
        if (auto read = load_holidays(config.state_holidays_dir, config.town_holidays_dir)) {
            holidays = *std::move(read);
            warn_of_unknown_holidays(config, *holidays, load);
        } else {
            load.faults.push_back(load.at("holidays", read.error().text()));
        }
    }
    const TzZones zones;
    if (tz_data_is_old(zones.version(), date_of(LocalTime{std::chrono::floor<Seconds>(now.time_since_epoch())}))) {
        load.warnings.push_back(load.at("", "the time zone data of the system (" + zones.version() +
                                                ") are older than a year, or of no known age (F9): apt-get install "
                                                "tzdata"));
    }
    for (const auto& [town, name] : config.town_zones) {
        if (const auto zone = zones.zone(name); !zone && load.sound("zones." + town)) {
            load.faults.push_back(load.at("zones." + town, zone.error().text()));
        }
    }
    if (holidays && load.sound("zones")) {
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
    if (!config.network.radius.empty() && load.sound("network.radius_profiles")) {
        const auto profiles = load_radius_profiles(config.radius_profiles_dir);
        if (!profiles) {
            load.faults.push_back(load.at("network.radius_profiles", profiles.error().text()));
        } else {
            for (const RadiusNasConfig& nas : config.network.radius) {
                if (load.sound("network.radius." + nas.name)) {
                    check_nas(config, nas, *profiles, load);
                }
            }
        }
    }
    for (const MqttBrokerConfig& broker : config.network.mqtt) {
        const std::string key = "network.mqtt." + broker.name;
        if (!load.sound(key)) {
            continue;
        }
        if (const auto made = make_mqtt(broker, system_wall_clock()); !made) {
            load.faults.push_back(load.at(key, made.error().text()));
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

void check_files(ConfigLoad& load, const WallClock& now) {
    if (!load.as_read) {
        return;
    }
    const Config& config = *load.as_read;
    check_places(config, load, now());
    check_templates(config, load);
    check_drivers(config, load);
}

}  // namespace emdia
