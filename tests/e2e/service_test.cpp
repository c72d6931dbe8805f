// The daemon as the service manager sees it: exit codes, reload, faults of the configuration.

#include <csignal>

#include <catch2/catch.hpp>

#include "tests/e2e/house.hpp"

using namespace emdia::e2e;

TEST_CASE("SIGHUP with a faulty configuration keeps the old one and says so; SIGTERM ends with 0") {
    House house({});
    house.edit_config("poll_hot = \"60s\"", "poll_hot = \"soon\"");
    house.daemon().signal(SIGHUP);
    house.expect_log("CONFIG-KEPT");
    house.expect_log("CONFIG-FAULT");
    house.run_until("2026-03-06T10:01:00");
    CHECK(house.messages(house.bruno()).size() == 1);

    house.edit_config("poll_hot = \"soon\"", "poll_hot = \"60s\"");
    house.edit_config("profile = \"mikrotik\"", "profile = \"mikrotic\"");
    house.daemon().signal(SIGHUP);
    house.expect_log("CONFIG-KEPT", 2);
    house.edit_config("profile = \"mikrotic\"", "profile = \"mikrotik\"");

    house.edit_config("poll_hot = \"60s\"", "poll_hot = \"120s\"");
    house.reload();
    house.run_until("2026-03-11T10:01:00");
    CHECK(house.messages(house.bruno()).size() == 2);
    CHECK(house.as_json({"status"}).at("mode") == "live");
    CHECK(house.daemon().end(SIGTERM) == 0);
}

TEST_CASE("a configuration with five faults: exit code 78, and all five are named with their line") {
    const emdia::testing::ScratchFolder folder;
    const auto file = folder.path() / "emdia.toml";
    emdia::testing::write_file(file,
                               "[isp]\nname = \"Provedor\"\nlegal_name = \"Provedor Ltda\"\n"
                               "cnpj = \"12.345.678/0001-9\"\naddress = \"Rua A, 1\"\ncare_channel = \"0800\"\n"
                               "domain = \"provedor.example\"\n[network]\ndefault = \"radius.nowhere\"\n"
                               "block_lease = \"soon\"\n[rollout]\nmode = \"alive\"\n[log]\nlevel = \"loud\"\n"
                               "[erp.ixc]\ncommand = [\"/bin/true\"]\ndefault_uf = \"SP\"\n");
    const auto run = emdia::test::run_program({program("emdiad"), "--config", file.string()});
    CHECK(run.status == 78);
    for (const char* place : {":4:", ":9:", ":10:", ":12:", ":14:"}) {
        CHECK_THAT(run.err, Catch::Contains("emdia.toml" + std::string(place)));
    }
}
