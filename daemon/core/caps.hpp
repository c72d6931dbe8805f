#pragma once
// May a message go at this moment: channel, hours and frequency (C1..C5, C8, D1, D2). Internal to the core.

#include "daemon/core/message_history.hpp"

namespace emdia::detail {

/// Why nothing may be started towards this subscriber on WhatsApp, or nullopt.
[[nodiscard]] std::optional<ReasonCode> channel_closed(const Subscriber& subscriber) noexcept;

/// nullopt: now. Otherwise the reason, with the next moment to ask in `at`.
using Wait = std::optional<Reason>;

/// The collection hours of a day (C1), Saturday hours and Ash Wednesday included; nullopt: no contact on that day.
[[nodiscard]] std::optional<TimeWindow> collection_hours(Date d, const Policy& policy, const Calendar& calendar);

/// `own` is the row that asks, when it is in the facts already: it does not count against itself.
[[nodiscard]] Wait collection_wait(Situation& s, const Message* own = nullptr);
[[nodiscard]] Wait service_wait(Situation& s, const Message* own = nullptr);
/// C4: no further collection message for this invoice in its cycle.
[[nodiscard]] bool cycle_is_full(const Situation& s, InvoiceId invoice, const Message* own = nullptr);

}  // namespace emdia::detail
