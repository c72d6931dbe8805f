#include <array>

#include "daemon/core/brcode.hpp"
#include "daemon/core/brcode_rules.hpp"

namespace emdia {
namespace {

using namespace brcode;

struct Folding {
    std::string_view from;
    char to;
};
// The accented letters of Portuguese and its neighbours; anything else outside ASCII is refused, not guessed.
constexpr std::array<Folding, 48> kFoldings{{
    {"á", 'a'}, {"à", 'a'}, {"â", 'a'}, {"ã", 'a'}, {"ä", 'a'}, {"é", 'e'}, {"è", 'e'}, {"ê", 'e'},
    {"ë", 'e'}, {"í", 'i'}, {"ì", 'i'}, {"î", 'i'}, {"ï", 'i'}, {"ó", 'o'}, {"ò", 'o'}, {"ô", 'o'},
    {"õ", 'o'}, {"ö", 'o'}, {"ú", 'u'}, {"ù", 'u'}, {"û", 'u'}, {"ü", 'u'}, {"ç", 'c'}, {"ñ", 'n'},
    {"Á", 'A'}, {"À", 'A'}, {"Â", 'A'}, {"Ã", 'A'}, {"Ä", 'A'}, {"É", 'E'}, {"È", 'E'}, {"Ê", 'E'},
    {"Ë", 'E'}, {"Í", 'I'}, {"Ì", 'I'}, {"Î", 'I'}, {"Ï", 'I'}, {"Ó", 'O'}, {"Ò", 'O'}, {"Ô", 'O'},
    {"Õ", 'O'}, {"Ö", 'O'}, {"Ú", 'U'}, {"Ù", 'U'}, {"Û", 'U'}, {"Ü", 'U'}, {"Ç", 'C'}, {"Ñ", 'N'},
}};

/// nullopt: something has no plain letter.
std::optional<std::string> folded(std::string_view utf8) {
    std::string ascii;
    while (!utf8.empty()) {
        if (is_printable(utf8.front())) {
            ascii += utf8.front();
            utf8.remove_prefix(1);
            continue;
        }
        const auto* const row = std::find_if(kFoldings.begin(), kFoldings.end(),
                                             [&](const Folding& f) { return utf8.starts_with(f.from); });
        if (row == kFoldings.end()) {
            return std::nullopt;
        }
        ascii += row->to;
        utf8.remove_prefix(row->from.size());
    }
    return ascii;
}

Error refuse(std::string_view field, const std::string& rule) {
    return {ErrorKind::bad_input, "Pix code: " + std::string(field) + " cannot be encoded", rule};
}

/// `id` and `value` as EMV writes them. Precondition: 1..99 characters.
std::string field(std::string_view id, std::string_view value) {
    std::string text(id);
    text += static_cast<char>('0' + value.size() / 10);
    text += static_cast<char>('0' + value.size() % 10);
    text += value;
    return text;
}

Result<std::string> short_text(std::string_view name, std::string_view utf8, std::size_t longest) {
    const auto text = folded(utf8);
    if (!text || text->empty() || text->size() > longest) {
        return refuse(name, "it needs 1 to " + std::to_string(longest) + " plain letters, digits or signs");
    }
    return *text;
}

std::string with_crc(std::string code) {
    code += "6304";
    return code + crc_hex(code);
}

/// Fields 52 to 62 and the CRC: what both kinds of code have after the account.
Result<std::string> complete(std::string head, std::string_view name, std::string_view city,
                             const std::optional<Money>& amount, std::string_view txid) {
    const auto merchant = short_text("the receiver's name", name, kLongestName);
    if (!merchant) {
        return merchant.error();
    }
    const auto town = short_text("the receiver's city", city, kLongestCity);
    if (!town) {
        return town.error();
    }
    std::string amount_field;
    if (amount) {
        const std::string digits = amount->plain();
        if (amount->is_zero() || amount->is_negative() || digits.size() > kLongestAmount) {
            return refuse("the amount", "it must be from 0.01 to 9999999999.99");
        }
        amount_field = field("54", digits);
    }
    return with_crc(std::move(head) + field("52", "0000") + field("53", kBrl) + amount_field + field("58", kBrazil) +
                    field("59", *merchant) + field("60", *town) + field("62", field("05", txid)));
}

}  // namespace

Result<std::string> build_brcode(const StaticPix& pix) {
    if (!pix_key_kind(pix.key)) {
        return refuse("the key", "it must be a CPF, CNPJ, phone with +55, e-mail in lower case or EVP");
    }
    if (!is_static_txid(pix.txid)) {
        return refuse("the txid", "it needs 1 to 25 letters and digits, or ***");
    }
    std::string account = field("00", kGui) + field("01", pix.key);
    if (!pix.info.empty()) {
        const std::size_t header = 4;
        const std::size_t room = kLongestField - account.size();
        const auto info = short_text("the additional information", pix.info, room > header ? room - header : 0);
        if (!info) {
            return info.error();
        }
        account += field("02", *info);
    }
    return complete(field("00", "01") + field("26", account), pix.merchant_name, pix.merchant_city, pix.amount,
                    pix.txid);
}

Result<std::string> build_brcode(const DynamicPix& pix) {
    if (!is_location(pix.url)) {
        return refuse("the URL", "it needs host and path, at most 77 characters, without https://");
    }
    const std::string account = field("00", kGui) + field("25", pix.url);
    return complete(field("00", "01") + field("01", kSingleUse) + field("26", account), pix.merchant_name,
                    pix.merchant_city, pix.amount, kNoTxid);
}

}  // namespace emdia
