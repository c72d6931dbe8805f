#pragma once
// The ERP as the engine sees it: numbered requests out, answers back as events. One source per configured ERP.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/erp_records.hpp"

namespace emdia {

using ErpRequestId = std::uint64_t;

/// Pull one page. Cursor "" starts; an empty next cursor ends. Full pulls list everything of interest;
/// incremental ones what changed since the connector's own mark inside `since`.
struct ErpPull {
    RecordKind kind = RecordKind::invoices;
    std::string cursor;
    int page_size = 500;  ///< 1..1000
    bool full = true;
    std::optional<Date> due_from;  ///< Invoices: the due-date window of interest, inclusive.
    std::optional<Date> due_to;
    std::string since;  ///< Opaque mark of the last complete pull of this kind; empty: none.
};
/// Read these invoices now (at most 400 ids). Rows that no longer exist come back as `missing`.
struct ErpReadInvoices {
    std::vector<std::string> invoice_ids;
};
/// Read one contract with its connections now.
struct ErpReadContract {
    std::string contract_id;
};
struct ErpGetPaymentCodes {
    std::string invoice_id;
    Date today{};
};
struct ErpRecordPromise {
    std::string contract_id;
    std::string subscriber_id;
    Date until{};
    Money amount;
};
/// Temporary release by the ERP ("trust unblock") for `days`, as far as the ERP lets us choose.
struct ErpRelease {
    std::string contract_id;
    int days = 1;
};
struct ErpBlock {
    std::string contract_id;
};
struct ErpUnblock {
    std::string contract_id;
};
struct ErpNote {
    std::string contract_id;
    std::string subscriber_id;
    std::string title;
    std::string text;
};
struct ErpHealthCheck {};

using ErpCall = std::variant<ErpPull, ErpReadInvoices, ErpReadContract, ErpGetPaymentCodes, ErpRecordPromise,
                             ErpRelease, ErpBlock, ErpUnblock, ErpNote, ErpHealthCheck>;

struct ErpRequest {
    ErpRequestId id = 0;  ///< Chosen by the caller, unique per source and process.
    ErpCall call;
    Millis deadline{30'000};      ///< Real time; afterwards the answer is an `unknown` (writes) or `unavailable` error.
    std::string idempotency_key;  ///< Writes only: the same key is the same write.
};

struct ErpPage {
    RecordKind kind = RecordKind::invoices;
    ErpRecords records;
    std::string next_cursor;               ///< Empty: last page.
    std::string since;                     ///< With the last page: the mark for the next incremental pull.
    std::vector<std::string> quarantined;  ///< "fn_areceber 145535: due date 0000-00-00": rows left out, why.
};
struct ErpInvoicesRead {
    std::vector<ErpInvoice> invoices;
    std::vector<ErpPayment> payments;  ///< Receipts of those invoices.
    std::vector<std::string> missing;
    std::vector<std::string> quarantined;  ///< As in ErpPage: these exist, but what they say cannot be believed.
};
struct ErpContractRead {
    ErpContract contract;
    std::vector<ErpConnection> connections;
};
/// A write that was verified by reading back; `note` says what was seen ("status_internet=CM").
struct ErpDone {
    std::string note;
    std::optional<ErpAccess> access;  ///< Access actions: what the ERP now says.
};
struct ErpHealthReport {
    std::string version;
    std::string note;
};
using ErpAnswer = std::variant<ErpPage, ErpInvoicesRead, ErpContractRead, PaymentCodes, ErpDone, ErpHealthReport>;

struct ErpReply {
    std::string erp;
    ErpRequestId id = 0;
    Result<ErpAnswer> answer;
};

/// The connector came up (capabilities known), or is unhealthy (cause).
struct ErpStateChange {
    std::string erp;
    bool healthy = false;
    std::vector<std::string> capabilities;  ///< Method names, e.g. "access.block".
    std::string cause;
};

using ErpEvent = std::variant<ErpReply, ErpStateChange>;
/// Called from the source's own threads; must only enqueue.
using ErpSink = std::function<void(ErpEvent)>;

/// submit never blocks and never throws; exactly one reply per request, also after a crash of the connector.
class ErpSource {
public:
    virtual ~ErpSource() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    virtual void start(ErpSink sink) = 0;
    virtual void submit(ErpRequest request) = 0;
    /// Stops within five seconds; no call of the sink afterwards.
    virtual void stop() = 0;
};

}  // namespace emdia
