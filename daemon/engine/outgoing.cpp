#include "daemon/engine/outgoing.hpp"

namespace emdia {
namespace {

constexpr Hours kWindow{24};  // D9

bool window_open(const AccountFacts& facts, Instant now) {
    return facts.subscriber.last_inbound_at && now - *facts.subscriber.last_inbound_at < kWindow;
}

std::string reference_month(const AccountFacts& facts, InvoiceId id) {
    const Invoice* invoice = facts.find_invoice(id);
    return invoice == nullptr ? std::string{"Internet"} : "Internet " + pt_br_month(invoice->reference);
}

}  // namespace

bool carries_codes(Stage stage, Reply reply) noexcept {
    switch (stage) {
        case Stage::before:
        case Stage::after:
        case Stage::notice:
        case Stage::headsup:
        case Stage::blocked:
        case Stage::promise_reminder:
        case Stage::promise_broken:
            return true;
        case Stage::reply:
            return reply == Reply::payment_code;
        case Stage::promise_offer:
        case Stage::promise_confirmed:
        case Stage::payment_received:
        case Stage::unblocked:
            return false;
    }
    return false;
}

OutgoingMessage outgoing(const OutboxRow& row, const AccountFacts& facts, const ComposedMessage& composed,
                         const PaymentCodes& codes, const ChannelSettings& channel, Instant now) {
    OutgoingMessage message;
    message.id = row.message.id;
    message.queued_at = row.message.queued_at;
    message.to = facts.subscriber.phone;
    message.language = composed.language;
    for (const auto& [payload, title] : composed.buttons) {
        message.buttons.push_back(Button{payload, title});
    }
    const bool reply = message_class(row.message.stage) == MessageClass::reply;
    if (reply) {
        message.text = composed.text;
        message.qr_code = row.wish.reply == Reply::payment_code ? codes.pix : "";
        return message;
    }
    message.template_name = composed.template_name;
    message.parameters = composed.parameters;
    const std::string& code = codes.pix.empty() ? codes.boleto_line : codes.pix;
    if (composed.with_order_details && channel.order_details) {
        message.pay = codes;
        message.pay_reference = "emdia-" + std::to_string(raw(row.message.id)) + "-" +
                                std::to_string(row.message.queued_at.time_since_epoch().count());
        message.pay_item = reference_month(facts, row.message.invoice);
    } else if (!code.empty() && carries_codes(row.message.stage, row.wish.reply) && window_open(facts, now)) {
        FollowUp follow_up;
        follow_up.text = code;
        message.follow_up = follow_up;
    }
    return message;
}

}  // namespace emdia
