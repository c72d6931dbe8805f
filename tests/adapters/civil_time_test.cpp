#include "daemon/adapters/civil_time.hpp"

#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "daemon/core/uf.hpp"

using namespace emdia;

namespace {

const Zone& zone_of(const TzZones& zones, std::string_view name) { return *zones.zone(name).value(); }

Minutes offset(const Zone& zone, Instant t) {
    const auto whole = std::chrono::floor<Seconds>(t);
    return std::chrono::duration_cast<Minutes>(zone.local(t).time_since_epoch() - whole.time_since_epoch());
}

Instant instant(const char* rfc3339) { return *parse_instant(rfc3339); }

}  // namespace

TEST_CASE("F8: the zones of all 27 units exist and have the offsets of the rule", "[zones]") {
    const TzZones zones;
    for (const Uf uf : all_ufs()) {
        CAPTURE(to_string(uf));
        const auto zone = zones.zone(iana_zone(uf));
        REQUIRE(zone.ok());
        Hours expected{-3};
        if (uf == Uf::AC) {
            expected = Hours{-5};
        } else if (uf == Uf::AM || uf == Uf::RR || uf == Uf::RO || uf == Uf::MT || uf == Uf::MS) {
            expected = Hours{-4};
        }
        CHECK(offset(**zone, instant("2026-11-25T12:00:00Z")) == expected);
    }
    CHECK(offset(zone_of(zones, "America/Noronha"), instant("2026-11-25T12:00:00Z")) == Hours{-2});
    CHECK(offset(zone_of(zones, "America/Eirunepe"), instant("2026-11-25T12:00:00Z")) == Hours{-5});
    CHECK(offset(zone_of(zones, "America/Santarem"), instant("2026-11-25T12:00:00Z")) == Hours{-3});
}

TEST_CASE("F8: no Brazilian zone has daylight saving time after February 2019, through 2028", "[zones]") {
    const TzZones zones;
    for (const Uf uf : all_ufs()) {
        const Zone& zone = zone_of(zones, iana_zone(uf));
        const Minutes standard = offset(zone, instant("2019-02-18T12:00:00Z"));
        for (Instant t = instant("2019-02-18T12:00:00Z"); t < instant("2029-01-01T00:00:00Z"); t += Days{7}) {
            if (offset(zone, t) != standard) {
                FAIL(iana_zone(uf) << " changed its offset at " << to_rfc3339(t));
            }
        }
    }
    SUCCEED("no offset changed");
}

TEST_CASE("F9: the data knows daylight saving time, past and to come, so a change of the law would be seen",
          "[zones]") {
    const TzZones zones;
    CHECK(offset(zone_of(zones, "America/Sao_Paulo"), instant("2019-01-15T12:00:00Z")) == Hours{-2});
    CHECK(offset(zone_of(zones, "America/New_York"), instant("2030-07-01T12:00:00Z")) == Hours{-4});
    CHECK(offset(zone_of(zones, "America/New_York"), instant("2030-01-01T12:00:00Z")) == Hours{-5});
}

TEST_CASE("a time that clocks skipped begins when they jumped; one that they showed twice is the first", "[zones]") {
    const TzZones zones;
    const Zone& sao_paulo = zone_of(zones, "America/Sao_Paulo");
    // 2018-11-04: 00:00 became 01:00. 2019-02-17: 00:00 became 23:00 of the day before.
    CHECK(sao_paulo.instant(at(make_date(2018, 11, 4), Minutes{30})) == instant("2018-11-04T03:00:00Z"));
    CHECK(sao_paulo.instant(at(make_date(2019, 2, 16), Hours{23} + Minutes{30})) == instant("2019-02-17T01:30:00Z"));
    CHECK(sao_paulo.instant(at(make_date(2026, 3, 10), Hours{20} + Minutes{17})) == instant("2026-03-10T23:17:00Z"));
    CHECK(to_iso(sao_paulo.local(instant("2026-03-10T02:59:59.999Z"))) == "2026-03-09 23:59:59");
}

TEST_CASE("an unknown zone is an error of the configuration that says what to write", "[zones]") {
    const TzZones zones;
    for (const auto* name : {"America/Brasilia", "", "../etc/passwd", "BRT"}) {
        CAPTURE(name);
        const auto zone = zones.zone(name);
        REQUIRE_FALSE(zone.ok());
        CHECK(zone.error().kind == ErrorKind::config);
        CHECK_FALSE(zone.error().cure.empty());
    }
}

TEST_CASE("I13: the version of the tz data is a year and a letter", "[zones]") {
    const std::string version = TzZones{}.version();
    REQUIRE(version.size() >= 5);
    CHECK(version.substr(0, 2) == "20");
    CHECK(version[4] >= 'a');
    CHECK(version[4] <= 'z');
}

TEST_CASE("F9: tz data is old when its year is over for more than a year, or cannot be told", "[zones]") {
    CHECK_FALSE(tz_data_is_old("2025b", make_date(2026, 12, 31)));
    CHECK(tz_data_is_old("2025b", make_date(2027, 1, 1)));
    CHECK_FALSE(tz_data_is_old("2025", make_date(2025, 1, 1)));
    for (const char* unknown : {"unknown", "", "20x5b", "202"}) {
        CHECK(tz_data_is_old(unknown, make_date(2025, 1, 1)));
    }
}

TEST_CASE("zones are shared by threads", "[zones]") {
    const TzZones zones;
    std::vector<std::jthread> threads;
    std::vector<const Zone*> seen(4);
    for (auto& slot : seen) {
        threads.emplace_back([&] {
            for (const Uf uf : all_ufs()) {
                slot = zones.zone(iana_zone(uf)).value();
                static_cast<void>(slot->local(Instant{}));
            }
        });
    }
    threads.clear();
    for (const Zone* zone : seen) {
        CHECK(zone == seen.front());
    }
}
