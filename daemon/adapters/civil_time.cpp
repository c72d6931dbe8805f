#include "daemon/adapters/civil_time.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>

#include <date/tz.h>

namespace emdia {
namespace {

class TzZone final : public Zone {
public:
    explicit TzZone(const date::time_zone& zone) : zone_(zone) {}

    [[nodiscard]] LocalTime local(Instant t) const override {
        const auto local = zone_.to_local(std::chrono::floor<Seconds>(t));
        return LocalTime{local.time_since_epoch()};
    }

    [[nodiscard]] Instant instant(LocalTime t) const override {
        // `earliest` is the first of two when clocks were set back, and the moment of the jump when they skip `t`.
        return zone_.to_sys(date::local_time<Seconds>{t.time_since_epoch()}, date::choose::earliest);
    }

private:
    const date::time_zone& zone_;
};

/// The library looks for a file that Debian does not ship; the same number heads tzdata.zi: "# version 2025b".
std::string version_of_system() {
    constexpr std::string_view kHead = "# version ";
    std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
    std::string line;
    std::getline(file, line);
    return line.starts_with(kHead) ? line.substr(kHead.size()) : "unknown";
}

}  // namespace

TzZones::TzZones() : version_(date::get_tzdb().version) {
    if (version_.empty() || version_ == "unknown") {
        version_ = version_of_system();
    }
}

TzZones::~TzZones() = default;

Result<const Zone*> TzZones::zone(std::string_view iana_name) const {
    const std::scoped_lock lock(mutex_);
    if (const auto known = zones_.find(iana_name); known != zones_.end()) {
        return known->second.get();
    }
    try {
        auto zone = std::make_unique<const TzZone>(*date::locate_zone(iana_name));
        return zones_.emplace(iana_name, std::move(zone)).first->second.get();
    } catch (const std::runtime_error&) {
        return Error{ErrorKind::config, "the tz data does not know the zone \"" + std::string(iana_name) + "\"",
                     "use an IANA name such as America/Sao_Paulo, or apt-get install tzdata"};
    }
}

bool tz_data_is_old(std::string_view version, Date today) {
    constexpr std::size_t kYearDigits = 4;
    const std::string_view digits = version.substr(0, kYearDigits);
    int year = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
    const bool told = error == std::errc{} && digits.size() == kYearDigits && end == digits.data() + digits.size();
    return !told || static_cast<int>(std::chrono::year_month_day{today}.year()) > year + 1;
}

}  // namespace emdia
