#include "daemon/core/templates.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    if (const auto action = parse_button(text)) {
        expect(encode(*action) == text, "a payload has one spelling");
        expect(raw(action->account) > 0, "a payload names an account");
    }
    return 0;
}
