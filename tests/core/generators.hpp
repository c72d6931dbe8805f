#pragma once
// What property tests of the core draw from.

#include <string>

#include <rapidcheck.h>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"

namespace emdia::test {

/// Any date that the core reads and writes: 1900..2999.
inline rc::Gen<Date> any_date() {
    static const auto kFirst = make_date(1900, 1, 1).time_since_epoch().count();
    static const auto kLast = make_date(2999, 12, 31).time_since_epoch().count();
    return rc::gen::map(rc::gen::inRange(kFirst, kLast + 1), [](auto days) { return Date{Days{days}}; });
}

inline rc::Gen<Date> date_between(Date from, Date to) {
    const auto span = (to - from).count();
    return rc::gen::map(rc::gen::inRange(decltype(span){0}, span + 1), [from](auto days) { return from + Days{days}; });
}

/// Any amount from `from` to `to` centavos.
inline rc::Gen<Money> money_between(std::int64_t from, std::int64_t to) {
    return rc::gen::map(rc::gen::inRange(from, to + 1), [](std::int64_t n) { return Money::centavos(n); });
}

inline rc::Gen<Money> any_money() { return money_between(-Money::limit(), Money::limit()); }

inline rc::Gen<std::string> digits(std::size_t count) {
    return rc::gen::container<std::string>(count, rc::gen::inRange('0', static_cast<char>('9' + 1)));
}

}  // namespace emdia::test
