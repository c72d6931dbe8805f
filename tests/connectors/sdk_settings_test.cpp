#include <catch2/catch.hpp>

#include "erp-connectors/sdk/settings.hpp"

using namespace emdia;
using namespace emdia::sdk;

TEST_CASE("settings are read by name, nested tables by a dot") {
    SettingsReader reader{
        {"ixc", R"({"url":"https://x","rows":200,"pix":false,"tls":{"ca_file":"/a"}})", {{"token", "t"}}}};
    CHECK(reader.required_text("url") == "https://x");
    CHECK(reader.integer("rows", 1, 1000, 500) == 200);
    CHECK_FALSE(reader.flag("pix", true));
    CHECK(reader.text("tls.ca_file") == "/a");
    CHECK(reader.choice("listing", {"get", "post"}, "get") == "get");
    CHECK(reader.required_secret("token") == "t");
    CHECK(reader.finish().ok());
}

TEST_CASE("all faults are told at once, with where they are") {
    SettingsReader reader{{"north", R"({"rows":0,"pix":"yes","listing":"head","colour":"red","list":[1]})", {}}};
    static_cast<void>(reader.required_text("url"));
    CHECK(reader.integer("rows", 1, 1000, 500) == 500);
    CHECK(reader.flag("pix", true));
    CHECK(reader.choice("listing", {"get", "post"}, "get") == "get");
    static_cast<void>(reader.required_secret("token"));
    const auto result = reader.finish();
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().kind == ErrorKind::config);
    for (const auto* part : {"settings.url is needed", "settings.rows must be within", "settings.pix must be true",
                             "settings.listing must be one of get, post", "the secret 'token'",
                             "settings.colour is not a setting", "settings.list must be"}) {
        INFO(part);
        CHECK(result.error().what.find(part) != std::string::npos);
    }
}
