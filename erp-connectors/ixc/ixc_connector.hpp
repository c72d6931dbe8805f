#pragma once
// The IXC connector: the protocol's methods spread over reads, codes and writes.

#include <memory>

#include "erp-connectors/sdk/connector.hpp"
#include "erp-connectors/sdk/log.hpp"

namespace emdia::ixc {

class IxcConnector final : public sdk::Connector {
public:
    /// `log` must outlive it.
    explicit IxcConnector(sdk::Logger& log);
    ~IxcConnector() override;

    [[nodiscard]] protocol::Hello hello() const override;
    [[nodiscard]] Result<std::vector<std::string>> initialize(const protocol::Initialize& init) override;
    void stop() override;

    [[nodiscard]] Result<ErpPage> pull(const ErpPull& pull, const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpInvoicesRead> read_invoices(const ErpReadInvoices& read,
                                                        const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpContractRead> read_contract(const ErpReadContract& read,
                                                        const sdk::CallContext& context) override;
    [[nodiscard]] Result<PaymentCodes> payment_codes(const ErpGetPaymentCodes& get,
                                                     const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpDone> record_promise(const ErpRecordPromise& promise,
                                                 const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpDone> release(const ErpRelease& release, const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpDone> block(const ErpBlock& block, const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpDone> unblock(const ErpUnblock& unblock, const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpDone> note(const ErpNote& note, const sdk::CallContext& context) override;
    [[nodiscard]] Result<ErpHealthReport> health(const sdk::CallContext& context) override;

private:
    struct Parts;
    sdk::Logger& log_;
    std::unique_ptr<Parts> parts_;  ///< After initialize.
};

}  // namespace emdia::ixc
