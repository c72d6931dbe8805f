// Wanted against applied: the whole table of states and events.

#include "daemon/core/access.hpp"

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

constexpr std::array kAccess{Access::open, Access::reduced, Access::blocked};
constexpr std::array kEvents{AccessEvent::wanted_changed, AccessEvent::acknowledged,
                             AccessEvent::observed_match, AccessEvent::observed_mismatch,
                             AccessEvent::result_unknown, AccessEvent::device_restarted};
constexpr std::int64_t kGeneration = 5;

const Instant kBefore = utc("2026-03-01T12:00:00Z");
const Instant kNow = utc("2026-03-02T12:00:00Z");

/// Every record of generation 5 that can be told apart by the rules.
std::vector<AccessRecord> all_records() {
    std::vector<AccessRecord> records;
    for (const Access wanted : kAccess) {
        for (int applied = -1; applied < 3; ++applied) {
            for (const Proof proof : {Proof::none, Proof::acknowledged, Proof::observed}) {
                for (const std::int64_t applied_generation : {std::int64_t{4}, kGeneration}) {
                    AccessRecord r;
                    r.wanted = wanted;
                    r.generation = kGeneration;
                    r.wanted_at = kBefore;
                    if (applied >= 0) {
                        r.applied = kAccess[static_cast<std::size_t>(applied)];
                        r.applied_at = kBefore;
                    }
                    r.proof = proof;
                    r.applied_generation = applied_generation;
                    if (r.applied == Access::blocked) {
                        r.blocked_since = kBefore;
                    }
                    records.push_back(r);
                }
            }
        }
    }
    return records;
}

}  // namespace

TEST_CASE("access table: every state and every event keeps the rules of the record (A8 A9)") {
    int combinations = 0;
    for (const AccessRecord& before : all_records()) {
        for (const AccessEvent event : kEvents) {
            for (const Access access : kAccess) {
                for (const std::int64_t generation : {std::int64_t{4}, kGeneration}) {
                    ++combinations;
                    const AccessRecord after = apply_access(before, {event, access, generation, kNow});
                    // Only a wish changes what is wanted, and it begins a new generation exactly then.
                    const bool new_wish = event == AccessEvent::wanted_changed && access != before.wanted;
                    CHECK(after.generation == kGeneration + (new_wish ? 1 : 0));
                    CHECK(after.wanted == (new_wish ? access : before.wanted));
                    CHECK(after.wanted_at == (new_wish ? kNow : before.wanted_at));
                    // A wish says nothing about the equipment.
                    if (event == AccessEvent::wanted_changed) {
                        CHECK(after.applied == before.applied);
                        CHECK(after.proof == before.proof);
                    }
                    // Answers of an older generation, or weaker than what was seen of this one, change nothing.
                    const bool answer = event == AccessEvent::acknowledged || event == AccessEvent::result_unknown;
                    const bool seen = before.proof == Proof::observed && before.applied_generation == kGeneration;
                    if (answer && (generation != kGeneration || seen)) {
                        CHECK(after == before);
                    } else if (event == AccessEvent::acknowledged) {
                        CHECK(after.applied == access);
                        CHECK(after.proof == Proof::acknowledged);
                        CHECK(after.applied_generation == kGeneration);
                    } else if (event == AccessEvent::result_unknown || event == AccessEvent::device_restarted) {
                        CHECK_FALSE(after.applied.has_value());
                        CHECK(after.proof == Proof::none);
                        CHECK(after.blocked_since == before.blocked_since);
                    }
                    if (event == AccessEvent::observed_match || event == AccessEvent::observed_mismatch) {
                        CHECK(after.applied == access);
                        CHECK(after.proof == Proof::observed);
                        CHECK(after.applied_generation ==
                              (access == before.wanted ? kGeneration : before.applied_generation));
                    }
                    // The days of A8 count while the equipment is known to block, from the first moment.
                    if (after.applied == Access::blocked) {
                        CHECK(after.blocked_since == before.blocked_since.value_or(kNow));
                    } else if (after.applied) {
                        CHECK_FALSE(after.blocked_since.has_value());
                    }
                    // A gap is closed exactly when the equipment does what is wanted.
                    CHECK(access_gap(after).has_value() == (after.applied != after.wanted));
                }
            }
        }
    }
    CHECK(combinations == 3 * 4 * 3 * 2 * 6 * 3 * 2);
}

TEST_CASE("access table: an account never touched asks nothing of the equipment") {
    CHECK_FALSE(access_gap(AccessRecord{}).has_value());
    AccessRecord blocked = apply_access({}, {AccessEvent::wanted_changed, Access::blocked, 0, kNow});
    CHECK(access_gap(blocked) == Access::blocked);
    blocked = apply_access(blocked, {AccessEvent::wanted_changed, Access::open, 0, kNow});
    CHECK(access_gap(blocked) == Access::open);
}
