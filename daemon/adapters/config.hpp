#pragma once
// The configuration as the daemon uses it: typed, checked, without third-party headers. Plain values; immutable once
// loaded, so any thread may read it. Where a key stands, its range and its meaning: man page emdia.toml(5).

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/core/explain.hpp"
#include "daemon/core/policy.hpp"
#include "daemon/core/templates.hpp"
#include "daemon/core/uf.hpp"
#include "daemon/ports/log.hpp"

namespace emdia {

/// Where `cmake --install` puts the data files, e.g. "/usr/share/emdia".
[[nodiscard]] std::string installed_data_dir();

/// A secret referred to by name. The value has a loud name of its own, so that no one prints it by habit.
class Secret {
public:
    Secret() = default;
    Secret(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value)) {}
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Never log, print or store what this returns. Empty: not configured, or loaded with SecretsPolicy::names_only.
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

private:
    std::string name_;
    std::string value_;
};

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

struct ErpConfig {
    /// Who carries out blocks of this ERP's contracts (architecture, section 10).
    enum class Owner {
        emdia,   ///< emdia drives the network; the ERP's own rule is off.
        erp,     ///< emdia asks the ERP through the connector and verifies by re-reading.
        observe  ///< emdia decides and shows; nothing is blocked.
    };

    std::string name;
    std::vector<std::string> command;       ///< Absolute program and its words; not run by a shell.
    std::string settings_json = "{}";       ///< The [erp.NAME.settings] table as JSON, for `initialize`.
    std::map<std::string, Secret> secrets;  ///< By the key that the connector knows.
    Minutes poll_full{24 * 60};             ///< 10 min..7 days
    Minutes poll_incremental{5};            ///< 1 min..24 h
    Seconds poll_hot{30};                   ///< 5 s..1 h; accounts blocked or promising
    int page_size = 500;                    ///< 1..1000
    int days_back = 200;                    ///< 30..1825; due dates of a full pull
    int days_ahead = 45;                    ///< 5..365
    Hours max_age{26};                      ///< 1..72 h; a pull older than this is stale (interlock)
    int max_shrink_percent = 20;            ///< 1..50
    Owner owner = Owner::observe;
    bool notes = true;                 ///< Write what was done into the customer's history of the ERP.
    std::string optin_source;          ///< "contract clause 7, v3"; empty: the ERP's base carries no consent (D1).
    Uf default_uf = Uf::SP;            ///< For subscribers whose UF the ERP does not tell.
    std::string default_municipality;  ///< IBGE code, 7 digits, or empty.
};

struct WhatsAppConfig {
    std::string base_url = "https://graph.facebook.com/v24.0";
    std::string phone_number_id;
    std::string waba_id;
    Secret token;
    Secret app_secret;
    Secret verify_token;
    HostPort webhook_listen{"127.0.0.1", 8080};
    std::string webhook_path = "/webhook/whatsapp";
    int max_per_second = 80;     ///< 1..1000; 20 for a number in coexistence.
    Millis pair_gap{6000};       ///< 1..60 s between two messages to one person.
    int daily_recipients = 250;  ///< D8: budget of distinct recipients outside the 24 h window.
    bool order_details = false;  ///< PIX as an order_details button (D5: off unless Meta allowed it).
    bool qr = false;             ///< Send the PIX QR as an image after a reply.
};

/// A NAS that is sent CoA or Disconnect requests. Unset limits are those of the profile.
struct RadiusNasConfig {
    /// Message-Authenticator: left out, sent, or sent and demanded in answers too.
    enum class Signing { off, send, require };

    std::string name;                   ///< Device key: routes refer to it as "radius.NAME".
    std::string address;                ///< IPv4 or IPv6 literal.
    std::optional<std::uint16_t> port;  ///< Else the profile's.
    Secret secret;
    std::string profile = "generic";  ///< File of share/emdia/radius-profiles without its ending.
    bool coa = false;                 ///< false: Disconnect-Request, which works everywhere.
    std::string source_address;       ///< Where packets leave from; empty: as the system routes.
    std::string nas_identifier;
    std::map<std::string, std::string> variables;  ///< Over the profile's.
    std::optional<Signing> message_authenticator;  ///< Else the profile's.
    std::optional<bool> event_timestamp;           ///< Else the profile's; needs clocks that agree.
    std::optional<int> max_per_second;             ///< 0..1000; 0: no limit.
    std::optional<int> max_in_flight;              ///< 1..4096
    Millis first_timeout{2000};                    ///< 200 ms..10 s, doubled per try (RFC 5080).
    int retransmissions = 5;                       ///< 0..10
};

struct MqttBrokerConfig {
    std::string name;  ///< Device key: routes refer to it as "mqtt.NAME".
    std::string url;   ///< "mqtts://broker.example:8883"
    std::string client_id;
    std::string username;
    std::optional<Secret> password;
    std::string ca_file;           ///< Who signed the broker; empty: those the system trusts.
    std::string certificate_file;  ///< Ours, for brokers that ask for one; goes together with key_file.
    std::string key_file;
    std::string topic_prefix = "emdia/v1";
    std::string site;  ///< The site whose agent listens here.
};

/// A driver and one of its devices: "radius.bras-1", "mqtt.centro", "dry-run".
struct DriverRoute {
    std::string driver;  ///< "radius", "mqtt" or "dry-run"
    std::string device;  ///< Empty for dry-run.
    friend bool operator==(const DriverRoute&, const DriverRoute&) = default;
};

struct NetworkConfig {
    std::vector<RadiusNasConfig> radius;
    std::vector<MqttBrokerConfig> mqtt;
    std::map<std::string, DriverRoute> routes;  ///< NAS key of the ERP -> driver and device.
    DriverRoute default_route{"dry-run", ""};
    Hours block_lease{48};  ///< 6 h..7 days; an orphaned device lets people back in after it.
    Minutes observe_every{5};
};

/// Limits a first run to part of the base; an empty list does not limit.
struct PilotConfig {
    std::set<Uf> ufs;
    std::set<std::string> plans;
    std::set<std::string> contracts;  ///< "ixc:7301"
    [[nodiscard]] bool limits() const noexcept { return !ufs.empty() || !plans.empty() || !contracts.empty(); }
    /// True if the contract may be acted on. `contract` as "ixc:7301".
    [[nodiscard]] bool covers(std::optional<Uf> uf, const std::string& plan, const std::string& contract) const;
};

enum class RolloutMode {
    shadow,  ///< Decide and show, do nothing, until `emdia go-live`.
    live     ///< As shadow until a person said `emdia go-live` for this policy version; then for real.
};

struct Config {
    IspProfile isp;
    Policy policy;
    std::vector<std::string> accept_risk;
    std::string ledger_path = "/var/lib/emdia/ledger.db";
    std::string admin_socket = "/run/emdia/admin.sock";
    std::string admin_group = "emdia";
    LogLevel log_level = LogLevel::info;
    Language language = Language::pt_br;
    std::optional<HostPort> lab_clock;  ///< Lab only: the clock is stepped from there.
    std::vector<ErpConfig> erps;
    std::optional<WhatsAppConfig> whatsapp;
    NetworkConfig network;
    PilotConfig pilot;
    RolloutMode rollout = RolloutMode::shadow;
    std::string templates_dir = installed_data_dir() + "/templates/pt-BR";
    std::string radius_profiles_dir = installed_data_dir() + "/radius-profiles";
    std::string state_holidays_dir = installed_data_dir() + "/holidays";  ///< One file per UF: "sp.holidays" (F4).
    std::string town_holidays_dir;                  ///< One file per IBGE code: "3550308.holidays" (F5); empty: none.
    std::map<std::string, std::string> town_zones;  ///< F8: IBGE code -> IANA zone, where it is not the UF's.

    [[nodiscard]] const ErpConfig* find_erp(std::string_view name) const noexcept;
};

}  // namespace emdia
