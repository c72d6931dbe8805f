#include "tests/e2e/house.hpp"

#include <algorithm>
#include <csignal>
#include <future>
#include <stdexcept>

#include "daemon/core/civil.hpp"
#include "tests/lab/http.hpp"

namespace emdia::e2e {
namespace {

constexpr const char* kSite = "centro";
constexpr const char* kReady = "DAEMON-READY";
constexpr const char* kErpUp = "ERP-UP";
/// Real time without progress after which a run is given up; sanitized builds on a busy machine are slow.
constexpr int kGuardMs = 90'000;

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().text());
    }
    return std::move(result).value();
}

std::string host_of(const testing::Mosquitto& broker) { return broker.uri().substr(std::string("mqtt://").size()); }

std::string nas_name(std::int64_t nas) { return "BRAS-0" + std::to_string(nas); }

void write_secret(const std::filesystem::path& folder, const std::string& name, const std::string& value) {
    testing::write_file(folder / name, value);
    std::filesystem::permissions(folder / name, std::filesystem::perms::owner_read);
}

std::string text_of(const std::string& key, const std::string& value) { return key + " = \"" + value + "\"\n"; }

}  // namespace

std::string program(const std::string& name) { return std::string(EMDIA_BINARY_DIR) + "/bin/" + name; }

std::string local_second(const std::string& rfc3339) {
    const FixedZone brasilia{Minutes{-180}};
    std::string text = to_iso(brasilia.local(must(parse_instant(rfc3339)))).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string local_minute(const std::string& rfc3339) { return local_second(rfc3339).substr(0, 16); }

House::House(const HouseOptions& options)
    : radius_(testing::FreeRadiusKind::sessions), webhook_port_(testing::free_tcp_port()) {
    lab_ = must(lab::LabProcess::start(
        program("emdia-lab"), {"--story", "--contracts", std::to_string(options.contracts), "--start", options.start,
                               "--edge-broker", host_of(broker_), "--edge-site", kSite}));
    open_sessions(options);
    write_config(options);
    start_daemon();
    control("/webhook", {{"url", webhook_url()}, {"verify", true}});
    run_until(options.start + "T01:00:00");
    static_cast<void>(as_json({"go-live", "--reason", "the world of this run is a lab"}));
}

void House::open_sessions(const HouseOptions& options) {
    const Json bruno_login = look("/contracts?id=" + std::to_string(bruno()))[0].at("logins")[0];
    edge_nas_ = bruno_login.at("nas");
    edge_is_bruno_ = options.at_bruno == Device::edge;
    for (const Json& contract : look("/contracts")) {
        for (const Json& login : contract.at("logins")) {
            if (device_of(login) == Device::radius) {
                radius_.open_session(login.at("login"), "s-" + login.at("login").get<std::string>(), login.at("ip"));
            }
        }
    }
}

Device House::device_of(const Json& login) const {
    const bool behind_brunos_nas = login.at("nas") == edge_nas_;
    return behind_brunos_nas == edge_is_bruno_ ? Device::edge : Device::radius;
}

void House::write_config(const HouseOptions& options) const {
    const Json& world = lab_->description();
    const auto local = [&](const char* name) { return "127.0.0.1:" + std::to_string(world.at(name).get<int>()); };
    const std::filesystem::path secrets = folder() / "secrets";
    std::filesystem::create_directory(secrets);
    write_secret(secrets, "ixc-token", world.at("ixc_token"));
    write_secret(secrets, "whatsapp-token", world.at("whatsapp_token"));
    write_secret(secrets, "whatsapp-app-secret", world.at("whatsapp_app_secret"));
    write_secret(secrets, "whatsapp-verify-token", world.at("whatsapp_verify_token"));
    write_secret(secrets, "nas-secret", testing::radius_test_secret);

    std::string text = "[secrets]\ndir = \"secrets\"\n\n";
    text += "[isp]\n" + text_of("name", "Provedor Exemplo") + text_of("legal_name", "Provedor Exemplo Telecom Ltda") +
            text_of("cnpj", "12.345.678/0001-95") + text_of("address", "Rua das Flores, 100, Campinas/SP") +
            text_of("care_channel", "0800 000 0000") + text_of("domain", "provedor.example");
    text += "\n[ledger]\n" + text_of("path", (folder() / "ledger.db").string());
    text += "\n[admin]\n" + text_of("socket", (folder() / "admin.sock").string()) + text_of("group", "");
    text += "\n[clock]\n" + text_of("lab", local("clock"));
    text += "\n[log]\n" + text_of("language", options.language);
    text += "\n[rollout]\n" + text_of("mode", "live");
    text += "\n[templates]\n" + text_of("dir", EMDIA_SOURCE_DIR "/templates/pt-BR");
    text += "\n[holidays]\n" + text_of("states", EMDIA_SOURCE_DIR "/holidays");
    text += "\n[erp.ixc]\ncommand = [\"" + program("emdia-connector-ixc") + "\"]\n" + text_of("owner", "emdia") +
            text_of("default_uf", "SP") + text_of("optin_source", "contract clause 7") +
            text_of("poll_hot", options.poll_hot) + text_of("poll_incremental", options.poll_incremental);
    // The lab may be asked much more often than a real IXC: a month passes in a minute.
    text += "\n[erp.ixc.settings]\n" + text_of("url", "http://" + local("ixc")) +
            text_of("uf_numbers", "by_abbreviation") +
            "calls_per_minute = 100000\nsecond_look_ms = 0\nretry_pause_ms = 0\n";
    text += "\n[erp.ixc.secrets]\n" + text_of("token", "ixc-token");
    text += "\n[whatsapp]\n" + text_of("base_url", "http://" + local("whatsapp") + "/v24.0") +
            text_of("phone_number_id", world.at("whatsapp_phone_id")) + text_of("waba_id", "1") +
            text_of("token", "whatsapp-token") + text_of("app_secret", "whatsapp-app-secret") +
            text_of("verify_token", "whatsapp-verify-token") +
            text_of("webhook_listen", "127.0.0.1:" + std::to_string(webhook_port_)) + "daily_recipients = 1000\n";
    text += "\n[network]\n" + text_of("default", "dry-run") +
            text_of("radius_profiles", EMDIA_SOURCE_DIR "/network/radius/profiles");
    text += "\n[network.radius.bras]\n" + text_of("address", "127.0.0.1:" + std::to_string(radius_.port())) +
            text_of("secret", "nas-secret") + text_of("profile", "mikrotik") + text_of("method", "coa") +
            text_of("first_timeout", "1s") + "retransmissions = 1\n";
    text += "\n[network.mqtt.broker]\n" + text_of("url", "mqtt://" + host_of(broker_)) + text_of("site", kSite);
    text += "\n[network.routes]\n";
    for (std::int64_t nas = 1; nas <= 3; ++nas) {
        const bool edge = device_of({{"nas", nas}}) == Device::edge;
        text += text_of(nas_name(nas), edge ? "mqtt.broker" : "radius.bras");
    }
    testing::write_file(config_file(), text);
}

void House::start_daemon() {
    const std::size_t starts = count_in_log(kReady);
    daemon_ = std::make_unique<testing::BackgroundProcess>(
        std::vector<std::string>{program("emdiad"), "--config", config_file().string()}, folder() / "emdiad.log",
        "nothing: build the target emdiad");
    const auto ready = [&] { return !daemon_->running() || count_in_log(kReady) > starts; };
    if (!testing::eventually(ready, Millis{30'000}) || !daemon_->running()) {
        throw std::runtime_error("emdiad does not start: " + log());
    }
}

std::size_t House::count_in_log(const std::string& text) const {
    const std::string all = log();
    std::size_t found = 0;
    for (std::size_t at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size())) {
        ++found;
    }
    return found;
}

void House::expect_log(const std::string& text, std::size_t times) const {
    if (!testing::eventually([&] { return count_in_log(text) >= times; }, Millis{30'000})) {
        throw std::runtime_error("the log never said " + text + ":\n" + log());
    }
}

void House::reload() {
    const std::size_t starts = count_in_log(kReady);
    const std::size_t connections = count_in_log(kErpUp);
    daemon_->signal(SIGHUP);
    expect_log(kReady, starts + 1);
    expect_log(kErpUp, connections + 1);  // Its process starts in real time; hours could pass before it is asked.
}

bool House::kill_on_the_way(const std::string& local, Millis after) {
    auto run = std::async(std::launch::async, [&] { return advance(local, nullptr).at("end").get<std::string>(); });
    const bool arrived = run.wait_for(after) == std::future_status::ready;
    daemon_->end(SIGKILL);
    std::string end = run.get();
    if (end == "reached") {  // Then it is the next run that misses the daemon.
        end = advance(local, nullptr).at("end");
    }
    if (end != "lost") {
        throw std::runtime_error("the run ended with " + end);
    }
    start_daemon();
    return !arrived;
}

void House::run_until(const std::string& local) {
    const Json report = advance(local, nullptr);
    if (report.at("end") != "reached") {
        throw std::runtime_error("the run ended early: " + report.dump() + "\n" + log());
    }
}

Json House::advance(const std::string& local, const Json& until) {
    Json order{{"to", local + "-03:00"}, {"clients", 1}, {"guard_ms", kGuardMs}};
    if (!until.is_null()) {
        order["until"] = until;
    }
    return must(lab().post("/advance", order));
}

void House::control(const std::string& path, const Json& body) const {
    static_cast<void>(must(lab().post(path, body)));
}

Json House::look(const std::string& path) const { return must(lab().get(path)); }

Json House::messages(std::int64_t contract) const { return look("/messages?contract=" + std::to_string(contract)); }

std::string House::at_device(std::int64_t contract) {
    const Json login = look("/contracts?id=" + std::to_string(contract))[0].at("logins")[0];
    if (device_of(login) == Device::radius) {
        return radius_.address_list(login.at("login")) == "bloqueados" ? "blocked" : "open";
    }
    const std::string address = login.at("ip");
    const Json edge = look("/edge");
    for (const Json& row : edge.at("held")) {
        for (const std::string prefix : row.at("ipv4")) {
            if (prefix == address || prefix == address + "/32") {
                return "blocked";
            }
        }
    }
    return "open";
}

bool House::comes_to(std::int64_t contract, const std::string& wanted, const std::string& hour) {
    for (int minute = 15; minute < 55; ++minute) {
        run_until(hour + ":" + std::to_string(minute) + ":00");
        if (testing::eventually([&] { return at_device(contract) == wanted; }, Millis{500})) {
            return true;
        }
    }
    return false;
}

test::ProgramRun House::cli(std::vector<std::string> words) const {
    words.insert(words.begin(), {program("emdia"), "--socket", (folder() / "admin.sock").string()});
    return test::run_program(words, {}, {{"LANG", "en_US.UTF-8"}});
}

Json House::as_json(std::vector<std::string> words) const {
    words.insert(words.begin(), "--json");
    const test::ProgramRun run = cli(std::move(words));
    if (run.status != 0) {
        throw std::runtime_error("emdia said no: " + run.out + run.err);
    }
    return Json::parse(run.out);
}

std::vector<Json> House::events(std::int64_t contract, const std::string& kind) const {
    std::vector<Json> found;
    const Json answer = as_json({"timeline", "ixc:" + std::to_string(contract), "--limit", "500"});
    for (const Json& event : answer.at("events")) {
        if (event.at("kind").get<std::string>().starts_with(kind)) {
            found.push_back(event);
        }
    }
    return found;
}

std::vector<std::string> House::timeline(std::int64_t contract, const std::string& kind) const {
    std::vector<std::string> found;
    for (const Json& event : events(contract, kind)) {
        found.push_back(local_minute(event.at("at")) + " " + event.at("kind").get<std::string>());
    }
    std::stable_sort(found.begin(), found.end());
    return found;
}

std::optional<std::string> House::blocked_account() const {
    for (const Json& contract : look("/contracts")) {
        const std::string account = "ixc:" + std::to_string(contract.at("id").get<std::int64_t>());
        if (as_json({"why", account}).at("access").at("wanted") == "blocked") {
            return account;
        }
    }
    return std::nullopt;
}

std::string House::webhook_url() const {
    return "http://127.0.0.1:" + std::to_string(webhook_port_) + "/webhook/whatsapp";
}

void House::edit_config(const std::string& from, const std::string& to) const {
    std::string text = testing::read_file(config_file());
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error("the configuration has no: " + from);
    }
    testing::write_file(config_file(), text.replace(at, from.size(), to));
}

}  // namespace emdia::e2e
