#pragma once
// A message that was sent through the WhatsApp imitation, and how a send is read and checked (whatsapp.md 2).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/civil.hpp"

namespace emdia::lab::wa {

struct PressableButton {
    std::string payload;
    std::string title;  ///< Empty for template buttons: a send carries payloads only.
};

struct Message {
    enum class State { accepted, sent, delivered, read, failed };
    std::string id;  ///< wamid
    std::string to;  ///< Digits with country code.
    std::string type;
    std::string template_name;
    std::string language;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string text;
    std::vector<PressableButton> buttons;
    bool interactive = false;
    std::string pix;       ///< The code of an order_details part.
    std::string callback;  ///< biz_opaque_callback_data
    bool business_initiated = false;
    State state = State::accepted;
    Instant accepted_at{};
    std::optional<Instant> delivered_at;
    std::optional<Instant> read_at;
    int error = 0;
};
[[nodiscard]] std::string_view to_string(Message::State state) noexcept;

/// A refusal by its code; the rest follows from the table of codes (wa_errors.hpp).
struct Refusal {
    int code = 0;
    std::string details;
};

/// A status "read" of an inbound message, which is no message.
struct MarkRead {
    std::string message_id;
};

/// Reads and checks a send by its shape: envelope, lengths, counts, sums. What depends on state is not checked here.
[[nodiscard]] std::variant<Message, MarkRead, Refusal> read_send(const std::string& body,
                                                                 const std::string& own_number);

}  // namespace emdia::lab::wa
