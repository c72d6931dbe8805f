#include "daemon/adapters/whatsapp_errors.hpp"

#include <set>

#include <catch2/catch.hpp>

namespace emdia {
namespace {

using Kind = SendVerdictKind;

struct Expected {
    std::set<int> codes;
    Kind verdict;
};

}  // namespace

TEST_CASE("whatsapp.md section 9: every code of the table has its verdict") {
    const std::vector<Expected> table{
        {{0, 190, 3, 10, 200, 250, 299, 131005}, Kind::channel_stopped},
        {{133016, 368, 131031, 130497, 131037, 131045, 133010}, Kind::channel_stopped},
        {{4, 80007, 613, 130429, 131057}, Kind::slow_down},
        {{131049, 1, 2, 131000, 131016, 133004, 135000}, Kind::retry_later},
        {{131056}, Kind::retry_recipient},
        {{131042, 131048, 131064}, Kind::hold_initiated},
        {{131047}, Kind::needs_template},
        {{131026, 130472}, Kind::undeliverable},
        {{132000, 132001, 132007, 132015, 132016, 134011, 131050, 131063}, Kind::template_unusable},
        {{131021, 131030, 131062, 132005, 132008, 132012, 132018, 132068, 132069, 2040, 2046, 2047}, Kind::dead},
        {{131051, 131052, 131053, 33, 100, 131008, 131009}, Kind::dead},
    };
    for (const Expected& row : table) {
        for (const int code : row.codes) {
            INFO(code);
            const SendRejected refusal = refusal_of(code, 400);
            CHECK(refusal.verdict == row.verdict);
            CHECK(refusal.code == code);
            CHECK_THAT(refusal.error.what, Catch::Contains(std::to_string(code)));
            const bool waits = row.verdict == Kind::retry_later || row.verdict == Kind::retry_recipient ||
                               row.verdict == Kind::slow_down;
            CHECK(refusal.error.retry_after.has_value() == waits);
            const bool needs_a_person = row.verdict == Kind::channel_stopped || row.verdict == Kind::hold_initiated ||
                                        row.verdict == Kind::template_unusable;
            CHECK((!needs_a_person || !refusal.error.cure.empty()));
        }
    }
}

TEST_CASE("throttles wait as the table says") {
    CHECK(refusal_of(4, 400).error.retry_after == Millis{60'000});
    CHECK(refusal_of(130429, 429).error.retry_after == Millis{5'000});
    CHECK(refusal_of(131057, 500).error.retry_after == Millis{180'000});
    CHECK(refusal_of(131049, 400).error.retry_after == Millis{24 * 3'600'000});
}

TEST_CASE("a code that is not in the table: again after a fault of the platform, never after a refusal") {
    CHECK(refusal_of(987654, 500).verdict == Kind::retry_later);
    CHECK(refusal_of(987654, 400).verdict == Kind::dead);
    CHECK(refusal_of(-1, 400).verdict == Kind::dead);
}

TEST_CASE("a refusal without an error object") {
    CHECK(refusal_of_status(404).verdict == Kind::channel_stopped);
    CHECK(refusal_of_status(302).verdict == Kind::channel_stopped);
    CHECK(refusal_of_status(429).verdict == Kind::slow_down);
    CHECK_THAT(refusal_of_status(404).error.cure, Catch::Contains("whatsapp.base_url"));
}

}  // namespace emdia
