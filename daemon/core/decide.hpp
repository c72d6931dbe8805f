#pragma once
// The decision: facts, policy, calendar and now go in; what the account should have comes out, with reasons.
// Pure and total: same input, same output; never throws on any facts the ledger can hold.

#include <optional>
#include <string>
#include <vector>

#include "daemon/core/calendar.hpp"
#include "daemon/core/model.hpp"
#include "daemon/core/policy.hpp"
#include "daemon/core/reasons.hpp"

namespace emdia {

/// Why something is wanted, or why it is not. Enough to answer a judge (I13).
struct Reason {
    ReasonCode code{};
    InvoiceId invoice{};          ///< 0 if it concerns the account.
    std::optional<Date> date{};   ///< The date that matters: earliest block, promised day, due date.
    std::optional<Instant> at{};  ///< The instant that matters: delivery of the notice, end of a hold.
    std::optional<Money> amount{};
    friend bool operator==(const Reason&, const Reason&) = default;
};

/// A message that should go out now. The outbox makes it unique by (account, invoice, stage, attempt, channel).
/// A service message tells of one event, named by `reason.at`; the same stage may be wished again for a later event.
struct MessageWish {
    Stage stage = Stage::before;
    InvoiceId invoice{};  ///< Anchor: the oldest invoice of the stage; 0 for account-wide service messages.
    Channel channel = Channel::whatsapp;
    int attempt = 1;
    PromiseId promise{};                  ///< For the promise stages.
    Instant expires_at{};                 ///< After this it is no longer true or useful and is dropped.
    std::optional<Date> suspend_from{};   ///< notice, headsup: the earliest block date the text will name.
    std::optional<Instant> suspend_at{};  ///< promise_broken: when the suspension returns.
    Reason reason{};
    Reply reply = Reply::none;  ///< For stage `reply`.
    friend bool operator==(const MessageWish&, const MessageWish&) = default;
};

/// A change of a promise that the facts now demand. Until it is stored the promise still holds the access as it is;
/// decide again right after storing it (`next_wake` is now).
struct PromiseChange {
    PromiseId promise{};
    PromiseState to = PromiseState::kept;
    Reason reason{};
    friend bool operator==(const PromiseChange&, const PromiseChange&) = default;
};

/// Something a person must do. One open task per (account, kind, invoice). `reason.at`, or else `reason.date`, says
/// since when the cause stands: a task that was done after that is not opened again.
struct TaskWish {
    TaskKind kind{};
    int priority = 3;  ///< 1 (a subscriber is without service) .. 5.
    Reason reason{};
    friend bool operator==(const TaskWish&, const TaskWish&) = default;
};

struct Decision {
    Access access = Access::open;
    /// Why access is what it is: for `blocked` every check that passed, for `open` every check that holds it open.
    std::vector<Reason> access_reasons;
    std::vector<MessageWish> messages;
    std::vector<Reason> message_reasons;  ///< Stages held back, skipped or late, and why.
    std::vector<PromiseChange> promises;
    std::vector<TaskWish> tasks;
    /// The facts are too old for what is due: re-read the account's invoices from the ERP, then decide again (B2, I3).
    bool refresh = false;
    /// The next instant at which time alone may change the answer; nullopt if only an event can.
    std::optional<Instant> next_wake;
    friend bool operator==(const Decision&, const Decision&) = default;
};

/// What decide is told besides the facts. References must outlive the call only.
struct DecisionContext {
    const Policy& policy;
    const Calendar& calendar;
    const Zone& zone;      ///< The subscriber's.
    const Zone& brasilia;  ///< F7: overdue begins in the later of local and Brasília time.
};

[[nodiscard]] Decision decide(const AccountFacts& facts, const DecisionContext& context, Instant now);

/// The last look before a queued message leaves: with the freshest facts, may it go now?
struct SendVerdict {
    enum class Kind { send, wait, refresh, drop } kind = Kind::drop;
    std::optional<Instant> not_before{};  ///< For wait.
    Reason reason{};
};
[[nodiscard]] SendVerdict may_send(const AccountFacts& facts, const MessageWish& wish, const DecisionContext& context,
                                   Instant now);

// --- Stage dates and the notice clock, shared by decide, templates and the CLI ------------------------------

struct StageDates {
    Date due{};
    Date effective_due{};
    std::optional<Date> before;
    std::optional<Date> after;  ///< nullopt: off, or skipped because the notice is closer than 48 h (8a.4).
    bool after_skipped = false;
    Date notice{};
};
[[nodiscard]] StageDates stage_dates(Date due, const Policy& policy, const Calendar& calendar);

/// [from, until) in local civil dates during which the clocks stood still (A12); until nullopt: still open.
struct Pause {
    Date from{};
    std::optional<Date> until{};
};
/// I1: the first day on which the block is allowed after a notice delivered on `delivered`; nullopt while a pause is
/// open. Remaining days resume first, then the end moves to a business day (8a.3), then F11 picks the block day.
struct NoticeClock {
    Date last_day{};        ///< day `notice.days`, pauses added
    Date period_ends{};     ///< moved to a bank business day
    Date earliest_block{};  ///< first block day after it
};
[[nodiscard]] std::optional<NoticeClock> notice_clock(Date delivered, const std::vector<Pause>& pauses,
                                                      const Policy& policy, const Calendar& calendar);
/// F11, I2.
[[nodiscard]] bool is_block_day(Date d, const Policy& policy, const Calendar& calendar);
[[nodiscard]] Date block_day_on_or_after(Date d, const Policy& policy, const Calendar& calendar);

// --- Promises ------------------------------------------------------------------------------------------------

/// Whether a promise may be offered, and the last date it may name (8a.7).
struct PromiseOffer {
    bool allowed = false;
    Reason reason{};          ///< Why not, or the rule that allows it.
    Date last_date{};         ///< Within both horizons.
    std::vector<Date> dates;  ///< At most three, to put on buttons; contact-friendly, ascending.
    std::vector<InvoiceId> invoices;
    Money amount;  ///< Sum of `open` of those invoices.
};
[[nodiscard]] PromiseOffer promise_offer(const AccountFacts& facts, const DecisionContext& context, Instant now);
/// Checks one date a subscriber or a person asks for.
[[nodiscard]] Result<Date> check_promise_date(const PromiseOffer& offer, Date wanted, Date today);

}  // namespace emdia
