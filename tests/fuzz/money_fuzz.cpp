#include "daemon/core/money.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (const auto money = Money::parse(fuzz::as_text(data, size))) {
        expect(*Money::parse(money->plain()) == *money, "the plain form is read back");
        expect(*Money::parse(money->pt_br()) == *money, "the Brazilian form is read back");
    }
    return 0;
}
