#include "network/radius/radius_profile.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    if (const auto profile = parse_radius_profile(text)) {
        expect(!profile->name.empty() && !profile->identify.empty(), "a profile has a name and finds a session");
        expect(profile->max_in_flight >= 1 && profile->max_per_second >= 1 && profile->port >= 1,
               "limits are in range");
    } else {
        expect(profile.error().kind == ErrorKind::config, "what is wrong is the configuration");
    }
    const std::string login = "maria@isp";
    (void)fill_in(text, [&](std::string_view name) { return name == "login" ? &login : nullptr; });
    return 0;
}
