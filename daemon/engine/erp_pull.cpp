#include <algorithm>
#include <type_traits>
#include <utility>

#include "daemon/core/backoff.hpp"
#include "daemon/core/interlocks.hpp"
#include "daemon/engine/erp_sync.hpp"

// Pulls of ErpSync: full and incremental, list by list, page by page.

namespace emdia {
namespace {

constexpr int kPagesPerList = 20'000;
constexpr int kVanishedTries = 5;
constexpr BackoffRule kPullAgain{.first = Millis{5'000}, .factor = 3, .ceiling = Millis{600'000}, .jitter_percent = 0};

std::uint64_t hash_of(std::string_view id) { return std::hash<std::string_view>{}(id); }

bool listed(const std::vector<std::uint64_t>& sorted, std::string_view id) {
    return std::binary_search(sorted.begin(), sorted.end(), hash_of(id));
}

std::optional<RecordKind> list_after(RecordKind kind) {
    switch (kind) {
        case RecordKind::subscribers:
            return RecordKind::contracts;
        case RecordKind::contracts:
            return RecordKind::connections;
        case RecordKind::connections:
            return RecordKind::invoices;
        case RecordKind::invoices:
            return RecordKind::payments;
        case RecordKind::payments:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

void ErpSync::start_pull(Desk& desk, bool full) {
    pull_ = Pull{};
    pull_->full = full;
    if (full) {
        ask_health(desk);
    }
    ask_page(desk);
}

void ErpSync::ask_page(Desk& desk) {
    ErpPull call;
    call.kind = pull_->kind;
    call.cursor = pull_->cursor;
    call.page_size = settings_.page_size;
    call.full = pull_->full;
    call.due_from = desk.today() - Days{settings_.days_back};
    call.due_to = desk.today() + Days{settings_.days_ahead};
    if (!call.full) {
        call.since = desk.ledger.meta(meta_key("since." + std::string(to_string(call.kind)))).value_or("");
    }
    ask(desk, std::move(call), Asked{Purpose::page, {}, {}, {}, 0});
}

void ErpSync::on_page(Desk& desk, ErpPage& page) {
    if (!pull_ || page.kind != pull_->kind) {
        return;
    }
    if (++pull_->pages > kPagesPerList || (!page.next_cursor.empty() && page.next_cursor == pull_->cursor)) {
        pull_failed(desk, Error{ErrorKind::protocol, "the list of " + std::string(to_string(page.kind)) + " never ends",
                                "the connector gives the same page again and again; report it to its maker"});
        return;
    }
    std::vector<std::string> paid;
    std::visit(
        [&]<class Row>(const std::vector<Row>& rows) {
            for (const Row& row : rows) {
                if (pull_->full) {
                    pull_->seen.push_back(hash_of(row.id));
                }
                if constexpr (std::is_same_v<Row, ErpConnection>) {
                    take_connection(desk, row);
                    continue;
                }
                if constexpr (std::is_same_v<Row, ErpInvoice>) {
                    pull_->homeless += row.contract_id.empty() ? 1 : 0;
                }
                const bool changed = desk.ledger.put(settings_.name, row, desk.now).changed;
                if constexpr (std::is_same_v<Row, ErpPayment>) {
                    if (changed && !pull_->full) {
                        paid.push_back(row.invoice_id);
                    }
                }
            }
        },
        page.records);
    // An incremental list leaves out what is paid, so only its receipt tells of it. A full pull lists both.
    ask_invoices(desk, Purpose::again, paid);
    pull_->quarantined += static_cast<std::int64_t>(page.quarantined.size());
    log_quarantined(desk, page.quarantined);
    if (page.next_cursor.empty()) {
        end_of_list(desk, page);
    } else {
        pull_->cursor = page.next_cursor;
        ask_page(desk);
    }
}

void ErpSync::end_of_list(Desk& desk, const ErpPage& page) {
    if (!page.since.empty()) {
        desk.ledger.put_meta(meta_key("since." + std::string(to_string(page.kind))), page.since);
    }
    if (page.kind == RecordKind::subscribers && !settings_.optin_source.empty()) {
        desk.ledger.grant_optin(settings_.name, settings_.optin_source, desk.now);
    }
    std::sort(pull_->seen.begin(), pull_->seen.end());
    pull_->seen.erase(std::unique(pull_->seen.begin(), pull_->seen.end()), pull_->seen.end());
    if (pull_->full && page.kind == RecordKind::contracts) {
        contracts_listed(desk);
    }
    if (pull_->full && page.kind == RecordKind::connections) {
        connections_listed(desk);
    }
    if (pull_->full && page.kind == RecordKind::invoices) {
        invoices_listed(desk);
    }
    const auto next = list_after(page.kind);
    if (!next) {
        pull_done(desk);
        return;
    }
    pull_->kind = *next;
    pull_->cursor.clear();
    pull_->seen.clear();
    pull_->pages = 0;
    ask_page(desk);
}

bool ErpSync::has_open_hold(Desk& desk) const {
    const auto holds = desk.ledger.open_holds();
    return std::any_of(holds.begin(), holds.end(), [this](const HoldRow& hold) {
        return hold.reason == ReasonCode::shrink_hold && hold.scope == settings_.name;
    });
}

/// False: the list lost so much that nothing is concluded from what it does not show.
bool ErpSync::whole(Desk& desk, const PullSummary& summary, const std::string& rows) {
    if (accept_shrink_ || !shrink_interlock(summary, settings_.max_shrink_percent)) {
        return true;
    }
    pull_->shrunk = true;
    if (!has_open_hold(desk)) {
        HoldRow hold;
        hold.reason = ReasonCode::shrink_hold;
        hold.scope = settings_.name;
        hold.opened_at = desk.now;
        hold.text = "a full pull lost " + std::to_string(summary.vanished) + " of " +
                    std::to_string(summary.held_before) + " " + rows + ": nothing is blocked or dunned on it";
        desk.ledger.add_hold(hold);
        desk.house_task(settings_.name + " shrink", TaskKind::erp_problem, 1, settings_.name + ": " + hold.text);
    }
    shrunk_ = true;
    desk.ledger.put_meta(meta_key("shrunk"), "yes");
    set_trouble(desk, "pull", std::string{kShrunk});
    return false;
}

void ErpSync::contracts_listed(Desk& desk) {
    PullSummary summary;
    std::vector<std::string> vanished;
    for (auto& id : desk.ledger.active_contract_ids(settings_.name)) {
        ++summary.held_before;
        if (!listed(pull_->seen, id)) {
            vanished.push_back(std::move(id));
        }
    }
    summary.seen = static_cast<std::int64_t>(pull_->seen.size());
    summary.vanished = static_cast<std::int64_t>(vanished.size());
    if (!whole(desk, summary, "active contracts")) {
        return;
    }
    waiting_.erase(Purpose::vanished_contract);  // of an earlier pull, which knew less
    for (const auto& id : vanished) {
        ask(desk, ErpReadContract{id}, Asked{Purpose::vanished_contract, {}, {}, id, 0});
    }
}

/// A line that is not listed any more must not be blocked on the account that had it: its login or address may be
/// somebody else's by now.
void ErpSync::connections_listed(Desk& desk) {
    if (pull_->shrunk) {
        return;
    }
    PullSummary summary;
    std::vector<std::string> gone;
    for (auto& id : desk.ledger.connection_ids(settings_.name)) {
        ++summary.held_before;
        if (!listed(pull_->seen, id)) {
            gone.push_back(std::move(id));
        }
    }
    summary.seen = static_cast<std::int64_t>(pull_->seen.size());
    summary.vanished = static_cast<std::int64_t>(gone.size());
    if (!whole(desk, summary, "connections")) {
        return;
    }
    for (const auto& id : gone) {
        drop_connection(desk, id);
    }
}

void ErpSync::invoices_listed(Desk& desk) {
    std::vector<std::string> absent;
    for (auto& tracked : desk.ledger.owed_invoices(settings_.name, desk.today() - Days{settings_.days_back},
                                                   desk.today() + Days{settings_.days_ahead})) {
        if (!listed(pull_->seen, tracked.erp_id)) {
            absent.push_back(std::move(tracked.erp_id));
        }
    }
    ask_invoices(desk, Purpose::again, absent);
}

void ErpSync::whole_again(Desk& desk) {
    if (std::exchange(accept_shrink_, false)) {
        desk.ledger.put_meta(meta_key("accept_shrink"), "no");
    }
    if (!std::exchange(shrunk_, false)) {
        return;
    }
    desk.ledger.put_meta(meta_key("shrunk"), "no");
    for (HoldRow hold : desk.ledger.open_holds()) {
        if (hold.reason == ReasonCode::shrink_hold && hold.scope == settings_.name) {
            hold.state = "expired";
            hold.resolved_at = desk.now;
            hold.resolved_why = "a later pull was whole again";
            desk.ledger.put_hold(hold);
        }
    }
}

void ErpSync::pull_done(Desk& desk) {
    if (pull_->quarantined > 0 || (pull_->full && pull_->homeless > 0)) {
        quarantine_task(desk, pull_->quarantined, pull_->homeless);
    }
    const bool full = pull_->full;
    if (full && !pull_->shrunk) {
        whole_again(desk);
    }
    const bool was_healthy = health(desk.now).healthy;
    pull_.reset();
    failures_ = 0;
    next_incremental_ = desk.now + settings_.incremental_every;
    if (full) {
        last_full_ = desk.now;
        next_full_ = desk.now + settings_.full_every;
        full_mark_ = desk.now;
        keep_full_mark(desk);
        desk.log.write(LogLevel::info, "ERP-PULL-DONE", "a full pull is complete", {{"erp", settings_.name}});
    }
    if (!shrunk_) {
        clear_trouble(desk, "pull");
    }
    if (!was_healthy && health(desk.now).healthy) {
        decide_again(desk);
    }
}

/// What a full list did not show is only known once it is re-read: a crash before that starts the pull again.
void ErpSync::keep_full_mark(Desk& desk) {
    if (full_mark_ && !under_way(Purpose::again) && !under_way(Purpose::vanished_contract)) {
        desk.ledger.put_meta(meta_key("full_at"), to_rfc3339(*full_mark_));
        full_mark_.reset();
    }
}

void ErpSync::pull_failed(Desk& desk, const Error& error) {
    const bool full = !pull_ || pull_->full;
    pull_.reset();
    ++failures_;
    const Instant again = desk.now + backoff_delay(kPullAgain, failures_, desk.entropy.next());
    (full ? next_full_ : next_incremental_) =
        std::max(again, error.retry_after ? desk.now + *error.retry_after : again);
    desk.log.write(LogLevel::warning, "ERP-PULL-FAILED", error.text(),
                   {{"erp", settings_.name}, {"kind", std::string(to_string(error.kind))}});
    if (!is_retryable(error.kind) || failures_ >= 5) {
        set_trouble(desk, "pull", error.text());
        desk.house_task(settings_.name + " pull", TaskKind::erp_problem, 2, settings_.name + ": " + error.text());
    }
}

void ErpSync::on_vanished_contract(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer) {
    const std::string& contract = asked.contract;
    if (answer.ok()) {
        if (const auto* read = std::get_if<ErpContractRead>(&answer.value())) {
            desk.ledger.put(settings_.name, read->contract, desk.now);
        }
        return;
    }
    if (is_retryable(answer.error().kind) && asked.tries + 1 < kVanishedTries) {
        vanished_not_before_ = desk.now + kErpFreshAgain;
        ask(desk, ErpReadContract{contract}, Asked{Purpose::vanished_contract, {}, {}, contract, asked.tries + 1});
        return;
    }
    const auto account = desk.ledger.account_of_contract(settings_.name, contract);
    if (answer.error().kind != ErrorKind::not_found || !account) {
        return;
    }
    desk.task(*account, InvoiceId{}, TaskKind::data_problem, 3,
              settings_.name + ": the contract is no longer in the ERP; nothing automatic happens to it");
    if (const auto facts = desk.facts(*account)) {
        ErpContract gone;
        gone.id = contract;
        gone.subscriber_id = facts->subscriber.erp_id;
        gone.plan = facts->contract.plan;
        gone.status = ContractStatus::other;
        desk.ledger.put(settings_.name, gone, desk.now);
    }
}

}  // namespace emdia
