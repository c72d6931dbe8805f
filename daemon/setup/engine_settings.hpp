#pragma once
// From the configuration file to what the engine and the drivers are told.

#include <memory>
#include <vector>

#include "daemon/adapters/config.hpp"
#include "daemon/adapters/holiday_files.hpp"
#include "daemon/adapters/process_erp_source.hpp"
#include "daemon/engine/settings.hpp"
#include "network/mqtt/mqtt_config.hpp"
#include "network/radius/radius_config.hpp"

namespace emdia {

[[nodiscard]] EngineSettings engine_settings(const Config& config, const HolidayFiles& holidays);
/// In the lab the connector may belong to whoever built it.
[[nodiscard]] ProcessErpSourceOptions erp_source_options(const ErpConfig& config, bool lab);
/// All NAS are devices of one driver, "radius".
[[nodiscard]] RadiusDriverConfig radius_config(const NetworkConfig& network, RadiusProfiles profiles, WallClock now);
/// A broker is a driver of its own, "mqtt.NAME".
[[nodiscard]] MqttDriverConfig mqtt_config(const MqttBrokerConfig& broker, WallClock now,
                                           std::shared_ptr<const Digest> digest);

}  // namespace emdia
