#include "daemon/core/template_text.hpp"

#include <catch2/catch.hpp>

namespace emdia {

TEST_CASE("a body splits into text and variables and fills again") {
    const auto parts = split_template("Olá, {{first_name}}: {{amount}} hoje.");
    REQUIRE(parts.ok());
    CHECK(variables_of(*parts) == std::vector<std::string>{"first_name", "amount"});
    CHECK(fill(*parts, [](const std::string& name) { return "<" + name + ">"; }) ==
          "Olá, <first_name>: <amount> hoje.");
}

TEST_CASE("braces that do not pair up and names that are none are refused") {
    const std::string body = GENERATE(as<std::string>(), "a {{b", "a }} b", "a {{}} b", "a {{B}} b", "a {{ b }} c",
                                      "a {{b-c}} d", "a {{{{b}}}} c", "a {{1b}} c");
    INFO(body);
    CHECK_FALSE(split_template(body).ok());
}

TEST_CASE("limits are counted in characters, not bytes") {
    CHECK(count_characters("suspensão") == 9);
    CHECK(count_characters("\xF0\x9F\x91\x8D") == 1);
}

TEST_CASE("white space folds to single spaces (132018)") {
    CHECK(fold_spaces(" a \n\t b     c ") == "a b c");
    CHECK(fold_spaces(" \n ").empty());
}

TEST_CASE("plain letters drop case and Portuguese accents") {
    CHECK(plain_letters("JUSTIÇA Última Não Ênfase ÀÉÎÕÜ") == "justica ultima nao enfase aeiou");
    CHECK(plain_letters("1 € \xC3") == "1 € \xC3");
}

TEST_CASE("a word matches only where a word begins") {
    CHECK(has_word("a justica sabe", "justica"));
    CHECK(has_word("justica", "justica"));
    CHECK_FALSE(has_word("a injustica", "justica"));
}

}  // namespace emdia
