#pragma once
// The closed list of reasons. Each has a stable name and the rules of brazil-rules.md (or "D": our decision) it stands
// on.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace emdia {

// The order is stored nowhere: names are. Add freely; never rename one that has shipped.
enum class ReasonCode : std::uint16_t {
    // access: open because
    nothing_overdue,
    not_due_yet,
    no_notice,             // A1 A2: no notice for an open connection invoice
    notice_not_delivered,  // A5: no proof of delivery, no block
    notice_running,        // A1: the period is not over; date = earliest block
    outside_block_window,  // F11 I2: allowed, but not now; date/at = next moment
    dispute_open,          // A12
    promise_active,        // I3
    claim_held,            // I3: "já paguei", at = end of the hold
    override_open,
    override_freeze,
    exempt,               // A18
    debt_too_small,       // A13
    not_connection_debt,  // A13
    erp_stale,            // B2 I3
    erp_unhealthy,
    erp_state_unknown,   // unknown invoice or contract state
    erp_no_block_until,  // the ERP's own hold
    payment_pending,     // gateway confirmation pending
    protested,
    contract_not_active,
    waiting_reblock_notice,  // I12: at least 4 h after promise_broken; at = earliest
    automation_stopped,      // B13
    suspended_month,         // A14
    frozen,                  // emdia freeze
    shadow,                  // first start or a new policy version
    mass_block_hold,         // I10
    shrink_hold,             // the base shrank in one pull
    outside_pilot,
    // access: blocked because
    notice_period_over,   // A1 I1; at = delivery, date = earliest block
    overdue,              // the invoice, its amount and due date
    inside_block_window,  // I2
    erp_fresh,            // I3; at = time of the read
    promise_broken,       // I12
    already_blocked,      // stays blocked until something opens it
    override_blocked,
    // access: opened because
    paid,            // A9
    settled_in_erp,  // cancelled, renegotiated or otherwise gone
    // messages
    stage_due,
    stage_later,    // date = its day
    stage_skipped,  // C5, 8a.4
    stage_expired,  // too late to be true or useful
    no_optin,       // D1
    opted_out,      // D2
    wrong_number,   // C8
    no_phone,
    channel_bad,             // 131026 twice
    outside_contact_window,  // C1 I5
    no_contact_day,
    cap_day,  // C4
    cap_week,
    cap_cycle,
    cap_gap,
    cap_service,
    erp_no_dunning,
    not_released,
    invoice_settled,
    delivery_unknown,  // an earlier attempt may still have arrived
    resend_once,       // notice of unknown fate, resent once
    fallback_needed,   // A4 A5
    // promises
    promise_kept,
    promise_kept_late,
    promise_partial,
    promise_one_active,
    promise_one_per_days,
    promise_history,
    promise_nothing_owed,
    promise_possible,
    // tasks
    dispute_alarm,         // A12: 25 days
    dispute_must_cancel,   // A12: 30 days
    rescission_candidate,  // A8
    restore_late,          // A9: target or hard limit passed
    amount_check_failed,   // I7
    payment_reversed,      // a payment was taken back: the case opens anew, and a person looks
};
[[nodiscard]] std::string_view to_string(ReasonCode code) noexcept;
[[nodiscard]] std::optional<ReasonCode> reason_from(std::string_view name) noexcept;
/// "A1 I1", "D"...
[[nodiscard]] std::string_view rules_of(ReasonCode code) noexcept;
[[nodiscard]] std::span<const ReasonCode> all_reasons() noexcept;

/// What a person is asked to do. Names are stored.
enum class TaskKind : std::uint16_t {
    notice_undelivered,   ///< A5: use another channel; no block until proof
    no_contact_channel,   ///< no opt-in, no phone, opted out, wrong number: the notice must go another way
    dispute,              ///< answer it
    dispute_alarm,        ///< 25 days
    dispute_must_cancel,  ///< 30 days
    inbound_text,         ///< a subscriber wrote; a person reads
    human_request,
    claim_review,    ///< "já paguei" and the hold ended without a payment
    promise_review,  ///< outside policy, or history
    rescission_candidate,
    restore_late,
    access_failed,  ///< equipment refuses or never answers
    access_drift,   ///< foreign or unexplained state
    erp_problem,
    channel_problem,         ///< WhatsApp stopped, template unusable
    data_problem,            ///< quarantined rows, unresolved contracts, implausible amounts
    suspended_month_review,  ///< A14
    review_request,          ///< E8
    overpaid,                ///< 8.7
    payment_reversed,        ///< charged back or undone (pix-boleto.md 8)
    mass_block,              ///< I10 hold
};
[[nodiscard]] std::string_view to_string(TaskKind kind) noexcept;
[[nodiscard]] std::optional<TaskKind> task_kind_from(std::string_view name) noexcept;

}  // namespace emdia
