// The walls of the house: the rules of the tables hold for every file of the tree, and the rules themselves bite.

#include <catch2/catch.hpp>

#include "tests/layering/rules.hpp"

using namespace emdia::layering;

namespace {

const std::filesystem::path kRoot = EMDIA_SOURCE_DIR;

const Rules& rules() {
    static const Rules kRules{parse_layers(read_whole(kRoot / "tests/layering/layers.tsv")),
                              parse_bans(read_whole(kRoot / "tests/layering/banned.tsv")),
                              parse_libraries(read_whole(kRoot / "cmake/fence/libraries.tsv"))};
    return kRules;
}

const std::vector<SourceFile>& tree() {
    static const std::vector<SourceFile> kTree = read_tree(kRoot);
    return kTree;
}

void report(const Findings& findings) {
    for (const std::string& finding : findings) {
        FAIL_CHECK(finding);
    }
    CHECK(findings.empty());
}

Findings includes_of(const char* path, const char* text) { return check_includes({read_source(path, text)}, rules()); }
Findings bans_of(const char* path, const char* text) { return check_bans({read_source(path, text)}, rules()); }

}  // namespace

TEST_CASE("every file includes only what its room may include", "[layering]") {
    REQUIRE(tree().size() > 100);
    report(check_includes(tree(), rules()));
}

TEST_CASE("our headers are included from the source root", "[layering]") { report(check_paths(tree())); }

TEST_CASE("nothing banned stands anywhere", "[layering]") { report(check_bans(tree(), rules())); }

TEST_CASE("no public header brings a library along", "[layering]") {
    const auto headers = public_headers_of(kRoot);
    REQUIRE(std::find(headers.begin(), headers.end(), "daemon/core/money.hpp") != headers.end());
    report(check_public_headers(tree(), headers, rules()));
}

TEST_CASE("a source includes its own header first", "[layering]") { report(check_own_header_first(tree())); }

TEST_CASE("no file is longer than 600 lines", "[layering]") { report(check_lengths(tree(), 600)); }

// --- the rules bite ---

TEST_CASE("a finding names file, line and reason", "[layering]") {
    const auto findings = includes_of("daemon/core/x.cpp", "#include <string>\n\n#include <sqlite3.h>\n");
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0], Catch::StartsWith("daemon/core/x.cpp:3: may not include sqlite3.h; the home of sqlite is"));
    CHECK_THAT(findings[0], Catch::Contains("the core is values and rules"));
}

TEST_CASE("rooms may not look down or sideways", "[layering]") {
    CHECK(includes_of("daemon/core/x.cpp", "#include \"daemon/ports/clock.hpp\"\n").size() == 1);
    CHECK(includes_of("daemon/ports/x.hpp", "#include \"daemon/engine/engine.hpp\"\n").size() == 1);
    CHECK(includes_of("daemon/engine/x.cpp", "#include <nlohmann/json.hpp>\n").size() == 1);
    CHECK(includes_of("daemon/engine/x.cpp", "#include \"daemon/adapters/digest.hpp\"\n").size() == 1);
    CHECK(includes_of("network/radius/x.cpp", "#include \"network/mqtt/client.hpp\"\n").size() == 1);
    CHECK(includes_of("daemon/adapters/holiday_files.cpp", "#include <curl/curl.h>\n").size() == 1);
    CHECK(includes_of("daemon/adapters/http_client.cpp", "#include <curl/curl.h>\n").empty());
    CHECK(includes_of("elsewhere/x.cpp", "").size() == 1);
}

TEST_CASE("banned calls are found in code, not in comments or strings", "[layering]") {
    CHECK(bans_of("daemon/core/x.cpp", "auto t = std::chrono::system_clock::now();\n").size() == 1);
    CHECK(bans_of("daemon/core/x.cpp", "double price = 0;\n").size() == 1);
    CHECK(bans_of("daemon/core/x.cpp", "// double\n/* float\n float */ int x; const char* s = \"double\";\n").empty());
    CHECK(
        bans_of("daemon/core/x.cpp", "auto s = R\"(\ndouble)\"; float f;\n") ==
        Findings{"daemon/core/x.cpp:2: 'float' may not stand here (money and dates are integers; a rounding error is a "
                 "legal error)"});
    CHECK(bans_of("daemon/core/x.cpp", "int n = 1'000; char c = '\"'; float f;\n").size() == 1);
    CHECK(bans_of("daemon/core/x.cpp", "#include <thread>\n").size() == 1);
    CHECK(bans_of("daemon/engine/x.cpp", "std::this_thread::sleep_for(a);\n").size() == 1);
    CHECK(bans_of("network/mqtt/x.cpp", "std::this_thread::sleep_for(a);\n").empty());
    CHECK(bans_of("daemon/app/x.cpp", "std::system (command);\n").size() == 1);
    CHECK(bans_of("tests/x.cpp", "thread.detach();\n").size() == 1);
}

TEST_CASE("an include inside a comment is not an include", "[layering]") {
    CHECK(
        read_source("x.cpp", "/*\n#include <sqlite3.h>\n*/\n// #include <a>\n#  include \"b.hpp\"\n").includes.size() ==
        1);
}

TEST_CASE("an include that is not written from the root is found", "[layering]") {
    const std::vector<SourceFile> files{read_source("daemon/core/a.hpp", ""),
                                        read_source("daemon/core/a.cpp", "#include \"a.hpp\"\n")};
    REQUIRE(check_paths(files).size() == 1);
    CHECK_THAT(check_paths(files)[0], Catch::StartsWith("daemon/core/a.cpp:1: there is no a.hpp"));
}

TEST_CASE("a source that includes something before its own header is found", "[layering]") {
    const std::vector<SourceFile> files{
        read_source("daemon/core/a.hpp", ""),
        read_source("daemon/core/a.cpp", "#include <string>\n#include \"daemon/core/a.hpp\"\n")};
    CHECK(check_own_header_first(files).size() == 1);
}

TEST_CASE("a public header with a library is found; a private one may have it", "[layering]") {
    const std::vector<SourceFile> files{read_source("daemon/adapters/http_client.hpp", "#include <curl/curl.h>\n")};
    CHECK(check_public_headers(files, {"daemon/adapters/http_client.hpp"}, rules()).size() == 1);
    CHECK(check_public_headers(files, {}, rules()).empty());
}

TEST_CASE("a row that no file needs is found", "[layering]") {
    const Rules one{parse_layers("daemon/gone/\t-\t-\tit was useful once\n"), {}, {}};
    CHECK(check_dead_rows({read_source("daemon/core/a.cpp", "")}, one).size() == 1);
}

TEST_CASE("a rule without a reason is refused, with its line", "[layering]") {
    CHECK_THROWS_WITH(parse_layers("# head\ndaemon/core/\tdaemon/core/\t-\n"), Catch::StartsWith("line 2:"));
    CHECK_THROWS_WITH(parse_layers("daemon/core/\tdaemon/core/\t-\t\n"), Catch::Contains("the reason"));
    CHECK_THROWS(parse_bans("\tsomewhere\tx\twhy\n"));
}
