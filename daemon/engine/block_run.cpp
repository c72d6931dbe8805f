#include "daemon/engine/block_run.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "daemon/core/interlocks.hpp"
#include "daemon/engine/block_record.hpp"

namespace emdia {
namespace {

struct Candidate {
    AccountFacts facts;
    Decision decision;
};

Instant start_of_day(const Desk& desk) { return desk.places.brasilia().instant(LocalTime{desk.today()}); }

/// Accounts that a person let pass, or refused to let pass, today.
struct Resolved {
    std::set<AccountId> approved;
    std::set<AccountId> rejected;
};

Resolved resolved_today(Desk& desk) {
    Resolved resolved;
    for (const HoldRow& hold : desk.ledger.holds_resolved_since(start_of_day(desk))) {
        if (hold.reason == ReasonCode::mass_block_hold) {
            auto& accounts = hold.state == "approved" ? resolved.approved : resolved.rejected;
            accounts.insert(hold.accounts.begin(), hold.accounts.end());
        }
    }
    return resolved;
}

}  // namespace

std::string rules_of(const std::vector<Reason>& reasons) {
    std::vector<std::string> rules;
    for (const Reason& reason : reasons) {
        std::istringstream words{std::string(rules_of(reason.code))};
        for (std::string word; words >> word;) {
            if (std::find(rules.begin(), rules.end(), word) == rules.end()) {
                rules.push_back(word);
            }
        }
    }
    std::string text;
    for (const auto& rule : rules) {
        text += (text.empty() ? "" : " ") + rule;
    }
    return text;
}

bool by_a_person(const Decision& decision) {
    return std::any_of(decision.access_reasons.begin(), decision.access_reasons.end(),
                       [](const Reason& reason) { return reason.code == ReasonCode::override_blocked; });
}

void BlockRun::close(Desk& desk, const Standing& standing,
                     const std::function<bool(const AccountFacts&)>& contract_read) {
    const Resolved resolved = resolved_today(desk);
    std::vector<Candidate> free;
    std::vector<Candidate> approved;
    for (const AccountId id : std::exchange(candidates_, {})) {
        auto facts = desk.facts(id);
        if (!facts || facts->access.wanted == Access::blocked || standing.stops(desk, *facts)) {
            continue;
        }
        Decision decision = decide(*facts, desk.context(*facts), desk.now);
        if (decision.access == Access::open || decision.refresh || !(by_a_person(decision) || contract_read(*facts))) {
            desk.ledger.mark_dirty(id);
            continue;
        }
        if (resolved.rejected.contains(id)) {
            postpone(desk, id, std::move(decision));
            continue;
        }
        auto& list = resolved.approved.contains(id) ? approved : free;
        list.push_back(Candidate{std::move(*facts), std::move(decision)});
    }
    std::int64_t base = 0;
    for (const ErpSettings& erp : desk.settings.erps) {
        base += desk.ledger.active_contracts(erp.name);
    }
    const std::int64_t limit = max_blocks_per_run(desk.settings.policy, base);
    const std::int64_t done_today = desk.ledger.blocks_since(start_of_day(desk));
    if (!free.empty() && done_today + static_cast<std::int64_t>(free.size()) > limit) {
        std::vector<AccountId> accounts;
        for (Candidate& candidate : free) {
            accounts.push_back(candidate.facts.id);
            postpone(desk, candidate.facts.id, std::move(candidate.decision));
        }
        hold(desk, accounts, limit, done_today);
        free.clear();
    }
    for (auto* list : {&approved, &free}) {
        for (Candidate& candidate : *list) {
            desk.note(candidate.facts.id, "access.record", block_record(desk, candidate.facts, candidate.decision));
            access_.want(desk, candidate.facts, candidate.decision.access, rules_of(candidate.decision.access_reasons));
            desk.ledger.mark_dirty(candidate.facts.id);
        }
    }
}

/// Held accounts show why, and are asked for again tomorrow.
void BlockRun::postpone(Desk& desk, AccountId account, Decision decision) {
    decision.access_reasons.push_back(Reason{ReasonCode::mass_block_hold, {}, {}, {}, {}});
    const Instant tomorrow = desk.now + Days{1};
    decision.next_wake = decision.next_wake ? std::min(*decision.next_wake, tomorrow) : tomorrow;
    auto stored = desk.ledger.decision_of(account).value_or(StoredDecision{});
    stored.decision = std::move(decision);
    desk.ledger.put_decision(account, stored);
}

void BlockRun::hold(Desk& desk, const std::vector<AccountId>& accounts, std::int64_t limit, std::int64_t done_today) {
    for (HoldRow open : desk.ledger.open_holds()) {
        if (open.reason != ReasonCode::mass_block_hold) {
            continue;
        }
        std::set<AccountId> all(open.accounts.begin(), open.accounts.end());
        all.insert(accounts.begin(), accounts.end());
        if (all.size() != open.accounts.size()) {
            open.accounts.assign(all.begin(), all.end());
            desk.ledger.put_hold(open);
        }
        return;
    }
    HoldRow row;
    row.reason = ReasonCode::mass_block_hold;
    row.scope = "blocks";
    row.opened_at = desk.now;
    row.accounts = accounts;
    row.text = std::to_string(accounts.size()) + " accounts would be blocked in one run and " +
               std::to_string(done_today) + " were today; the limit is " + std::to_string(limit) + " (I10)";
    desk.ledger.add_hold(row);
    desk.house_task("blocks", TaskKind::mass_block, 2, row.text);
    desk.note(AccountId{}, "hold.opened", "reason=mass_block_hold accounts=" + std::to_string(accounts.size()), "I10");
    desk.log.write(LogLevel::warning, "HOLD-MASS-BLOCK", row.text);
}

}  // namespace emdia
