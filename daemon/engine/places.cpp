#include "daemon/engine/places.hpp"

#include <charconv>
#include <string_view>

namespace emdia {
namespace {

/// The first two digits of an IBGE town code are the code of its state.
std::optional<Uf> uf_of_town(std::string_view ibge) {
    static const std::map<int, Uf> kStates{
        {11, Uf::RO}, {12, Uf::AC}, {13, Uf::AM}, {14, Uf::RR}, {15, Uf::PA}, {16, Uf::AP}, {17, Uf::TO},
        {21, Uf::MA}, {22, Uf::PI}, {23, Uf::CE}, {24, Uf::RN}, {25, Uf::PB}, {26, Uf::PE}, {27, Uf::AL},
        {28, Uf::SE}, {29, Uf::BA}, {31, Uf::MG}, {32, Uf::ES}, {33, Uf::RJ}, {35, Uf::SP}, {41, Uf::PR},
        {42, Uf::SC}, {43, Uf::RS}, {50, Uf::MS}, {51, Uf::MT}, {52, Uf::GO}, {53, Uf::DF}};
    int code = 0;
    if (ibge.size() != 7 || std::from_chars(ibge.data(), ibge.data() + 2, code).ec != std::errc{}) {
        return std::nullopt;
    }
    const auto found = kStates.find(code);
    return found == kStates.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

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
        std::string version = "national";
        if (const auto state = local.states.find(uf); state != local.states.end()) {
            days.push_back(state->second);
            version += "+" + std::string(to_string(uf));
        }
        const auto at = places.calendars_.emplace(std::pair{uf, std::string{}}, Calendar(days, version)).first;
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
            const auto at =
                places.calendars_.emplace(std::pair{*uf, ibge}, Calendar(days, place.calendar->version() + "+" + ibge))
                    .first;
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
