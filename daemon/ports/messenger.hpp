#pragma once
// A message channel: rendered messages out; acceptance, delivery and what subscribers write come back as events.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/core/erp_records.hpp"
#include "daemon/core/model.hpp"

namespace emdia {

/// A button of a template or of a reply. The payload comes back when it is pressed.
struct Button {
    std::string payload;  ///< At most 200 bytes, e.g. "promise:77:2026-04-06".
    std::string title;    ///< At most 20 characters.
    friend bool operator==(const Button&, const Button&) = default;
};

/// A second message to the same recipient, sent once the first is accepted: the payment code alone, easy to copy
/// (brazil-rules.md section 4). Best effort: only the first message has a SendResult, and a lost second one is asked
/// for again with the "Receber Pix" button.
struct FollowUp {
    std::string template_name;  ///< Empty: free text (24 h window only).
    std::string language = "pt_BR";
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string text;
};

/// What to send. Either a template (any time) or free text (24 h window only).
struct OutgoingMessage {
    MessageId id{};             ///< Our outbox row; travels as biz_opaque_callback_data...
    Instant queued_at{};        ///< ... with this, so that a restored ledger never gives out the same key again.
    std::string to;             ///< E.164. Never logged.
    std::string template_name;  ///< Provider's name; empty: free text.
    std::string language = "pt_BR";
    std::vector<std::pair<std::string, std::string>> parameters;  ///< Body parameters by name, in template order.
    std::vector<Button> buttons;                                  ///< Quick replies, in template order.
    std::optional<PaymentCodes> pay;                              ///< For templates with an order_details button.
    std::string pay_reference;                                    ///< Unique per message, [A-Za-z0-9_.-]{1,60}.
    std::string pay_item;                                         ///< "Internet 11/2026"
    std::string text;  ///< Free text body, at most 1024 characters with buttons.
    std::optional<FollowUp> follow_up;
    std::string qr_code;  ///< Pix code to draw as a QR image; free text only. Empty: no image.
};

/// What became of one submit.
struct SendAccepted {
    std::string provider_id;  ///< wamid
    std::string wa_id;        ///< As the platform spells the recipient; may differ in the ninth digit.
    bool held = false;        ///< held_for_quality_assessment
};
/// The table of whatsapp.md section 9, as verdicts.
enum class SendVerdictKind {
    not_now,            ///< It did not leave this house: again after `retry_after`. No try of the message.
    slow_down,          ///< Rate of app, account or number, or nobody to reach: the whole channel pauses. No try.
    retry_later,        ///< Transient fault with this message: again after `retry_after`, a few times.
    retry_recipient,    ///< Pair rate: only this recipient waits. No try.
    channel_stopped,    ///< Token, permission, policy: nothing goes until a person acts.
    hold_initiated,     ///< Billing, spam or tier limit: business-initiated sends wait; replies may go on.
    template_unusable,  ///< Template missing, paused, disabled, wrong parameters: stop this template.
    undeliverable,      ///< This recipient cannot be reached on this channel.
    needs_template,     ///< Outside the 24 h window: a new operation with a template.
    dead                ///< Data error: never again as is; a person looks.
};
struct SendRejected {
    SendVerdictKind verdict = SendVerdictKind::dead;
    int code = 0;
    Error error;
};
/// Left, but no answer: may have been accepted. Never resend before the grace time.
struct SendUnknown {
    std::string cause;
};
struct SendResult {
    MessageId id{};
    std::variant<SendAccepted, SendRejected, SendUnknown> outcome;
};

struct MessageStatusEvent {
    std::string provider_id;
    std::optional<MessageId> id;  ///< From biz_opaque_callback_data, if it was ours...
    Instant queued_at{};          ///< ... and of which row with that number.
    MessageState state = MessageState::sent;
    Instant at{};
    int code = 0;                              ///< For failed.
    std::optional<SendVerdictKind> verdict{};  ///< For failed: what the code means, as for a refused submit.
    std::string recipient;                     ///< wa_id
};

enum class InboundKind { text, button, media, system, other };
struct InboundMessage {
    std::string provider_id;  ///< Unique: the dedup key.
    std::string from;         ///< As canonical_phone() spells it, or empty when the platform hides it.
    std::string user_id;      ///< Business-scoped user id, or empty.
    Instant at{};
    InboundKind kind = InboundKind::other;
    std::string text;     ///< Body, caption, button title; for system: "user_changed_number"...
    std::string payload;  ///< Button payload; for system: the new number, as canonical_phone() spells it.
    std::string media_id;
    std::string media_type;
    std::string context_provider_id;  ///< The message of ours it answers, if any.
};

/// Template and account news (D6, D7): paused, quality, category, limits.
struct ChannelNotice {
    std::string kind;     ///< "template_status", "template_quality", "template_category", "limit", "account"
    std::string subject;  ///< template name or phone number id
    /// "PAUSED", "RED", "MARKETING" ("SOON_MARKETING": the day's warning), "TIER_2K", "ERROR 131042"...
    std::string value;
};

/// One webhook request is one batch; `done` is called once the batch is durable (then 200) or refused (then 503).
struct WebhookBatch {
    std::vector<MessageStatusEvent> statuses;
    std::vector<InboundMessage> inbound;
    std::vector<ChannelNotice> notices;
    std::function<void(bool durable)> done;
};

using MessengerEvent = std::variant<SendResult, WebhookBatch>;
using MessengerSink = std::function<void(MessengerEvent)>;

/// submit never blocks; exactly one SendResult per submit. Sink calls come from the adapter's threads.
class Messenger {
public:
    virtual ~Messenger() = default;
    virtual void start(MessengerSink sink) = 0;
    virtual void submit(OutgoingMessage message) = 0;
    virtual void stop() = 0;
};

}  // namespace emdia
