#include "daemon/engine/erp_sync.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "daemon/core/interlocks.hpp"

namespace emdia {
namespace {

constexpr int kIdsPerRead = 400;
constexpr int kHotLimit = 4000;
constexpr Millis kFreshAgain{60'000};

}  // namespace

std::string ErpSync::meta_key(std::string_view what) const { return "erp." + settings_.name + "." + std::string(what); }

void ErpSync::recover(Desk& desk) {
    asked_.clear();
    pull_.reset();
    wanted_fresh_.clear();
    fresh_accounts_.clear();
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
    trouble_ = shrunk_ ? "its last full pull lost too much of the base" : "";
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
    } else {
        desk.log.write(LogLevel::warning, "ERP-DOWN", "the connector does not answer",
                       {{"erp", settings_.name}, {"cause", down_cause_}});
    }
    decide_again(desk);
}

void ErpSync::ask(Desk& desk, ErpCall call, Asked asked) {
    ErpRequest request;
    request.id = next_request_id();
    request.call = std::move(call);
    asked_.emplace(request.id, std::move(asked));
    desk.after_commit([this, request = std::move(request)] { source_.submit(request); });
}

bool ErpSync::on_reply(Desk& desk, ErpReply& reply, const FreshSink& fresh, const CodesSink& codes) {
    const auto found = asked_.find(reply.id);
    if (found == asked_.end()) {
        return false;
    }
    const Asked asked = std::move(found->second);
    asked_.erase(found);
    const bool ok = reply.answer.ok();
    auto* read = ok ? std::get_if<ErpInvoicesRead>(&reply.answer.value()) : nullptr;
    switch (asked.purpose) {
        case Purpose::page:
            if (auto* page = ok ? std::get_if<ErpPage>(&reply.answer.value()) : nullptr) {
                on_page(desk, *page);
            } else {
                pull_failed(desk, ok ? Error{ErrorKind::protocol, "the connector answered something else", {}}
                                     : reply.answer.error());
            }
            break;
        case Purpose::hot:
            hot_under_way_ = std::any_of(asked_.begin(), asked_.end(),
                                         [](const auto& a) { return a.second.purpose == Purpose::hot; });
            if (read != nullptr) {
                take_invoices(desk, *read);
            }
            break;
        case Purpose::again:
            if (read != nullptr) {
                take_invoices(desk, *read);
            }
            break;
        case Purpose::fresh:
            --fresh_under_way_;
            if (read != nullptr) {
                take_invoices(desk, *read);
            } else {
                fresh_not_before_ = desk.now + kFreshAgain;
                desk.log.write(LogLevel::warning, "ERP-FRESH-FAILED",
                               "a fresh read before acting failed; nothing is done",
                               {{"erp", settings_.name}, {"cause", ok ? "wrong answer" : reply.answer.error().text()}});
            }
            for (const AccountId account : asked.accounts) {
                fresh_accounts_.erase(account);
                desk.ledger.mark_dirty(account);
                fresh(account, read != nullptr);
            }
            break;
        case Purpose::vanished_contract:
            on_vanished_contract(desk, asked.contract, reply.answer);
            break;
        case Purpose::codes:
            if (auto* found_codes = ok ? std::get_if<PaymentCodes>(&reply.answer.value()) : nullptr) {
                codes(asked.message, *found_codes);
            } else {
                codes(asked.message, ok ? Error{ErrorKind::protocol, "the connector answered something else", {}}
                                        : reply.answer.error());
            }
            break;
    }
    keep_full_mark(desk);
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
    at_most(fresh_not_before_, kFreshAgain);
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
    }
    return due;
}

// --- Single invoices -------------------------------------------------------------------------------------------------

void ErpSync::ask_invoices(Desk& desk, Purpose purpose, const std::vector<std::string>& ids) {
    for (std::size_t begin = 0; begin < ids.size(); begin += kIdsPerRead) {
        const auto end = std::min(ids.size(), begin + kIdsPerRead);
        ErpReadInvoices call;
        call.invoice_ids.assign(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                ids.begin() + static_cast<std::ptrdiff_t>(end));
        ask(desk, std::move(call), Asked{purpose, {}, {}, {}});
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
        quarantine_task(desk, static_cast<std::int64_t>(read.quarantined.size()));
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

void ErpSync::quarantine_task(Desk& desk, std::int64_t rows) {
    desk.task(AccountId{}, InvoiceId{}, TaskKind::data_problem, 3,
              settings_.name + ": " + std::to_string(rows) +
                  " rows could not be believed and were left out; the log names each (ERP-ROW-QUARANTINED)");
}

void ErpSync::want_fresh(AccountId account, const std::vector<std::string>& invoice_ids) {
    if (!invoice_ids.empty() && !fresh_accounts_.contains(account)) {
        wanted_fresh_[account] = invoice_ids;
    }
}

void ErpSync::start_fresh(Desk& desk) {
    if (wanted_fresh_.empty() || (fresh_not_before_ && *fresh_not_before_ > desk.now)) {
        return;
    }
    fresh_not_before_.reset();
    ErpReadInvoices call;
    Asked asked{Purpose::fresh, {}, {}, {}};
    const auto send = [&] {
        if (!asked.accounts.empty()) {
            ++fresh_under_way_;
            ask(desk, std::exchange(call, {}), std::exchange(asked, Asked{Purpose::fresh, {}, {}, {}}));
        }
    };
    for (auto& [account, ids] : wanted_fresh_) {
        if (!asked.accounts.empty() && call.invoice_ids.size() + ids.size() > kIdsPerRead) {
            send();
        }
        call.invoice_ids.insert(call.invoice_ids.end(), ids.begin(), ids.end());
        asked.accounts.push_back(account);
        fresh_accounts_.insert(account);
    }
    send();
    wanted_fresh_.clear();
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
    ask(desk, ErpGetPaymentCodes{invoice_id, today}, Asked{Purpose::codes, {}, message, {}});
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

void ErpSync::set_trouble(Desk& desk, std::string cause) {
    if (trouble_ == cause) {
        return;
    }
    trouble_ = std::move(cause);
    desk.note(AccountId{}, "erp.trouble", "erp=" + settings_.name + " cause=" + trouble_);
    decide_again(desk);
}

void ErpSync::clear_trouble(Desk& desk) {
    if (!trouble_.empty()) {
        trouble_.clear();
        desk.note(AccountId{}, "erp.well", "erp=" + settings_.name);
    }
}

SourceHealth ErpSync::health(Instant now) const {
    SourceHealth health;
    health.last_full_at = last_full_;
    if (!up_) {
        health.cause = down_cause_;
    } else if (!trouble_.empty()) {
        health.cause = trouble_;
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
        part.text = "last full pull " + to_rfc3339(*last_full_);
    }
    return part;
}

}  // namespace emdia
