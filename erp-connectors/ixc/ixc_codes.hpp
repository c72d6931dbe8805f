#pragma once
// How a title can be paid today: Pix code, boleto line, where its PDF is (erp-ixc.md 4.1, 4.2).

#include "erp-connectors/ixc/ixc_reads.hpp"

namespace emdia::ixc {

class Codes {
public:
    Codes(Client& client, Reads& reads, const Settings& settings)
        : client_(client), reads_(reads), settings_(settings) {}

    /// `refused` for a title that is not owed or not released. A code that does not check out is left out, never passed
    /// on.
    [[nodiscard]] Result<PaymentCodes> of(const ErpGetPaymentCodes& get, const sdk::CallContext& context);

private:
    [[nodiscard]] Result<void> add_pix(PaymentCodes& codes, const ErpGetPaymentCodes& get,
                                       const sdk::CallContext& context);
    [[nodiscard]] Result<std::string> boleto_line(const Row& title, const ErpGetPaymentCodes& get,
                                                  const sdk::CallContext& context);

    Client& client_;
    Reads& reads_;
    const Settings& settings_;
};

}  // namespace emdia::ixc
