#pragma once
// The facts of one account as the rules look at them: what is really still owed, and what holds automation back.
// Internal to the core; lives for one decision.

#include <optional>
#include <vector>

#include "daemon/core/decide.hpp"
#include "daemon/core/moment.hpp"

namespace emdia::detail {

/// An invoice that is owed, or of which the ERP could not say (`unknown`).
struct OwedInvoice {
    const Invoice* invoice = nullptr;
    Money outstanding;             ///< Without late charges; payments the row does not show yet are taken off.
    Money connection_outstanding;  ///< A13
    StageDates dates;
    bool overdue = false;  ///< F7
    [[nodiscard]] InvoiceId id() const noexcept { return invoice->id; }
};

struct Situation {
    Situation(const AccountFacts& account, const DecisionContext& around, Instant now);

    const AccountFacts& facts;
    const DecisionContext& context;
    Moment moment;
    std::vector<OwedInvoice> owed;            ///< Oldest due date first.
    const Promise* active_promise = nullptr;  ///< Set by settle_promises().

    [[nodiscard]] const Policy& policy() const noexcept { return context.policy; }
    [[nodiscard]] const Calendar& calendar() const noexcept { return context.calendar; }
    [[nodiscard]] const OwedInvoice* find_owed(InvoiceId id) const noexcept;
};

/// What is still to pay. Zero once payments worth the face are known, whatever the row still says: what a person paid
/// is never asked for again because an ERP is slow or wants late charges on top.
[[nodiscard]] Money outstanding(const Invoice& invoice, const std::vector<Payment>& payments);

/// B2, I3: confirmed by the ERP within `block.erp_max_age`. A time in the future (clock set back) is no confirmation.
[[nodiscard]] bool is_fresh(const Invoice& invoice, const Situation& s);

/// An override of this kind in force, or nullptr.
[[nodiscard]] const Override* override_in_force(Situation& s, OverrideKind kind);
/// A12: a dispute of this invoice, or of the whole account, that is not answered.
[[nodiscard]] const Dispute* open_dispute(const Situation& s, InvoiceId invoice) noexcept;
/// I3: end of a "já paguei" hold that is still running, else nullopt.
[[nodiscard]] std::optional<Instant> claim_hold_end(Situation& s, InvoiceId invoice);
/// A14: the invoice is for a time in which service was blocked throughout.
[[nodiscard]] bool is_for_suspended_time(const Situation& s, const Invoice& invoice);
[[nodiscard]] bool covers(const Promise& promise, InvoiceId invoice) noexcept;

/// How pressing a task is.
enum Priority : int { without_service = 1, urgent = 2, normal = 3, can_wait = 4 };

/// A reason about one invoice and what is owed on it; the date is its due date unless another one matters.
[[nodiscard]] Reason about(const OwedInvoice& owed, ReasonCode code, std::optional<Date> date = std::nullopt);

/// What stops every new block and every collection message of the account. Empty: nothing does.
[[nodiscard]] std::vector<Reason> account_holds(Situation& s);
/// What stops them for one invoice; the first hold found.
[[nodiscard]] std::optional<Reason> invoice_hold(Situation& s, const OwedInvoice& owed);

}  // namespace emdia::detail
