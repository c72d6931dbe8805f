#pragma once
// New blocks go through one gate. All candidates of a run are known before the first is blocked, so that a run that is
// too large (I10) stops as a whole and a person sees it by name.

#include <functional>
#include <set>

#include "daemon/engine/access_loop.hpp"
#include "daemon/engine/standing.hpp"

namespace emdia {

/// Used by the engine's thread only. Candidates live in memory: after a crash they are decided again.
class BlockRun {
public:
    explicit BlockRun(AccessLoop& access) : access_(access) {}

    void recover() { candidates_.clear(); }
    void propose(AccountId account) { candidates_.insert(account); }
    void withdraw(AccountId account) { candidates_.erase(account); }
    [[nodiscard]] bool empty() const noexcept { return candidates_.empty(); }
    /// Call when nothing more is being decided or re-read. Decides every candidate once more with the freshest facts,
    /// then blocks them or holds them all. Whose contract was not re-read of late is decided anew instead.
    void close(Desk& desk, const Standing& standing, const std::function<bool(const AccountFacts&)>& contract_read);

private:
    void postpone(Desk& desk, AccountId account, Decision decision);
    void hold(Desk& desk, const std::vector<AccountId>& accounts, std::int64_t limit, std::int64_t done_today);

    AccessLoop& access_;
    std::set<AccountId> candidates_;
};

/// A person's own block needs no fresh facts.
[[nodiscard]] bool by_a_person(const Decision& decision);

/// The rule ids of the reasons, each once: "A1 I1 F11 I2".
[[nodiscard]] std::string rules_of(const std::vector<Reason>& reasons);

}  // namespace emdia
