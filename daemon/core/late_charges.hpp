#pragma once
// Late fine and interest (B6, B7): what the law allows at most, and whether what an ERP or PSP asks is within it.
// emdia never charges its own figure (brazil-rules.md 8.1); it shows what is asked and checks it (I7).

#include "daemon/core/calendar.hpp"
#include "daemon/core/erp_records.hpp"
#include "daemon/core/money.hpp"

namespace emdia {

struct LateCharges {
    Money fine;      ///< 2 % of the principal, once, from the first late day (CDC art. 52 par. 1).
    Money interest;  ///< 1 % a month, simple, per calendar day, month of 30 days (RGC art. 78).
    [[nodiscard]] Money total() const { return fine + interest; }
    friend bool operator==(const LateCharges&, const LateCharges&) = default;
};

/// Calendar days from the effective due date to the payment (8a.9); 0 when it is not late.
[[nodiscard]] int days_late(Date effective_due, Date paid_on) noexcept;

/// Our own estimate at the legal rates: each part truncated, so never above the law (8.2).
[[nodiscard]] LateCharges late_estimate(Money principal, Date effective_due, Date paid_on);
/// The most that may be asked: each part rounded up (8.2).
[[nodiscard]] LateCharges late_ceiling(Money principal, Date effective_due, Date paid_on);

enum class AmountCheck {
    ok,
    one_cent_over,  ///< Tolerated and noted (8a.2).
    wrong  ///< A task for a person: more than a cent too much, negative parts, or parts that do not add up (B10).
};

/// I7 on the parts quoted for an invoice of nominal date `due`, asked or paid on `on`. Asking less than the
/// estimate is no fault: the contract may have lower rates. Either reading of 31 December is right (8a.1).
[[nodiscard]] AmountCheck check_asked(const PaymentCodes& asked, Date due, Date on, const Calendar& calendar);

}  // namespace emdia
