#pragma once
// Calls to one IXC: listings and actions, within its limits. Thread-safe.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/adapters/http_client.hpp"
#include "erp-connectors/ixc/ixc_answer.hpp"
#include "erp-connectors/ixc/ixc_settings.hpp"
#include "erp-connectors/sdk/connector.hpp"
#include "erp-connectors/sdk/log.hpp"
#include "erp-connectors/sdk/rate_limiter.hpp"

namespace emdia::ixc {

/// One element of grid_param; all are ANDed (2.13).
struct Filter {
    std::string column;  ///< Without the table.
    std::string oper;    ///< =, !=, >, <, >=, <=, L, IN
    std::string value;   ///< IN: comma list, at most 400 ids (2.10).
};

struct Query {
    std::string resource;         ///< In the URL.
    std::string table;            ///< In front of columns; differs for fn_areceber_baixas (3.6).
    Columns columns;              ///< What is kept of each row.
    std::vector<Filter> filters;  ///< Beside the one on the id.
    std::int64_t after_id =
        0;  ///< Only rows with a larger id; pages are stable that way, whatever is inserted meanwhile.
    int rows = 500;
};

using Body = std::vector<std::pair<std::string, std::string>>;

class Client {
public:
    /// Both must outlive it.
    Client(const Settings& settings, sdk::Logger& log);

    /// A page in ascending order of id. Repeated once when IXC was not reachable or did not answer. An answer whose
    /// total contradicts its rows, or that repeats rows already seen, is `protocol`: an empty answer is not proof
    /// (6.5).
    [[nodiscard]] Result<Listing> list(const Query& query, const sdk::CallContext& context);
    /// POST of an action or insert, never repeated. When it cannot be known whether IXC did it: `unknown`.
    [[nodiscard]] Result<ActionDone> act(const std::string& action, const Body& body, const sdk::CallContext& context);
    /// POST of an action whose answer holds texts (get_pix). Errors as for a listing, not repeated.
    [[nodiscard]] Result<std::vector<std::string>> ask(const std::string& action, const Body& body,
                                                       const std::vector<Path>& paths, const sdk::CallContext& context);
    /// The ERP's civil date by the clock of its web server; nullopt before its first answer.
    [[nodiscard]] std::optional<Date> today() const;
    /// Waits, unless the deadline comes earlier or the connector stops. False: do not go on.
    [[nodiscard]] bool pause(Millis time, const sdk::CallContext& context);
    void stop();

private:
    [[nodiscard]] HttpResult send(const std::string& resource, HttpRequest request, const sdk::CallContext& context);
    [[nodiscard]] HttpRequest request_for(const std::string& resource) const;
    [[nodiscard]] HttpResult post(const std::string& action, const Body& body, const sdk::CallContext& context);
    [[nodiscard]] Result<Listing> list_once(const Query& query, const sdk::CallContext& context);

    const Settings& settings_;
    sdk::Logger& log_;
    HttpClient http_;
    sdk::RateLimiter limiter_;
    std::atomic<std::int64_t> server_day_{0};  ///< Days since 1970, 0: not known.
    std::atomic<bool> stopping_{false};
};

}  // namespace emdia::ixc
