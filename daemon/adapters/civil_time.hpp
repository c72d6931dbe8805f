#pragma once
// Civil time from the tz data of the system (F8, F9), so that a change of the law arrives by an update of the system.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/ports/zones.hpp"

namespace emdia {

/// IANA zones of /usr/share/zoneinfo, each read once when it is first asked for. Thread-safe.
class TzZones final : public ZoneSource {
public:
    /// Throws std::runtime_error when the system has no tz data (apt-get install tzdata).
    TzZones();
    ~TzZones() override;
    TzZones(const TzZones&) = delete;
    TzZones& operator=(const TzZones&) = delete;
    TzZones(TzZones&&) = delete;
    TzZones& operator=(TzZones&&) = delete;

    [[nodiscard]] Result<const Zone*> zone(std::string_view iana_name) const override;
    [[nodiscard]] std::string version() const override { return version_; }

private:
    std::string version_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones_;
};

/// F9: tz data of this version ("2025b") is more than a year old on that day, or its age cannot be told. The day of a
/// release is not in its name, so the last day of its year is taken: no warning without need.
[[nodiscard]] bool tz_data_is_old(std::string_view version, Date today);

}  // namespace emdia
