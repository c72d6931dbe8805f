#pragma once
// From a composed text to what the channel sends.

#include "daemon/core/templates.hpp"
#include "daemon/engine/settings.hpp"
#include "daemon/ports/ledger.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

/// Replies travel as free text (the subscriber wrote within 24 h, D9); everything else as its template. The payment
/// code goes in an order_details button where the channel has it, else as a second message while the window is
/// open, else behind the "send me the code" button of the template.
[[nodiscard]] OutgoingMessage outgoing(const OutboxRow& row, const AccountFacts& facts, const ComposedMessage& composed,
                                       const PaymentCodes& codes, const ChannelSettings& channel, Instant now);
/// Stages whose text or buttons show how to pay.
[[nodiscard]] bool carries_codes(Stage stage, Reply reply) noexcept;

}  // namespace emdia
