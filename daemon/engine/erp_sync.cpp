#include "daemon/engine/erp_sync.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "daemon/core/interlocks.hpp"

namespace emdia {
namespace {

constexpr int kHotLimit = 4000;
constexpr int kRereadsBeforeTrouble = 5;

}  // namespace

Error erp_cause(const Result<ErpAnswer>& answer) {
    return answer.ok() ? Error{ErrorKind::protocol, "the connector answered something else", {}} : answer.error();
}

std::string ErpSync::meta_key(std::string_view what) const { return "erp." + settings_.name + "." + std::string(what); }

void ErpSync::recover(Desk& desk) {
    asked_.clear();
    waiting_.clear();
    vanished_not_before_.reset();
    pull_.reset();
    wanted_fresh_.clear();
    fresh_accounts_.clear();
    unclear_until_.clear();
    contracts_read_.clear();
    rereads_failed_ = 0;
    fresh_under_way_ = 0;
    hot_under_way_ = false;
    failures_ = 0;
    last_full_.reset();
    if (const auto stored = desk.ledger.meta(meta_key("full_at"))) {
        if (const auto at = parse_instant(*stored)) {
            last_full_ = *at;
        }
    }
    shrunk_ = desk.ledger.meta(meta_key("shrunk")).value_or("") == "yes";
    accept_shrink_ = desk.ledger.meta(meta_key("accept_shrink")).value_or("") == "yes";
    troubles_.clear();
    if (shrunk_) {
        troubles_["pull"] = std::string{kShrunk};
    }
    next_full_ = last_full_ ? std::min(*last_full_ + settings_.full_every, desk.now + settings_.full_every) : desk.now;
    next_incremental_ = desk.now;
    next_hot_ = desk.now;
    fresh_not_before_.reset();
    full_mark_.reset();
    decide_again(desk);  // what the last process was about to re-read or to block is in no book
}

void ErpSync::on_state(Desk& desk, const ErpStateChange& change) {
    const bool was_up = up_;
    up_ = change.healthy;
    if (change.healthy) {
        capabilities_ = {change.capabilities.begin(), change.capabilities.end()};
        announced_ = true;
        down_cause_.clear();
    } else {
        down_cause_ = change.cause;
    }
    if (was_up == up_) {
        return;
    }
    desk.note(AccountId{}, up_ ? "erp.up" : "erp.down", "erp=" + settings_.name + (up_ ? "" : " cause=" + down_cause_));
    if (up_) {
        desk.log.write(LogLevel::info, "ERP-UP", "the connector answers", {{"erp", settings_.name}});
        failures_ = 0;
        next_hot_ = desk.now;
        fresh_not_before_.reset();
        ask_health(desk);
    } else {
        desk.log.write(LogLevel::warning, "ERP-DOWN", "the connector does not answer",
                       {{"erp", settings_.name}, {"cause", down_cause_}});
    }
    decide_again(desk);
}

bool ErpSync::on_reply(Desk& desk, ErpReply& reply, const FreshSink& fresh, const CodesSink& codes) {
    const auto found = asked_.find(reply.id);
    if (found == asked_.end()) {
        return false;
    }
    const Asked asked = std::move(found->second);
    asked_.erase(found);
    const bool ok = reply.answer.ok();
    switch (asked.purpose) {
        case Purpose::page:
            if (auto* page = ok ? std::get_if<ErpPage>(&reply.answer.value()) : nullptr) {
                on_page(desk, *page);
            } else {
                pull_failed(desk, erp_cause(reply.answer));
            }
            break;
        case Purpose::hot:
            hot_under_way_ = under_way(Purpose::hot);
            [[fallthrough]];
        case Purpose::again:
            if (const auto* read = ok ? std::get_if<ErpInvoicesRead>(&reply.answer.value()) : nullptr) {
                take_invoices(desk, *read);
            }
            reread_done(desk, reply.answer);
            break;
        case Purpose::fresh:
            on_fresh_invoices(desk, asked, reply.answer, fresh);
            break;
        case Purpose::fresh_contract:
            on_fresh_contract(desk, asked, reply.answer, fresh);
            break;
        case Purpose::health:
            on_health(desk, reply.answer);
            break;
        case Purpose::vanished_contract:
            on_vanished_contract(desk, asked, reply.answer);
            break;
        case Purpose::codes:
            if (auto* found_codes = ok ? std::get_if<PaymentCodes>(&reply.answer.value()) : nullptr) {
                codes(asked.message, *found_codes);
            } else {
                codes(asked.message, erp_cause(reply.answer));
            }
            break;
    }
    keep_full_mark(desk);
    ask_waiting(desk);
    return true;
}

void ErpSync::run_due(Desk& desk) {
    if (!up_) {
        return;
    }
    if (!pull_) {
        if (next_full_ && *next_full_ <= desk.now) {
            start_pull(desk, true);
        } else if (next_incremental_ && *next_incremental_ <= desk.now && last_full_) {
            start_pull(desk, false);
        }
    }
    if (next_hot_ && *next_hot_ <= desk.now && !hot_under_way_) {
        poll_hot(desk);
    }
    start_fresh(desk);
    ask_waiting(desk);
}

void ErpSync::clock_set_back(Instant now) {
    const auto at_most = [now](std::optional<Instant>& due, Millis interval) {
        if (due) {
            due = std::min(*due, now + interval);
        }
    };
    at_most(next_full_, settings_.full_every);
    at_most(next_incremental_, settings_.incremental_every);
    at_most(next_hot_, settings_.hot_every);
    at_most(fresh_not_before_, kErpFreshAgain);
    at_most(vanished_not_before_, kErpFreshAgain);
}

std::optional<Instant> ErpSync::next_due() const {
    if (!up_) {
        return std::nullopt;
    }
    std::optional<Instant> due;
    const auto consider = [&due](const std::optional<Instant>& t) {
        if (t && (!due || *t < *due)) {
            due = t;
        }
    };
    if (!pull_) {
        consider(next_full_);
        if (last_full_) {
            consider(next_incremental_);
        }
    }
    if (!hot_under_way_) {
        consider(next_hot_);
    }
    if (!wanted_fresh_.empty()) {
        consider(fresh_not_before_.value_or(Instant{}));
    } else if (fresh_waits()) {
        consider(fresh_not_before_);  // else it goes with the next answer
    }
    if (waiting_.contains(Purpose::vanished_contract)) {
        consider(vanished_not_before_);
    }
    return due;
}

// --- Single invoices -------------------------------------------------------------------------------------------------

void ErpSync::ask_invoices(Desk& desk, Purpose purpose, const std::vector<std::string>& ids) {
    for (std::size_t begin = 0; begin < ids.size(); begin += kErpIdsPerRead) {
        const auto end = std::min(ids.size(), begin + kErpIdsPerRead);
        ErpReadInvoices call;
        call.invoice_ids.assign(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                ids.begin() + static_cast<std::ptrdiff_t>(end));
        ask(desk, std::move(call), Asked{purpose, {}, {}, {}, 0});
    }
}

void ErpSync::take_invoices(Desk& desk, const ErpInvoicesRead& read) {
    for (const auto& invoice : read.invoices) {
        desk.ledger.put(settings_.name, invoice, desk.now);
        desk.ledger.note_read(settings_.name, invoice.id, desk.now);
    }
    for (const auto& payment : read.payments) {
        desk.ledger.put(settings_.name, payment, desk.now);
    }
    log_quarantined(desk, read.quarantined);
    if (!read.quarantined.empty()) {
        quarantine_task(desk, static_cast<std::int64_t>(read.quarantined.size()), 0);
    }
    for (const auto& id : read.missing) {
        desk.ledger.note_read(settings_.name, id, desk.now);
        const auto account = desk.ledger.account_of_invoice(settings_.name, id);
        const auto facts = account ? desk.facts(*account) : std::nullopt;
        if (!facts) {
            continue;
        }
        const auto held = std::find_if(facts->invoices.begin(), facts->invoices.end(),
                                       [&](const Invoice& i) { return i.erp_id == id; });
        if (held == facts->invoices.end() || held->state == InvoiceState::unknown) {
            continue;
        }
        // A title that the ERP no longer has is neither paid nor owed: nothing may be done on it.
        ErpInvoice gone;
        gone.id = id;
        gone.contract_id = facts->contract.erp_id;
        gone.subscriber_id = facts->subscriber.erp_id;
        gone.due = held->due;
        gone.reference = held->reference;
        gone.face = held->face;
        gone.open = held->open;
        gone.state = InvoiceState::unknown;
        desk.ledger.put(settings_.name, gone, desk.now);
        desk.task(*account, held->id, TaskKind::data_problem, 3,
                  settings_.name + ": invoice " + id + " is no longer in the ERP");
    }
}

void ErpSync::log_quarantined(Desk& desk, const std::vector<std::string>& rows) {
    for (const auto& why : rows) {
        desk.log.write(LogLevel::warning, "ERP-ROW-QUARANTINED", why, {{"erp", settings_.name}});
    }
}

/// One task for all of it: who puts right a base with many such rows needs the list in the log, not a task a row.
void ErpSync::quarantine_task(Desk& desk, std::int64_t rows, std::int64_t homeless) {
    std::string text = settings_.name + ":";
    if (rows > 0) {
        text += " " + std::to_string(rows) +
                " rows could not be believed and were left out; the log names each (ERP-ROW-QUARANTINED)";
    }
    if (homeless > 0) {
        text += std::string{rows > 0 ? ";" : ""} + " " + std::to_string(homeless) +
                " open invoices belong to no contract that we know and are not collected; give them one in the ERP";
    }
    desk.house_task(settings_.name + " rows", TaskKind::data_problem, 3, text);
}

// --- Fast re-reads -----------------------------------------------------------------------------------------------

bool ErpSync::under_way(Purpose purpose) const {
    return waiting_.contains(purpose) ||
           std::any_of(asked_.begin(), asked_.end(), [&](const auto& a) { return a.second.purpose == purpose; });
}

void ErpSync::reread_done(Desk& desk, const Result<ErpAnswer>& answer) {
    if (answer.ok() && std::holds_alternative<ErpInvoicesRead>(answer.value())) {
        rereads_failed_ = 0;
        clear_trouble(desk, "re-read");
        return;
    }
    const Error cause = erp_cause(answer);
    ++rereads_failed_;
    desk.log.write(LogLevel::warning, "ERP-REREAD-FAILED", "a re-read of invoices failed; payments may be seen late",
                   {{"erp", settings_.name}, {"cause", cause.text()}});
    if (rereads_failed_ >= kRereadsBeforeTrouble) {
        set_trouble(desk, "re-read", "its invoices cannot be re-read: " + cause.text());
    }
}

void ErpSync::expect_payment(Instant now) {
    if (!next_hot_) {
        next_hot_ = now + settings_.hot_every;
    }
}

void ErpSync::poll_hot(Desk& desk) {
    next_hot_.reset();
    std::vector<std::string> ids;
    for (auto& tracked : desk.ledger.hot_invoices(settings_.name, desk.now, kHotLimit)) {
        ids.push_back(std::move(tracked.erp_id));
    }
    hot_under_way_ = !ids.empty();
    if (hot_under_way_) {
        expect_payment(desk.now);
        ask_invoices(desk, Purpose::hot, ids);
    }
}

void ErpSync::want_codes(Desk& desk, MessageId message, const std::string& invoice_id, Date today) {
    ask(desk, ErpGetPaymentCodes{invoice_id, today}, Asked{Purpose::codes, {}, message, {}, 0});
}

// --- Health ----------------------------------------------------------------------------------------------------------

void ErpSync::accept_shrink(Desk& desk) {
    accept_shrink_ = true;
    desk.ledger.put_meta(meta_key("accept_shrink"), "yes");
    next_full_ = desk.now;
}

/// Whoever may have been held back by the health of this ERP; reminders go up to a week before the due date (C10).
void ErpSync::decide_again(Desk& desk) {
    constexpr Days kEarliestReminder{8};
    desk.ledger.mark_dirty_overdue(settings_.name, desk.today() + kEarliestReminder);
}

void ErpSync::set_trouble(Desk& desk, const std::string& of, const std::string& cause) {
    std::string& told = troubles_[of];
    if (told == cause) {
        return;
    }
    told = cause;
    desk.note(AccountId{}, "erp.trouble", "erp=" + settings_.name + " cause=" + cause);
    decide_again(desk);
}

void ErpSync::clear_trouble(Desk& desk, const std::string& of) {
    if (troubles_.erase(of) > 0 && troubles_.empty()) {
        desk.note(AccountId{}, "erp.well", "erp=" + settings_.name);
        decide_again(desk);
    }
}

void ErpSync::ask_health(Desk& desk) {
    if (can("health") && !under_way(Purpose::health)) {
        ask(desk, ErpHealthCheck{}, Asked{Purpose::health, {}, {}, {}, 0});
    }
}

/// An ERP that cannot be reached shows in its pulls; a check that speaks of rights or settings says what a person
/// must do before anything here can be right.
void ErpSync::on_health(Desk& desk, const Result<ErpAnswer>& answer) {
    if (const auto* report = answer.ok() ? std::get_if<ErpHealthReport>(&answer.value()) : nullptr) {
        about_ = report->version + (report->note.empty() ? "" : ": " + report->note);
        clear_trouble(desk, "health");
        return;
    }
    const Error cause = erp_cause(answer);
    if (!is_retryable(cause.kind)) {
        set_trouble(desk, "health", cause.text());
        desk.house_task(settings_.name + " health", TaskKind::erp_problem, 2, settings_.name + ": " + cause.text());
    }
}

SourceHealth ErpSync::health(Instant now) const {
    SourceHealth health;
    health.last_full_at = last_full_;
    if (!up_) {
        health.cause = down_cause_;
    } else if (!troubles_.empty()) {
        health.cause = troubles_.begin()->second;
    } else if (!last_full_) {
        health.cause = "no complete pull yet";
    }
    health.healthy = health.cause.empty();
    if (health.healthy && stale_interlock(health, now, settings_.max_age)) {
        health.healthy = false;
        health.cause = "the last complete pull is older than " + std::to_string(settings_.max_age.count()) + " minutes";
    }
    return health;
}

PartHealth ErpSync::part_health(Instant now) const {
    const SourceHealth health_now = health(now);
    PartHealth part{"erp:" + settings_.name, health_now.healthy, health_now.cause};
    if (part.healthy) {
        part.text = "last full pull " + to_rfc3339(*last_full_) + (about_.empty() ? "" : "; " + about_);
    }
    return part;
}

}  // namespace emdia
