// The last look before a message leaves.

#include "daemon/core/dunning.hpp"
#include "daemon/core/promise.hpp"
#include "daemon/core/service.hpp"

namespace emdia {
namespace {

using detail::OwedInvoice;
using detail::Situation;
using Kind = SendVerdict::Kind;

/// D9: free text and replies live as long as the subscriber's window.
constexpr Hours kReplyWindow{24};

SendVerdict drop(const Reason& reason) { return {.kind = Kind::drop, .not_before = {}, .reason = reason}; }

SendVerdict wait(const Reason& reason, Instant until, const MessageWish& wish) {
    return until >= wish.expires_at ? drop(reason) : SendVerdict{Kind::wait, until, reason};
}

const Message* row_of(const AccountFacts& facts, const MessageWish& wish) {
    for (const Message& m : facts.messages) {
        if (m.stage == wish.stage && m.invoice == wish.invoice && m.attempt == wish.attempt &&
            m.channel == wish.channel && detail::is_under_way(m.state)) {
            return &m;
        }
    }
    return nullptr;
}

SendVerdict answer(const Situation& s, const MessageWish& wish) {
    const auto& wrote = s.facts.subscriber.last_inbound_at;
    const bool window_open = wrote && s.moment.now() - *wrote <= kReplyWindow;
    if (!window_open || s.facts.subscriber.phone.empty()) {
        return drop({.code = window_open ? ReasonCode::no_phone : ReasonCode::outside_contact_window,
                     .invoice = wish.invoice,
                     .at = wrote});
    }
    return {.kind = Kind::send, .not_before = {}, .reason = wish.reason};
}

/// Holds of the account and of the invoice, in the words of decide.
std::optional<Reason> held(Situation& s, const MessageWish& wish) {
    if (s.facts.contract.status != ContractStatus::active) {
        return Reason{.code = ReasonCode::contract_not_active};
    }
    if (const Override* freeze = detail::override_in_force(s, OverrideKind::freeze)) {
        return Reason{.code = ReasonCode::override_freeze, .at = freeze->until};
    }
    if (message_class(wish.stage) != MessageClass::collection) {
        const OwedInvoice* owed = s.find_owed(wish.invoice);
        if (wish.stage == Stage::blocked) {  // Claims do not end a block, but what is contested is not its cause (A12).
            const Dispute* dispute = detail::open_dispute(s, wish.invoice);
            return dispute != nullptr
                       ? std::optional{Reason{
                             .code = ReasonCode::dispute_open, .invoice = wish.invoice, .at = dispute->opened_at}}
                       : std::nullopt;
        }
        const bool asks = detail::needs_fresh_facts(wish.stage);
        return asks && owed != nullptr ? detail::invoice_hold(s, *owed) : std::nullopt;
    }
    for (const Reason& hold : detail::account_holds(s)) {
        return hold;
    }
    if (s.facts.subscriber.erp_no_dunning) {
        return Reason{.code = ReasonCode::erp_no_dunning};
    }
    const OwedInvoice* owed = s.find_owed(wish.invoice);
    return owed != nullptr ? detail::collection_hold(s, *owed) : std::nullopt;
}

}  // namespace

SendVerdict may_send(const AccountFacts& facts, const MessageWish& wish, const DecisionContext& context, Instant now) {
    Situation s(facts, context, now);
    if (now >= wish.expires_at) {
        return drop({.code = ReasonCode::stage_expired, .invoice = wish.invoice, .at = wish.expires_at});
    }
    if (message_class(wish.stage) == MessageClass::reply) {
        return answer(s, wish);
    }
    Decision unused;
    detail::settle_promises(s, unused);
    if (const auto closed = detail::channel_closed(facts.subscriber)) {
        return drop({.code = *closed, .invoice = wish.invoice});
    }
    if (const auto untrue = detail::no_longer_true(s, wish)) {
        return drop(*untrue);
    }
    if (const auto hold = held(s, wish)) {
        if (hold->code == ReasonCode::erp_unhealthy) {
            return wait(*hold, now + context.policy.block.erp_max_age, wish);
        }
        return hold->at && *hold->at > now ? wait(*hold, *hold->at, wish) : drop(*hold);
    }
    const bool collection = message_class(wish.stage) == MessageClass::collection;
    const Message* own = row_of(facts, wish);
    if (collection && detail::cycle_is_full(s, wish.invoice, own)) {
        return drop({.code = ReasonCode::cap_cycle, .invoice = wish.invoice});
    }
    if (const auto later = collection ? detail::collection_wait(s, own) : detail::service_wait(s, own)) {
        return wait(*later, later->at.value_or(wish.expires_at), wish);
    }
    const OwedInvoice* owed = s.find_owed(wish.invoice);
    if (detail::needs_fresh_facts(wish.stage) && owed != nullptr && !detail::is_fresh(*owed->invoice, s)) {
        return {.kind = Kind::refresh,
                .not_before = {},
                .reason = {.code = ReasonCode::erp_stale, .invoice = wish.invoice, .at = owed->invoice->read_at}};
    }
    return {.kind = Kind::send, .not_before = {}, .reason = wish.reason};
}

}  // namespace emdia
