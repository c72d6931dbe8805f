#include "daemon/adapters/rate_governor.hpp"

#include <algorithm>

namespace emdia {
namespace {

using std::chrono::microseconds;

// A full second at once would let two seconds' worth leave within one.
constexpr microseconds kBurst{100'000};
constexpr Minutes kPlaceKept{10};
constexpr Millis kFirstRefusal{1000};
constexpr int kRefusalFactor = 4;
constexpr int kRefusalSteps = 4;

}  // namespace

Instant RateGovernor::place(std::int64_t id, int count, Instant now) {
    if (const auto kept = places_.find(id); kept != places_.end() && kept->second <= now) {
        places_.erase(kept);
        return now;
    }
    const microseconds interval = microseconds{1'000'000} / limits_.per_second;
    const Moment moment{now};
    // After a clock was set back the old mark lies far ahead; more than the places kept can never be owed.
    if (free_at_ > moment + kPlaceKept) {
        free_at_ = moment;
    }
    const Moment leaves = std::max(moment, free_at_ - kBurst);
    free_at_ = std::max(moment, free_at_) + interval * count;
    const Instant at = std::chrono::ceil<Millis>(leaves);
    if (at > now) {
        std::erase_if(places_, [&](const auto& kept) { return kept.second + kPlaceKept < now; });
        places_[id] = at;
    }
    return at;
}

std::optional<Millis> RateGovernor::pair_wait(const std::string& recipient, int count, Instant now) {
    forget_the_rested(now);
    Pair& pair = pairs_[recipient];
    if (pair.refused_until > now) {
        return pair.refused_until - now;
    }
    const Millis lent = limits_.pair_gap * limits_.pair_burst;
    pair.free_at = std::clamp(pair.free_at, now, now + lent);
    const Millis debt = pair.free_at - now + limits_.pair_gap * count;
    if (debt > lent && pair.free_at > now) {
        return std::min(debt - lent, pair.free_at - now);
    }
    pair.free_at = now + debt;
    return std::nullopt;
}

Millis RateGovernor::pair_refused(const std::string& recipient, Instant now) {
    Pair& pair = pairs_[recipient];
    Millis wait = kFirstRefusal;
    for (int i = 0; i < pair.refusals; ++i) {
        wait *= kRefusalFactor;
    }
    pair.refusals = std::min(pair.refusals + 1, kRefusalSteps);
    pair.refused_until = now + wait;
    return wait;
}

void RateGovernor::pair_passed(const std::string& recipient) {
    if (const auto pair = pairs_.find(recipient); pair != pairs_.end()) {
        pair->second.refusals = 0;
    }
}

void RateGovernor::forget_the_rested(Instant now) {
    if (pairs_.size() < next_sweep_) {
        return;
    }
    std::erase_if(pairs_, [&](const auto& entry) {
        return entry.second.free_at <= now && entry.second.refused_until + Hours{1} < now;
    });
    next_sweep_ = std::max<std::size_t>(1024, 2 * pairs_.size());
}

}  // namespace emdia
