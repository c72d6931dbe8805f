#pragma once
// Tolerant readers for the texts in ERP rows. Tolerant of form, never of meaning: what can be read in two ways is an
// error. Pure. Errors say what is wrong, never show the value of a personal field.

#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"

namespace emdia::sdk {

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// "" and "0" mean "no such row" in a foreign key (erp-ixc.md, section 2).
[[nodiscard]] bool absent_key(std::string_view text) noexcept;

/// Empty: nullopt. Otherwise as Money::parse: "109.90", "1.234,56".
[[nodiscard]] Result<std::optional<Money>> read_money(std::string_view text);
/// Empty and zero dates: nullopt. Takes "2026-11-20", "2026-11-20 13:53:41" and "20/11/2026", also with a time.
[[nodiscard]] Result<std::optional<Date>> read_date(std::string_view text);
/// "2026-11-20 13:53:41"; empty and zero: nullopt.
[[nodiscard]] Result<std::optional<LocalTime>> read_date_time(std::string_view text);
/// "20/11/2026".
[[nodiscard]] std::string br_date(Date date);

/// A Brazilian phone as people write it, "(11) 90000-0001", "011 90000-0001", "+55 11 ...", as "+5511900000001"; empty
/// when it is not 10 or 11 digits with an area code.
[[nodiscard]] std::string br_phone(std::string_view text);
/// "FULANA DE TESTE" as "Fulana": first word, first letter large, the rest small; ASCII and Latin-1 letters.
[[nodiscard]] std::string first_name(std::string_view full_name);
/// Text that was stored as UTF-8 and read as ISO-8859-1 once too often ("JosÃ©") becomes what it was ("José"); anything
/// else comes back unchanged.
[[nodiscard]] std::string without_mojibake(std::string_view text);

/// At most `most` bytes of UTF-8; no character is cut in two.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;

}  // namespace emdia::sdk
