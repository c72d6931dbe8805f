#include "daemon/core/reasons.hpp"

#include "daemon/core/name_table.hpp"

namespace emdia {
namespace {

struct ReasonRow {
    ReasonCode code;
    std::string_view name;
    std::string_view rules;
};

constexpr std::array kReasons{
    ReasonRow{ReasonCode::nothing_overdue, "nothing_overdue", "D"},
    ReasonRow{ReasonCode::not_due_yet, "not_due_yet", "F6 F7"},
    ReasonRow{ReasonCode::no_notice, "no_notice", "A1 A2"},
    ReasonRow{ReasonCode::notice_not_delivered, "notice_not_delivered", "A5 I1"},
    ReasonRow{ReasonCode::notice_running, "notice_running", "A1 I1"},
    ReasonRow{ReasonCode::outside_block_window, "outside_block_window", "F11 I2"},
    ReasonRow{ReasonCode::dispute_open, "dispute_open", "A12 I3"},
    ReasonRow{ReasonCode::promise_active, "promise_active", "I3 I12"},
    ReasonRow{ReasonCode::claim_held, "claim_held", "I3"},
    ReasonRow{ReasonCode::override_open, "override_open", "I8"},
    ReasonRow{ReasonCode::override_freeze, "override_freeze", "E8"},
    ReasonRow{ReasonCode::exempt, "exempt", "A18 I3"},
    ReasonRow{ReasonCode::debt_too_small, "debt_too_small", "A13"},
    ReasonRow{ReasonCode::not_connection_debt, "not_connection_debt", "A13"},
    ReasonRow{ReasonCode::erp_stale, "erp_stale", "B2 I3"},
    ReasonRow{ReasonCode::erp_unhealthy, "erp_unhealthy", "B2"},
    ReasonRow{ReasonCode::erp_state_unknown, "erp_state_unknown", "B2"},
    ReasonRow{ReasonCode::erp_no_block_until, "erp_no_block_until", "D"},
    ReasonRow{ReasonCode::payment_pending, "payment_pending", "B2"},
    ReasonRow{ReasonCode::protested, "protested", "G6"},
    ReasonRow{ReasonCode::contract_not_active, "contract_not_active", "A15"},
    ReasonRow{ReasonCode::waiting_reblock_notice, "waiting_reblock_notice", "I12"},
    ReasonRow{ReasonCode::automation_stopped, "automation_stopped", "B13"},
    ReasonRow{ReasonCode::suspended_month, "suspended_month", "A14"},
    ReasonRow{ReasonCode::frozen, "frozen", "D"},
    ReasonRow{ReasonCode::shadow, "shadow", "D"},
    ReasonRow{ReasonCode::mass_block_hold, "mass_block_hold", "I10"},
    ReasonRow{ReasonCode::shrink_hold, "shrink_hold", "D"},
    ReasonRow{ReasonCode::outside_pilot, "outside_pilot", "D"},
    ReasonRow{ReasonCode::notice_period_over, "notice_period_over", "A1 I1"},
    ReasonRow{ReasonCode::overdue, "overdue", "A2 F7"},
    ReasonRow{ReasonCode::inside_block_window, "inside_block_window", "F11 I2"},
    ReasonRow{ReasonCode::erp_fresh, "erp_fresh", "B2 I3"},
    ReasonRow{ReasonCode::promise_broken, "promise_broken", "I12"},
    ReasonRow{ReasonCode::already_blocked, "already_blocked", "A6"},
    ReasonRow{ReasonCode::override_blocked, "override_blocked", "I8"},
    ReasonRow{ReasonCode::paid, "paid", "A9 I4"},
    ReasonRow{ReasonCode::settled_in_erp, "settled_in_erp", "A9 A10"},
    ReasonRow{ReasonCode::stage_due, "stage_due", "C6"},
    ReasonRow{ReasonCode::stage_later, "stage_later", "C6"},
    ReasonRow{ReasonCode::stage_skipped, "stage_skipped", "C5"},
    ReasonRow{ReasonCode::stage_expired, "stage_expired", "B4"},
    ReasonRow{ReasonCode::no_optin, "no_optin", "D1 I5"},
    ReasonRow{ReasonCode::opted_out, "opted_out", "D2 I5"},
    ReasonRow{ReasonCode::wrong_number, "wrong_number", "C8"},
    ReasonRow{ReasonCode::no_phone, "no_phone", "C7"},
    ReasonRow{ReasonCode::channel_bad, "channel_bad", "A5"},
    ReasonRow{ReasonCode::outside_contact_window, "outside_contact_window", "C1 I5"},
    ReasonRow{ReasonCode::no_contact_day, "no_contact_day", "C1 C6"},
    ReasonRow{ReasonCode::cap_day, "cap_day", "C4"},
    ReasonRow{ReasonCode::cap_week, "cap_week", "C4"},
    ReasonRow{ReasonCode::cap_cycle, "cap_cycle", "C4"},
    ReasonRow{ReasonCode::cap_gap, "cap_gap", "C4"},
    ReasonRow{ReasonCode::cap_service, "cap_service", "C4"},
    ReasonRow{ReasonCode::erp_no_dunning, "erp_no_dunning", "D"},
    ReasonRow{ReasonCode::not_released, "not_released", "D"},
    ReasonRow{ReasonCode::invoice_settled, "invoice_settled", "I4"},
    ReasonRow{ReasonCode::delivery_unknown, "delivery_unknown", "I9"},
    ReasonRow{ReasonCode::resend_once, "resend_once", "A5"},
    ReasonRow{ReasonCode::fallback_needed, "fallback_needed", "A4 A5"},
    ReasonRow{ReasonCode::promise_kept, "promise_kept", "D"},
    ReasonRow{ReasonCode::promise_kept_late, "promise_kept_late", "D"},
    ReasonRow{ReasonCode::promise_partial, "promise_partial", "B11"},
    ReasonRow{ReasonCode::promise_one_active, "promise_one_active", "I12"},
    ReasonRow{ReasonCode::promise_one_per_days, "promise_one_per_days", "I12"},
    ReasonRow{ReasonCode::promise_history, "promise_history", "D"},
    ReasonRow{ReasonCode::promise_nothing_owed, "promise_nothing_owed", "D"},
    ReasonRow{ReasonCode::promise_possible, "promise_possible", "I12"},
    ReasonRow{ReasonCode::dispute_alarm, "dispute_alarm", "A12"},
    ReasonRow{ReasonCode::dispute_must_cancel, "dispute_must_cancel", "A12"},
    ReasonRow{ReasonCode::rescission_candidate, "rescission_candidate", "A8 I8"},
    ReasonRow{ReasonCode::restore_late, "restore_late", "A9 I4"},
    ReasonRow{ReasonCode::amount_check_failed, "amount_check_failed", "I7"},
    ReasonRow{ReasonCode::payment_reversed, "payment_reversed", "A1 B4"},
};

constexpr bool rows_stand_in_enum_order() {
    for (std::size_t i = 0; i < kReasons.size(); ++i) {
        if (static_cast<std::size_t>(kReasons[i].code) != i) {
            return false;
        }
    }
    return true;
}
static_assert(rows_stand_in_enum_order());

constexpr std::array<ReasonCode, kReasons.size()> kCodes = [] {
    std::array<ReasonCode, kReasons.size()> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i) {
        codes[i] = kReasons[i].code;
    }
    return codes;
}();

constexpr std::array<std::string_view, 21> kTasks{
    "notice_undelivered", "no_contact_channel",     "dispute",        "dispute_alarm",  "dispute_must_cancel",
    "inbound_text",       "human_request",          "claim_review",   "promise_review", "rescission_candidate",
    "restore_late",       "access_failed",          "access_drift",   "erp_problem",    "channel_problem",
    "data_problem",       "suspended_month_review", "review_request", "overpaid",       "payment_reversed",
    "mass_block"};
static_assert(kTasks[static_cast<std::size_t>(TaskKind::mass_block)] == "mass_block");

}  // namespace

std::string_view to_string(ReasonCode code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return index < kReasons.size() ? kReasons[index].name : std::string_view{"?"};
}

std::optional<ReasonCode> reason_from(std::string_view name) noexcept {
    for (const ReasonRow& row : kReasons) {
        if (row.name == name) {
            return row.code;
        }
    }
    return std::nullopt;
}

std::string_view rules_of(ReasonCode code) noexcept {
    const auto index = static_cast<std::size_t>(code);
    return index < kReasons.size() ? kReasons[index].rules : std::string_view{"D"};
}

std::span<const ReasonCode> all_reasons() noexcept { return kCodes; }

std::string_view to_string(TaskKind kind) noexcept { return detail::name_in(kTasks, kind); }
std::optional<TaskKind> task_kind_from(std::string_view name) noexcept {
    return detail::value_in<TaskKind>(kTasks, name);
}

}  // namespace emdia
