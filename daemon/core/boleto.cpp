#include "daemon/core/boleto.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace emdia {
namespace {

constexpr std::size_t kBarcodeDigits = 44;
constexpr std::size_t kBankLineDigits = 47;
constexpr std::size_t kCollectionLineDigits = 48;
constexpr std::size_t kFreeFieldDigits = 25;

// Due factor: days since 1997-10-07, used from 1000; after 9999 (2025-02-21) it began again at 1000.
constexpr Date kFactorOrigin{std::chrono::year{1997} / 10 / 7};
constexpr int kFirstFactor = 1000;
constexpr int kFactorPeriod = 9000;

Error refuse(std::string what) {
    return {ErrorKind::bad_input, "boleto: " + std::move(what), "copy the digits again from the document"};
}

bool all_digits(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int digit(char c) noexcept { return c - '0'; }

std::int64_t number(std::string_view digits) noexcept {
    std::int64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + digit(c);
    }
    return value;
}

std::string padded(std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    return std::string(width - digits.size(), '0') + digits;
}

/// Weights 2, 1, 2, ... from the right; the digits of each product are added.
char mod10(std::string_view digits) noexcept {
    int sum = 0;
    int weight = 2;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
        const int product = digit(*it) * weight;
        sum += product / 10 + product % 10;
        weight = 3 - weight;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

/// Sum modulo 11 with weights 2..9 cycling from the right.
int mod11_remainder(std::string_view digits) noexcept {
    int sum = 0;
    int weight = 2;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
        sum += digit(*it) * weight;
        weight = weight == 9 ? 2 : weight + 1;
    }
    return sum % 11;
}

/// General digit of a bank boleto: 0, 10 and 11 become 1.
char bank_mod11(std::string_view digits) noexcept {
    const int d = 11 - mod11_remainder(digits);
    return static_cast<char>('0' + (d > 9 ? 1 : d));
}

/// Collection documents: remainder 0 or 1 gives 0, remainder 10 gives 1.
char collection_mod11(std::string_view digits) noexcept {
    const int remainder = mod11_remainder(digits);
    return static_cast<char>('0' + (remainder < 2 ? 0 : 11 - remainder));
}

/// All 44 digits but the general check digit at `position`.
std::string without_digit(std::string_view barcode, std::size_t position) {
    return std::string(barcode.substr(0, position)) + std::string(barcode.substr(position + 1));
}

int factor_of(Date due) noexcept {
    const auto days = static_cast<int>((due - kFactorOrigin).count());
    return days < kFirstFactor + kFactorPeriod ? days : (days - kFirstFactor) % kFactorPeriod + kFirstFactor;
}

Date nearest_due(int factor, Date today) {
    const auto distance = [&](Date d) { return std::abs((d - today).count()); };
    Date best = kFactorOrigin + Days{factor};
    for (Date next = best + Days{kFactorPeriod}; distance(next) < distance(best); next += Days{kFactorPeriod}) {
        best = next;
    }
    return best;
}

std::optional<Money> amount_in(std::string_view digits) {
    const std::int64_t centavos = number(digits);
    return centavos == 0 ? std::nullopt : std::optional(Money::centavos(centavos));
}

// --- Bank boletos: bank(3) currency(1) check(1) factor(4) amount(10) free(25) ---

constexpr std::size_t kBankCheckAt = 4;

std::string bank_line(std::string_view barcode) {
    const std::string first = std::string(barcode.substr(0, 4)) + std::string(barcode.substr(19, 5));
    const std::string second(barcode.substr(24, 10));
    const std::string third(barcode.substr(34, 10));
    return first + mod10(first) + second + mod10(second) + third + mod10(third) + std::string(barcode.substr(4, 15));
}

std::string bank_barcode(std::string_view line) {
    return std::string(line.substr(0, 4)) + std::string(line.substr(32, 15)) + std::string(line.substr(4, 5)) +
           std::string(line.substr(10, 10)) + std::string(line.substr(21, 10));
}

Result<Boleto> read_bank(const std::string& barcode, Date today) {
    if (barcode[3] != '9') {
        return refuse("the currency digit is not 9");
    }
    if (barcode[kBankCheckAt] != bank_mod11(without_digit(barcode, kBankCheckAt))) {
        return refuse("the general check digit is wrong");
    }
    const auto factor = static_cast<int>(number(std::string_view(barcode).substr(5, 4)));
    if (factor != 0 && factor < kFirstFactor) {
        return refuse("the due factor is below 1000");
    }
    Boleto boleto;
    boleto.kind = Boleto::Kind::bank;
    boleto.barcode = barcode;
    boleto.line = bank_line(barcode);
    boleto.bank = barcode.substr(0, 3);
    boleto.amount = amount_in(std::string_view(barcode).substr(9, 10));
    if (factor != 0) {
        boleto.due = nearest_due(factor, today);
    }
    return boleto;
}

Result<Boleto> read_bank_line(const std::string& line, Date today) {
    if (line[0] == '8') {
        return refuse("a line that begins with 8 has 48 digits");
    }
    const std::string barcode = bank_barcode(line);
    const std::string expected = bank_line(barcode);
    constexpr std::array<std::size_t, 3> kFieldCheckAt{9, 20, 31};
    for (std::size_t i = 0; i < kFieldCheckAt.size(); ++i) {
        if (line[kFieldCheckAt[i]] != expected[kFieldCheckAt[i]]) {
            return refuse("the check digit of field " + std::to_string(i + 1) + " is wrong");
        }
    }
    return read_bank(barcode, today);
}

// --- Collection documents: 8, segment(1), value id(1), check(1), amount(11), company and free field ---

constexpr std::size_t kCollectionCheckAt = 3;
constexpr std::size_t kGroup = 11;

using CheckDigit = char (*)(std::string_view) noexcept;

/// Value id 6 and 7: modulo 10; 8 and 9: modulo 11; others do not exist.
CheckDigit collection_rule(char value_id) noexcept {
    if (value_id < '6' || value_id > '9') {
        return nullptr;
    }
    return value_id <= '7' ? mod10 : collection_mod11;
}

std::string collection_line(std::string_view barcode, CheckDigit check) {
    std::string line;
    for (std::size_t at = 0; at < barcode.size(); at += kGroup) {
        const std::string_view group = barcode.substr(at, kGroup);
        line += group;
        line += check(group);
    }
    return line;
}

Result<Boleto> read_collection(const std::string& barcode) {
    const char segment = barcode[1];
    const CheckDigit check = collection_rule(barcode[2]);
    if (segment == '0' || segment == '8' || check == nullptr) {
        return refuse("the segment or value digit of the collection document does not exist");
    }
    if (barcode[kCollectionCheckAt] != check(without_digit(barcode, kCollectionCheckAt))) {
        return refuse("the general check digit is wrong");
    }
    Boleto boleto;
    boleto.kind = Boleto::Kind::collection;
    boleto.barcode = barcode;
    boleto.line = collection_line(barcode, check);
    const bool is_effective_value = barcode[2] == '6' || barcode[2] == '8';
    if (is_effective_value) {
        boleto.amount = amount_in(std::string_view(barcode).substr(4, 11));
    }
    return boleto;
}

Result<Boleto> read_collection_line(const std::string& line) {
    if (line[0] != '8') {
        return refuse("a line of 48 digits begins with 8");
    }
    std::string barcode;
    for (std::size_t at = 0; at < line.size(); at += kGroup + 1) {
        barcode += line.substr(at, kGroup);
    }
    const CheckDigit check = collection_rule(barcode[2]);
    for (std::size_t group = 0; check != nullptr && group < 4; ++group) {
        const std::string_view digits = std::string_view(barcode).substr(group * kGroup, kGroup);
        if (line[group * (kGroup + 1) + kGroup] != check(digits)) {
            return refuse("the check digit of group " + std::to_string(group + 1) + " is wrong");
        }
    }
    return read_collection(barcode);
}

}  // namespace

Result<Boleto> parse_boleto(std::string_view digits_or_line, Date today) {
    std::string digits;
    for (const char c : digits_or_line) {
        if (c != ' ' && c != '.' && c != '-') {
            digits += c;
        }
        if (digits.size() > kCollectionLineDigits) {
            break;
        }
    }
    if (!all_digits(digits)) {
        return refuse("there is something else than digits");
    }
    switch (digits.size()) {
        case kBarcodeDigits:
            return digits[0] == '8' ? read_collection(digits) : read_bank(digits, today);
        case kBankLineDigits:
            return read_bank_line(digits, today);
        case kCollectionLineDigits:
            return read_collection_line(digits);
        default:
            return refuse("it needs 44, 47 or 48 digits");
    }
}

std::string printed_line(const Boleto& boleto) {
    const std::string& l = boleto.line;
    if (boleto.kind == Boleto::Kind::collection) {
        return l.substr(0, 12) + " " + l.substr(12, 12) + " " + l.substr(24, 12) + " " + l.substr(36);
    }
    return l.substr(0, 5) + "." + l.substr(5, 5) + " " + l.substr(10, 5) + "." + l.substr(15, 6) + " " +
           l.substr(21, 5) + "." + l.substr(26, 6) + " " + l.substr(32, 1) + " " + l.substr(33);
}

Result<Boleto> build_boleto(const BankBoleto& boleto) {
    constexpr std::int64_t kMostCentavos = 9'999'999'999;
    if (boleto.bank.size() != 3 || !all_digits(boleto.bank) || boleto.bank[0] == '8') {
        return refuse("the bank is not a code of three digits");
    }
    if (boleto.free_field.size() != kFreeFieldDigits || !all_digits(boleto.free_field)) {
        return refuse("the free field does not have 25 digits");
    }
    if (boleto.amount.is_negative() || boleto.amount.centavos() > kMostCentavos) {
        return refuse("the amount is not between 0 and R$ 99.999.999,99");
    }
    const Date reference = boleto.due.value_or(kFactorOrigin);
    if (boleto.due && *boleto.due < kFactorOrigin + Days{kFirstFactor}) {
        return refuse("the due date is before 2000-07-03");
    }
    const std::string head = boleto.bank + "9";
    const std::string tail =
        padded(boleto.due ? factor_of(*boleto.due) : 0, 4) + padded(boleto.amount.centavos(), 10) + boleto.free_field;
    return read_bank(head + bank_mod11(head + tail) + tail, reference);
}

}  // namespace emdia
