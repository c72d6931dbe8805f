#include "daemon/adapters/config_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

/// A directory with the files of an installation; `load` reads it as the daemon would.
class House {
public:
    House() {
        std::filesystem::create_directory(dir_.path("") + "secrets");
        secret("ixc-token", "7:abcdef\n");
        secret("wa-token", "wa-token-value");
        secret("wa-secret", "wa-secret-value");
        secret("wa-verify", "wa-verify-value");
        secret("bras-secret", "bras-secret-value");
    }
    void secret(const std::string& name, const std::string& value, mode_t mode = 0600) {
        const std::string path = dir_.path("") + "secrets/" + name;
        std::ofstream(path) << value;
        REQUIRE(::chmod(path.c_str(), mode) == 0);
    }
    void file(const std::string& name, const std::string& content) {
        std::ofstream(dir_.path("") + "" + name) << content;
    }
    [[nodiscard]] std::string path() const { return dir_.path(""); }
    [[nodiscard]] ConfigLoad load(SecretsPolicy secrets = SecretsPolicy::read) const {
        return load_config({dir_.path("") + "emdia.toml", "", "", secrets});
    }

private:
    test::TempDir dir_;
};

const std::string kWhole = R"([isp]
name = "Rede Sul"
legal_name = "Rede Sul Telecom Ltda"
cnpj = "11.222.333/0001-81"
address = "Rua A, 1, Campinas, SP"
care_channel = "0800 000 0000"
domain = "redesul.com.br"
[secrets]
dir = "secrets"
[erp.ixc]
command = ["/bin/true", "-x"]
default_uf = "SP"
owner = "emdia"
poll_hot = "20s"
[erp.ixc.settings]
url = "https://ixc.redesul.com.br"
listing = "get"
[erp.ixc.secrets]
token = "ixc-token"
[whatsapp]
phone_number_id = "1234"
waba_id = "5678"
token = "wa-token"
app_secret = "wa-secret"
verify_token = "wa-verify"
[network]
default = "radius.bras-1"
[network.radius.bras-1]
address = "127.0.0.1:3799"
secret = "bras-secret"
[network.routes]
"7" = "radius.bras-1"
"8" = "dry-run"
)";

std::string all_text(const std::vector<ConfigFault>& faults) {
    std::string out;
    for (const ConfigFault& fault : faults) {
        out += fault.text() + "\n";
    }
    return out;
}

bool has(const std::vector<ConfigFault>& faults, unsigned line, std::string_view key, std::string_view part) {
    return std::any_of(faults.begin(), faults.end(), [&](const ConfigFault& fault) {
        return fault.line == line && fault.key == key && fault.what.find(part) != std::string::npos;
    });
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a whole configuration becomes typed values") {
    House house;
    house.file("emdia.toml", kWhole);
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    REQUIRE(load.config);
    const Config& config = *load.config;
    CHECK(config.isp.name == "Rede Sul");
    REQUIRE(config.erps.size() == 1);
    CHECK(config.erps[0].command == std::vector<std::string>{"/bin/true", "-x"});
    CHECK(config.erps[0].owner == ErpConfig::Owner::emdia);
    CHECK(config.erps[0].poll_hot == Seconds{20});
    CHECK(config.erps[0].settings_json.find("\"url\"") != std::string::npos);
    CHECK(config.erps[0].secrets.at("token").reveal() == "7:abcdef");
    CHECK(config.find_erp("ixc") == &config.erps[0]);
    CHECK(config.find_erp("voalle") == nullptr);
    REQUIRE(config.whatsapp);
    CHECK(config.whatsapp->app_secret.reveal() == "wa-secret-value");
    CHECK(config.network.radius.at(0).address == "127.0.0.1");
    CHECK(config.network.radius.at(0).port == 3799);
    CHECK(config.network.default_route == DriverRoute{"radius", "bras-1"});
    CHECK(config.network.routes.at("7") == DriverRoute{"radius", "bras-1"});
    CHECK(config.network.routes.at("8") == DriverRoute{"dry-run", ""});
    CHECK(config.policy == Policy{});
    CHECK(config.rollout == RolloutMode::shadow);
}

TEST_CASE("five errors in two files are all said at once, each with its line") {
    House house;
    std::string text = replaced(kWhole, "cnpj = \"11.222.333/0001-81\"", "cnpj = \"11.222.333/0001-82\"");
    text = replaced(text, "poll_hot = \"20s\"", "pol_hot = \"20s\"");
    text = replaced(text, "waba_id = \"5678\"", "waba_id = 5678");
    house.file("emdia.toml", text);
    house.file("policy.toml", "version = \"1\"\n[notice]\ndays = 10\n[block]\nwindow = \"16:00-09:00\"\n");
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    CHECK_FALSE(load.config);
    CHECK(load.faults.size() == 5);
    CHECK(has(load.faults, 4, "isp.cnpj", "check digits"));
    CHECK(has(load.faults, 14, "erp.ixc.pol_hot", "did you mean \"poll_hot\"?"));
    CHECK(has(load.faults, 22, "whatsapp.waba_id", "must be a text in quotes; is a whole number"));
    CHECK(has(load.faults, 3, "notice.days", "A1"));
    CHECK(has(load.faults, 5, "block.window", "a window such as"));
}

TEST_CASE("a syntax error names line and column") {
    House house;
    house.file("emdia.toml", "[isp]\nname = \"Rede\nlegal_name = 1\n");
    const ConfigLoad load = house.load();
    REQUIRE(load.faults.size() == 1);
    CHECK(load.faults[0].line == 2);
    CHECK(load.faults[0].column > 0);
}

TEST_CASE("a file that is not there is one fault with a cure") {
    House house;
    const ConfigLoad load = house.load();
    REQUIRE(load.faults.size() == 1);
    CHECK(load.faults[0].text().find("cannot be opened") != std::string::npos);
}

TEST_CASE("a secret pasted into the file is refused and never repeated") {
    House house;
    const std::string secret = GENERATE("EAAG0123456789:secret/with+signs==", "0123456789abcdef0123456789abcdef");
    house.file("emdia.toml", replaced(kWhole, "app_secret = \"wa-secret\"", "app_secret = \"" + secret + "\""));
    const ConfigLoad load = house.load();
    REQUIRE(load.faults.size() == 1);
    CHECK(load.faults[0].key == "whatsapp.app_secret");
    CHECK(load.faults[0].text().find(secret) == std::string::npos);
}

TEST_CASE("a secret that others may read is refused; names_only does not look") {
    House house;
    house.file("emdia.toml", kWhole);
    house.secret("wa-token", "wa-token-value", 0640);
    CHECK(house.load(SecretsPolicy::names_only).config);
    const ConfigLoad load = house.load();
    REQUIRE(load.faults.size() == 1);
    CHECK(load.faults[0].what.find("chmod 0600") != std::string::npos);
}

TEST_CASE("systemd credentials come before the directory of secrets") {
    House house;
    house.file("emdia.toml", kWhole);
    test::TempDir credentials;
    std::ofstream(credentials.path("") + "wa-token") << "from-systemd";
    const ConfigLoad load = load_config({house.path() + "emdia.toml", "", credentials.path(""), SecretsPolicy::read});
    INFO(all_text(load.faults));
    REQUIRE(load.config);
    CHECK(load.config->whatsapp->token.reveal() == "from-systemd");
}

TEST_CASE("empty and over-long secrets are faults") {
    House house;
    house.file("emdia.toml", kWhole);
    house.secret("wa-token",
                 GENERATE(std::string(), std::string("\n"), std::string("two\nlines\n"), std::string(20'000, 'x')));
    CHECK(has(house.load().faults, 23, "whatsapp.token", "one line"));
}

TEST_CASE("a route to a device that is not there is a fault with a suggestion") {
    House house;
    house.file("emdia.toml", replaced(kWhole, "\"7\" = \"radius.bras-1\"", "\"7\" = \"radius.bras1\""));
    const ConfigLoad load = house.load();
    REQUIRE(load.faults.size() == 1);
    CHECK(load.faults[0].what.find("did you mean \"radius.bras-1\"?") != std::string::npos);
}

TEST_CASE("the connector's program must be absolute, there, executable and not for others to change") {
    House house;
    const std::string writable = house.path() + "connector";
    std::ofstream(writable) << "#!/bin/sh\n";
    REQUIRE(::chmod(writable.c_str(), 0777) == 0);
    const auto [wanted, part] = GENERATE(table<std::string, std::string>({{"true", "absolute"},
                                                                          {"/no/such/program", "not there"},
                                                                          {"/etc/passwd", "not be executed"},
                                                                          {"(writable)", "chmod go-w"}}));
    const std::string program = wanted == "(writable)" ? writable : wanted;
    house.file("emdia.toml", replaced(kWhole, "/bin/true", program));
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    CHECK(has(load.faults, 11, "erp.ixc.command", part));
}

TEST_CASE("the token never travels over plain HTTP, except to a lab on this machine") {
    House house;
    house.file("emdia.toml", replaced(kWhole, "[whatsapp]", "[whatsapp]\nbase_url = \"http://graph.example\""));
    CHECK(has(house.load().faults, 21, "whatsapp.base_url", "https://"));
    house.file("emdia.toml", replaced(kWhole, "[whatsapp]", "[whatsapp]\nbase_url = \"http://127.0.0.1:99/v23.0\""));
    CHECK(house.load().config);
}

TEST_CASE("policy.toml sets every field, and 'off' switches stages off") {
    House house;
    house.file("emdia.toml", kWhole);
    house.file("policy.toml", R"(version = "2026-11"
accept_risk = ["block.weekdays"]
claim_hold = "72h"
[contact]
saturday = "08:00-12:00"
send_at = "11:30"
[stages]
before = "off"
after = 2
headsup = "off"
[block]
weekdays = ["mon", "fri"]
min_connection_debt = "25.50"
)");
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    const bool saturday_needs_risk = has(load.faults, 5, "contact.saturday", "accept_risk");
    CHECK(saturday_needs_risk);  // C1: widening to Saturday is loosening
    house.file("policy.toml", R"(version = "2026-11"
accept_risk = ["block.weekdays", "contact.saturday"]
claim_hold = "72h"
[contact]
saturday = "08:00-12:00"
send_at = "11:30"
[stages]
before = "off"
after = 2
headsup = "off"
[block]
weekdays = ["mon", "fri"]
min_connection_debt = "25.50"
)");
    const ConfigLoad accepted = house.load();
    INFO(all_text(accepted.faults));
    REQUIRE(accepted.config);
    const Policy& policy = accepted.config->policy;
    CHECK(policy.version == "2026-11");
    CHECK(policy.claim_hold == Hours{72});
    CHECK(policy.contact.saturday == TimeWindow{Hours{8}, Hours{12}});
    CHECK(policy.contact.send_at == Hours{11} + Minutes{30});
    CHECK_FALSE(policy.stages.before);
    CHECK(policy.stages.after == 2);
    CHECK_FALSE(policy.stages.headsup);
    CHECK(policy.block.weekdays == std::bitset<7>(0b0100010));
    CHECK(policy.block.min_connection_debt == Money::centavos(2550));
}

TEST_CASE("F11: a block on Friday needs the risk to be accepted by name") {
    House house;
    house.file("policy.toml", "version = \"1\"\n[block]\nweekdays = [\"mon\", \"fri\"]\n");
    CHECK(has(load_policy(house.path() + "policy.toml").faults, 3, "block.weekdays", "accept_risk"));
    house.file("policy.toml", "version = \"1\"\naccept_risk = [\"block.weekday\"]\n");
    CHECK(has(load_policy(house.path() + "policy.toml").faults, 2, "accept_risk", "did you mean \"block.weekdays\"?"));
}

TEST_CASE("a pilot limits by all of its lists") {
    PilotConfig pilot;
    CHECK(pilot.covers(std::nullopt, "FIBRA", "ixc:1"));
    pilot.ufs = {Uf::SP};
    CHECK_FALSE(pilot.covers(std::nullopt, "FIBRA", "ixc:1"));
    CHECK_FALSE(pilot.covers(Uf::RJ, "FIBRA", "ixc:1"));
    CHECK(pilot.covers(Uf::SP, "FIBRA", "ixc:1"));
    pilot.contracts = {"ixc:2"};
    CHECK_FALSE(pilot.covers(Uf::SP, "FIBRA", "ixc:1"));
    CHECK(pilot.covers(Uf::SP, "FIBRA", "ixc:2"));
}

TEST_CASE("the shipped example lacks only what must be filled in; the shipped policy is the default one") {
    const std::string dir = std::string(EMDIA_SOURCE_DIR) + "/systemd/";
    const ConfigLoad load =
        load_config({dir + "emdia.toml.example", dir + "policy.toml.example", "", SecretsPolicy::names_only});
    std::vector<std::string> keys;
    for (const ConfigFault& fault : load.faults) {
        keys.push_back(fault.key);
    }
    INFO(all_text(load.faults));
    CHECK(keys == std::vector<std::string>{"isp.name", "isp.legal_name", "isp.cnpj", "isp.address", "isp.care_channel",
                                           "isp.domain", "erp.ixc.command", "erp.ixc.settings.url",
                                           "whatsapp.phone_number_id", "whatsapp.waba_id"});
    const PolicyLoad policy = load_policy(dir + "policy.toml.example");
    INFO(all_text(policy.faults));
    CHECK(policy.faults.empty());
    Policy expected;
    expected.version = "1";
    CHECK(policy.policy == expected);
}

TEST_CASE("what was shipped to be filled in is not taken for filled in") {
    House house;
    std::string text = replaced(kWhole, "\"1234\"", "\"0\"");
    text = replaced(text, "ixc.redesul.com.br", "ixc.example.com.br");
    house.file("emdia.toml", text);
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    CHECK(load.faults.size() == 2);
    CHECK(has(load.faults, 16, "erp.ixc.settings.url", "example"));
    CHECK(has(load.faults, 21, "whatsapp.phone_number_id", "not the phone number"));
}

TEST_CASE("a NAS is named by its address, and its packets leave from one of the same kind") {
    House house;
    house.file("emdia.toml", replaced(kWhole, "\"127.0.0.1:3799\"", "\"bras.redesul.com.br\""));
    CHECK(has(house.load().faults, 29, "network.radius.bras-1.address", "not a name"));
    house.file("emdia.toml", replaced(kWhole, "secret = \"bras-secret\"",
                                      "secret = \"bras-secret\"\nsource_address = \"2001:db8::1\""));
    CHECK(has(house.load().faults, 31, "network.radius.bras-1.source_address", "same kind"));
}

TEST_CASE("signatures and times of RADIUS packets, and certificates for MQTT, are keys") {
    House house;
    std::string text =
        replaced(kWhole, "secret = \"bras-secret\"",
                 "secret = \"bras-secret\"\nmessage_authenticator = \"require\"\nevent_timestamp = true");
    text +=
        "[network.mqtt.centro]\nurl = \"mqtts://broker.redesul.com.br:8883\"\n"
        "certificate_file = \"ours.pem\"\nkey_file = \"ours.key\"\n";
    house.file("ours.pem", "certificate");
    house.file("ours.key", "key");
    house.file("emdia.toml", text);
    const ConfigLoad load = house.load();
    INFO(all_text(load.faults));
    REQUIRE(load.config);
    CHECK(load.config->network.radius.at(0).message_authenticator == RadiusNasConfig::Signing::require);
    CHECK(load.config->network.radius.at(0).event_timestamp == true);
    CHECK(load.config->network.mqtt.at(0).certificate_file == house.path() + "ours.pem");
    CHECK(load.config->network.mqtt.at(0).key_file == house.path() + "ours.key");
    house.file("emdia.toml", replaced(text, "key_file = \"ours.key\"\n", ""));
    const ConfigLoad half = house.load();
    INFO(all_text(half.faults));
    CHECK(has(half.faults, 38, "network.mqtt.centro.certificate_file", "key_file"));
}

TEST_CASE("an owner that does less than one would think is a warning") {
    House house;
    house.file("emdia.toml", replaced(kWhole, "default = \"radius.bras-1\"", "default = \"dry-run\""));
    CHECK(has(house.load().warnings, 13, "erp.ixc.owner", "cuts nothing"));
    house.file("emdia.toml",
               replaced(kWhole, "owner = \"emdia\"", "owner = \"observe\"") + "[rollout]\nmode = \"live\"\n");
    CHECK(has(house.load().warnings, 13, "erp.ixc.owner", "nobody is blocked"));
}

}  // namespace emdia
