#pragma once
// What a person wants to know before going live: does this IXC let us read what we need, and do our settings fit it
// (erp-ixc.md 7.3)? Only reads. Actions are not tried, because get_pix registers a charge and the others change access.

#include <cstdint>
#include <vector>

#include "erp-connectors/ixc/ixc_client.hpp"

namespace emdia::ixc {

class Probe {
public:
    Probe(Client& client, const Settings& settings) : client_(client), settings_(settings) {}

    /// The report counts what can be read and names what is missing but can be done without. What cannot be done
    /// without is an error: `forbidden` with every right that is missing, `config` for a setting that does not fit,
    /// `protocol` for an empty base; else what the call itself said (token, address list, unreachable).
    [[nodiscard]] Result<ErpHealthReport> run(const sdk::CallContext& context);
    /// `config` when filters by date find titles in the other form only.
    [[nodiscard]] Result<void> check_dates(const sdk::CallContext& context);

private:
    /// How many rows IXC counts; nullopt: our user may not read them.
    [[nodiscard]] Result<std::optional<std::int64_t>> count(const std::string& resource, const std::string& table,
                                                            std::vector<Filter> filters,
                                                            const sdk::CallContext& context);
    [[nodiscard]] Result<bool> finds_titles_by_date(bool br, const sdk::CallContext& context);

    Client& client_;
    const Settings& settings_;
};

}  // namespace emdia::ixc
