#pragma once
// What the engine is told at start. Plain values, validated before they come here.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/core/explain.hpp"
#include "daemon/core/policy.hpp"
#include "daemon/core/templates.hpp"
#include "daemon/core/uf.hpp"

namespace emdia {

/// Who drives access for the contracts of an ERP (architecture, section 10).
enum class BlockOwner {
    emdia,   ///< The network drivers; the ERP's own rule is off.
    erp,     ///< The ERP, asked through the connector and read back; the network drivers drop the live session.
    observe  ///< Nobody here: decisions are shown, access is left alone.
};

struct ErpSettings {
    std::string name;  ///< "ixc"
    BlockOwner owner = BlockOwner::emdia;
    Minutes full_every{Hours{24}};
    Minutes incremental_every{5};
    Seconds hot_every{30};        ///< Re-read of invoices of blocked, promising or claiming accounts.
    Minutes max_age{Hours{26}};   ///< Older than this: nothing new is blocked or dunned.
    int max_shrink_percent = 10;  ///< A full pull that loses more of the base is not believed.
    int page_size = 500;
    int days_back = 200;  ///< Due-date window of a full pull.
    int days_ahead = 45;
    Uf default_uf = Uf::SP;
    std::string default_municipality;  ///< IBGE code, or empty.
    std::string optin_source;          ///< Contract clause that permits messages (D1); empty: consent comes otherwise.
    bool notes = true;                 ///< Writes what it did into the history of the ERP's customer.
};

/// A driver and one of its devices.
struct Route {
    std::string driver;  ///< Name of the driver; empty: none is configured, a task.
    std::string device;  ///< As the driver calls it; stands in Connection::nas when the driver is asked.
    friend bool operator==(const Route&, const Route&) = default;
};

/// Which equipment carries a connection. First match of `by_nas`, then `fallback`.
struct Routing {
    std::map<std::string, Route> by_nas;  ///< By the ERP's key of the NAS.
    Route fallback;
    Minutes observe_every{5};  ///< How often devices are asked what they hold (network.md 8.3).
    Hours block_lease{48};     ///< An orphaned device lets people back in after it (network.md 8.3).
};

struct ChannelSettings {
    int initiated_per_day = 250;  ///< Business-initiated recipients in 24 h; below the tier (D8).
    int in_flight = 128;          ///< Submits under way at once.
    bool order_details = false;   ///< The PIX code travels in an order_details button.
};

/// Where the daemon may act at all (architecture, section 9).
struct Rollout {
    bool live = false;  ///< false: shadow, until a person says go.
    std::set<Uf> ufs;   ///< Empty: everywhere.
    std::set<std::string> plans;
    std::set<std::string> contracts;  ///< "ixc:7301"
};

/// Days of one place beyond the national ones.
struct LocalCalendars {
    std::map<Uf, LocalHolidays> states;
    std::map<std::string, LocalHolidays> towns;     ///< By IBGE code.
    std::map<std::string, std::string> town_zones;  ///< IBGE code -> IANA zone, where it differs from the state's.
};

struct EngineSettings {
    Policy policy;
    IspProfile isp;
    std::vector<ErpSettings> erps;
    Routing routing;
    ChannelSettings channel;
    Rollout rollout;
    LocalCalendars places;
    Language language = Language::en;  ///< Of tasks and reasons that people read.
};

}  // namespace emdia
