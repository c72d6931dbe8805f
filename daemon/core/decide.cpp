// The decision, as a list of its questions. Each is answered in a file of its own.

#include "daemon/core/decide.hpp"

#include "daemon/core/block.hpp"
#include "daemon/core/dunning.hpp"
#include "daemon/core/promise.hpp"
#include "daemon/core/service.hpp"
#include "daemon/core/tasks.hpp"

namespace emdia {

Decision decide(const AccountFacts& facts, const DecisionContext& context, Instant now) {
    detail::Situation s(facts, context, now);
    Decision decision;

    detail::settle_promises(s, decision);
    const std::vector<Reason> holds = detail::account_holds(s);
    detail::AccessOutcome access = detail::decide_access(s, holds);
    decision.access = access.access;
    decision.access_reasons = std::move(access.reasons);
    decision.refresh = decision.refresh || access.refresh;
    detail::decide_dunning(s, holds, decision);
    detail::decide_service(s, decision);
    detail::decide_tasks(s, decision);

    if (decision.refresh) {
        // A read that gets lost must not end the account's story: ask again when it would have gone stale.
        s.moment.wake_at(now + context.policy.block.erp_max_age);
    }
    decision.next_wake = s.moment.next_wake();
    if (!decision.promises.empty()) {
        decision.next_wake = now;
    }
    return decision;
}

}  // namespace emdia
