#include "erp-connectors/ixc/ixc_connector.hpp"

#include "erp-connectors/ixc/ixc_codes.hpp"
#include "erp-connectors/ixc/ixc_reads.hpp"
#include "erp-connectors/ixc/ixc_writes.hpp"
#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {

struct IxcConnector::Parts {
    explicit Parts(Settings s) : settings(std::move(s)) {}
    const Settings settings;
    Client client{settings};
    Reads reads{client, settings};
    Codes codes{client, reads, settings};
    Writes writes{client, reads, settings};
};

IxcConnector::IxcConnector() = default;
IxcConnector::~IxcConnector() = default;

protocol::Hello IxcConnector::hello() const {
    return {"ixc",
            "0.1.0",
            protocol::kVersion,
            {"pull.subscribers", "pull.contracts", "pull.connections", "pull.invoices", "pull.payments", "invoice.read",
             "contract.read", "invoice.payment_codes", "promise.record", "access.release", "access.block",
             "access.unblock", "history.note", "health"}};
}

Result<std::vector<std::string>> IxcConnector::initialize(const protocol::Initialize& init) {
    if (parts_) {
        return Error{ErrorKind::protocol, "initialize came twice", ""};
    }
    auto settings = read_settings(init);
    if (!settings) {
        return settings.error();
    }
    parts_ = std::make_unique<Parts>(std::move(*settings));
    return hello().capabilities;
}

void IxcConnector::stop() {
    if (parts_) {
        parts_->client.stop();
    }
}

Result<ErpPage> IxcConnector::pull(const ErpPull& pull, const sdk::CallContext& context) {
    return parts_->reads.pull(pull, context);
}

Result<ErpInvoicesRead> IxcConnector::read_invoices(const ErpReadInvoices& read, const sdk::CallContext& context) {
    return parts_->reads.invoices(read.invoice_ids, context);
}

Result<ErpContractRead> IxcConnector::read_contract(const ErpReadContract& read, const sdk::CallContext& context) {
    return parts_->reads.contract(read.contract_id, context);
}

Result<PaymentCodes> IxcConnector::payment_codes(const ErpGetPaymentCodes& get, const sdk::CallContext& context) {
    return parts_->codes.of(get, context);
}

Result<ErpDone> IxcConnector::record_promise(const ErpRecordPromise& promise, const sdk::CallContext& context) {
    // IXC has no promises of its own; a line in the history is the practice (4.9).
    return parts_->writes.note({promise.contract_id, promise.subscriber_id, "Promessa de pagamento",
                                "Promete pagar " + promise.amount.pt_br() + " até " + sdk::br_date(promise.until)},
                               context);
}

Result<ErpDone> IxcConnector::release(const ErpRelease& release, const sdk::CallContext& context) {
    return parts_->writes.release(release.contract_id, context);
}

Result<ErpDone> IxcConnector::block(const ErpBlock& block, const sdk::CallContext& context) {
    return parts_->writes.block(block.contract_id, context);
}

Result<ErpDone> IxcConnector::unblock(const ErpUnblock& unblock, const sdk::CallContext& context) {
    return parts_->writes.unblock(unblock.contract_id, context);
}

Result<ErpDone> IxcConnector::note(const ErpNote& note, const sdk::CallContext& context) {
    return parts_->writes.note({note.contract_id, note.subscriber_id, note.title, note.text}, context);
}

Result<ErpHealthReport> IxcConnector::health(const sdk::CallContext& context) {
    Query query{"cliente_contrato", "cliente_contrato", {"id"}, {}};
    query.rows = 1;
    const auto listing = parts_->client.list(query, context);
    if (!listing) {
        return listing.error();
    }
    if (listing->rows.empty()) {
        return Error{ErrorKind::protocol, "IXC lists no contract at all",
                     "check that the web-service user may read contracts"};
    }
    return ErpHealthReport{"", "listing works"};
}

}  // namespace emdia::ixc
