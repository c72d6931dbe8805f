#include "daemon/engine/standing.hpp"

#include <algorithm>

#include "daemon/core/block_time.hpp"

namespace emdia {
namespace {

constexpr std::string_view kFrozen = "standing.frozen";
constexpr std::string_view kLivePolicy = "standing.live_policy";  // the policy version a person said yes to
constexpr Minutes kLookAgain{15};

bool overridden(const AccountFacts& facts, OverrideKind kind, Instant now) {
    return std::any_of(facts.overrides.begin(), facts.overrides.end(),
                       [&](const Override& o) { return o.kind == kind && o.from <= now && now < o.until; });
}

}  // namespace

void Standing::recover(Desk& desk) {
    frozen_ = desk.ledger.meta(kFrozen).value_or("") == "yes";
    live_ = desk.settings.rollout.live && desk.ledger.meta(kLivePolicy).value_or("") == desk.settings.policy.version;
}

void Standing::set_freeze(Desk& desk, bool on, const std::string& author) {
    frozen_ = on;
    desk.ledger.put_meta(kFrozen, on ? "yes" : "no");
    desk.note(AccountId{}, on ? "freeze.on" : "freeze.off", {}, {}, author);
    if (!on) {
        desk.ledger.mark_all_dirty();
    }
}

void Standing::go_live(Desk& desk, const std::string& author) {
    live_ = desk.settings.rollout.live;
    desk.ledger.put_meta(kLivePolicy, desk.settings.policy.version);
    desk.note(AccountId{}, "policy.live", "policy=" + desk.settings.policy.version, {}, author);
    desk.ledger.mark_all_dirty();
}

std::optional<Reason> Standing::stops(const Desk& desk, const AccountFacts& facts) const {
    if (frozen_) {
        return Reason{ReasonCode::frozen, {}, {}, {}, {}};
    }
    if (!live_) {
        return Reason{ReasonCode::shadow, {}, {}, {}, {}};
    }
    const Rollout& rollout = desk.settings.rollout;
    const bool inside =
        (rollout.ufs.empty() || (facts.subscriber.uf && rollout.ufs.contains(*facts.subscriber.uf))) &&
        (rollout.plans.empty() || rollout.plans.contains(facts.contract.plan)) &&
        (rollout.contracts.empty() || rollout.contracts.contains(facts.subscriber.erp + ":" + facts.contract.erp_id));
    if (!inside) {
        return Reason{ReasonCode::outside_pilot, {}, {}, {}, {}};
    }
    return std::nullopt;
}

std::optional<Instant> Standing::block_waits(const Desk& desk, const AccountFacts& facts) const {
    if (stops(desk, facts) || overridden(facts, OverrideKind::freeze, desk.now)) {
        return desk.now + kLookAgain;
    }
    if (overridden(facts, OverrideKind::force_blocked, desk.now)) {
        return std::nullopt;  // A person wants it now.
    }
    const DecisionContext context = desk.context(facts);
    const LocalTime local = context.zone.local(desk.now);
    const LocalTime next = block_time_on_or_after(local, context.policy, context.calendar);
    return next <= local ? std::nullopt : std::optional{context.zone.instant(next)};
}

}  // namespace emdia
