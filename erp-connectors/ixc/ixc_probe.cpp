#include "erp-connectors/ixc/ixc_probe.hpp"

#include <algorithm>
#include <array>

namespace emdia::ixc {
namespace {

struct Needed {
    const char* resource;
    const char* table;
    const char* rows;  ///< What its rows are called in the report.
    bool may_be_empty;
};
constexpr std::array<Needed, 4> kNeeded{{{"cliente", "cliente", "subscribers", false},
                                         {"cliente_contrato", "cliente_contrato", "contracts", false},
                                         {"radusuarios", "radusuarios", "logins", true},
                                         {"fn_areceber", "fn_areceber", "titles", false}}};

struct Useful {
    const char* resource;
    const char* table;
    const char* without;  ///< What happens when it may not be read.
};
constexpr std::array<Useful, 2> kUseful{
    {{"fn_areceber_baixas", "fn_movim_finan", "a payment is seen by its title only, without amount and day"},
     {"cliente_contrato_historico", "cliente_contrato_historico", "notes and promises are written but not read back"}}};

/// Every title is due after this day.
constexpr const char* kLongAgoIso = "1990-01-01";
constexpr const char* kLongAgoBr = "01/01/1990";

void append(std::string& list, const std::string& item, const char* separator) {
    list += (list.empty() ? "" : separator) + item;
}

std::string web_service_version(const std::string& base_url) {
    return "webservice " + base_url.substr(base_url.rfind('/') + 1);
}

}  // namespace

Result<std::optional<std::int64_t>> Probe::count(const std::string& resource, const std::string& table,
                                                 std::vector<Filter> filters, const sdk::CallContext& context) {
    const auto listing = client_.list({resource, table, {"id"}, std::move(filters), 0, 1}, context);
    if (listing) {
        return std::optional{listing->total.value_or(static_cast<std::int64_t>(listing->rows.size()))};
    }
    if (listing.error().kind == ErrorKind::unsupported) {
        return std::optional<std::int64_t>{};
    }
    return listing.error();
}

Result<ErpHealthReport> Probe::run(const sdk::CallContext& context) {
    std::string refused;
    std::string empty;
    std::string counts;
    for (const auto& needed : kNeeded) {
        const auto rows = count(needed.resource, needed.table, {}, context);
        if (!rows) {
            return rows.error();
        }
        if (!*rows) {
            append(refused, needed.resource, ", ");
        } else if (**rows == 0 && !needed.may_be_empty) {
            append(empty, needed.resource, ", ");
        } else {
            append(counts, std::to_string(**rows) + " " + needed.rows, ", ");
        }
    }
    if (!refused.empty()) {
        return Error{ErrorKind::forbidden, "the web-service user may not read " + refused,
                     "give this user permission for them in IXC"};
    }
    if (!empty.empty()) {
        return Error{ErrorKind::protocol, "IXC lists no row at all of " + empty,
                     "check that the web-service user may see them, and that url is the IXC with your base"};
    }
    if (auto ok = check_dates(context); !ok) {
        return ok.error();
    }
    ErpHealthReport report{web_service_version(settings_.base_url), "reads " + counts};
    for (const auto& useful : kUseful) {
        const auto rows = count(useful.resource, useful.table, {}, context);
        if (!rows) {
            return rows.error();
        }
        if (!*rows) {
            append(report.note, std::string{"may not read "} + useful.resource + ": " + useful.without, "; ");
        }
    }
    const auto own_job = count("cliente_contrato", "cliente_contrato",
                               {{"status", "=", "A"}, {"bloqueio_automatico", "=", "S"}}, context);
    if (!own_job) {
        return own_job.error();
    }
    if (const auto contracts = own_job->value_or(0); contracts > 0) {
        append(report.note, "IXC's own job may block " + std::to_string(contracts) + " contracts (bloqueio_automatico)",
               "; ");
    }
    return report;
}

Result<bool> Probe::finds_titles_by_date(bool br, const sdk::CallContext& context) {
    const auto found =
        count("fn_areceber", "fn_areceber", {{"data_vencimento", ">=", br ? kLongAgoBr : kLongAgoIso}}, context);
    if (found) {
        return found->value_or(0) > 0;
    }
    // Some installs answer a date that they cannot read with their error page.
    return found.error().kind == ErrorKind::protocol ? Result<bool>{false} : found.error();
}

Result<void> Probe::check_dates(const sdk::CallContext& context) {
    const bool br = settings_.br_dates;
    const auto as_set = finds_titles_by_date(br, context);
    if (!as_set) {
        return as_set.error();
    }
    if (*as_set) {
        return {};
    }
    const auto other = finds_titles_by_date(!br, context);
    if (!other) {
        return other.error();
    }
    if (*other) {
        return Error{ErrorKind::config,
                     std::string{"filters by date find nothing with the setting dates = "} + (br ? "br" : "iso"),
                     std::string{"set dates to "} + (br ? "iso" : "br")};
    }
    const auto all = count("fn_areceber", "fn_areceber", {}, context);
    if (!all) {
        return all.error();
    }
    if (all->value_or(0) == 0) {
        return {};
    }
    return Error{ErrorKind::protocol, "filters by date find no title in either form",
                 "report it: this IXC filters dates in a form we do not know"};
}

}  // namespace emdia::ixc
