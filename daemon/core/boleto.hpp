#pragma once
// Boletos: bank boletos and collection documents (arrecadação), as a 44-digit barcode or a 47/48-digit line.

#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

struct Boleto {
    enum class Kind {
        bank,       ///< 44 or 47 digits (FEBRABAN, Carta-Circular 2.926/2000).
        collection  ///< 44 or 48 digits, starts with 8 (FEBRABAN arrecadação).
    } kind = Kind::bank;
    std::string barcode;  ///< 44 digits.
    std::string line;     ///< 47 (bank) or 48 (collection) digits.
    std::string bank;     ///< COMPE code, 3 digits; empty for collection documents.
    std::optional<Money>
        amount;               ///< nullopt: none in the code (zero, or a collection document with a reference value).
    std::optional<Date> due;  ///< nullopt: none in the code. The registered date of the ERP wins (see parse_boleto).
    friend bool operator==(const Boleto&, const Boleto&) = default;
};

/// Reads a barcode or a line, with or without the printed dots, blanks and hyphens, and checks every check digit.
/// The due factor repeats every 9000 days: the candidate nearest to `today` is taken.
/// Errors (`bad_input`) say which part is wrong, never the digits.
[[nodiscard]] Result<Boleto> parse_boleto(std::string_view digits_or_line, Date today);

/// "34191.09123 34567.890123 34567.890123 1 99990000015000", or four groups of 12 for collection documents.
[[nodiscard]] std::string printed_line(const Boleto& boleto);

struct BankBoleto {
    std::string bank;         ///< 3 digits.
    std::optional<Date> due;  ///< From 2000-07-03; nullopt: none in the code.
    Money amount;             ///< 0 (none in the code) .. R$ 99.999.999,99.
    std::string free_field;   ///< 25 digits, the bank's own.
};
[[nodiscard]] Result<Boleto> build_boleto(const BankBoleto& boleto);

}  // namespace emdia
