#pragma once
// An ERP held in maps: answers at once, from the thread that asks, as its script says.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ports/erp_source.hpp"

namespace emdia::fakes {

/// Not thread-safe: for engines that are turned by hand.
class FakeErp final : public ErpSource {
public:
    explicit FakeErp(std::string name = "ixc") : name_(std::move(name)) {}

    // What the ERP knows.
    std::map<std::string, ErpSubscriber> subscribers;
    std::map<std::string, ErpContract> contracts;
    std::map<std::string, ErpConnection> connections;
    std::map<std::string, ErpInvoice> invoices;
    std::map<std::string, ErpPayment> payments;
    /// What the PSP asks for an invoice; nullopt: the open amount, with a plain code.
    std::function<PaymentCodes(const ErpInvoice&)> codes;

    /// What the connector says it can do when it comes up.
    std::vector<std::string> methods{"pull",           "invoice.read",   "contract.read", "invoice.payment_codes",
                                     "promise.record", "access.release", "access.block",  "access.unblock",
                                     "history.note",   "health"};

    // Faults.
    std::optional<Error> refuse;                      ///< Every call is answered with this.
    std::function<bool(const std::string& id)> hide;  ///< Rows left out of full lists.
    std::optional<Error> refuse_reads;                ///< Single invoices and contracts are answered with this.
    std::optional<Error> sick;                        ///< What its health check says.
    std::string never_ends;                           ///< The list of invoices always goes on here.
    bool silent = false;                              ///< Nothing is answered.
    bool late_writes = false;                         ///< Writes are done and answered by `answer_late` only.
    bool late_contracts = false;                      ///< So are reads of single contracts.

    // What was asked, by kind of call.
    std::vector<ErpRequest> asked;
    std::vector<ErpRequest> writes;
    int pulls = 0;
    int invoice_reads = 0;
    int contract_reads = 0;

    void come_up();
    void go_down(std::string cause);
    void answer_late();
    /// The subscriber pays in full; the ERP knows at once.
    void pay(const std::string& invoice, Date on, std::optional<Money> amount = std::nullopt);

    [[nodiscard]] const std::string& name() const override { return name_; }
    void start(ErpSink sink) override { sink_ = std::move(sink); }
    void submit(ErpRequest request) override;
    void stop() override { sink_ = nullptr; }

private:
    void reply(const ErpRequest& request);
    [[nodiscard]] Result<ErpAnswer> answer(const ErpCall& call);
    [[nodiscard]] ErpAnswer set_access(const std::string& contract, ErpAccess access);
    [[nodiscard]] ErpPage page(const ErpPull& pull);

    std::string name_;
    ErpSink sink_;
    std::vector<ErpRequest> late_;
};

}  // namespace emdia::fakes
