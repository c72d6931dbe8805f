#pragma once
// Equipment that cuts and restores (network.md section 8). An answer never proves anything; observation does.

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/model.hpp"

namespace emdia {

struct DriverCapabilities {
    bool restricts = false;       ///< Can put into a walled garden, not only drop the session.
    bool kicks = false;           ///< Can drop the session.
    bool observable = false;      ///< observe() returns what the device really holds.
    bool durable_reboot = false;  ///< The effect survives a restart of the device.
    bool leases = false;          ///< The device ends a restriction at `not_after`: renew it before.
    bool imaginary = false;       ///< Drives nothing: what it says and shows is what would have been done.
    int max_per_second = 20;
};

/// The wish for one connection. Idempotent by (connection, generation).
struct DesiredAccess {
    CommandId command{};
    AccountId account{};
    Connection connection;
    Access access = Access::open;
    std::int64_t generation = 0;
    std::optional<Instant> not_after;  ///< Blocks only: lease after which an orphaned device lets people back in.
};

enum class ApplyKind {
    acknowledged,  ///< The device said it did it.
    already_so,    ///< It says nothing had to be done.
    no_session,    ///< Nobody is online: converged as far as the live side goes.
    retry,         ///< Transient: again after `retry_after`.
    refused,       ///< Permanent until a person acts; `hint` says what to do.
    unknown        ///< No answer. A device that is unreachable is never "blocked".
};
struct ApplyResult {
    CommandId command{};
    std::int64_t generation = 0;
    ApplyKind kind = ApplyKind::unknown;
    std::string cause;  ///< What the device said ("CoA-NAK 503 session context not found").
    std::string hint;   ///< What a person can do.
    std::optional<Millis> retry_after;
};

/// How drivers key a connection: the engine hands out "ixc:4709", ERP and id there. Personal data: never logged.
[[nodiscard]] inline const std::string& access_key(const Connection& connection) {
    return connection.erp_id.empty() ? connection.login : connection.erp_id;
}

struct ObservedAccess {
    std::string key;  ///< access_key() of the connection.
    Access access = Access::open;
    std::int64_t generation = 0;  ///< 0 when the device does not keep it.
    bool foreign = false;         ///< Not ours: reported, never touched.
};
/// A complete listing of one device. What is not listed is open.
struct Observation {
    std::string driver;
    std::string device;
    std::vector<ObservedAccess> blocked;
    Instant at{};          ///< Watermark.
    bool complete = true;  ///< false: only the listed connections were looked at; listed as open means seen open.
};
/// The device lost its memory or came back: resync it in full.
struct DeviceState {
    std::string driver;
    std::string device;
    bool reachable = false;
    bool restarted = false;
    std::string note;
    bool degraded = false;  ///< It works in a poorer way than was configured, until a person acts; `note` says how.
};

using DriverEvent = std::variant<ApplyResult, Observation, DeviceState>;
using DriverSink = std::function<void(DriverEvent)>;

/// apply and observe never block; exactly one ApplyResult per apply. Unblocks leave before queued blocks. A wish of an
/// older generation than one seen before is answered `already_so` and not carried out. Wishes given before start() are
/// kept; stop() answers what is pending, and nothing is called after it returns. The rules are executed by
/// tests/contract/driver_contract.cpp. Sink calls come from the driver's threads and must only enqueue.
class AccessDriver {
public:
    virtual ~AccessDriver() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual DriverCapabilities capabilities() const = 0;
    virtual void start(DriverSink sink) = 0;
    virtual void apply(DesiredAccess desired) = 0;
    /// Asks every device of this driver for a complete listing. A driver that cannot observe forgets instead what its
    /// devices said yes to, so that wishes of a generation they know are sent again.
    virtual void observe() = 0;
    virtual void stop() = 0;
};

}  // namespace emdia
