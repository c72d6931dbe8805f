#include "tests/lab/charges.hpp"

#include <cstdio>

#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"
#include "daemon/core/calendar.hpp"
#include "daemon/core/late_charges.hpp"
#include "tests/lab/prng.hpp"

namespace emdia::lab {
namespace {

Money nearest_share(Money amount, std::int64_t numerator, std::int64_t denominator) {
    return Money::centavos((amount.centavos() * numerator * 2 + denominator) / (denominator * 2));
}

std::string hex32(std::int64_t id) {
    Prng chance = Prng::keyed(0, "pix", static_cast<std::uint64_t>(id));
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(chance.next()),
                  static_cast<unsigned long long>(chance.next()));
    return text;
}

}  // namespace

Charge charge_on(const Title& title, Date on) {
    static const Calendar national;
    Charge charge{title.open(), {}, {}};
    const int late = days_late(national.effective_due(title.due), on);
    if (late > 0 && title.is_open()) {
        charge.fine = nearest_share(charge.original, 2, 100);
        charge.interest = nearest_share(charge.original, late, 3000);
    }
    return charge;
}

std::string pix_location(const Title& title) { return "pix.psp.example/v2/cobv/" + hex32(title.id); }

std::string pix_code(const Title& title) {
    return build_brcode(DynamicPix{pix_location(title), "PROVEDOR EXEMPLO", "SAO PAULO", title.face}).value();
}

std::string boleto_line(const Title& title) {
    char free_field[26];
    std::snprintf(free_field, sizeof free_field, "%025lld", static_cast<long long>(title.id));
    return build_boleto(BankBoleto{"341", title.due, title.face, free_field}).value().line;
}

}  // namespace emdia::lab
