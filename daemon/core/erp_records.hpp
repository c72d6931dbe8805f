#pragma once
// What an ERP tells us, one struct per kind of record, already cleaned: no passwords, no documents, no addresses.
// The connector protocol carries exactly these; the ledger stores them. Ids are the ERP's own, never empty.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/model.hpp"

namespace emdia {

struct ErpSubscriber {
    std::string id;
    std::string first_name;
    std::string phone;  ///< E.164 with '+', or empty.
    std::string uf;     ///< "SP", or empty when the ERP does not say.
    std::string municipality;
    bool no_dunning = false;
    friend bool operator==(const ErpSubscriber&, const ErpSubscriber&) = default;
};

struct ErpContract {
    std::string id;
    std::string subscriber_id;
    std::string plan;
    ContractStatus status = ContractStatus::other;
    ErpAccess access = ErpAccess::unknown;
    bool auto_block = false;
    std::optional<Date> no_block_until;
    friend bool operator==(const ErpContract&, const ErpContract&) = default;
};

struct ErpConnection {
    std::string id;
    std::string contract_id;
    std::string login;
    std::string ipv4;
    std::string ipv6_prefix;
    std::string nas;
    std::string session_id;
    bool voice = false;
    friend bool operator==(const ErpConnection&, const ErpConnection&) = default;
};

struct ErpInvoice {
    std::string id;
    std::string contract_id;  ///< Resolved by the connector; empty: could not be resolved (a task, never a guess).
    std::string subscriber_id;
    Date due{};
    Date reference{};
    Money face;
    Money open;
    std::optional<Money> connection_open;  ///< nullopt: all of `open` is for the connection.
    InvoiceState state = InvoiceState::unknown;
    bool released = true;
    bool payment_pending = false;
    bool protested = false;
    std::optional<Date> period_begin;
    std::optional<Date> period_end;
    friend bool operator==(const ErpInvoice&, const ErpInvoice&) = default;
};

struct ErpPayment {
    std::string id;
    std::string invoice_id;
    Money amount;
    Date paid_on{};
    bool reversed = false;
    friend bool operator==(const ErpPayment&, const ErpPayment&) = default;
};

/// How an invoice can be paid today.
struct PaymentCodes {
    std::string pix;          ///< Copy-and-paste BR Code, CRC checked; empty: none.
    std::string boleto_line;  ///< 47 or 48 digits; empty: none.
    Money original;           ///< The parts asked today (B10); fine and interest zero when the ERP does not quote them.
    Money fine;
    Money interest;
    Money total;
    bool quoted = false;  ///< The parts come from the ERP or PSP; false: only `original` is known.
    std::optional<Date> valid_until;
    std::string link;  ///< Where a PDF or page can be fetched; empty: none.
    friend bool operator==(const PaymentCodes&, const PaymentCodes&) = default;
};

enum class RecordKind { subscribers, contracts, connections, invoices, payments };
[[nodiscard]] std::string_view to_string(RecordKind kind) noexcept;
[[nodiscard]] std::optional<RecordKind> record_kind_from(std::string_view name) noexcept;

/// One page of one list; the variant holds the alternative that fits the RecordKind.
using ErpRecords = std::variant<std::vector<ErpSubscriber>, std::vector<ErpContract>, std::vector<ErpConnection>,
                                std::vector<ErpInvoice>, std::vector<ErpPayment>>;

}  // namespace emdia
