#include "daemon/core/template_values.hpp"

#include <algorithm>
#include <array>

namespace emdia {
namespace {

constexpr std::array<std::string_view, 22> kBodyVariables{
    "isp_name",    "isp_cnpj",   "isp_address",     "care_channel",  "first_name",   "contract_masked",
    "protocol",    "due_date",   "reference_month", "original",      "fine",         "interest",
    "total",       "amount",     "amount_detail",   "payment_means", "payment_code", "suspend_from_date",
    "suspend_day", "suspend_at", "promise_date",    "promise_amount"};

constexpr std::array<std::string_view, 4> kOpaque{"first_name", "contract_masked", "protocol", "payment_code"};

using Values = std::map<std::string, std::string>;

void put(Values& values, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        values.emplace(name, value);
    }
}

/// "final 301": enough to tell two contracts apart, and no star that WhatsApp would take for bold type.
std::string masked(std::string_view contract) {
    const std::size_t shown = std::min<std::size_t>(3, (contract.size() + 1) / 2);
    return "final " + std::string(contract.substr(contract.size() - shown));
}

/// "quarta-feira, 01/04".
std::string day_in_words(Date day) { return std::string(pt_br_weekday(day)) + ", " + pt_br_short(day); }

std::string moment_in_words(LocalTime moment) {
    const std::string iso = to_iso(moment);  // "2026-04-07 14:00:00"
    return day_in_words(date_of(moment)) + ", às " + iso.substr(11, 5);
}

struct Amounts {
    Money original;
    Money fine;
    Money interest;
    Money total;
    bool quoted = false;
};

/// What is asked today. Without a quote from ERP or PSP only the open amount is known, and no charge is invented
/// (brazil-rules.md 8.1).
Result<Amounts> amounts_asked(const PaymentCodes& codes, const Invoice* invoice) {
    if (!codes.quoted) {
        const Money original = invoice != nullptr ? invoice->open : codes.original;
        return Amounts{original, Money{}, Money{}, original, false};
    }
    const bool negative = codes.original.is_negative() || codes.fine.is_negative() || codes.interest.is_negative();
    if (negative || codes.original + codes.fine + codes.interest != codes.total) {
        return Error{ErrorKind::internal, "the amounts asked for the invoice do not add up to their total (B10)",
                     "compare the invoice in the ERP with the charge at the bank"};
    }
    return Amounts{codes.original, codes.fine, codes.interest, codes.total, true};
}

std::string detail(const Amounts& asked) {
    if (asked.total == asked.original) {
        return asked.total.pt_br();
    }
    return asked.total.pt_br() + " (original " + asked.original.pt_br() + ", multa " + asked.fine.pt_br() + ", juros " +
           asked.interest.pt_br() + ")";
}

void put_amounts(Values& values, const Amounts& asked) {
    if (asked.total.is_zero()) {
        return;
    }
    put(values, "original", asked.original.pt_br());
    put(values, "fine", asked.quoted ? asked.fine.pt_br() : "não incluída");
    put(values, "interest", asked.quoted ? asked.interest.pt_br() : "não incluídos");
    put(values, "total", asked.total.pt_br());
    put(values, "amount", asked.total.pt_br());
    put(values, "amount_detail", detail(asked));
}

void put_codes(Values& values, const PaymentCodes& codes) {
    const bool pix = !codes.pix.empty();
    put(values, "payment_code", pix ? codes.pix : codes.boleto_line);
    if (pix || !codes.boleto_line.empty()) {
        put(values, "payment_means", pix ? "código Pix copia e cola" : "linha digitável do boleto");
    }
}

const Promise* promise_of(const ComposeInput& input) noexcept {
    const auto& promises = input.facts.promises;
    const auto found = std::find_if(promises.begin(), promises.end(),
                                    [&](const Promise& promise) { return promise.id == input.wish.promise; });
    return found == promises.end() || raw(input.wish.promise) == 0 ? nullptr : &*found;
}

void put_identity(Values& values, const ComposeInput& input) {
    put(values, "isp_name", input.isp.name);
    put(values, "isp_cnpj", input.isp.cnpj);
    put(values, "isp_address", input.isp.address);
    put(values, "care_channel", input.isp.care_channel);
    put(values, "protocol", input.protocol);
    const std::string& name = input.facts.subscriber.first_name;
    put(values, "first_name", name.empty() ? "cliente" : name);
    if (!input.facts.contract.erp_id.empty()) {
        put(values, "contract_masked", masked(input.facts.contract.erp_id));
    }
}

void put_dates(Values& values, const ComposeInput& input) {
    if (input.wish.suspend_from) {
        put(values, "suspend_from_date", pt_br(*input.wish.suspend_from));
        put(values, "suspend_day", day_in_words(*input.wish.suspend_from));
    }
    if (input.wish.suspend_at) {
        put(values, "suspend_at", moment_in_words(input.context.zone.local(*input.wish.suspend_at)));
    }
    if (const Promise* promise = promise_of(input)) {
        put(values, "promise_date", day_in_words(promise->until));
        put(values, "promise_amount", promise->amount.pt_br());
    }
}

}  // namespace

std::span<const std::string_view> body_variables() noexcept { return kBodyVariables; }

bool is_opaque_variable(std::string_view name) noexcept {
    return std::find(kOpaque.begin(), kOpaque.end(), name) != kOpaque.end();
}

const Invoice* invoice_of(const ComposeInput& input) noexcept {
    InvoiceId wanted = input.wish.invoice;
    const Promise* promise = promise_of(input);
    if (raw(wanted) == 0 && promise != nullptr && !promise->invoices.empty()) {
        wanted = promise->invoices.front();
    }
    return raw(wanted) == 0 ? nullptr : input.facts.find_invoice(wanted);
}

Result<std::map<std::string, std::string>> template_values(const ComposeInput& input) {
    const Invoice* invoice = invoice_of(input);
    const Result<Amounts> asked = amounts_asked(input.codes, invoice);
    if (!asked) {
        return asked.error();
    }
    Values values;
    put_identity(values, input);
    put_amounts(values, *asked);
    put_codes(values, input.codes);
    put_dates(values, input);
    if (invoice != nullptr) {
        put(values, "due_date", pt_br(invoice->due));
        put(values, "reference_month", pt_br_month(invoice->reference));
    }
    return values;
}

}  // namespace emdia
