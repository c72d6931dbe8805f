#include "tests/engine/crash_points.hpp"

#include <utility>

namespace emdia::test {

void CrashPoints::pass(std::string what, bool routine) {
    passed_.push_back(Point{std::move(what), routine});
    if (left_ > 0 && --left_ == 0) {
        throw Crash{};
    }
}

// --- The book --------------------------------------------------------------------------------------------------------

void CrashingLedger::begin() {
    writes_.clear();
    book().begin();
    open_ = true;
}

void CrashingLedger::commit() {
    const std::string writes = std::exchange(writes_, {});
    points_.pass("before the commit of" + writes, writes.empty());
    book().commit();
    open_ = false;
    points_.pass("after the commit of" + writes, writes.empty());
}

void CrashingLedger::rollback() noexcept {
    if (std::exchange(open_, false)) {
        book().rollback();
    }
}

void CrashingLedger::wrote(std::string_view what) { writes_ += " " + std::string(what); }

Ingested CrashingLedger::put(std::string_view erp, const ErpInvoice& row, Instant now) {
    const Ingested done = book().put(erp, row, now);
    if (done.changed) {
        wrote("invoice");
    }
    return done;
}

Ingested CrashingLedger::put(std::string_view erp, const ErpPayment& row, Instant now) {
    const Ingested done = book().put(erp, row, now);
    if (done.changed) {
        wrote("payment");
    }
    return done;
}

std::optional<MessageId> CrashingLedger::add_message(AccountId account, const MessageWish& wish,
                                                     std::string_view dedupe, Instant now) {
    const auto id = book().add_message(account, wish, dedupe, now);
    if (id) {
        wrote("new:" + std::string(to_string(wish.stage)));
    }
    return id;
}

void CrashingLedger::put_message(const OutboxRow& row) {
    wrote(std::string(to_string(row.message.stage)) + ":" + std::string(to_string(row.message.state)));
    book().put_message(row);
}

void CrashingLedger::put_access(AccountId id, const AccessRecord& record) {
    wrote("access:" + std::string(to_string(record.wanted)));
    book().put_access(id, record);
}

CommandId CrashingLedger::add_command(const CommandRow& row) {
    wrote("new:command");
    return book().add_command(row);
}

void CrashingLedger::put_command(const CommandRow& row) {
    wrote("command:" + std::string(to_string(row.state)));
    book().put_command(row);
}

std::int64_t CrashingLedger::add_erp_write(const ErpWriteRow& row) {
    wrote("new:erp:" + std::string(to_string(row.kind)));
    return book().add_erp_write(row);
}

void CrashingLedger::put_erp_write(const ErpWriteRow& row) {
    wrote("erp:" + std::string(to_string(row.kind)) + ":" + std::string(to_string(row.state)));
    book().put_erp_write(row);
}

PromiseId CrashingLedger::add_promise(AccountId account, const Promise& promise) {
    wrote("new:promise");
    return book().add_promise(account, promise);
}

void CrashingLedger::put_promise(AccountId account, const Promise& promise) {
    wrote("promise:" + std::string(to_string(promise.state)));
    book().put_promise(account, promise);
}

void CrashingLedger::store_inbound(AccountId account, std::string_view provider_id, std::string_view kind,
                                   std::string_view text, Instant at) {
    wrote("inbound");
    book().store_inbound(account, provider_id, kind, text, at);
}

// --- The outside -----------------------------------------------------------------------------------------------------

void CrashingMessenger::start(MessengerSink sink) {
    sink_ = sink;
    channel_.start([this, sink = std::move(sink)](MessengerEvent event) {
        if (auto* batch = std::get_if<WebhookBatch>(&event)) {
            batch->done = [this, done = std::move(batch->done)](bool durable) {
                points_.pass("before a webhook is answered");
                done(durable);
            };
        }
        sink(std::move(event));
    });
}

void CrashingMessenger::submit(OutgoingMessage message) {
    points_.pass("before the submit of message " + std::to_string(raw(message.id)));
    if (unlucky_.contains(message.id)) {
        sink_(MessengerEvent{SendResult{message.id, SendUnknown{"lost on the way"}}});
        return;
    }
    channel_.submit(std::move(message));
}

void CrashingErp::submit(ErpRequest request) {
    const bool routine =
        std::holds_alternative<ErpPull>(request.call) || std::holds_alternative<ErpReadInvoices>(request.call);
    points_.pass("before the ERP is asked, key \"" + request.idempotency_key + "\"", routine);
    erp_.submit(std::move(request));
}

void CrashingDriver::apply(DesiredAccess desired) {
    points_.pass("before command " + std::to_string(raw(desired.command)) + " leaves");
    driver_.apply(std::move(desired));
}

void CrashingDriver::observe() {
    points_.pass("before equipment is asked what it holds", true);
    driver_.observe();
}

}  // namespace emdia::test
