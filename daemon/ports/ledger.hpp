#pragma once
// The book. One thread (the engine's) owns it; every write happens inside one immediate transaction of a turn.

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/decide.hpp"
#include "daemon/core/erp_records.hpp"
#include "daemon/core/model.hpp"

namespace emdia {

/// What an upsert did. `account` is set when an existing account is concerned and should be decided again.
struct Ingested {
    bool changed = false;
    std::optional<AccountId> account;
    friend bool operator==(const Ingested&, const Ingested&) = default;
};

/// A row of the outbox: the message, where it goes and what it needs. Never logged.
struct OutboxRow {
    Message message;
    AccountId account{};
    MessageWish wish;         ///< As decided; `wish.reason` says why.
    Instant not_before{};     ///< Next try.
    int tries = 0;            ///< Submits so far.
    std::string provider_id;  ///< wamid, once accepted.
    std::string text;         ///< Rendered; empty until `sending`.
    std::string last_error;
    Instant state_at{};  ///< When `message.state` was entered.
    friend bool operator==(const OutboxRow&, const OutboxRow&) = default;
};

/// queued -> sent -> acknowledged -> observed; no_session counts as converged; unknown is asked again, never "done".
enum class CommandState { queued, sent, acknowledged, observed, no_session, refused, unknown, superseded };
[[nodiscard]] constexpr std::string_view to_string(CommandState state) noexcept {
    constexpr std::array<std::string_view, 8> names{"queued",     "sent",    "acknowledged", "observed",
                                                    "no_session", "refused", "unknown",      "superseded"};
    return names[static_cast<std::size_t>(state)];
}

/// A wish for one connection on its way to equipment or ERP.
struct CommandRow {
    CommandId id{};
    AccountId account{};
    ConnectionId connection{};
    std::string driver;  ///< Name of the driver that carries it.
    Access access = Access::open;
    std::int64_t generation = 0;
    CommandState state = CommandState::queued;
    int tries = 0;
    Instant created_at{};
    Instant next_try_at{};
    std::string cause;  ///< The device's last answer.
    friend bool operator==(const CommandRow&, const CommandRow&) = default;
};

enum class ErpWriteKind { promise_record, release, block, unblock, note };
[[nodiscard]] constexpr std::string_view to_string(ErpWriteKind kind) noexcept {
    constexpr std::array<std::string_view, 5> names{"promise_record", "release", "block", "unblock", "note"};
    return names[static_cast<std::size_t>(kind)];
}

/// Something to be written to the ERP. Its id makes the idempotency key. States as for commands: `acknowledged` means
/// that the connector read it back.
struct ErpWriteRow {
    std::int64_t id = 0;
    AccountId account{};
    std::string erp;
    ErpWriteKind kind = ErpWriteKind::note;
    PromiseId promise{};  ///< promise_record, release
    Date until{};         ///< promise_record: promised day; release: last day of it
    Money amount;         ///< promise_record
    std::string title;    ///< note; no personal data
    std::string text;
    CommandState state = CommandState::queued;
    int tries = 0;
    Instant created_at{};
    Instant next_try_at{};
    std::string cause;  ///< What the connector saw, or why it failed.
    friend bool operator==(const ErpWriteRow&, const ErpWriteRow&) = default;
};

/// Whose line a device speaks of.
struct ConnectionRef {
    AccountId account{};
    ConnectionId connection{};
    friend bool operator==(const ConnectionRef&, const ConnectionRef&) = default;
};

/// One line of an account whose access is not plainly open: enough to compare it with what a device holds.
struct RestrictedLine {
    AccountId account{};
    ConnectionId connection{};
    std::string nas;
    Access wanted = Access::open;
    std::int64_t generation = 0;
    bool observed = false;  ///< Equipment was seen to hold just this wish.
    friend bool operator==(const RestrictedLine&, const RestrictedLine&) = default;
};

struct TaskRow {
    TaskId id{};
    AccountId account{};  ///< 0: not about one account.
    InvoiceId invoice{};
    TaskKind kind{};
    std::string subject;  ///< What it is about where account and invoice do not say: a device, a template, an ERP.
    int priority = 3;
    Instant opened_at{};
    std::string text;  ///< One sentence without personal data beyond the account id.
    std::string owner;
    std::optional<Instant> done_at;
    std::string outcome;
    friend bool operator==(const TaskRow&, const TaskRow&) = default;
};

struct HoldRow {
    HoldId id{};
    ReasonCode reason{};
    std::string scope;  ///< ERP name, "blocks", or "".
    Instant opened_at{};
    std::vector<AccountId> accounts;  ///< The batch, by name.
    std::string text;
    std::string state = "open";  ///< open, approved, rejected, expired
    std::string resolved_by;
    std::string resolved_why;
    std::optional<Instant> resolved_at;
    friend bool operator==(const HoldRow&, const HoldRow&) = default;
};

/// One line of an account's history. `actor` is "system", "subscriber", "erp:NAME", "device:NAME" or "person: NAME".
struct TimelineEvent {
    AccountId account{};  ///< 0: the installation.
    Instant at{};
    std::string actor;
    std::string kind;    ///< "message.delivered", "access.blocked", "promise.active"...
    std::string detail;  ///< key=value pairs; ids, dates, amounts; never phone, name, text or code.
    std::string rules;   ///< Rule ids, if a rule is behind it.
    friend bool operator==(const TimelineEvent&, const TimelineEvent&) = default;
};

struct StoredDecision {
    Instant at{};
    std::string policy_version;
    std::string calendar_version;
    std::string tz_version;
    Decision decision;
    friend bool operator==(const StoredDecision&, const StoredDecision&) = default;
};

struct AccountSummary {
    AccountId id{};
    std::string erp;
    std::string contract_erp_id;
    std::string first_name;
    std::string phone_tail;  ///< Last four digits.
    std::string login;       ///< Of the first connection.
    Access wanted = Access::open;
    Money open;  ///< Sum of owed invoices already due.
    friend bool operator==(const AccountSummary&, const AccountSummary&) = default;
};

struct LedgerCounts {
    std::int64_t accounts = 0;  ///< Active contracts.
    std::int64_t blocked = 0;   ///< Wanted blocked.
    std::int64_t gap = 0;       ///< Wanted differs from applied, or applied unknown though equipment was asked.
    std::int64_t overdue_accounts = 0;
    std::int64_t messages_queued = 0;
    std::int64_t messages_unknown = 0;
    std::int64_t promises_active = 0;
    std::int64_t tasks_open = 0;
    std::int64_t holds_open = 0;
    std::int64_t disputes_open = 0;
    friend bool operator==(const LedgerCounts&, const LedgerCounts&) = default;
};

struct TrackedInvoice {
    AccountId account{};
    std::string erp_id;
    friend bool operator==(const TrackedInvoice&, const TrackedInvoice&) = default;
};

/// Something a subscriber wrote.
struct InboundRow {
    std::string provider_id;
    std::string kind;
    std::string text;
    Instant at{};
    friend bool operator==(const InboundRow&, const InboundRow&) = default;
};

/// How far load() looks back, counted from the newest row of the same sort, not from a clock: settled invoices by
/// paid_known_at, payments by known_at, messages by queued_at. Owed and unclear invoices and their messages always
/// come.
inline constexpr Days kRecentDays{90};

/// Errors of a transaction surface at commit() (disk full, I/O): nothing of the turn is kept then. Reads and writes
/// inside may throw LedgerFailure, which the engine turns into a rollback. Not thread-safe.
class LedgerFailure : public std::exception {
public:
    explicit LedgerFailure(Error error) : error_(std::move(error)), text_(error_.text()) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const Error& error() const noexcept { return error_; }

private:
    Error error_;
    std::string text_;
};

class Ledger {
public:
    virtual ~Ledger() = default;

    // Transactions: immediate, not nested. A write outside one is a fault of ours and throws LedgerFailure.
    virtual void begin() = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;

    // Facts. Unchanged rows cost no write. `now` stamps what we learned and when (paid_known_at, payment known_at); an
    // invoice that is owed again loses its paid_known_at. Invoices, payments and connections whose contract or invoice
    // is not known yet are kept and joined when it comes; a contract without subscriber gets an empty one to be filled.
    // Every account that a change concerns is marked dirty; `Ingested::account` is the first of them.
    virtual Ingested put(std::string_view erp, const ErpSubscriber& row, Instant now) = 0;
    virtual Ingested put(std::string_view erp, const ErpContract& row, Instant now) = 0;
    virtual Ingested put(std::string_view erp, const ErpConnection& row, Instant now) = 0;
    virtual Ingested put(std::string_view erp, const ErpInvoice& row, Instant now) = 0;
    virtual Ingested put(std::string_view erp, const ErpPayment& row, Instant now) = 0;
    /// The ERP was asked for this one invoice and put() took its answer: sets read_at even if nothing changed. Rows of
    /// bulk pages carry the read_at of their last change, so that an unchanged page costs no write; whoever needs a
    /// fresh one (B2, I3) re-reads the invoice.
    virtual void note_read(std::string_view erp, std::string_view invoice, Instant at) = 0;
    /// Sets consent for every subscriber of the ERP that has neither given nor withdrawn it, from the contract clause
    /// in the configuration (D1).
    virtual void grant_optin(std::string_view erp, std::string_view source, Instant now) = 0;

    // Accounts.
    /// All of AccountFacts but `source`, which the engine knows. See kRecentDays.
    [[nodiscard]] virtual std::optional<AccountFacts> load(AccountId id) = 0;
    [[nodiscard]] virtual std::optional<AccountId> account_of_contract(std::string_view erp,
                                                                       std::string_view contract) = 0;
    [[nodiscard]] virtual std::optional<AccountId> account_of_invoice(std::string_view erp,
                                                                      std::string_view invoice) = 0;
    [[nodiscard]] virtual std::vector<AccountId> accounts_of_phone(std::string_view e164) = 0;
    /// By account or contract id ("7301" or "ixc:7301"), whole login or whole phone number; only if none fits, by a
    /// piece of a phone number (four digits or more), login or first name (ASCII case ignored). At most `limit`, by
    /// account. A piece that is rare is looked for in every account: for people only.
    [[nodiscard]] virtual std::vector<AccountSummary> search(std::string_view text, Date today, int limit) = 0;
    [[nodiscard]] virtual std::int64_t active_contracts(std::string_view erp) = 0;
    /// Owed invoices of the ERP that matter now: of accounts restricted, promising, with queued messages or with a
    /// claim of the last seven days. Those read longest ago come first, so that repeated calls go round.
    [[nodiscard]] virtual std::vector<TrackedInvoice> hot_invoices(std::string_view erp, Instant now, int limit) = 0;
    /// All owed ones due in [from, to], by due date.
    [[nodiscard]] virtual std::vector<TrackedInvoice> owed_invoices(std::string_view erp, Date from, Date to) = 0;
    /// ERP ids of all active contracts, ascending as text, to compare with a full pull.
    [[nodiscard]] virtual std::vector<std::string> active_contract_ids(std::string_view erp) = 0;

    // Decisions and wake-ups. `mark_dirty` is a wake-up at once.
    virtual void mark_dirty(AccountId id) = 0;
    [[nodiscard]] virtual std::vector<AccountId> due_accounts(Instant now, int limit) = 0;
    /// Every account of the ERP that has an owed invoice due on or before `today`, or is not plainly open. Used at
    /// start and when the health of an ERP changes. Returns how many.
    virtual std::int64_t mark_dirty_overdue(std::string_view erp, Date today) = 0;
    /// Every account: a new policy, the end of a freeze.
    virtual void mark_all_dirty() = 0;
    /// Stores the decision, replaces the wake-up time (nullopt: none).
    virtual void put_decision(AccountId id, const StoredDecision& decision) = 0;
    [[nodiscard]] virtual std::optional<StoredDecision> decision_of(AccountId id) = 0;
    virtual void put_access(AccountId id, const AccessRecord& record) = 0;
    /// Opens or closes the blocked interval (A8, A14).
    virtual void note_blocked(AccountId id, Instant from) = 0;
    virtual void note_unblocked(AccountId id, Instant until) = 0;

    /// The lines, but voice (A7), of accounts whose wanted or applied access is not plainly open (blocked, reduced, or
    /// unknown after equipment was asked), by account and connection. Far cheaper than loading each account.
    [[nodiscard]] virtual std::vector<RestrictedLine> restricted_lines() = 0;
    /// Blocked intervals that began at or after `since`, all ERPs (I10).
    [[nodiscard]] virtual std::int64_t blocks_since(Instant since) = 0;
    /// Nullopt when unknown, or when it belongs to no account.
    [[nodiscard]] virtual std::optional<ConnectionRef> find_connection(std::string_view erp, std::string_view line) = 0;
    /// ERP ids of all lines that belong to an account, ascending as text, to compare with a full pull.
    [[nodiscard]] virtual std::vector<std::string> connection_ids(std::string_view erp) = 0;
    /// The ERP has this line no longer: it belongs to nobody until put() brings it again, its waiting and
    /// refused commands are superseded and its account is marked dirty. No such line, or detached already: nothing.
    virtual void detach_connection(std::string_view erp, std::string_view line) = 0;
    /// What was known of a line when it was detached; nullopt when it was not.
    [[nodiscard]] virtual std::optional<Connection> detached_connection(std::string_view erp,
                                                                        std::string_view line) = 0;

    // Outbox. add returns nullopt if (account, invoice, stage, attempt, channel) is there already; rows of stage
    // `reply`, `promise_offer` and service stages are unique by (account, stage, dedupe) instead.
    virtual std::optional<MessageId> add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                                 Instant now) = 0;
    virtual void put_message(const OutboxRow& row) = 0;
    [[nodiscard]] virtual std::optional<OutboxRow> message(MessageId id) = 0;
    [[nodiscard]] virtual std::optional<MessageId> message_of_provider(std::string_view provider_id) = 0;
    /// Queued rows due now: replies and service first, then notices, then the rest; oldest first.
    [[nodiscard]] virtual std::vector<OutboxRow> due_messages(Instant now, int limit) = 0;
    [[nodiscard]] virtual std::vector<OutboxRow> messages_in(MessageState state, int limit) = 0;
    [[nodiscard]] virtual std::vector<OutboxRow> queued_messages_of(AccountId account) = 0;
    /// Distinct subscribers reached by business-initiated messages since `since` (D8); those under way or of unknown
    /// fate count as reached.
    [[nodiscard]] virtual std::int64_t initiated_since(Instant since) = 0;

    // Commands to equipment. add supersedes what waits (queued, unknown) for the same connection with an older
    // generation or through the same driver, and whatever was refused there: nothing more comes of it. Due are queued
    // ones and, to be asked again, unknown ones.
    virtual CommandId add_command(const CommandRow& row) = 0;
    virtual void put_command(const CommandRow& row) = 0;
    [[nodiscard]] virtual std::optional<CommandRow> command(CommandId id) = 0;
    /// Due ones, unblocks before blocks, oldest first.
    [[nodiscard]] virtual std::vector<CommandRow> due_commands(Instant now, int limit) = 0;
    [[nodiscard]] virtual std::vector<CommandRow> commands_of(AccountId account, std::int64_t generation) = 0;
    [[nodiscard]] virtual std::vector<CommandRow> commands_in(CommandState state, int limit) = 0;

    // Writes to the ERP, oldest first; unblock and release before the rest. Due as for commands.
    virtual std::int64_t add_erp_write(const ErpWriteRow& row) = 0;
    virtual void put_erp_write(const ErpWriteRow& row) = 0;
    [[nodiscard]] virtual std::optional<ErpWriteRow> erp_write(std::int64_t id) = 0;
    [[nodiscard]] virtual std::vector<ErpWriteRow> due_erp_writes(Instant now, int limit) = 0;
    [[nodiscard]] virtual std::vector<ErpWriteRow> erp_writes_of(AccountId account, int limit) = 0;
    [[nodiscard]] virtual std::vector<ErpWriteRow> erp_writes_in(CommandState state, int limit) = 0;

    // Promises, disputes, claims, overrides, channel state.
    virtual PromiseId add_promise(AccountId account, const Promise& promise) = 0;
    virtual void put_promise(AccountId account, const Promise& promise) = 0;
    virtual DisputeId add_dispute(AccountId account, const Dispute& dispute) = 0;
    virtual void answer_dispute(AccountId account, DisputeId dispute, Instant at) = 0;
    virtual void add_claim(AccountId account, const PaymentClaim& claim) = 0;
    virtual void add_override(AccountId account, const Override& override_) = 0;
    /// Ends every override of the kind now.
    virtual void end_overrides(AccountId account, OverrideKind kind, Instant at) = 0;
    virtual void set_exempt(AccountId account, bool exempt, std::string_view reason) = 0;
    virtual void put_channel(const Subscriber& subscriber) = 0;  ///< Only the consent and channel fields are taken.

    // Tasks and holds. open_task returns nullopt if one of the same (account, kind, invoice, subject) is open, or was
    // done at or after `since`, the moment from which its cause stands: what a person has settled is not asked again.
    virtual std::optional<TaskId> open_task(const TaskRow& row, std::optional<Instant> since) = 0;
    std::optional<TaskId> open_task(const TaskRow& row) { return open_task(row, std::nullopt); }
    virtual void put_task(const TaskRow& row) = 0;
    [[nodiscard]] virtual std::optional<TaskRow> task(TaskId id) = 0;
    [[nodiscard]] virtual std::vector<TaskRow> open_tasks(int limit) = 0;
    virtual HoldId add_hold(const HoldRow& row) = 0;
    virtual void put_hold(const HoldRow& row) = 0;
    [[nodiscard]] virtual std::vector<HoldRow> open_holds() = 0;
    [[nodiscard]] virtual std::vector<HoldRow> holds_resolved_since(Instant since) = 0;
    [[nodiscard]] virtual std::optional<HoldRow> hold(HoldId id) = 0;

    // History, duplicates, small settings.
    virtual void append(const TimelineEvent& event) = 0;
    /// The newest `limit`, in the order they were appended.
    [[nodiscard]] virtual std::vector<TimelineEvent> timeline(AccountId id, int limit) = 0;
    /// True the first time (scope, id) is seen; kept at least eight days.
    virtual bool first_seen(std::string_view scope, std::string_view id, Instant now) = 0;
    /// What a subscriber wrote; kept 180 days. account 0: sender not known.
    virtual void store_inbound(AccountId account, std::string_view provider_id, std::string_view kind,
                               std::string_view text, Instant at) = 0;
    /// The newest `limit`, newest first.
    [[nodiscard]] virtual std::vector<InboundRow> inbound_of(AccountId account, int limit) = 0;
    virtual void put_meta(std::string_view key, std::string_view value) = 0;
    [[nodiscard]] virtual std::optional<std::string> meta(std::string_view key) = 0;

    [[nodiscard]] virtual LedgerCounts counts(Date today) = 0;
    /// The earliest of: wake-ups, queued messages, due commands, due ERP writes; nullopt: nothing waits.
    [[nodiscard]] virtual std::optional<Instant> next_due() = 0;
    /// Retention (section 2.5 of brazil-rules.md): conversation text 180 days, seen ids 8 days, the rest 5 years:
    /// settled invoices by due date with all that hangs on them, other closed rows and history by their age (messages:
    /// since their last state). What is still open is never purged. Ends after about `limit` rows, so that a turn does
    /// not wait for millions; true: there may be more.
    virtual bool purge(Instant now, int limit) = 0;
};

/// Begins; rolls back in the destructor unless committed.
class LedgerTransaction {
public:
    explicit LedgerTransaction(Ledger& ledger) : ledger_(ledger) { ledger_.begin(); }
    LedgerTransaction(const LedgerTransaction&) = delete;
    LedgerTransaction& operator=(const LedgerTransaction&) = delete;
    ~LedgerTransaction() {
        if (!done_) {
            ledger_.rollback();
        }
    }
    void commit() {
        ledger_.commit();
        done_ = true;
    }

private:
    Ledger& ledger_;
    bool done_ = false;
};

}  // namespace emdia
