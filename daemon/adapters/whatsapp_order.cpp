#include "daemon/adapters/whatsapp_order.hpp"

#include <algorithm>

#include "daemon/core/template_text.hpp"

namespace emdia {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxReference = 60;
constexpr std::size_t kMaxItemName = 60;
constexpr Seconds kShortestExpiry{300};
// Codes end with a day of Brasília time, which knows no daylight saving since 2019 (F8).
constexpr Hours kBrasiliaBehindUtc{3};

Error refusal(std::string what) {
    return Error{ErrorKind::bad_input, std::move(what), "send the code in a second message instead"};
}

bool good_reference(std::string_view reference) noexcept {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    };
    return !reference.empty() && reference.size() <= kMaxReference &&
           std::all_of(reference.begin(), reference.end(), fits);
}

json cents(Money amount) { return json{{"value", amount.centavos()}, {"offset", 100}}; }

std::string first_characters(const std::string& text, std::size_t limit) {
    std::string kept = text;
    while (count_characters(kept) > limit) {
        do {
            kept.pop_back();
        } while (!kept.empty() && (static_cast<unsigned char>(kept.back()) & 0xC0U) == 0x80U);
    }
    return kept;
}

json payment_settings(const PaymentCodes& codes, const PixPayee& payee) {
    json settings = json::array();
    if (!codes.pix.empty() && !payee.key.empty()) {
        settings.push_back({{"type", "pix_dynamic_code"},
                            {"pix_dynamic_code",
                             {{"code", codes.pix},
                              {"merchant_name", payee.merchant_name},
                              {"key", payee.key},
                              {"key_type", payee.key_type}}}});
    }
    if (!codes.boleto_line.empty()) {
        settings.push_back({{"type", "boleto"}, {"boleto", {{"digitable_line", codes.boleto_line}}}});
    }
    return settings;
}

}  // namespace

Result<json> order_details(const OutgoingMessage& message, const PixPayee& payee, Instant now) {
    const PaymentCodes& codes = *message.pay;
    if (!good_reference(message.pay_reference)) {
        return refusal("the reference of a payment button has 1..60 characters of A-Z a-z 0-9 _ . -");
    }
    json settings = payment_settings(codes, payee);
    if (settings.empty()) {
        return refusal("a payment button needs a boleto line, or a Pix code and the key in isp.pix_key");
    }
    const Money charges = codes.quoted ? codes.fine + codes.interest : Money{};
    const Money total = codes.quoted ? codes.total : codes.original;
    if (codes.original + charges != total || total.is_negative() || total.is_zero()) {
        return refusal("the amounts of a payment button do not add up (B10)");
    }
    json order{{"status", "pending"},
               {"items", json::array({json{{"retailer_id", message.pay_reference},
                                           {"name", first_characters(message.pay_item, kMaxItemName)},
                                           {"amount", cents(codes.original)},
                                           {"quantity", 1}}})},
               {"subtotal", cents(codes.original)},
               {"tax", cents(charges)}};
    order["tax"]["description"] = charges.is_zero() ? "-" : "Multa e juros";
    if (codes.valid_until) {
        const Instant end = Instant{(*codes.valid_until + Days{1}).time_since_epoch()} + kBrasiliaBehindUtc;
        if (end >= now + kShortestExpiry) {
            const auto seconds = std::chrono::duration_cast<Seconds>(end.time_since_epoch()).count();
            order["expiration"] = {{"timestamp", std::to_string(seconds)},
                                   {"description", "Código válido até " + pt_br_short(*codes.valid_until)}};
        }
    }
    return json{{"reference_id", message.pay_reference},
                {"type", "digital-goods"},
                {"payment_type", "br"},
                {"payment_settings", std::move(settings)},
                {"currency", "BRL"},
                {"total_amount", cents(total)},
                {"order", std::move(order)}};
}

}  // namespace emdia
