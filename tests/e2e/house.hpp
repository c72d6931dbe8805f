#pragma once
// The real emdiad with everything around it as processes: the lab, mosquitto, FreeRADIUS. For tests and for the demo.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/lab/lab_client.hpp"
#include "tests/support/background_process.hpp"
#include "tests/support/freeradius.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/run_program.hpp"

namespace emdia::e2e {

using Json = nlohmann::json;

/// What stands behind a NAS of the ERP.
enum class Device { radius, edge };

struct HouseOptions {
    int contracts = 3;  ///< Beside Ana, Bruno and Carla.
    std::string start = "2026-03-01";
    std::string poll_hot = "60s";
    std::string poll_incremental = "1h";  ///< Rarer is quicker; what is seen only by it is then seen later.
    Device at_bruno = Device::radius;     ///< Ana and Carla are behind the other one.
    std::string language = "en";
};

/// Every moment of text is civil time in Brasília, "2026-04-01T09:30:00". Anything unexpected throws
/// std::runtime_error.
class House {
public:
    /// All is running, the daemon is live and has pulled the base; an hour of the first day has passed.
    explicit House(const HouseOptions& options);
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    [[nodiscard]] lab::LabClient lab() const { return lab_->client(); }
    [[nodiscard]] std::int64_t ana() const { return lab_->description().at("story").at("ana"); }
    [[nodiscard]] std::int64_t bruno() const { return lab_->description().at("story").at("bruno"); }
    [[nodiscard]] std::int64_t carla() const { return lab_->description().at("story").at("carla"); }

    void run_until(const std::string& local);
    /// One run; the report of POST /advance.
    [[nodiscard]] Json advance(const std::string& local, const Json& until);
    void control(const std::string& path, const Json& body) const;
    [[nodiscard]] Json look(const std::string& path) const;

    /// What the WhatsApp imitation accepted for a contract, oldest first.
    [[nodiscard]] Json messages(std::int64_t contract) const;
    /// What its device does to the contract: "blocked" or "open", as FreeRADIUS or the edge agent hold it.
    [[nodiscard]] std::string at_device(std::int64_t contract);

    /// Whether the device comes to hold the contract so between :15 and :55 of that hour, "2026-04-01T10". Connections
    /// are made in real time, so each of these minutes gives them some.
    [[nodiscard]] bool comes_to(std::int64_t contract, const std::string& wanted, const std::string& hour);

    /// The real CLI; as_json() wants exit code 0.
    [[nodiscard]] test::ProgramRun cli(std::vector<std::string> words) const;
    [[nodiscard]] Json as_json(std::vector<std::string> words) const;
    /// The events of the account whose kind begins so, as `emdia timeline --json` lists them.
    [[nodiscard]] std::vector<Json> events(std::int64_t contract, const std::string& kind) const;
    /// "2026-04-01 09:30 access.block" of every event of the account whose kind begins so, oldest first.
    [[nodiscard]] std::vector<std::string> timeline(std::int64_t contract, const std::string& kind) const;

    /// Some account that is blocked now, "ixc:7301".
    [[nodiscard]] std::optional<std::string> blocked_account() const;

    [[nodiscard]] std::string log() const { return testing::read_file(folder_.path() / "emdiad.log"); }
    [[nodiscard]] std::string webhook_url() const;
    /// What the lab says of its world: ports, tokens, the people of the story.
    [[nodiscard]] const Json& description() const { return lab_->description(); }
    [[nodiscard]] std::string app_secret() const { return lab_->description().at("whatsapp_app_secret"); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path config_file() const { return folder_.path() / "emdia.toml"; }
    /// Replaces one text by another in the configuration file.
    void edit_config(const std::string& from, const std::string& to) const;

    /// SIGHUP, and waits until the daemon works by the new configuration.
    void reload();
    /// kill -9 of the daemon so long, in real time, after the run towards that moment began; then a new one is started.
    /// The run stays where it was. False when the moment was reached before the kill.
    bool kill_on_the_way(const std::string& local, Millis after);
    /// Waits until the log holds the text `times` times.
    void expect_log(const std::string& text, std::size_t times = 1) const;

    [[nodiscard]] testing::FreeRadius& radius() { return radius_; }
    [[nodiscard]] testing::Mosquitto& broker() { return broker_; }
    [[nodiscard]] testing::BackgroundProcess& daemon() { return *daemon_; }

private:
    void write_config(const HouseOptions& options) const;
    void open_sessions(const HouseOptions& options);
    void start_daemon();
    [[nodiscard]] std::size_t count_in_log(const std::string& text) const;
    [[nodiscard]] Device device_of(const Json& login) const;

    testing::ScratchFolder folder_;
    testing::Mosquitto broker_;
    testing::FreeRadius radius_;
    std::unique_ptr<lab::LabProcess> lab_;
    std::int64_t edge_nas_ = 0;
    bool edge_is_bruno_ = false;
    std::uint16_t webhook_port_;
    std::unique_ptr<testing::BackgroundProcess> daemon_;
};

/// "2026-04-01 09:30:00" of an RFC 3339 moment, and the same to the minute.
[[nodiscard]] std::string local_second(const std::string& rfc3339);
[[nodiscard]] std::string local_minute(const std::string& rfc3339);
[[nodiscard]] std::string program(const std::string& name);

}  // namespace emdia::e2e
