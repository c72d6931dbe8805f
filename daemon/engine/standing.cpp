#include "daemon/engine/standing.hpp"

namespace emdia {
namespace {

constexpr std::string_view kFrozen = "standing.frozen";
constexpr std::string_view kLivePolicy = "standing.live_policy";  // the policy version a person said yes to

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

}  // namespace emdia
