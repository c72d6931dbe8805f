#include "daemon/core/phone.hpp"

#include <catch2/catch.hpp>

namespace emdia {

TEST_CASE("Brazilian mobiles are kept with the ninth digit, however the platform spells them (whatsapp.md 2.1)") {
    CHECK(canonical_phone("558199990001") == "+5581999990001");
    CHECK(canonical_phone("+5581999990001") == "+5581999990001");
    CHECK(canonical_phone("5511699990001") == "+5511699990001");
    CHECK(canonical_phone("551169990001") == "+5511969990001");
}

TEST_CASE("landlines and other countries keep their digits") {
    CHECK(canonical_phone("551932320001") == "+551932320001");
    CHECK(canonical_phone("14155550100") == "+14155550100");
    CHECK(canonical_phone("351912345678") == "+351912345678");
}

TEST_CASE("what is no number becomes nothing") {
    const std::string text = GENERATE(as<std::string>(), "", "+", "1234567", "1234567890123456", "55 81 99999-0001",
                                      "++5581999990001", "abc");
    INFO(text);
    CHECK(canonical_phone(text).empty());
}

}  // namespace emdia
