#pragma once
// What a configuration refers to: holidays, zones, templates, profiles of NAS, and the drivers it describes. Nothing
// here opens the ledger, listens, or talks to equipment, so it can be tried before anything depends on it.

#include <memory>
#include <vector>

#include "daemon/adapters/config_file.hpp"
#include "daemon/core/templates.hpp"
#include "daemon/engine/places.hpp"
#include "daemon/engine/settings.hpp"
#include "daemon/ports/access_driver.hpp"
#include "daemon/ports/zones.hpp"
#include "network/common/wall_clock.hpp"

namespace emdia {

/// Constant once read.
struct HouseFiles {
    EngineSettings settings;
    TemplateSet templates;
    Places places;
};

/// `config` errors name the file. The places refer to zones of `zones`, which must outlive them.
[[nodiscard]] Result<HouseFiles> read_house_files(const Config& config, const ZoneSource& zones);

/// Dry-run, one RADIUS driver if there is a NAS, one MQTT driver for every broker; none of them is started.
[[nodiscard]] Result<std::vector<std::unique_ptr<AccessDriver>>> make_drivers(const Config& config,
                                                                              const WallClock& now);

/// Tries all of the above on what `load` holds, each part by itself, and adds what would fail to its faults: after this
/// a load without faults is one that the daemon can run. Parts whose own keys have faults are left out, so that all is
/// said at once and nothing twice. Does nothing when the file could not be read at all.
void check_files(ConfigLoad& load, const WallClock& now = system_wall_clock());

}  // namespace emdia
