// What the daemon would stumble over at a start or a reload is found before, in its place.

#include "daemon/setup/house_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

const std::string kSource = EMDIA_SOURCE_DIR;

/// Whole and right; `changes` come at the end of the file.
ConfigLoad checked(const test::TempDir& dir, const std::string& owner, const std::string& changes) {
    const std::string file = dir.path("emdia.toml");
    std::ofstream(file) << "[isp]\nname = \"Rede Sul\"\nlegal_name = \"Rede Sul Ltda\"\ncnpj = \"11.222.333/0001-81\"\n"
                           "address = \"Rua A, 1\"\ncare_channel = \"0800 000 0000\"\ndomain = \"redesul.com.br\"\n"
                           "[erp.ixc]\ncommand = [\"/bin/true\"]\ndefault_uf = \"SP\"\nowner = \""
                        << owner << "\"\n[templates]\ndir = \"" << kSource << "/templates/pt-BR\"\n"
                        << changes;
    ConfigLoad load = load_config({file, "", "", SecretsPolicy::names_only});
    for (const ConfigFault& fault : load.faults) {
        UNSCOPED_INFO(fault.text());
    }
    REQUIRE(load.config);
    check_files(load);
    return load;
}

const std::string kHolidays = "[holidays]\nstates = \"" + kSource + "/holidays\"\n";
const std::string kProfiles = "[network]\nradius_profiles = \"" + kSource + "/network/radius/profiles\"\n";

std::string nas(const std::string& lines) {
    return kHolidays + kProfiles +
           "default = \"radius.b1\"\n[network.radius.b1]\naddress = \"127.0.0.1\"\nsecret = \"s\"\n" + lines;
}

bool names(const std::vector<ConfigFault>& faults, const std::string& key, const std::string& part) {
    for (const ConfigFault& fault : faults) {
        UNSCOPED_INFO(fault.text());
    }
    return std::any_of(faults.begin(), faults.end(), [&](const ConfigFault& fault) {
        return fault.key == key && fault.line != 0 && fault.what.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("what refers to good files is left as it is") {
    const test::TempDir dir;
    const ConfigLoad load = checked(dir, "emdia", nas("profile = \"mikrotik\"\nmethod = \"coa\"\n"));
    CHECK_FALSE(names(load.faults, "", ""));
    CHECK(load.faults.empty());
}

TEST_CASE("a faulty file beside the configuration is a fault, not the end of a daemon") {
    const test::TempDir dir;
    SECTION("holidays") {
        std::filesystem::create_directory(dir.path("towns"));
        std::ofstream(dir.path("towns/3550308.holidays")) << "13-45 no such day\n";
        CHECK(names(checked(dir, "observe", kHolidays + "towns = \"towns\"\n").faults, "holidays", "3550308"));
    }
    SECTION("zone") {
        CHECK(names(checked(dir, "observe", kHolidays + "[zones]\n\"3550308\" = \"America/Sao_Paolo\"\n").faults,
                    "zones.3550308", "Sao_Paolo"));
    }
    SECTION("profile of a NAS") {
        CHECK(names(checked(dir, "observe", nas("profile = \"mikrotic\"\n")).faults, "network.radius.b1.profile",
                    "mikrotik"));
    }
    SECTION("name of a site") {
        const std::string broker =
            kHolidays + "[network.mqtt.b1]\nurl = \"mqtts://broker.redesul.com.br:8883\"\nsite = \"a/b\"\n";
        CHECK(names(checked(dir, "observe", broker).faults, "network.mqtt.b1", "site"));
    }
}

TEST_CASE("faults of the file do not hide those of what it refers to, and nothing is said twice") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir.path("states"));
    std::ofstream(dir.path("states/sp.holidays")) << "13-45 no such day\n";
    const std::string file = dir.path("emdia.toml");
    std::ofstream(file) << "[isp]\nname = \"Provedor\"\nlegal_name = \"Provedor Ltda\"\ncnpj = \"12.345.678/0001-9\"\n"
                           "address = \"Rua A, 1\"\ncare_channel = \"0800\"\ndomain = \"provedor.example\"\n"
                           "[network]\ndefault = \"radius.nowhere\"\nblock_lease = \"soon\"\nradius_profiles = \""
                        << kSource << "/network/radius/profiles\"\n"
                        << "[network.radius.b1]\naddress = \"127.0.0.1\"\nsecret = \"s\"\nprofile = \"mikrotic\"\n"
                           "[network.radius.b2]\naddress = \"nowhere\"\nsecret = \"s\"\nprofile = \"mikrotic\"\n"
                           "[rollout]\nmode = \"alive\"\n[log]\nlevel = \"loud\"\n"
                           "[erp.ixc]\ncommand = [\"/bin/true\"]\ndefault_uf = \"SP\"\n"
                           "[holidays]\nstates = \"states\"\n[templates]\ndir = \"states\"\n";
    ConfigLoad load = load_config({file, "", "", SecretsPolicy::names_only});
    REQUIRE_FALSE(load.config);
    CHECK(load.faults.size() == 6);
    check_files(load);
    for (const char* key : {"isp.cnpj", "network.default", "network.block_lease", "network.radius.b2.address",
                            "rollout.mode", "log.level"}) {
        CHECK(names(load.faults, key, ""));
    }
    CHECK(names(load.faults, "holidays", "sp.holidays:1"));
    CHECK(names(load.faults, "templates.dir", ""));
    CHECK(names(load.faults, "network.radius.b1.profile", "mikrotik"));
    CHECK(load.faults.size() == 9);
}

TEST_CASE("F5: a town whose holidays are not known is a warning") {
    const test::TempDir dir;
    const std::string known = kHolidays + "towns = \"towns\"\n";
    std::filesystem::create_directory(dir.path("towns"));
    CHECK(names(checked(dir, "observe", known).warnings, "holidays.towns", "F5"));
    std::ofstream(dir.path("towns/3550308.holidays")) << "01-25 Aniversário de São Paulo\n";
    const auto of_town = [&](const std::string& code) {
        return checked(dir, "observe\"\ndefault_municipality = \"" + code, known).warnings;
    };
    CHECK(names(of_town("3509502"), "erp.ixc.default_municipality", "3509502.holidays"));
    const auto without = of_town("3550308");
    CHECK(std::none_of(without.begin(), without.end(),
                       [](const ConfigFault& w) { return w.what.find("(F5)") != std::string::npos; }));
}

TEST_CASE("F9: time zone data that may miss a change of the law are a warning") {
    const test::TempDir dir;
    const auto warned_on = [&](const char* day) {
        ConfigLoad load = checked(dir, "observe", kHolidays);
        load.warnings.clear();
        check_files(load, [&] { return *parse_instant(day); });
        return std::any_of(load.warnings.begin(), load.warnings.end(),
                           [](const ConfigFault& w) { return w.what.find("(F9)") != std::string::npos; });
    };
    CHECK_FALSE(warned_on("2000-01-01T00:00:00Z"));
    CHECK(warned_on("2099-01-01T00:00:00Z"));
}

TEST_CASE("a NAS that only disconnects blocks nobody when emdia owns the block") {
    const test::TempDir dir;
    const std::string lines = GENERATE("method = \"disconnect\"\nprofile = \"mikrotik\"\n", "method = \"coa\"\n");
    CHECK(names(checked(dir, "emdia", nas(lines)).faults, "network.radius.b1", "only disconnects"));
    CHECK(checked(dir, "erp", nas(lines)).faults.empty());
    const std::string another =
        nas(lines) + "[erp.other]\ncommand = [\"/bin/true\"]\ndefault_uf = \"SP\"\nowner = \"erp\"\n";
    const ConfigLoad mixed = checked(dir, "emdia", another);
    CHECK(mixed.faults.empty());
    CHECK(names(mixed.warnings, "network.radius.b1", "only disconnects"));
}

}  // namespace emdia
