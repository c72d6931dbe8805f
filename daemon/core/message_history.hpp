#pragma once
// What was already said, read from the messages of the account. Internal to the core.

#include "daemon/core/situation.hpp"

namespace emdia::detail {

/// Left us, and may have been read.
[[nodiscard]] constexpr bool has_left(MessageState state) noexcept {
    return state == MessageState::accepted || state == MessageState::sent || state == MessageState::delivered ||
           state == MessageState::read;
}
/// Waits in the outbox or is being handed over.
[[nodiscard]] constexpr bool is_under_way(MessageState state) noexcept {
    return state == MessageState::queued || state == MessageState::sending;
}
/// When it reached, or will reach, the subscriber's day: what caps and gaps count from.
[[nodiscard]] inline Instant contact_time(const Message& m) noexcept { return m.sent_at.value_or(m.queued_at); }

/// A message that we gave up before it left may be wished again this often; then a person must look.
inline constexpr int kMostAttempts = 5;

struct StageHistory {
    int attempts = 0;  ///< Rows of this stage and invoice, dropped ones too, whenever queued.
    int given_up = 0;  ///< Dropped ones of the time asked for.
    Instant last_given_up_at = Instant::min();
    const Message* last = nullptr;  ///< Newest row of that time that was not dropped.
    [[nodiscard]] bool may_be_wished() const noexcept { return last == nullptr && given_up < kMostAttempts; }
    [[nodiscard]] bool is_spent() const noexcept { return last == nullptr && given_up >= kMostAttempts; }
    [[nodiscard]] int next_attempt() const noexcept { return attempts + 1; }
};
/// Rows of one stage, queued at or after `since`; of one invoice, or of any (`nullopt`).
[[nodiscard]] StageHistory history_of(const AccountFacts& facts, Stage stage, std::optional<InvoiceId> invoice,
                                      Instant since = Instant::min());

/// When a payment of this invoice was last taken back; nullopt: never. One that did not even end a block is none.
[[nodiscard]] std::optional<Instant> last_reversal(const AccountFacts& facts, const Invoice& invoice);

/// A1 A2: notices of this invoice that left after it was overdue. An older one, from before the due date was moved in
/// the ERP, or from before a payment was taken back, is no notice of this debt.
[[nodiscard]] StageHistory notice_history(const Situation& s, const OwedInvoice& owed);
/// A5: when the first of them was delivered, through any channel; nullopt: no proof.
[[nodiscard]] std::optional<Instant> notice_proof(const Situation& s, const OwedInvoice& owed);

}  // namespace emdia::detail
