#pragma once
// Every place where a process may vanish with a difference: just before a commit, just after it, and before each thing
// that a turn does to the outside once it is committed. (After the last of them is the same as before the next
// commit.)

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/engine/engine.hpp"
#include "tests/fakes/forwarding_ledger.hpp"

namespace emdia::test {

/// Thrown where the process vanishes. No std::exception: nothing of the daemon may catch it.
struct Crash {};

/// Counts the points of a run and ends it at one of them.
class CrashPoints {
public:
    struct Point {
        std::string what;
        bool routine = false;  ///< Nothing was decided, sent, promised or learned there.
    };

    /// The process vanishes when `count` more points were reached.
    void arm(std::size_t count) { left_ = count; }
    [[nodiscard]] bool armed() const noexcept { return left_ > 0; }
    /// Throws Crash if this is the one.
    void pass(std::string what, bool routine = false);
    /// From the beginning, over all processes.
    [[nodiscard]] const std::vector<Point>& passed() const noexcept { return passed_; }

private:
    std::vector<Point> passed_;
    std::size_t left_ = 0;
};

/// Points before and after each commit. A crash before one rolls back, as the end of a process would.
class CrashingLedger final : public fakes::ForwardingLedger {
public:
    CrashingLedger(Ledger& book, CrashPoints& points) : ForwardingLedger(book), points_(points) {}

    void begin() override;
    void commit() override;
    void rollback() noexcept override;

    using ForwardingLedger::put;
    Ingested put(std::string_view erp, const ErpInvoice& row, Instant now) override;
    Ingested put(std::string_view erp, const ErpPayment& row, Instant now) override;
    std::optional<MessageId> add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                         Instant now) override;
    void put_message(const OutboxRow& row) override;
    void put_access(AccountId id, const AccessRecord& record) override;
    CommandId add_command(const CommandRow& row) override;
    void put_command(const CommandRow& row) override;
    std::int64_t add_erp_write(const ErpWriteRow& row) override;
    void put_erp_write(const ErpWriteRow& row) override;
    PromiseId add_promise(AccountId account, const Promise& promise) override;
    void put_promise(AccountId account, const Promise& promise) override;
    void store_inbound(AccountId account, std::string_view provider_id, std::string_view kind, std::string_view text,
                       Instant at) override;

private:
    /// What a transaction holds beside housekeeping.
    void wrote(std::string_view what);

    CrashPoints& points_;
    std::string writes_;
    bool open_ = false;
};

class CrashingMessenger final : public Messenger {
public:
    /// `unlucky` messages are lost on the way.
    CrashingMessenger(Messenger& channel, CrashPoints& points, std::set<MessageId> unlucky)
        : channel_(channel), points_(points), unlucky_(std::move(unlucky)) {}
    void start(MessengerSink sink) override;
    void submit(OutgoingMessage message) override;
    void stop() override { channel_.stop(); }

private:
    Messenger& channel_;
    CrashPoints& points_;
    std::set<MessageId> unlucky_;
    MessengerSink sink_;
};

class CrashingErp final : public ErpSource {
public:
    CrashingErp(ErpSource& erp, CrashPoints& points) : erp_(erp), points_(points) {}
    [[nodiscard]] const std::string& name() const override { return erp_.name(); }
    void start(ErpSink sink) override { erp_.start(std::move(sink)); }
    void submit(ErpRequest request) override;
    void stop() override { erp_.stop(); }

private:
    ErpSource& erp_;
    CrashPoints& points_;
};

class CrashingDriver final : public AccessDriver {
public:
    CrashingDriver(AccessDriver& driver, CrashPoints& points) : driver_(driver), points_(points) {}
    [[nodiscard]] const std::string& name() const override { return driver_.name(); }
    [[nodiscard]] DriverCapabilities capabilities() const override { return driver_.capabilities(); }
    void start(DriverSink sink) override { driver_.start(std::move(sink)); }
    void apply(DesiredAccess desired) override;
    void observe() override;
    void stop() override { driver_.stop(); }

private:
    AccessDriver& driver_;
    CrashPoints& points_;
};

}  // namespace emdia::test
