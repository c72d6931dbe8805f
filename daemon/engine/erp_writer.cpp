#include "daemon/engine/erp_writer.hpp"

#include <algorithm>
#include <utility>

#include "daemon/core/backoff.hpp"

namespace emdia {
namespace {

constexpr int kBatch = 64;
constexpr int kUnderWay = 4;  // of what opens no connection; a connector may do one after the other
constexpr int kTriesBeforeTask = 4;
constexpr int kTries = 12;
constexpr BackoffRule kAgain{.first = Millis{30'000}, .factor = 2, .ceiling = Millis{3'600'000}, .jitter_percent = 10};
// What opens a connection never waits long for an ERP that is back.
constexpr BackoffRule kUrgentAgain{
    .first = Millis{15'000}, .factor = 2, .ceiling = Millis{300'000}, .jitter_percent = 10};
constexpr Millis kUntilAnnounced{60'000};  // erp_up comes first, as a rule
constexpr Millis kUntilAnswered{2'000};
constexpr int kAllOfAccount = 100'000;

/// Work that opens a connection is never given up.
bool must_succeed(ErpWriteKind kind) { return kind == ErpWriteKind::unblock || kind == ErpWriteKind::release; }

bool is_block_or_unblock(ErpWriteKind kind) { return kind == ErpWriteKind::block || kind == ErpWriteKind::unblock; }

bool changes_access(ErpWriteKind kind) { return is_block_or_unblock(kind) || kind == ErpWriteKind::release; }

ErpWriteKind kind_for(Access wanted) { return wanted == Access::open ? ErpWriteKind::unblock : ErpWriteKind::block; }

/// Why the row is not to be written any more; empty: it is.
std::string_view outdated(const ErpWriteRow& row, const AccountFacts& facts) {
    const bool open = facts.access.wanted == Access::open;
    if ((row.kind == ErpWriteKind::block && open) || (row.kind == ErpWriteKind::unblock && !open)) {
        return "something else is wanted by now";
    }
    if (row.kind == ErpWriteKind::promise_record || row.kind == ErpWriteKind::release) {
        const auto promise = std::find_if(facts.promises.begin(), facts.promises.end(),
                                          [&](const Promise& p) { return p.id == row.promise; });
        if (promise == facts.promises.end() || promise->state != PromiseState::active) {
            return "the promise is not active any more";
        }
    }
    return {};
}

/// The last block or unblock that the ERP was asked for.
std::optional<ErpWriteRow> last_access_write(Ledger& ledger, AccountId account) {
    std::optional<ErpWriteRow> last;
    for (ErpWriteRow& row : ledger.erp_writes_of(account, kAllOfAccount)) {
        if (is_block_or_unblock(row.kind) && (!last || last->id < row.id)) {
            last = std::move(row);
        }
    }
    return last;
}

std::string_view method_of(ErpWriteKind kind) {
    switch (kind) {
        case ErpWriteKind::promise_record:
            return "promise.record";
        case ErpWriteKind::release:
            return "access.release";
        case ErpWriteKind::block:
            return "access.block";
        case ErpWriteKind::unblock:
            return "access.unblock";
        case ErpWriteKind::note:
            break;
    }
    return "history.note";
}

}  // namespace

void ErpWriter::recover(Desk& desk) {
    asked_.clear();
    for (ErpWriteRow row : desk.ledger.erp_writes_in(CommandState::sent, 100'000)) {
        row.state = CommandState::queued;
        row.next_try_at = desk.now;
        desk.ledger.put_erp_write(row);
    }
}

/// What the connector can do is asked when the row leaves: right after a start it has not said so yet.
void ErpWriter::add(Desk& desk, const AccountFacts& facts, ErpWriteRow row) {
    if (sync_of_(facts.subscriber.erp) == nullptr) {
        return;
    }
    row.account = facts.id;
    row.erp = facts.subscriber.erp;
    row.created_at = desk.now;
    row.next_try_at = desk.now;
    desk.ledger.add_erp_write(row);
}

void ErpWriter::add_promise(Desk& desk, const AccountFacts& facts, const Promise& promise) {
    ErpWriteRow row;
    row.kind = ErpWriteKind::promise_record;
    row.promise = promise.id;
    row.until = promise.until;
    row.amount = promise.amount;
    add(desk, facts, row);
    if (promise.releases_access && facts.contract.erp_access == ErpAccess::blocked) {
        row.kind = ErpWriteKind::release;
        add(desk, facts, row);
    }
}

void ErpWriter::add_access(Desk& desk, const AccountFacts& facts, Access wanted) {
    ErpWriteRow row;
    row.kind = kind_for(wanted);
    add(desk, facts, row);
}

void ErpWriter::add_note(Desk& desk, const AccountFacts& facts, std::string title, std::string text) {
    const ErpSettings* settings = desk.erp(facts.subscriber.erp);
    const ErpSync* sync = sync_of_(facts.subscriber.erp);
    const bool incapable = sync != nullptr && sync->announced() && !sync->can(method_of(ErpWriteKind::note));
    if (settings == nullptr || !settings->notes || incapable) {
        return;
    }
    ErpWriteRow row;
    row.kind = ErpWriteKind::note;
    row.title = std::move(title);
    row.text = std::move(text);
    add(desk, facts, row);
}

ErpCall ErpWriter::call_of(const ErpWriteRow& row, const AccountFacts& facts, Date today) const {
    const auto& contract = facts.contract.erp_id;
    switch (row.kind) {
        case ErpWriteKind::promise_record:
            return ErpRecordPromise{contract, facts.subscriber.erp_id, row.until, row.amount};
        case ErpWriteKind::release:
            return ErpRelease{contract, std::max(1, static_cast<int>((row.until - today).count()))};
        case ErpWriteKind::block:
            return ErpBlock{contract};
        case ErpWriteKind::unblock:
            return ErpUnblock{contract};
        case ErpWriteKind::note:
            break;
    }
    return ErpNote{contract, facts.subscriber.erp_id, row.title, row.text};
}

void ErpWriter::dispatch(Desk& desk) {
    for (ErpWriteRow row : desk.ledger.due_erp_writes(desk.now, kBatch)) {
        if (!must_succeed(row.kind) && asked_.size() >= kUnderWay) {
            return;  // what opens a connection comes first in the list and is never held up
        }
        ErpSync* sync = sync_of_(row.erp);
        const auto facts = desk.facts(row.account);
        const std::string_view cause =
            sync == nullptr || !facts ? "the ERP or the account is gone" : outdated(row, *facts);
        if (!cause.empty()) {
            row.state = CommandState::superseded;
            row.cause = cause;
            desk.ledger.put_erp_write(row);
            continue;
        }
        if (const auto later = waits(desk, row, *facts, *sync)) {
            row.next_try_at = *later;
            desk.ledger.put_erp_write(row);
            continue;
        }
        if (!sync->can(method_of(row.kind))) {
            cannot(desk, std::move(row));
            continue;
        }
        row.state = CommandState::sent;
        ++row.tries;
        desk.ledger.put_erp_write(row);
        ErpRequest request;
        request.id = sync->next_request_id();
        request.call = call_of(row, *facts, desk.today());
        // A restored ledger gives numbers out again; what was written under one before is another write.
        request.idempotency_key =
            "emdia-" + std::to_string(row.id) + "-" + std::to_string(row.created_at.time_since_epoch().count());
        asked_.emplace(std::pair{row.erp, request.id}, Asked{row.id, row.account, changes_access(row.kind)});
        desk.after_commit([source = &sync->source(), request] { source->submit(request); });
    }
}

std::optional<Instant> ErpWriter::waits(const Desk& desk, const ErpWriteRow& row, const AccountFacts& facts,
                                        const ErpSync& sync) const {
    if (changes_access(row.kind) && changes_access_now(row.account)) {
        return desk.now + kUntilAnswered;
    }
    if (!sync.announced()) {
        return desk.now + kUntilAnnounced;
    }
    const bool begins = row.kind == ErpWriteKind::block && !facts.access.blocked_since;
    return begins ? standing_.block_waits(desk, facts) : std::nullopt;
}

bool ErpWriter::changes_access_now(AccountId account) const {
    return std::any_of(asked_.begin(), asked_.end(),
                       [&](const auto& entry) { return entry.second.access && entry.second.account == account; });
}

/// A person must do it in the ERP by hand. A note that cannot be written harms nobody.
void ErpWriter::cannot(Desk& desk, ErpWriteRow row) const {
    const std::string what(to_string(row.kind));
    row.state = CommandState::refused;
    row.cause = "the connector has no " + std::string(method_of(row.kind));
    desk.ledger.put_erp_write(row);
    if (row.kind == ErpWriteKind::note) {
        return;
    }
    desk.note(row.account, "erp.refused", "what=" + what, {}, "erp:" + row.erp);
    desk.task(row.account, InvoiceId{}, TaskKind::erp_problem, must_succeed(row.kind) ? 1 : 3,
              row.erp + " cannot do \"" + what + "\" (" + row.cause + "): do it by hand in the ERP");
}

bool ErpWriter::has_taken(Desk& desk, AccountId account, Access wanted) const {
    const auto last = last_access_write(desk.ledger, account);
    return !last || (last->kind == kind_for(wanted) && last->state == CommandState::acknowledged);
}

void ErpWriter::retry_refused(Desk& desk) {
    for (ErpWriteRow row : desk.ledger.erp_writes_in(CommandState::refused, 100'000)) {
        if (!is_block_or_unblock(row.kind)) {
            continue;
        }
        const auto facts = desk.facts(row.account);
        const auto last = last_access_write(desk.ledger, row.account);
        if (facts && row.kind == kind_for(facts->access.wanted) && last && last->id == row.id) {
            row.state = CommandState::queued;
            row.tries = 0;
            row.next_try_at = desk.now;
            desk.ledger.put_erp_write(row);
        }
    }
}

void ErpWriter::erp_up(Desk& desk, const std::string& erp) {
    for (ErpWriteRow row : desk.ledger.erp_writes_in(CommandState::queued, 100'000)) {
        if (row.erp == erp && row.next_try_at > desk.now) {
            row.next_try_at = desk.now;
            desk.ledger.put_erp_write(row);
        }
    }
}

void ErpWriter::clock_set_back(Desk& desk) {
    for (ErpWriteRow row : desk.ledger.erp_writes_in(CommandState::queued, 100'000)) {
        if (row.next_try_at > desk.now) {
            row.next_try_at = desk.now;
            desk.ledger.put_erp_write(row);
        }
    }
}

bool ErpWriter::on_reply(Desk& desk, const ErpReply& reply) {
    const auto found = asked_.find(std::pair{reply.erp, reply.id});
    if (found == asked_.end()) {
        return false;
    }
    const std::int64_t id = found->second.row;
    asked_.erase(found);
    auto stored = desk.ledger.erp_write(id);
    if (!stored) {
        return true;
    }
    ErpWriteRow& row = *stored;
    const std::string what(to_string(row.kind));
    if (reply.answer.ok()) {
        const auto* done = std::get_if<ErpDone>(&reply.answer.value());
        row.state = CommandState::acknowledged;
        row.cause = done != nullptr ? done->note : "";
        desk.note(row.account, "erp.written", "what=" + what + " seen=" + row.cause, {}, "erp:" + row.erp);
        desk.ledger.put_erp_write(row);
        if (is_block_or_unblock(row.kind)) {
            on_access_(desk, row.account, row.kind == ErpWriteKind::unblock ? Access::open : Access::blocked,
                       done != nullptr ? done->access : std::nullopt);
        }
        return true;
    }
    const Error& error = reply.answer.error();
    row.cause = error.text();
    const bool again = is_retryable(error.kind) || error.kind == ErrorKind::unknown || must_succeed(row.kind);
    if (again && (row.tries < kTries || must_succeed(row.kind))) {
        row.state = CommandState::queued;
        const BackoffRule& rule = must_succeed(row.kind) ? kUrgentAgain : kAgain;
        row.next_try_at = desk.now + error.retry_after.value_or(backoff_delay(rule, row.tries, desk.entropy.next()));
    } else {
        row.state = CommandState::refused;
        desk.note(row.account, "erp.refused", "what=" + what, {}, "erp:" + row.erp);
    }
    if (row.state == CommandState::refused || row.tries == kTriesBeforeTask) {
        desk.task(row.account, InvoiceId{}, TaskKind::erp_problem, must_succeed(row.kind) ? 1 : 3,
                  row.erp + " did not take \"" + what + "\": " + row.cause);
    }
    desk.ledger.put_erp_write(row);
    return true;
}

}  // namespace emdia
