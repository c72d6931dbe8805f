#include "erp-connectors/ixc/ixc_codes.hpp"

#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"
#include "erp-connectors/sdk/fields.hpp"

namespace emdia::ixc {
namespace {

std::string checked_line(std::string_view text, Date today) {
    const auto boleto = parse_boleto(text, today);
    return boleto ? boleto->line : std::string{};
}

/// A code that can be paid, for what is owed: the amount of a static code is the payer's to follow, that of a dynamic
/// one is decided where its URL leads.
bool pays(const std::string& text, Money owed) {
    const auto code = parse_brcode(text);
    if (!code || code->kind == BrCode::Kind::recurrence_only) {
        return false;
    }
    return code->kind != BrCode::Kind::static_key || code->amount.value_or(owed) == owed;
}

/// What get_pix answered, in the order it was asked for: one form of the code, the other, its last day. False when it
/// is no code that can be paid today.
bool take_pix(PaymentCodes& codes, const std::vector<std::string>& texts, Date today) {
    const std::string& code = texts[0].empty() ? texts[1] : texts[0];
    const auto last_day = sdk::read_date(texts[2]);
    const bool expired = last_day && *last_day && **last_day < today;
    if (expired || !pays(code, codes.original)) {
        return false;
    }
    codes.pix = code;
    codes.valid_until = last_day ? *last_day : std::nullopt;
    return true;
}

/// These are filled when the charge is registered at the bank or gateway (3.3).
bool is_registered(const Row& title) {
    return !title["linha_digitavel"].empty() || !title["gateway_link"].empty() || !title["pix_txid"].empty();
}

bool is_link(std::string_view text) { return text.substr(0, 8) == "https://" || text.substr(0, 7) == "http://"; }

}  // namespace

Result<PaymentCodes> Codes::of(const ErpGetPaymentCodes& get, const sdk::CallContext& context) {
    auto title = reads_.invoice_row(get.invoice_id, context);
    if (!title) {
        return title.error();
    }
    const auto invoice = invoice_from(*title);
    if (!invoice) {
        return invoice.error();
    }
    const bool owed = invoice->state == InvoiceState::open || invoice->state == InvoiceState::partial;
    if (!owed || !invoice->released) {
        return Error{ErrorKind::refused, "the title is not open any more, or not released to the subscriber", ""};
    }
    PaymentCodes codes;
    // What a cobv adds after the due date is computed by the payer's bank (4.1); IXC quotes nothing.
    codes.original = invoice->open;
    codes.total = invoice->open;
    if (settings_.pix) {
        if (auto ok = add_pix(codes, get, context); !ok) {
            return ok.error();
        }
    }
    if (!codes.pix.empty() && !is_registered(*title)) {
        title = reads_.invoice_row(get.invoice_id, context);
        if (!title) {
            return title.error();
        }
    }
    auto line = boleto_line(*title, get, context);
    if (!line) {
        return line.error();
    }
    codes.boleto_line = *line;
    const auto link = sdk::trimmed((*title)["gateway_link"]);
    codes.link = is_link(link) ? std::string{link} : std::string{};
    return codes;
}

Result<void> Codes::add_pix(PaymentCodes& codes, const ErpGetPaymentCodes& get, const sdk::CallContext& context) {
    static const std::vector<Path> paths{
        {"pix", "qrCode", "qrcode"}, {"pix", "dadosPix", "pixCopiaECola"}, {"pix", "dadosPix", "expiracaoPix"}};
    // The charge may only now be registered at the gateway, so an empty first answer is asked for once more (4.1).
    for (const bool again : {false, true}) {
        const auto texts = client_.ask("get_pix", {{"id_areceber", get.invoice_id}}, paths, context);
        if (!texts) {
            const auto kind = texts.error().kind;
            // HTTP 500 is also what a title without Pix gives on some installs; a boleto may still be there.
            const bool none = kind == ErrorKind::unsupported || kind == ErrorKind::refused ||
                              (kind == ErrorKind::unavailable && again);
            if (none) {
                return {};
            }
            if (kind != ErrorKind::unavailable) {
                return texts.error();
            }
        } else if (take_pix(codes, *texts, get.today)) {
            return {};
        }
        if (!again && !client_.pause(settings_.second_look, context)) {
            return {};
        }
    }
    return {};
}

Result<std::string> Codes::boleto_line(const Row& title, const ErpGetPaymentCodes& get,
                                       const sdk::CallContext& context) {
    auto line = checked_line(title["linha_digitavel"], get.today);
    if (!line.empty() || !settings_.ask_boleto || title["tipo_recebimento"] != "Boleto") {
        return line;
    }
    // juro, multa and atualiza_boleto stay N: S would rewrite the title in the ERP (4.2).
    const auto texts = client_.ask("get_boleto",
                                   {{"boletos", get.invoice_id},
                                    {"juro", "N"},
                                    {"multa", "N"},
                                    {"atualiza_boleto", "N"},
                                    {"tipo_boleto", "dados"},
                                    {"base64", "S"},
                                    {"layout_impressao", ""}},
                                   {{"linha_digitavel"}}, context);
    if (!texts) {
        const auto kind = texts.error().kind;
        // An empty body is how IXC says that there is no boleto (2.19).
        const bool none = kind == ErrorKind::protocol || kind == ErrorKind::refused || kind == ErrorKind::unsupported;
        return none ? Result<std::string>{std::string{}} : texts.error();
    }
    return checked_line(texts->front(), get.today);
}

}  // namespace emdia::ixc
