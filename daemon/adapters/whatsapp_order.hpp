#pragma once
// The order_details object of a payment button (whatsapp.md section 5.1). Private to this room: speaks JSON.

#include <nlohmann/json.hpp>

#include "daemon/adapters/whatsapp_request.hpp"

namespace emdia {

/// From `message.pay`, which must be set. Original amount as the item, fine and interest as the tax, so that the parts
/// add up on the subscriber's screen (B10).
[[nodiscard]] Result<nlohmann::json> order_details(const OutgoingMessage& message, const PixPayee& payee, Instant now);

}  // namespace emdia
