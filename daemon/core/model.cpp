#include "daemon/core/model.hpp"

#include "daemon/core/name_table.hpp"

namespace emdia {
namespace {

constexpr std::array<std::string_view, 12> kStages{"before",
                                                   "after",
                                                   "notice",
                                                   "headsup",
                                                   "blocked",
                                                   "promise_offer",
                                                   "promise_confirmed",
                                                   "promise_reminder",
                                                   "promise_broken",
                                                   "payment_received",
                                                   "unblocked",
                                                   "reply"};
static_assert(kStages[static_cast<std::size_t>(Stage::reply)] == "reply");

constexpr std::array<std::string_view, 9> kMessageStates{"queued", "sending", "accepted", "sent",   "delivered",
                                                         "read",   "failed",  "unknown",  "dropped"};
static_assert(kMessageStates[static_cast<std::size_t>(MessageState::dropped)] == "dropped");

constexpr std::array<std::string_view, 7> kPromiseStates{"proposed", "active", "kept",     "kept_late",
                                                         "partial",  "broken", "cancelled"};
static_assert(kPromiseStates[static_cast<std::size_t>(PromiseState::cancelled)] == "cancelled");

constexpr std::array<std::string_view, 3> kOverrides{"force_open", "force_blocked", "freeze"};
constexpr std::array<std::string_view, 3> kAccess{"open", "reduced", "blocked"};

}  // namespace

std::string_view to_string(Stage stage) noexcept { return detail::name_in(kStages, stage); }
std::optional<Stage> stage_from(std::string_view name) noexcept { return detail::value_in<Stage>(kStages, name); }
std::string_view to_string(MessageState state) noexcept { return detail::name_in(kMessageStates, state); }
std::string_view to_string(PromiseState state) noexcept { return detail::name_in(kPromiseStates, state); }
std::string_view to_string(OverrideKind kind) noexcept { return detail::name_in(kOverrides, kind); }
std::string_view to_string(Access access) noexcept { return detail::name_in(kAccess, access); }

MessageClass message_class(Stage stage) noexcept {
    switch (stage) {
        case Stage::before:
        case Stage::after:
        case Stage::notice:
        case Stage::headsup:
            return MessageClass::collection;
        case Stage::blocked:
        case Stage::promise_confirmed:
        case Stage::promise_reminder:
        case Stage::promise_broken:
        case Stage::payment_received:
        case Stage::unblocked:
            return MessageClass::service;
        // The offer only ever answers a choice the subscriber has just made.
        case Stage::promise_offer:
        case Stage::reply:
            break;
    }
    return MessageClass::reply;
}

const Invoice* AccountFacts::find_invoice(InvoiceId invoice) const noexcept {
    for (const Invoice& candidate : invoices) {
        if (candidate.id == invoice) {
            return &candidate;
        }
    }
    return nullptr;
}

}  // namespace emdia
