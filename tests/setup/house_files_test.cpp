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
