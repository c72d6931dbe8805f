#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

using Kind = ButtonAction::Kind;

}  // namespace

TEST_CASE("a payload says what was pressed and for whom") {
    const ButtonAction pick{Kind::promise_pick, AccountId{77}, InvoiceId{42}, PromiseId{0}, make_date(2026, 4, 6)};
    CHECK(encode(pick) == "promise_pick:77:42:0:2026-04-06");
    CHECK(parse_button("promise_pick:77:42:0:2026-04-06") == pick);
    CHECK(parse_button("paid:77:42:0") == ButtonAction{Kind::paid, AccountId{77}, InvoiceId{42}, PromiseId{0}, {}});
}

TEST_CASE("payloads are data from outside: anything else is nothing") {
    const std::string payload =
        GENERATE(as<std::string>(), "", "paid", "paid:77", "paid:77:42", "paid:0:42:0", "paid:-1:42:0", "paid:+1:42:0",
                 "paid:077:42:0", "paid:77:42:0:", "paid:77:42:0:2026-04-06", "promise_pick:77:42:0:2026-02-30",
                 "promise_pick:77:42:0:2026-04-06:x", "PAID:77:42:0", "paid:77:42:0 ", "paid:99999999999999999999:1:0",
                 "neg:yes:42", "paid:77:42:0x", "\xff\xfe", "paid::42:0");
    INFO(payload);
    CHECK_FALSE(parse_button(payload).has_value());
}

TEST_CASE("a payload longer than 200 bytes is nothing") {
    CHECK_FALSE(parse_button("promise_pick:1:1:1:2026-04-06" + std::string(200, '0')).has_value());
}

TEST_CASE("every action comes back as it went out, within 200 bytes") {
    CHECK(rc::check([] {
        ButtonAction action;
        action.kind = *rc::gen::element(Kind::paid, Kind::dispute, Kind::human, Kind::promise_pick, Kind::promise_yes,
                                        Kind::promise_no, Kind::second_copy, Kind::review);
        action.account = AccountId{*rc::gen::inRange<std::int64_t>(1, INT64_MAX)};
        action.invoice = InvoiceId{*rc::gen::inRange<std::int64_t>(0, INT64_MAX)};
        action.promise = PromiseId{*rc::gen::inRange<std::int64_t>(0, INT64_MAX)};
        if (action.kind == Kind::promise_pick && *rc::gen::arbitrary<bool>()) {
            action.date = make_date(2026, 1, 1) + Days{*rc::gen::inRange(0, 4000)};
        }
        const std::string payload = encode(action);
        RC_ASSERT(payload.size() <= 200U);
        RC_ASSERT(parse_button(payload) == action);
    }));
}

TEST_CASE("any bytes parse to something or nothing, and what parses has one spelling") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto action = parse_button(bytes);
        const bool one_spelling = !action || encode(*action) == bytes;
        RC_ASSERT(one_spelling);
    }));
}

}  // namespace emdia
