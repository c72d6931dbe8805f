#pragma once
// Pix copy-and-paste codes: EMV QRCPS-MPM as Banco Central's "Manual do BR Code" restricts it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/money.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

enum class PixKeyKind { cpf, cnpj, phone, email, evp };
/// The kind a Pix key has by its form alone (check digits are not looked at); nullopt: no key looks like this.
/// A bare 11-digit text is a CPF, never a phone. A CNPJ may hold capital letters.
[[nodiscard]] std::optional<PixKeyKind> pix_key_kind(std::string_view key) noexcept;

/// A code with the receiver's key in it: payable any number of times.
struct StaticPix {
    std::string key;
    std::string merchant_name;    ///< 1..25 characters after accents are folded.
    std::string merchant_city;    ///< 1..15 likewise.
    std::optional<Money> amount;  ///< Above zero; nullopt: the payer types it.
    std::string txid = "***";     ///< 1..25 letters and digits, or "***": none.
    std::string info;             ///< For the payer; what room the key leaves, 73 characters less the key.
};

/// A code that points to a charge: amount, txid and debtor come from the URL, not from here.
struct DynamicPix {
    std::string url;  ///< 1..77 characters, no scheme, with a path.
    std::string merchant_name;
    std::string merchant_city;
    std::optional<Money> amount;  ///< Payers ignore it.
};

/// Refuses (`bad_input`) whatever is outside the limits (8a.8). Accents of names, city and info are folded to ASCII.
/// The error names the field, never its content.
[[nodiscard]] Result<std::string> build_brcode(const StaticPix& pix);
[[nodiscard]] Result<std::string> build_brcode(const DynamicPix& pix);

/// A code as it was read. Empty strings: the code does not have the field.
struct BrCode {
    enum class Kind {
        static_key,      ///< `key` is who receives.
        dynamic_url,     ///< `url` is where the charge is.
        recurrence_only  ///< Pix Automático: only `recurrence_url`; nothing can be paid with it once.
    } kind = Kind::static_key;
    bool single_use = false;  ///< Field 01 says 12.
    std::string key;
    std::string info;
    std::string withdrawal_ispb;  ///< Pix Saque or Troco.
    std::string url;
    std::string merchant_name;
    std::string merchant_city;
    std::string postal_code;
    std::string txid;             ///< Empty for "***" too.
    std::optional<Money> amount;  ///< nullopt for zero too.
    std::string recurrence_url;
    std::vector<std::string> warnings;  ///< Faults of fields that do not stop a reader; English, no content of fields.
};

/// Structure faults are refused (`bad_input`: lengths, CRC, order, doubled fields, no Pix account); field faults are
/// read with a warning (8a.8). Accepts a CRC in lower case and any case of the Pix GUI.
[[nodiscard]] Result<BrCode> parse_brcode(std::string_view code);

/// CRC-16/CCITT-FALSE: "123456789" gives 0x29B1.
[[nodiscard]] std::uint16_t crc16(std::string_view bytes) noexcept;

}  // namespace emdia
