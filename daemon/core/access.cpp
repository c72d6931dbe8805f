#include "daemon/core/access.hpp"

namespace emdia {
namespace {

AccessRecord with_wish(AccessRecord record, Access wish, Instant at) {
    if (record.wanted == wish) {
        return record;
    }
    record.wanted = wish;
    record.wanted_at = at;
    ++record.generation;
    return record;
}

/// The 60 days of A8 run from the moment the equipment first kept service away, and start anew after any release.
void follow_block(AccessRecord& record, Instant at) {
    if (record.applied != Access::blocked) {
        record.blocked_since.reset();
    } else if (!record.blocked_since) {
        record.blocked_since = at;
    }
}

/// Answers to an older command say nothing about the present one, and nothing outweighs what was seen.
bool answer_counts(const AccessRecord& record, const AccessInput& input) {
    const bool seen_already = record.proof == Proof::observed && record.applied_generation == input.generation;
    return input.generation == record.generation && !seen_already;
}

AccessRecord with_acknowledgement(AccessRecord record, const AccessInput& input) {
    if (!answer_counts(record, input)) {
        return record;
    }
    record.applied = input.access;
    record.applied_generation = input.generation;
    record.applied_at = input.at;
    record.proof = Proof::acknowledged;
    follow_block(record, input.at);
    return record;
}

AccessRecord with_observation(AccessRecord record, const AccessInput& input) {
    if (record.proof != Proof::observed || record.applied != input.access) {
        record.applied_at = input.at;
    }
    record.applied = input.access;
    record.proof = Proof::observed;
    if (input.access == record.wanted) {
        record.applied_generation = record.generation;
    }
    follow_block(record, input.at);
    return record;
}

/// Nothing is known of the equipment any more. The block, if there was one, is not taken as ended: only a release is.
AccessRecord with_nothing_known(AccessRecord record) {
    record.applied.reset();
    record.applied_at.reset();
    record.applied_generation = 0;
    record.proof = Proof::none;
    return record;
}

}  // namespace

AccessRecord apply_access(const AccessRecord& before, const AccessInput& input) {
    switch (input.event) {
        case AccessEvent::wanted_changed:
            return with_wish(before, input.access, input.at);
        case AccessEvent::acknowledged:
            return with_acknowledgement(before, input);
        case AccessEvent::observed_match:
        case AccessEvent::observed_mismatch:
            return with_observation(before, input);
        case AccessEvent::result_unknown:
            return answer_counts(before, input) ? with_nothing_known(before) : before;
        case AccessEvent::device_restarted:
            return with_nothing_known(before);
    }
    return before;
}

std::optional<Access> access_gap(const AccessRecord& record) noexcept {
    if (record.applied == record.wanted) {
        return std::nullopt;
    }
    // Before the first decision to block, an account is left as it was found.
    if (!record.applied && record.generation == 0 && record.wanted == Access::open) {
        return std::nullopt;
    }
    return record.wanted;
}

}  // namespace emdia
