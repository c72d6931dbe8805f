#pragma once
// What a connector is: a few methods. Everything else (lines, numbers, deadlines, shutdown, doubled writes) is run.hpp.

#include <chrono>
#include <string>
#include <vector>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia::sdk {

/// What a method may know about the call beyond its parameters.
struct CallContext {
    std::chrono::steady_clock::time_point deadline;  ///< Answer before; afterwards nobody listens.
    std::string idempotency_key;                     ///< Writes only.

    [[nodiscard]] Millis remaining() const {
        return std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
    }
};

/// Methods that are not overridden answer `unsupported`; announce only what you override. With RunOptions::workers > 1
/// methods are called from several threads at once. An exception becomes an `internal` error of that call.
class Connector {
public:
    virtual ~Connector() = default;
    [[nodiscard]] virtual protocol::Hello hello() const = 0;
    /// Checks settings and secrets without calling the ERP; returns the capabilities that remain.
    [[nodiscard]] virtual Result<std::vector<std::string>> initialize(const protocol::Initialize& init) = 0;
    /// Called once, from another thread, when the daemon goes away: makes the calls under way return soon.
    virtual void stop() {}

    [[nodiscard]] virtual Result<ErpPage> pull(const ErpPull&, const CallContext&) { return unsupported(); }
    [[nodiscard]] virtual Result<ErpInvoicesRead> read_invoices(const ErpReadInvoices&, const CallContext&) {
        return unsupported();
    }
    [[nodiscard]] virtual Result<ErpContractRead> read_contract(const ErpReadContract&, const CallContext&) {
        return unsupported();
    }
    [[nodiscard]] virtual Result<PaymentCodes> payment_codes(const ErpGetPaymentCodes&, const CallContext&) {
        return unsupported();
    }
    // Writes: done means seen by reading back. The same idempotency key is the same write.
    [[nodiscard]] virtual Result<ErpDone> record_promise(const ErpRecordPromise&, const CallContext&) {
        return unsupported();
    }
    [[nodiscard]] virtual Result<ErpDone> release(const ErpRelease&, const CallContext&) { return unsupported(); }
    [[nodiscard]] virtual Result<ErpDone> block(const ErpBlock&, const CallContext&) { return unsupported(); }
    [[nodiscard]] virtual Result<ErpDone> unblock(const ErpUnblock&, const CallContext&) { return unsupported(); }
    [[nodiscard]] virtual Result<ErpDone> note(const ErpNote&, const CallContext&) { return unsupported(); }
    [[nodiscard]] virtual Result<ErpHealthReport> health(const CallContext&) { return unsupported(); }

private:
    static Error unsupported() { return {ErrorKind::unsupported, "this connector has no such method", ""}; }
};

}  // namespace emdia::sdk
