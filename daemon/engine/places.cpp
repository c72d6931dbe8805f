#include "daemon/engine/places.hpp"

#include <set>
#include <utility>

namespace emdia {
Result<Places> Places::make(LocalCalendars local, const ZoneSource& zones) {
    Places places;
    places.tz_version_ = zones.version();
    const auto brasilia = zones.zone("America/Sao_Paulo");
    if (!brasilia) {
        return brasilia.error();
    }
    places.brasilia_ = *brasilia;
    for (const Uf uf : all_ufs()) {
        const auto zone = zones.zone(iana_zone(uf));
        if (!zone) {
            return zone.error();
        }
        std::vector<LocalHolidays> days;
        if (const auto state = local.states.find(uf); state != local.states.end()) {
            days.push_back(state->second);
        }
        const auto at = places.calendars_.emplace(std::pair{uf, std::string{}}, Calendar(std::move(days))).first;
        places.by_state_[uf] = Place{&at->second, *zone};
    }
    std::set<std::string> towns;
    for (const auto& [ibge, days] : local.towns) {
        towns.insert(ibge);
    }
    for (const auto& [ibge, zone] : local.town_zones) {
        towns.insert(ibge);
    }
    for (const auto& ibge : towns) {
        const auto uf = uf_of_town(ibge);
        if (!uf) {
            return Error{ErrorKind::config, "\"" + ibge + "\" is not an IBGE town code",
                         "use the 7 digits that IBGE gives the town, e.g. 3550308"};
        }
        Place place = places.by_state_.at(*uf);
        if (const auto zone_name = local.town_zones.find(ibge); zone_name != local.town_zones.end()) {
            const auto zone = zones.zone(zone_name->second);
            if (!zone) {
                return zone.error();
            }
            place.zone = *zone;
        }
        if (const auto town = local.towns.find(ibge); town != local.towns.end()) {
            std::vector<LocalHolidays> days;
            if (const auto state = local.states.find(*uf); state != local.states.end()) {
                days.push_back(state->second);
            }
            days.push_back(town->second);
            const auto at = places.calendars_.emplace(std::pair{*uf, ibge}, Calendar(std::move(days))).first;
            place.calendar = &at->second;
        }
        places.by_town_[std::pair{*uf, ibge}] = place;
    }
    return places;
}

Place Places::find(Uf uf, const std::string& municipality) const {
    if (!municipality.empty()) {
        if (const auto town = by_town_.find(std::pair{uf, municipality}); town != by_town_.end()) {
            return town->second;
        }
    }
    return by_state_.at(uf);
}

}  // namespace emdia
