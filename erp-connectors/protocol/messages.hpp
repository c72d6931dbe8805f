#pragma once
// What travels between the daemon and a connector, version 1 (docs/CONNECTOR-PROTOCOL.md). The calls and answers are
// those of the port erp_source.hpp; this adds the hello, the initialisation and the numbering.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/ports/erp_source.hpp"

namespace emdia::protocol {

constexpr int kVersion = 1;
/// Longest line either side may send, LF not counted.
constexpr std::size_t kMaxLineBytes = std::size_t{1024} * 1024;
/// Most records in one page and most ids in one invoice.read.
constexpr std::size_t kMaxRecords = 1000;
constexpr std::size_t kMaxInvoiceIds = 400;

enum class Method {
    initialize,
    pull,
    invoice_read,
    contract_read,
    payment_codes,
    promise_record,
    access_release,
    access_block,
    access_unblock,
    history_note,
    health
};
/// "invoice.read"; this is also the name of the capability, except for pull, which has one per kind of record.
[[nodiscard]] std::string_view to_string(Method method) noexcept;
[[nodiscard]] std::optional<Method> method_from(std::string_view name) noexcept;
[[nodiscard]] Method method_of(const ErpCall& call) noexcept;
/// A call that may change something in the ERP: carries an idempotency key, and its silence means `unknown`.
/// payment_codes counts as a read for the caller although asking may register a charge (erp-ixc.md 4.1).
[[nodiscard]] bool is_write(Method method) noexcept;
/// What a connector must have announced for the call: "pull.invoices", "access.block", ...
[[nodiscard]] std::string capability_of(const ErpCall& call);

using Secrets = std::map<std::string, std::string>;

/// The connector's first line, unasked.
struct Hello {
    std::string name;
    std::string version;
    int protocol = kVersion;
    std::vector<std::string> capabilities;
    friend bool operator==(const Hello&, const Hello&) = default;
};

/// The daemon's first request. Settings and secrets never travel by argument or environment.
struct Initialize {
    std::string erp;                   ///< The name of this ERP in the daemon's configuration.
    std::string settings_json = "{}";  ///< One JSON object (else encode throws), the connector's own to interpret.
    Secrets secrets;
};
/// Its answer: what is left of the capabilities with these settings.
struct Initialized {
    std::vector<std::string> capabilities;
};

struct Request {
    std::uint64_t id = 0;
    std::variant<Initialize, ErpCall> call;
    Millis deadline{30'000};
    std::string idempotency_key;
};
[[nodiscard]] Method method_of(const Request& request) noexcept;

using Answer = std::variant<Initialized, ErpAnswer>;
struct Response {
    std::uint64_t id = 0;
    Result<Answer> answer;
};

}  // namespace emdia::protocol
