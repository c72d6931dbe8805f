#pragma once
// What is read from IXC: pages of lists, invoices and contracts afresh.

#include "erp-connectors/ixc/ixc_client.hpp"
#include "erp-connectors/ixc/ixc_rows.hpp"

namespace emdia::ixc {

class Reads {
public:
    Reads(Client& client, const Settings& settings) : client_(client), settings_(settings) {}

    [[nodiscard]] Result<ErpPage> pull(const ErpPull& pull, const sdk::CallContext& context);
    [[nodiscard]] Result<ErpInvoicesRead> invoices(const std::vector<std::string>& ids,
                                                   const sdk::CallContext& context);
    [[nodiscard]] Result<ErpContractRead> contract(const std::string& id, const sdk::CallContext& context);

    /// The raw row of one title or contract; `not_found` when IXC has none.
    [[nodiscard]] Result<Row> invoice_row(const std::string& id, const sdk::CallContext& context);
    [[nodiscard]] Result<Row> contract_row(const std::string& id, const sdk::CallContext& context);
    [[nodiscard]] Result<std::vector<ErpConnection>> connections_of(const ErpContract& contract,
                                                                    const sdk::CallContext& context);

private:
    [[nodiscard]] Query query_for(const ErpPull& pull) const;
    [[nodiscard]] Result<Row> one_row(RecordKind kind, const std::string& id, const sdk::CallContext& context);
    /// nullopt: IXC lists none with this id, which is no proof yet.
    [[nodiscard]] Result<std::optional<Row>> find_row(RecordKind kind, const std::string& id,
                                                      const sdk::CallContext& context);
    /// `protocol` when IXC shows no row of this kind at all: then a missing one says nothing (6.5).
    [[nodiscard]] Result<void> check_lists_anything(RecordKind kind, const sdk::CallContext& context);
    [[nodiscard]] Result<Listing> rows_of(RecordKind kind, Filter filter, int rows, const sdk::CallContext& context);
    [[nodiscard]] Result<void> confirm_missing(const std::vector<std::string>& asked, ErpInvoicesRead& read,
                                               const sdk::CallContext& context);
    /// None when IXC does not list them now.
    [[nodiscard]] std::vector<ErpPayment> payments_of(const std::vector<std::string>& ids,
                                                      std::vector<std::string>& quarantined,
                                                      const sdk::CallContext& context);
    template <class Record>
    [[nodiscard]] Result<void> fill_contracts(std::vector<Record>& records, const std::vector<std::string>& subscribers,
                                              const sdk::CallContext& context);

    Client& client_;
    const Settings& settings_;
};

}  // namespace emdia::ixc
