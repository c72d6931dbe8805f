#include "daemon/core/calendar.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto holidays = parse_holidays(fuzz::as_text(data, size), "file");
    if (!holidays) {
        expect(holidays.error().what.starts_with("file:"), "a fault has a place");
        return 0;
    }
    const Calendar calendar(std::vector{*holidays});
    const Date due = make_date(2026, 2, 14);
    expect(calendar.is_bank_business_day(calendar.effective_due(due)), "there is always a next business day");
    for (const auto& [date, name] : holidays->dated) {
        expect(calendar.is_holiday(date), "a listed day is a holiday");
    }
    static_cast<void>(calendar.holidays(2028));
    return 0;
}
