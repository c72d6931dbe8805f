#include "daemon/core/civil.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    if (const auto date = parse_date(text)) {
        expect(to_iso(*date) == text, "a date has one spelling");
    }
    if (const auto instant = parse_instant(text)) {
        const auto again = parse_instant(to_rfc3339(*instant));
        // An offset can push the first and the last day out of the years that are read.
        expect(!again.ok() || *again == *instant, "an instant is read back");
    }
    if (const auto of_day = parse_time_of_day(text)) {
        expect(*of_day >= Seconds{0} && *of_day <= Hours{24}, "a time of day is in the day");
    }
    if (const auto duration = parse_duration(text)) {
        expect(*duration > Millis{0}, "a duration is positive");
    }
    return 0;
}
