#pragma once
// The settings of the IXC connector. Everything erp-ixc.md marks as a guess or as different between installs is one of
// them; README.md says how to find out.

#include <set>
#include <string>

#include "daemon/adapters/http_client.hpp"
#include "erp-connectors/protocol/messages.hpp"

namespace emdia::ixc {

/// How rows are to be understood.
struct RowRules {
    ErpAccess warned = ErpAccess::reduced;  ///< What status_internet FA means (doubt 10.1).
    bool uf_by_number = false;              ///< cliente.uf "26" is the 26th unit in the order of the abbreviations.
    bool nas_by_id = false;                 ///< NAS key: id_concentrador instead of the name.
    bool honour_no_dunning = true;          ///< participa_cobranca=N means do not dun (a guess about intent, 3.1).
    std::set<std::string> voice_groups;     ///< id_grupo of telephony logins, never touched (A7).
};

/// Calls that the connector serves at once; more in flight could never be.
inline constexpr int kCallsAtOnce = 3;

enum class ReleaseBy { trust, temporary, unblock };

struct Settings {
    std::string base_url;       ///< ".../webservice/v1", no slash at the end.
    std::string authorization;  ///< "Basic ...": secret.
    HttpTrust trust;
    bool list_by_post = false;
    bool br_dates = false;  ///< Dates in filters as dd/mm/yyyy.
    Millis timeout{30'000};
    int max_in_flight = kCallsAtOnce;
    int calls_per_minute = 600;
    bool log_calls = false;           ///< Each call as a line at level debug.
    bool invoices_by_update = false;  ///< fn_areceber.ultima_atualizacao moves whenever a title changes (doubt 10.9).
    bool pix = true;
    bool ask_boleto = false;  ///< Ask get_boleto for the line when the title has none; may register the boleto (4.2).
    Millis retry_pause{1'000};
    Millis second_look{1'500};
    ReleaseBy release_by = ReleaseBy::trust;
    bool temporary_by_get_id = false;  ///< Spelling of the id of the 72 h release (doubt 10.2).
    bool disconnect_after_change = false;
    Minutes utc_offset{-180};  ///< Of the ERP's civil time.
    RowRules rows;
};

/// `config` with every fault at once.
[[nodiscard]] Result<Settings> read_settings(const protocol::Initialize& init);

/// Operators paste the token in three forms (1.3): "7:ab12...", its base64, or with "Basic " in front. All become
/// "Basic <base64>"; anything else is `config`.
[[nodiscard]] Result<std::string> basic_authorization(std::string_view token);

}  // namespace emdia::ixc
