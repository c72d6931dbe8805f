#pragma once
// The ledger in one SQLite file: WAL, synchronous=FULL, foreign keys, one immediate transaction per turn. The schema
// stands in ledger_schema/; the methods are spread over sqlite_ledger_*.cpp by what they are about.
//
// What the engine asks in every turn (due_accounts, due_*, next_due) costs microseconds with a million accounts,
// because each is the head of an index; load() reads one account by keys. Memory is bounded by the page cache, which
// grows with the number of accounts from 6 to 32 MiB.

#include "daemon/adapters/file_lock.hpp"
#include "daemon/adapters/sqlite_db.hpp"
#include "daemon/ports/ledger.hpp"

namespace emdia {

/// Not thread-safe. Failures inside a transaction throw LedgerFailure.
class SqliteLedger final : public Ledger {
public:
    /// Opens, creates or migrates (see sqlite_schema.hpp). The error says what a person must do.
    [[nodiscard]] static Result<std::unique_ptr<SqliteLedger>> open(const std::string& path);

    void begin() override;
    void commit() override;
    void rollback() noexcept override;

    Ingested put(std::string_view erp, const ErpSubscriber& row, Instant now) override;
    Ingested put(std::string_view erp, const ErpContract& row, Instant now) override;
    Ingested put(std::string_view erp, const ErpConnection& row, Instant now) override;
    Ingested put(std::string_view erp, const ErpInvoice& row, Instant now) override;
    Ingested put(std::string_view erp, const ErpPayment& row, Instant now) override;
    void note_read(std::string_view erp, std::string_view invoice, Instant at) override;
    void grant_optin(std::string_view erp, std::string_view source, Instant now) override;

    std::optional<AccountFacts> load(AccountId id) override;
    std::optional<AccountId> account_of_contract(std::string_view erp, std::string_view contract) override;
    std::optional<AccountId> account_of_invoice(std::string_view erp, std::string_view invoice) override;
    std::vector<AccountId> accounts_of_phone(std::string_view e164) override;
    std::vector<AccountSummary> search(std::string_view text, Date today, int limit) override;
    std::int64_t active_contracts(std::string_view erp) override;
    std::vector<TrackedInvoice> hot_invoices(std::string_view erp, Instant now, int limit) override;
    std::vector<TrackedInvoice> owed_invoices(std::string_view erp, Date from, Date to) override;
    std::vector<std::string> active_contract_ids(std::string_view erp) override;

    void mark_dirty(AccountId id) override;
    std::vector<AccountId> due_accounts(Instant now, int limit) override;
    std::int64_t mark_dirty_overdue(std::string_view erp, Date today) override;
    void mark_all_dirty() override;
    void put_decision(AccountId id, const StoredDecision& decision) override;
    std::optional<StoredDecision> decision_of(AccountId id) override;
    void put_access(AccountId id, const AccessRecord& record) override;
    void note_blocked(AccountId id, Instant from) override;
    void note_unblocked(AccountId id, Instant until) override;
    std::vector<RestrictedLine> restricted_lines() override;
    std::int64_t blocks_since(Instant since) override;
    std::optional<ConnectionRef> find_connection(std::string_view erp, std::string_view line) override;
    std::vector<std::string> connection_ids(std::string_view erp) override;
    void detach_connection(std::string_view erp, std::string_view line) override;
    std::optional<Connection> detached_connection(std::string_view erp, std::string_view line) override;

    std::optional<MessageId> add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                         Instant now) override;
    void put_message(const OutboxRow& row) override;
    std::optional<OutboxRow> message(MessageId id) override;
    std::optional<MessageId> message_of_provider(std::string_view provider_id) override;
    std::vector<OutboxRow> due_messages(Instant now, int limit) override;
    std::vector<OutboxRow> messages_in(MessageState state, int limit) override;
    std::vector<OutboxRow> queued_messages_of(AccountId account) override;
    std::int64_t initiated_since(Instant since) override;

    CommandId add_command(const CommandRow& row) override;
    void put_command(const CommandRow& row) override;
    std::optional<CommandRow> command(CommandId id) override;
    std::vector<CommandRow> due_commands(Instant now, int limit) override;
    std::vector<CommandRow> commands_of(AccountId account, std::int64_t generation) override;
    std::vector<CommandRow> commands_in(CommandState state, int limit) override;

    std::int64_t add_erp_write(const ErpWriteRow& row) override;
    void put_erp_write(const ErpWriteRow& row) override;
    std::optional<ErpWriteRow> erp_write(std::int64_t id) override;
    std::vector<ErpWriteRow> due_erp_writes(Instant now, int limit) override;
    std::vector<ErpWriteRow> erp_writes_of(AccountId account, int limit) override;
    std::vector<ErpWriteRow> erp_writes_in(CommandState state, int limit) override;

    PromiseId add_promise(AccountId account, const Promise& promise) override;
    void put_promise(AccountId account, const Promise& promise) override;
    DisputeId add_dispute(AccountId account, const Dispute& dispute) override;
    void answer_dispute(AccountId account, DisputeId dispute, Instant at) override;
    void add_claim(AccountId account, const PaymentClaim& claim) override;
    void add_override(AccountId account, const Override& override_) override;
    void end_overrides(AccountId account, OverrideKind kind, Instant at) override;
    void set_exempt(AccountId account, bool exempt, std::string_view reason) override;
    void put_channel(const Subscriber& subscriber) override;

    using Ledger::open_task;
    std::optional<TaskId> open_task(const TaskRow& row, std::optional<Instant> since) override;
    void put_task(const TaskRow& row) override;
    std::optional<TaskRow> task(TaskId id) override;
    std::vector<TaskRow> open_tasks(int limit) override;
    HoldId add_hold(const HoldRow& row) override;
    void put_hold(const HoldRow& row) override;
    std::vector<HoldRow> open_holds() override;
    std::vector<HoldRow> holds_resolved_since(Instant since) override;
    std::optional<HoldRow> hold(HoldId id) override;

    void append(const TimelineEvent& event) override;
    std::vector<TimelineEvent> timeline(AccountId id, int limit) override;
    bool first_seen(std::string_view scope, std::string_view id, Instant now) override;
    void store_inbound(AccountId account, std::string_view provider_id, std::string_view kind, std::string_view text,
                       Instant at) override;
    std::vector<InboundRow> inbound_of(AccountId account, int limit) override;
    void put_meta(std::string_view key, std::string_view value) override;
    std::optional<std::string> meta(std::string_view key) override;

    LedgerCounts counts(Date today) override;
    std::optional<Instant> next_due() override;
    bool purge(Instant now, int limit) override;

private:
    SqliteLedger(std::unique_ptr<sqlite::Database> db, FileLock lock);
    /// The database, for a write; a fault outside a transaction.
    [[nodiscard]] sqlite::Database& writer();
    /// A row that was never added cannot be changed: a fault.
    static void must_exist(std::int64_t rows_changed);
    void fit_cache();
    [[nodiscard]] SubscriberId subscriber_of(std::string_view erp, std::string_view erp_id);
    [[nodiscard]] Ingested wake(std::initializer_list<AccountId> accounts);
    void adopt_orphans(AccountId id, std::string_view erp, std::string_view contract);
    [[nodiscard]] std::vector<OutboxRow> messages_by(const std::vector<MessageId>& ids);
    [[nodiscard]] std::vector<CommandRow> commands_by(const std::vector<CommandId>& ids);
    [[nodiscard]] std::vector<ErpWriteRow> erp_writes_by(const std::vector<std::int64_t>& ids);
    [[nodiscard]] std::vector<HoldRow> holds_by(const std::vector<HoldId>& ids);
    [[nodiscard]] std::vector<AccountSummary> summaries(const std::vector<AccountId>& ids, Date today);

    FileLock lock_;
    std::unique_ptr<sqlite::Database> db_;
    std::int64_t cache_kib_ = 0;
    bool accounts_added_ = false;  ///< In this transaction.
};

}  // namespace emdia
