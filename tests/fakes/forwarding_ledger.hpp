#pragma once
// Passes every call of a ledger on to another one. What stands between the engine and its book derives from it and
// overrides the few calls that it is about.

#include "daemon/ports/ledger.hpp"

namespace emdia::fakes {

/// `book` must outlive every call.
class ForwardingLedger : public Ledger {
public:
    explicit ForwardingLedger(Ledger& book) : book_(&book) {}
    [[nodiscard]] Ledger& book() noexcept { return *book_; }

    using Ledger::open_task;
    void begin() override { book().begin(); }
    void commit() override { book().commit(); }
    void rollback() noexcept override { book().rollback(); }
    Ingested put(std::string_view erp, const ErpSubscriber& row, Instant now) override {
        return book().put(erp, row, now);
    }
    Ingested put(std::string_view erp, const ErpContract& row, Instant now) override {
        return book().put(erp, row, now);
    }
    Ingested put(std::string_view erp, const ErpConnection& row, Instant now) override {
        return book().put(erp, row, now);
    }
    Ingested put(std::string_view erp, const ErpInvoice& row, Instant now) override {
        return book().put(erp, row, now);
    }
    Ingested put(std::string_view erp, const ErpPayment& row, Instant now) override {
        return book().put(erp, row, now);
    }
    void note_read(std::string_view erp, std::string_view invoice, Instant at) override {
        book().note_read(erp, invoice, at);
    }
    void grant_optin(std::string_view erp, std::string_view source, Instant now) override {
        book().grant_optin(erp, source, now);
    }
    std::optional<AccountFacts> load(AccountId id) override { return book().load(id); }
    std::optional<AccountId> account_of_contract(std::string_view erp, std::string_view contract) override {
        return book().account_of_contract(erp, contract);
    }
    std::optional<AccountId> account_of_invoice(std::string_view erp, std::string_view invoice) override {
        return book().account_of_invoice(erp, invoice);
    }
    std::vector<AccountId> accounts_of_phone(std::string_view e164) override { return book().accounts_of_phone(e164); }
    std::vector<AccountSummary> search(std::string_view text, Date today, int limit) override {
        return book().search(text, today, limit);
    }
    std::int64_t active_contracts(std::string_view erp) override { return book().active_contracts(erp); }
    std::vector<TrackedInvoice> hot_invoices(std::string_view erp, Instant now, int limit) override {
        return book().hot_invoices(erp, now, limit);
    }
    std::vector<TrackedInvoice> owed_invoices(std::string_view erp, Date from, Date to) override {
        return book().owed_invoices(erp, from, to);
    }
    std::vector<std::string> active_contract_ids(std::string_view erp) override {
        return book().active_contract_ids(erp);
    }
    void mark_dirty(AccountId id) override { book().mark_dirty(id); }
    std::vector<AccountId> due_accounts(Instant now, int limit) override { return book().due_accounts(now, limit); }
    std::int64_t mark_dirty_overdue(std::string_view erp, Date today) override {
        return book().mark_dirty_overdue(erp, today);
    }
    void mark_all_dirty() override { book().mark_all_dirty(); }
    void put_decision(AccountId id, const StoredDecision& decision) override { book().put_decision(id, decision); }
    std::optional<StoredDecision> decision_of(AccountId id) override { return book().decision_of(id); }
    void put_access(AccountId id, const AccessRecord& record) override { book().put_access(id, record); }
    void note_blocked(AccountId id, Instant from) override { book().note_blocked(id, from); }
    void note_unblocked(AccountId id, Instant until) override { book().note_unblocked(id, until); }
    std::vector<RestrictedLine> restricted_lines() override { return book().restricted_lines(); }
    std::int64_t blocks_since(Instant since) override { return book().blocks_since(since); }
    std::optional<ConnectionRef> find_connection(std::string_view erp, std::string_view line) override {
        return book().find_connection(erp, line);
    }
    std::vector<std::string> connection_ids(std::string_view erp) override { return book().connection_ids(erp); }
    void detach_connection(std::string_view erp, std::string_view line) override {
        book().detach_connection(erp, line);
    }
    std::optional<Connection> detached_connection(std::string_view erp, std::string_view line) override {
        return book().detached_connection(erp, line);
    }
    std::optional<MessageId> add_message(AccountId account, const MessageWish& wish, std::string_view dedupe,
                                         Instant now) override {
        return book().add_message(account, wish, dedupe, now);
    }
    void put_message(const OutboxRow& row) override { book().put_message(row); }
    std::optional<OutboxRow> message(MessageId id) override { return book().message(id); }
    std::optional<MessageId> message_of_provider(std::string_view provider_id) override {
        return book().message_of_provider(provider_id);
    }
    std::vector<OutboxRow> due_messages(Instant now, int limit) override { return book().due_messages(now, limit); }
    std::vector<OutboxRow> messages_in(MessageState state, int limit) override {
        return book().messages_in(state, limit);
    }
    std::vector<OutboxRow> queued_messages_of(AccountId account) override { return book().queued_messages_of(account); }
    std::int64_t initiated_since(Instant since) override { return book().initiated_since(since); }
    CommandId add_command(const CommandRow& row) override { return book().add_command(row); }
    void put_command(const CommandRow& row) override { book().put_command(row); }
    std::optional<CommandRow> command(CommandId id) override { return book().command(id); }
    std::vector<CommandRow> due_commands(Instant now, int limit) override { return book().due_commands(now, limit); }
    std::vector<CommandRow> commands_of(AccountId account, std::int64_t generation) override {
        return book().commands_of(account, generation);
    }
    std::vector<CommandRow> commands_in(CommandState state, int limit) override {
        return book().commands_in(state, limit);
    }
    std::int64_t add_erp_write(const ErpWriteRow& row) override { return book().add_erp_write(row); }
    void put_erp_write(const ErpWriteRow& row) override { book().put_erp_write(row); }
    std::optional<ErpWriteRow> erp_write(std::int64_t id) override { return book().erp_write(id); }
    std::vector<ErpWriteRow> due_erp_writes(Instant now, int limit) override {
        return book().due_erp_writes(now, limit);
    }
    std::vector<ErpWriteRow> erp_writes_of(AccountId account, int limit) override {
        return book().erp_writes_of(account, limit);
    }
    std::vector<ErpWriteRow> erp_writes_in(CommandState state, int limit) override {
        return book().erp_writes_in(state, limit);
    }
    PromiseId add_promise(AccountId account, const Promise& promise) override {
        return book().add_promise(account, promise);
    }
    void put_promise(AccountId account, const Promise& promise) override { book().put_promise(account, promise); }
    DisputeId add_dispute(AccountId account, const Dispute& dispute) override {
        return book().add_dispute(account, dispute);
    }
    void answer_dispute(AccountId account, DisputeId dispute, Instant at) override {
        book().answer_dispute(account, dispute, at);
    }
    void add_claim(AccountId account, const PaymentClaim& claim) override { book().add_claim(account, claim); }
    void add_override(AccountId account, const Override& override_) override {
        book().add_override(account, override_);
    }
    void end_overrides(AccountId account, OverrideKind kind, Instant at) override {
        book().end_overrides(account, kind, at);
    }
    void set_exempt(AccountId account, bool exempt, std::string_view reason) override {
        book().set_exempt(account, exempt, reason);
    }
    void put_channel(const Subscriber& subscriber) override { book().put_channel(subscriber); }
    std::optional<TaskId> open_task(const TaskRow& row, std::optional<Instant> since) override {
        return book().open_task(row, since);
    }
    void put_task(const TaskRow& row) override { book().put_task(row); }
    std::optional<TaskRow> task(TaskId id) override { return book().task(id); }
    std::vector<TaskRow> open_tasks(int limit) override { return book().open_tasks(limit); }
    HoldId add_hold(const HoldRow& row) override { return book().add_hold(row); }
    void put_hold(const HoldRow& row) override { book().put_hold(row); }
    std::vector<HoldRow> open_holds() override { return book().open_holds(); }
    std::vector<HoldRow> holds_resolved_since(Instant since) override { return book().holds_resolved_since(since); }
    std::optional<HoldRow> hold(HoldId id) override { return book().hold(id); }
    void append(const TimelineEvent& event) override { book().append(event); }
    std::vector<TimelineEvent> timeline(AccountId id, int limit) override { return book().timeline(id, limit); }
    bool first_seen(std::string_view scope, std::string_view id, Instant now) override {
        return book().first_seen(scope, id, now);
    }
    void store_inbound(AccountId account, std::string_view provider_id, std::string_view kind, std::string_view text,
                       Instant at) override {
        book().store_inbound(account, provider_id, kind, text, at);
    }
    std::vector<InboundRow> inbound_of(AccountId account, int limit) override {
        return book().inbound_of(account, limit);
    }
    void put_meta(std::string_view key, std::string_view value) override { book().put_meta(key, value); }
    std::optional<std::string> meta(std::string_view key) override { return book().meta(key); }
    LedgerCounts counts(Date today) override { return book().counts(today); }
    std::optional<Instant> next_due() override { return book().next_due(); }
    bool purge(Instant now, int limit) override { return book().purge(now, limit); }

private:
    Ledger* book_;
};

}  // namespace emdia::fakes
