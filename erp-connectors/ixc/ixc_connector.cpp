#include "erp-connectors/ixc/ixc_connector.hpp"

#include "erp-connectors/ixc/ixc_codes.hpp"
#include "erp-connectors/ixc/ixc_probe.hpp"
#include "erp-connectors/ixc/ixc_reads.hpp"
#include "erp-connectors/ixc/ixc_writes.hpp"
#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {
namespace {

bool is_empty(const ErpPage& page) {
    return page.quarantined.empty() && std::visit([](const auto& records) { return records.empty(); }, page.records);
}

}  // namespace

struct IxcConnector::Parts {
    Parts(Settings s, sdk::Logger& log) : settings(std::move(s)), client(settings, log) {}
    const Settings settings;
    Client client;
    Reads reads{client, settings};
    Codes codes{client, reads, settings};
    Writes writes{client, reads, settings};
    Probe probe{client, settings};
};

IxcConnector::IxcConnector(sdk::Logger& log) : log_(log) {}
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
    parts_ = std::make_unique<Parts>(std::move(*settings), log_);
    return hello().capabilities;
}

void IxcConnector::stop() {
    if (parts_) {
        parts_->client.stop();
    }
}

Result<ErpPage> IxcConnector::pull(const ErpPull& pull, const sdk::CallContext& context) {
    auto page = parts_->reads.pull(pull, context);
    if (page && pull.kind == RecordKind::invoices && pull.cursor.empty() && is_empty(*page)) {
        // A filter by date in a form that this IXC cannot read finds nothing and says so to nobody.
        if (auto ok = parts_->probe.check_dates(context); !ok) {
            return ok.error();
        }
    }
    return page;
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

Result<ErpHealthReport> IxcConnector::health(const sdk::CallContext& context) { return parts_->probe.run(context); }

}  // namespace emdia::ixc
