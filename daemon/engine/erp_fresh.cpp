#include <algorithm>
#include <charconv>
#include <utility>

#include "daemon/engine/erp_sync.hpp"

// Fresh reads of ErpSync before a message or a block, and lines that move or vanish.

namespace emdia {
namespace {

/// How often an account is tried whose rows the ERP shows, but in a way that cannot be believed.
constexpr Minutes kUnclearAgain{10};
/// A contract changes more rarely than its invoices, and a large run of blocks reads many of them.
constexpr Hours kContractBelieved{1};

}  // namespace

// --- Fresh reads before a message or a block ---------------------------------------------------------------------

void ErpSync::want_fresh(const Desk& desk, AccountId account, const std::vector<std::string>& invoice_ids,
                         const std::string& contract) {
    const auto unclear = unclear_until_.find(account);
    const bool waits = unclear != unclear_until_.end() && unclear->second > desk.now;
    if (invoice_ids.empty() || waits || fresh_accounts_.contains(account)) {
        return;
    }
    Wanted& wanted = wanted_fresh_[account];
    wanted.invoices = invoice_ids;
    if (!contract.empty()) {
        wanted.contract = contract;
    }
}

bool ErpSync::contract_read(AccountId account, Instant now) const {
    const auto read = contracts_read_.find(account);
    return !can("contract.read") || (read != contracts_read_.end() && now - read->second < kContractBelieved);
}

void ErpSync::start_fresh(Desk& desk) {
    if (fresh_not_before_ && *fresh_not_before_ > desk.now) {
        return;
    }
    fresh_not_before_.reset();
    ErpReadInvoices call;
    Asked asked{Purpose::fresh, {}, {}, {}, 0};
    const auto send = [&] {
        if (!asked.accounts.empty()) {
            ask(desk, std::exchange(call, {}), std::exchange(asked, Asked{Purpose::fresh, {}, {}, {}, 0}));
        }
    };
    for (auto& [account, wanted] : wanted_fresh_) {
        const auto& ids = wanted.invoices;
        if (!asked.accounts.empty() && call.invoice_ids.size() + ids.size() > kErpIdsPerRead) {
            send();
        }
        call.invoice_ids.insert(call.invoice_ids.end(), ids.begin(), ids.end());
        asked.accounts.push_back(account);
        fresh_accounts_[account] = Fresh{wanted.contract.empty() ? 1 : 2, true};
    }
    send();
    for (auto& [account, wanted] : wanted_fresh_) {
        if (!wanted.contract.empty()) {
            ask(desk, ErpReadContract{wanted.contract},
                Asked{Purpose::fresh_contract, {account}, {}, wanted.contract, 0});
        }
    }
    wanted_fresh_.clear();
}

void ErpSync::fresh_failed(Desk& desk, const Result<ErpAnswer>& answer) {
    fresh_not_before_ = desk.now + kErpFreshAgain;
    desk.log.write(LogLevel::warning, "ERP-FRESH-FAILED", "a fresh read before acting failed; nothing is done",
                   {{"erp", settings_.name}, {"cause", erp_cause(answer).text()}});
}

void ErpSync::fresh_part_done(Desk& desk, AccountId account, bool read, const FreshSink& fresh) {
    const auto found = fresh_accounts_.find(account);
    if (found == fresh_accounts_.end()) {
        return;
    }
    found->second.read = found->second.read && read;
    if (--found->second.open > 0) {
        return;
    }
    const bool all_read = found->second.read;
    fresh_accounts_.erase(found);
    desk.ledger.mark_dirty(account);
    fresh(account, all_read);
}

void ErpSync::on_fresh_invoices(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer,
                                const FreshSink& fresh) {
    --fresh_under_way_;
    const auto* read = answer.ok() ? std::get_if<ErpInvoicesRead>(&answer.value()) : nullptr;
    if (read != nullptr) {
        take_invoices(desk, *read);
    } else {
        fresh_failed(desk, answer);
    }
    for (const AccountId account : asked.accounts) {
        unclear_until_.erase(account);
        const auto facts = read != nullptr && !read->quarantined.empty() ? desk.facts(account) : std::nullopt;
        const bool unclear = facts && std::any_of(facts->invoices.begin(), facts->invoices.end(),
                                                  [&](const Invoice& i) { return i.owed() && i.read_at < desk.now; });
        if (unclear) {  // asking again at once would go on for ever
            unclear_until_[account] = desk.now + kUnclearAgain;
        }
        fresh_part_done(desk, account, read != nullptr, fresh);
    }
}

/// What the contract says now, with its lines: those that it does not have any more are not touched on its account.
void ErpSync::on_fresh_contract(Desk& desk, const Asked& asked, const Result<ErpAnswer>& answer,
                                const FreshSink& fresh) {
    --fresh_under_way_;
    const AccountId account = asked.accounts.front();
    const auto* read = answer.ok() ? std::get_if<ErpContractRead>(&answer.value()) : nullptr;
    const bool gone = !answer.ok() && answer.error().kind == ErrorKind::not_found;
    if (read != nullptr && read->contract.id == asked.contract) {
        desk.ledger.put(settings_.name, read->contract, desk.now);
        std::set<std::string> lines;
        for (const ErpConnection& row : read->connections) {
            lines.insert(row.id);
            take_connection(desk, row);
        }
        if (const auto facts = desk.facts(account)) {
            for (const Connection& connection : facts->connections) {
                if (!lines.contains(connection.erp_id)) {
                    drop_connection(desk, connection.erp_id);
                }
            }
        }
    } else if (gone) {
        on_vanished_contract(desk, asked, answer);
    } else {
        fresh_failed(desk, answer);
    }
    const bool known = gone || (read != nullptr && read->contract.id == asked.contract);
    if (known) {
        contracts_read_[account] = desk.now;
    }
    fresh_part_done(desk, account, known, fresh);
}

// --- Lines -------------------------------------------------------------------------------------------------------

void ErpSync::take_connection(Desk& desk, const ErpConnection& row) {
    const auto before = desk.ledger.find_connection(settings_.name, row.id);
    if (!desk.ledger.put(settings_.name, row, desk.now).changed) {
        return;
    }
    const auto after = desk.ledger.find_connection(settings_.name, row.id);
    const auto holder = after ? std::optional{after->account} : std::nullopt;
    if (before && before->account == holder) {
        return;
    }
    AccountFacts from;
    if (before) {
        from = desk.facts(before->account).value_or(from);
    } else if (holder) {
        // It comes back: devices may remember the wishes of the account that it was taken from.
        from.subscriber.erp = settings_.name;
        const auto told = desk.ledger.meta(meta_key("line." + row.id)).value_or("");
        std::from_chars(told.data(), told.data() + told.size(), from.access.generation);
    }
    const Connection line{before ? before->connection : ConnectionId{},
                          row.id,
                          row.login,
                          row.ipv4,
                          row.ipv6_prefix,
                          row.nas,
                          row.session_id,
                          row.voice};
    line_left_(desk, from, line, holder);
}

void ErpSync::drop_connection(Desk& desk, const std::string& line) {
    const auto held = desk.ledger.find_connection(settings_.name, line);
    const auto from = held ? desk.facts(held->account) : std::nullopt;
    if (!from) {
        return;
    }
    desk.ledger.detach_connection(settings_.name, line);
    if (from->access.generation > 0) {
        desk.ledger.put_meta(meta_key("line." + line), std::to_string(from->access.generation + 1));
    }
    desk.note(held->account, "line.gone", "connection=" + std::to_string(raw(held->connection)), {},
              "erp:" + settings_.name);
    for (const Connection& connection : from->connections) {
        if (connection.id == held->connection) {
            line_left_(desk, *from, connection, std::nullopt);
        }
    }
}

}  // namespace emdia
