#include <array>

#include "daemon/core/brcode.hpp"
#include "daemon/core/brcode_rules.hpp"

namespace emdia {
namespace {

using namespace brcode;

constexpr std::size_t kIdCount = 100;

/// The values of one level of the code, by field number. Views into the text that was read.
class Fields {
public:
    /// nullopt: not a sequence of id, length, value; or an id stands twice, so that two readers could disagree.
    static std::optional<Fields> read(std::string_view text) {
        Fields fields;
        while (!text.empty()) {
            if (text.size() < 4 || !std::all_of(text.begin(), text.begin() + 4, [](char c) { return is_digit(c); })) {
                return std::nullopt;
            }
            const std::size_t id = two_digits(text.substr(0, 2));
            const std::size_t length = two_digits(text.substr(2, 2));
            text.remove_prefix(4);
            if (length > text.size() || fields.values_[id]) {
                return std::nullopt;
            }
            fields.values_[id] = text.substr(0, length);
            fields.any_empty_ = fields.any_empty_ || length == 0;
            text.remove_prefix(length);
        }
        return fields;
    }

    [[nodiscard]] bool has(std::size_t id) const { return values_.at(id).has_value(); }
    /// Empty when the field is missing.
    [[nodiscard]] std::string_view get(std::size_t id) const { return values_.at(id).value_or(std::string_view{}); }
    [[nodiscard]] bool any_empty() const noexcept { return any_empty_; }

private:
    static std::size_t two_digits(std::string_view text) noexcept {
        return static_cast<std::size_t>(text[0] - '0') * 10 + static_cast<std::size_t>(text[1] - '0');
    }

    std::array<std::optional<std::string_view>, kIdCount> values_{};
    bool any_empty_ = false;
};

Error refuse(const std::string& what) {
    return {ErrorKind::bad_input, "Pix code: " + what, "copy the whole code again"};
}

bool same_letters(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// The template of fields `first` to `last` whose subfield 00 is the Pix GUI; nullopt if there is none.
std::optional<Fields> pix_template(const Fields& top, std::size_t first, std::size_t last) {
    for (std::size_t id = first; id <= last; ++id) {
        const auto fields = Fields::read(top.get(id));
        if (fields && same_letters(fields->get(0), kGui)) {
            return fields;
        }
    }
    return std::nullopt;
}

class Reader {
public:
    explicit Reader(const Fields& top) : top_(top) {}

    Result<BrCode> read() {
        const auto account = pix_template(top_, 26, 51);
        if (!account) {
            return refuse("it has no Pix account");
        }
        if (const auto recurrence = pix_template(top_, 80, 99)) {
            code_.recurrence_url = recurrence->get(25);
        }
        if (const Result<void> receiver = read_receiver(*account); !receiver) {
            return receiver.error();
        }
        const auto additional = Fields::read(top_.get(62));
        if (!additional) {
            return refuse("the lengths inside field 62 do not fit");
        }
        read_txid(*additional);
        read_amount();
        read_merchant();
        warn_if(top_.any_empty() || account->any_empty() || additional->any_empty(), "a field is empty");
        return std::move(code_);
    }

private:
    void warn_if(bool fault, std::string_view warning) {
        if (fault) {
            code_.warnings.emplace_back(warning);
        }
    }

    Result<void> read_receiver(const Fields& account) {
        code_.key = account.get(1);
        code_.url = account.get(25);
        code_.info = account.get(2);
        code_.withdrawal_ispb = account.get(3);
        warn_if(!is_printable(code_.info), "the additional information is not plain characters");
        code_.single_use = top_.get(1) == kSingleUse;
        if (account.has(1) && account.has(25)) {
            return refuse("it has both a key and a URL");
        }
        warn_if(top_.has(1) && top_.get(1) != kReusable && top_.get(1) != kSingleUse, "field 01 is neither 11 nor 12");
        if (!code_.url.empty()) {
            code_.kind = BrCode::Kind::dynamic_url;
            warn_if(!is_location(code_.url), "the URL has a scheme, blanks, no path or more than 77 characters");
            warn_if(!code_.single_use, "a dynamic code should have 12 in field 01: some banks refuse it");
        } else if (!code_.key.empty()) {
            code_.kind = BrCode::Kind::static_key;
            warn_if(!pix_key_kind(code_.key), "the key has the form of no kind of Pix key");
        } else if (!code_.recurrence_url.empty()) {
            code_.kind = BrCode::Kind::recurrence_only;
        } else {
            return refuse("it names neither a key nor a URL");
        }
        return {};
    }

    void read_txid(const Fields& additional) {
        const std::string_view txid = additional.get(5);
        code_.txid = txid == kNoTxid ? std::string_view{} : txid;
        warn_if(!is_static_txid(txid), "the txid (62/05) is missing or not 1 to 25 letters and digits");
    }

    void read_amount() {
        std::string_view text = top_.get(54);
        if (!top_.has(54)) {
            return;
        }
        if (text.size() > 1 && text.back() == '.') {
            text.remove_suffix(1);
        }
        const bool digits_and_dot =
            std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
        const Result<Money> amount = Money::parse(text);
        if (!digits_and_dot || !amount) {
            warn_if(true, "the amount cannot be read");
            return;
        }
        warn_if(top_.get(54).size() > kLongestAmount, "the amount has more than 13 characters");
        warn_if(amount->is_zero(), "the amount is zero");
        if (!amount->is_zero()) {
            code_.amount = *amount;
        }
    }

    void read_merchant() {
        const auto text = [&](std::size_t id, std::size_t longest, std::string_view fault) {
            const std::string_view value = top_.get(id);
            warn_if(value.empty() || value.size() > longest || !is_printable(value), fault);
            return std::string(value);
        };
        code_.merchant_name = text(59, kLongestName, "the receiver's name is not 1 to 25 plain characters");
        code_.merchant_city = text(60, kLongestCity, "the receiver's city is not 1 to 15 plain characters");
        code_.postal_code = top_.get(61);
        warn_if(top_.get(52).size() != 4, "the merchant category (52) is not four digits");
        warn_if(top_.get(53) != kBrl, "the currency (53) is not 986");
        warn_if(top_.get(58) != kBrazil, "the country (58) is not BR");
    }

    const Fields& top_;
    BrCode code_;
};

}  // namespace

Result<BrCode> parse_brcode(std::string_view code) {
    constexpr std::string_view kHead = "000201";
    constexpr std::string_view kCrcHead = "6304";
    constexpr std::size_t kCrcDigits = 4;
    if (code.size() > kLongestCode) {
        return refuse("it is longer than 512 characters");
    }
    if (!code.starts_with(kHead)) {
        return refuse("it does not begin with 000201");
    }
    const auto top = Fields::read(code);
    if (!top) {
        return refuse("the lengths do not fit or a field stands twice");
    }
    const std::size_t crc_at = code.size() - kCrcDigits;
    const std::string_view checked = code.substr(0, crc_at);
    if (!checked.ends_with(kCrcHead) || top->get(63) != code.substr(crc_at)) {
        return refuse("it does not end with its check value (63)");
    }
    if (!same_letters(top->get(63), crc_hex(checked))) {
        return refuse("the check value is wrong");
    }
    return Reader(*top).read();
}

}  // namespace emdia
