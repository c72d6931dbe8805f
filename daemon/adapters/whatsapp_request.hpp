#pragma once
// Bodies of the Cloud API's calls (whatsapp.md sections 2 and 5). Pure: JSON text out, nothing sent.

#include <optional>
#include <string>
#include <string_view>

#include "daemon/ports/messenger.hpp"

namespace emdia {

/// Who is paid, as the payment button shows it (section 5.1).
struct PixPayee {
    std::string merchant_name;
    std::string key;
    std::string key_type;  ///< CPF, CNPJ, EMAIL, PHONE, EVP
};

/// The first message. Refuses (`bad_input`, nothing personal in it) what the platform would refuse: no E.164 number,
/// a text above 4096 characters (1024 with buttons), buttons beyond the limits, a payment that does not add up or has
/// no code. White space of parameters is folded (132018). `now` decides whether an expiration is far enough ahead.
[[nodiscard]] Result<std::string> message_body(const OutgoingMessage& message, const PixPayee& payee, Instant now);
/// Its second message; the callback data is not that of the first, so that its statuses are not taken for it.
[[nodiscard]] Result<std::string> follow_up_body(const OutgoingMessage& message, const FollowUp& second);
/// An image that was uploaded before.
[[nodiscard]] Result<std::string> image_body(const OutgoingMessage& message, const std::string& media_id);

/// Which row a message is of: its number, and when it was queued, for a restored ledger gives numbers out again.
struct MessageKey {
    MessageId id{};
    Instant queued_at{};
    friend bool operator==(const MessageKey&, const MessageKey&) = default;
};
/// The row as biz_opaque_callback_data, "emdia-42-1795300000000", and back; nullopt for data of another hand and for
/// second messages.
[[nodiscard]] std::string callback_data(const MessageKey& key);
[[nodiscard]] std::optional<MessageKey> message_of_callback(std::string_view data) noexcept;

}  // namespace emdia
