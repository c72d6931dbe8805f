#pragma once
// What the imitated payment provider asks for a title, and the codes it is paid with.

#include <string>

#include "daemon/core/erp_records.hpp"
#include "tests/lab/erp_world.hpp"

namespace emdia::lab {

struct Charge {
    Money original;
    Money fine;
    Money interest;
    [[nodiscard]] Money total() const { return original + fine + interest; }
};

/// 2 % once and 1 % a month by day, rounded to the nearest centavo as providers do, from the due date moved to a
/// bank business day (brazil-rules.md section 6: 99,90 is asked as 102,10 after 6 days and 102,83 after 28).
[[nodiscard]] Charge charge_on(const Title& title, Date on);

/// A dynamic BR Code (pix-boleto.md 1.1) that points to the charge of this title.
[[nodiscard]] std::string pix_code(const Title& title);
/// Host and path of the charge, as in the code.
[[nodiscard]] std::string pix_location(const Title& title);
/// 47 digits.
[[nodiscard]] std::string boleto_line(const Title& title);

}  // namespace emdia::lab
