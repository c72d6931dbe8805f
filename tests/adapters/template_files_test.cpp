#include "daemon/adapters/template_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/core/template_fixture.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

const std::string kShipped = std::string(EMDIA_SOURCE_DIR) + "/templates/pt-BR";

constexpr const char* kGood = R"(stage = "before"
name = "a_v1"
version = "1"
category = "utility"
language = "pt_BR"
body = "Olá, {{first_name}}!"
[[buttons]]
title = "Já paguei"
action = "paid"
[samples]
first_name = "Ana"
)";

void write(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

}  // namespace

TEST_CASE("the shipped templates pass the linter and cover every stage, with and without payment buttons") {
    const PixButton pix = GENERATE(PixButton::none, PixButton::order_details);
    const auto templates = load_templates(kShipped, pix);
    REQUIRE(templates.ok());
    const auto set = TemplateSet::make(*templates, test::sample_isp());
    INFO((set.ok() ? "" : set.error().text()));
    REQUIRE(set.ok());
    const bool with_button = set->find(Stage::before)->buttons.front().kind == TemplateButton::Kind::order_details;
    CHECK(with_button == (pix == PixButton::order_details));
}

TEST_CASE("the shipped formal notice composes to a text of all fourteen fields (A3)") {
    const auto set = TemplateSet::make(*load_templates(kShipped), test::sample_isp());
    REQUIRE(set.ok());
    const test::ComposeCase c;
    const auto notice = compose(*set->find(Stage::notice), c.input(), c.now);
    INFO((notice.ok() ? "" : notice.error().text()));
    REQUIRE(notice.ok());
    CHECK(notice->parameters.size() == 14);
    for (const char* part : {"R$ 99,90", "R$ 2,00", "R$ 0,20", "R$ 102,10", "01/04/2026", "10/03/2026", "final 01",
                             "março/2026", "20260316-0000042", "0800 000 0000", "12.345.678/0001-95"}) {
        CHECK_THAT(notice->text, Catch::Contains(part));
    }
    REQUIRE(notice->buttons.size() == 4);
    CHECK(notice->buttons[1] == std::pair<std::string, std::string>{"promise_pick:77:42:0", "Prometer pagamento"});
}

TEST_CASE("every shipped template composes from ordinary facts") {
    const auto set = TemplateSet::make(*load_templates(kShipped), test::sample_isp());
    REQUIRE(set.ok());
    for (const Template& tmpl : set->all()) {
        test::ComposeCase c(tmpl.stage);
        c.wish.reply = tmpl.reply;
        c.wish.promise = PromiseId{5};
        c.wish.suspend_at = *parse_instant("2026-04-07T17:00:00Z");
        c.offer.allowed = true;
        c.offer.dates = {make_date(2026, 4, 2), make_date(2026, 4, 3), make_date(2026, 4, 6)};
        Promise promise;
        promise.id = PromiseId{5};
        promise.amount = Money::centavos(9990);
        promise.until = make_date(2026, 4, 6);
        c.facts.promises = {promise};
        const auto composed = compose(tmpl, c.input(), c.now);
        INFO(tmpl.origin << ": " << (composed.ok() ? "" : composed.error().text()));
        CHECK(composed.ok());
    }
}

TEST_CASE("docs/MESSAGES.md shows every shipped template as it is") {
    std::ifstream in(std::string(EMDIA_SOURCE_DIR) + "/docs/MESSAGES.md");
    const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (const PixButton pix : {PixButton::none, PixButton::order_details}) {
        const auto templates = load_templates(kShipped, pix);
        REQUIRE(templates.ok());
        for (const Template& tmpl : *templates) {
            INFO(tmpl.origin);
            CHECK_THAT(page, Catch::Contains("`" + tmpl.name + "`"));
            CHECK_THAT(page, Catch::Contains("```text\n" + tmpl.body));
            for (const TemplateButton& button : tmpl.buttons) {
                CHECK_THAT(page, Catch::Contains("*" + button.title + "*"));
            }
        }
    }
}

TEST_CASE("a template file is read as it stands") {
    const auto tmpl = parse_template(kGood, "a.toml");
    REQUIRE(tmpl.ok());
    CHECK(tmpl->stage == Stage::before);
    CHECK(tmpl->name == "a_v1");
    CHECK(tmpl->body == "Olá, {{first_name}}!");
    CHECK(tmpl->buttons == std::vector<TemplateButton>{{TemplateButton::Kind::quick_reply, "Já paguei", "paid"}});
    CHECK(tmpl->samples.at("first_name") == "Ana");
    CHECK(tmpl->origin == "a.toml");
}

TEST_CASE("faults in template files are named with file and line, all at once") {
    const test::TempDir dir;
    write(dir.path("a.toml"), "stage = \"sometime\"\nname = 3\nbdy = \"x\"\n");
    write(dir.path("b.toml"), "stage = \n");
    write(dir.path("c.toml"), kGood);
    write(dir.path("d.toml"), std::string(kGood) + "[[buttons]]\ntitle = \"x\"\n");
    write(dir.path("ignored.txt"), "!");
    const auto templates = load_templates(std::filesystem::path(dir.path("a.toml")).parent_path().string());
    REQUIRE_FALSE(templates.ok());
    CHECK(templates.error().kind == ErrorKind::config);
    const std::string& what = templates.error().what;
    CHECK_THAT(what, Catch::Contains("a.toml:1:"));
    CHECK_THAT(what, Catch::Contains("a.toml:2:"));
    CHECK_THAT(what, Catch::Contains("a.toml:3:"));
    CHECK_THAT(what, Catch::Contains("version: is missing"));
    CHECK_THAT(what, Catch::Contains("b.toml:1:"));
    CHECK_THAT(what, Catch::Contains("d.toml:"));
    CHECK_THAT(what, !Catch::Contains("c.toml"));
}

TEST_CASE("a directory without templates is a fault of the configuration") {
    const test::TempDir dir;
    const auto templates = load_templates(dir.path("nothing"));
    REQUIRE_FALSE(templates.ok());
    CHECK_THAT(templates.error().cure, Catch::Contains("templates.dir"));
}

}  // namespace emdia
