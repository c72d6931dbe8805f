#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/core/template_fixture.hpp"

namespace emdia {
namespace {

Template plain_template() {
    Template tmpl;
    tmpl.stage = Stage::before;
    tmpl.name = "emdia_antes_v1";
    tmpl.version = "1";
    tmpl.body =
        "Olá, {{first_name}}! A fatura da {{isp_name}} vence em {{due_date}}, no valor de {{amount}}, sem pressa.";
    tmpl.buttons = {{TemplateButton::Kind::quick_reply, "Receber código", "second_copy"}};
    tmpl.samples = {
        {"first_name", "Ana"}, {"isp_name", "Provedor"}, {"due_date", "10/03/2026"}, {"amount", "R$ 99,90"}};
    tmpl.origin = "before.toml";
    return tmpl;
}

bool says(const Template& tmpl, std::string_view part) {
    const auto faults = lint(tmpl, test::sample_isp());
    return std::any_of(faults.begin(), faults.end(), [&](const LintFault& fault) {
        return fault.origin == tmpl.origin && (fault.what + " [" + fault.rule + "]").find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("a template within all limits has no fault") {
    const auto faults = lint(plain_template(), test::sample_isp());
    for (const LintFault& fault : faults) {
        UNSCOPED_INFO(fault.rule << ": " << fault.what);
    }
    CHECK(faults.empty());
}

TEST_CASE("whatsapp 4.1: name, version, category, body and footer") {
    Template tmpl = plain_template();
    SECTION("name") {
        tmpl.name = "Emdia-Antes";
        CHECK(says(tmpl, "the name must be"));
    }
    SECTION("version: part of the proof (A5)") {
        tmpl.version.clear();
        CHECK(says(tmpl, "[A5]"));
    }
    SECTION("category (D6)") {
        tmpl.category = TemplateCategory::marketing;
        CHECK(says(tmpl, "[D6]"));
    }
    SECTION("body too long") {
        tmpl.body += std::string(1024, 'a');
        CHECK(says(tmpl, "1..1024"));
    }
    SECTION("body too long once filled (132005)") {
        tmpl.samples["first_name"] = std::string(1000, 'a');
        CHECK(says(tmpl, "132005"));
    }
    SECTION("footer too long") {
        tmpl.footer = std::string(61, 'a');
        CHECK(says(tmpl, "footer"));
    }
    SECTION("footer with a variable") {
        tmpl.footer = "Olá {{first_name}}";
        CHECK(says(tmpl, "footer"));
    }
    SECTION("a reply without saying which") {
        tmpl.stage = Stage::reply;
        CHECK(says(tmpl, "which reply"));
    }
}

TEST_CASE("whatsapp 4.1: where variables may stand") {
    Template tmpl = plain_template();
    SECTION("first") {
        tmpl.body = "{{first_name}}, bom dia a todos que leem esta mensagem.";
        CHECK(says(tmpl, "neither begin nor end"));
    }
    SECTION("last") {
        tmpl.body = "Bom dia a todos que leem esta mensagem, {{first_name}}";
        CHECK(says(tmpl, "neither begin nor end"));
    }
    SECTION("side by side") {
        tmpl.body = "Bom dia, {{first_name}} {{isp_name}} a todos que leem esta mensagem.";
        CHECK(says(tmpl, "side by side"));
    }
    SECTION("glued") {
        tmpl.body = "Bom dia, {{first_name}}{{isp_name}} a todos que leem esta mensagem.";
        CHECK(says(tmpl, "side by side"));
    }
    SECTION("too many for the text") {
        tmpl.body = "Oi {{first_name}} de {{isp_name}} em {{due_date}} e {{amount}} ok";
        CHECK(says(tmpl, "too many variables"));
    }
    SECTION("twice") {
        tmpl.body += " Obrigado, {{first_name}}, e bom dia.";
        CHECK(says(tmpl, "stands twice"));
    }
    SECTION("unknown") {
        tmpl.body = "Olá, prezado {{full_name}}, bom dia para todos vocês.";
        CHECK(says(tmpl, "does not exist"));
    }
    SECTION("broken braces") {
        tmpl.body = "Olá {{first_name, bom dia.";
        CHECK(says(tmpl, "{{name}}"));
    }
}

TEST_CASE("whatsapp 4.1: samples are complete, and no more than complete") {
    Template tmpl = plain_template();
    SECTION("missing") {
        tmpl.samples.erase("amount");
        CHECK(says(tmpl, "has no sample"));
    }
    SECTION("unused") {
        tmpl.samples["total"] = "R$ 1,00";
        CHECK(says(tmpl, "does not use"));
    }
    SECTION("with a line end (132018)") {
        tmpl.samples["first_name"] = "Ana\nMaria";
        CHECK(says(tmpl, "[132018]"));
    }
}

TEST_CASE("whatsapp 4.1 and 2.4: buttons") {
    Template tmpl = plain_template();
    const TemplateButton button = tmpl.buttons.front();
    SECTION("title too long") {
        tmpl.buttons.front().title = std::string(26, 'a');
        CHECK(says(tmpl, "1..25"));
    }
    SECTION("an answer also goes as free text: 20 characters, three buttons") {
        tmpl.stage = Stage::promise_confirmed;
        tmpl.buttons.front().title = std::string(21, 'a');
        CHECK(says(tmpl, "1..20"));
        tmpl.buttons = {button, button, button, button};
        CHECK(says(tmpl, "at most three"));
    }
    SECTION("eleven") {
        tmpl.buttons.assign(11, button);
        CHECK(says(tmpl, "at most ten"));
        CHECK(says(tmpl, "stands twice"));
    }
    SECTION("unknown action") {
        tmpl.buttons.front().action = "buy";
        CHECK(says(tmpl, "does not exist"));
    }
    SECTION("variable in a title") {
        tmpl.buttons.front().title = "{{offer_date}}";
        CHECK(says(tmpl, "no variables"));
    }
    SECTION("order_details stands alone (5.2)") {
        tmpl.buttons.push_back({TemplateButton::Kind::order_details, "Copiar código Pix", ""});
        CHECK(says(tmpl, "stands alone"));
    }
    SECTION("words in titles are judged too") {
        tmpl.buttons.front().title = "Quero desconto";
        CHECK(says(tmpl, "[D6]"));
    }
}

TEST_CASE("section 4: dates are computed, never typed") {
    Template tmpl = plain_template();
    tmpl.body = "Olá, {{first_name}}! Pague até 10/03 sem falta.";
    CHECK(says(tmpl, "a date is typed"));
}

TEST_CASE("B10: a total needs its parts, and sample parts add up") {
    Template tmpl = plain_template();
    tmpl.stage = Stage::payment_received;
    tmpl.body = "Olá, tudo certo: o total de {{total}} foi pago hoje.";
    tmpl.samples = {{"total", "R$ 102,10"}};
    CHECK(says(tmpl, "[B10]"));
    tmpl.body =
        "Original {{original}} mais multa {{fine}} mais juros {{interest}} dá total {{total}}, e está tudo certo hoje.";
    tmpl.samples = {{"original", "R$ 99,90"}, {"fine", "R$ 2,00"}, {"interest", "R$ 0,20"}, {"total", "R$ 102,10"}};
    CHECK_FALSE(says(tmpl, "[B10]"));
    tmpl.samples["total"] = "R$ 102,11";
    CHECK(says(tmpl, "do not add up"));
    tmpl.samples["fine"] = "dois";
    CHECK(says(tmpl, "no amount"));
}

TEST_CASE("A3: the formal notice needs its fourteen fields and fixed sentences") {
    Template tmpl = plain_template();
    tmpl.stage = Stage::notice;
    CHECK(says(tmpl, "{{suspend_from_date}} [A3]"));
    CHECK(says(tmpl, "{{protocol}} [A3]"));
    CHECK(says(tmpl, "60 days"));
    CHECK(says(tmpl, "[A8]"));
    CHECK(says(tmpl, "how to dispute"));
    CHECK(says(tmpl, "[D3]"));
    CHECK(says(tmpl, "[G2]"));
}

TEST_CASE("E8, D3: the block message names the review and a person; B4: collection says se já pagou") {
    Template tmpl = plain_template();
    tmpl.stage = Stage::blocked;
    CHECK(says(tmpl, "[E8]"));
    CHECK(says(tmpl, "[D3]"));
    tmpl.buttons = {{TemplateButton::Kind::quick_reply, "Pedir revisão", "review"},
                    {TemplateButton::Kind::quick_reply, "Falar com atendente", "human"}};
    CHECK_FALSE(says(tmpl, "[E8]"));
    CHECK_FALSE(says(tmpl, "[D3]"));
    tmpl.stage = Stage::after;
    CHECK(says(tmpl, "[B4]"));
}

TEST_CASE("a set refuses gaps, twins and faults, and names them all") {
    Template bad = plain_template();
    bad.name = "Bad Name";
    const auto set = TemplateSet::make({plain_template(), bad}, test::sample_isp());
    REQUIRE_FALSE(set.ok());
    CHECK(set.error().kind == ErrorKind::config);
    CHECK_THAT(set.error().what, Catch::Contains("before.toml: the name must be"));
    CHECK_THAT(set.error().what, Catch::Contains("stands in before.toml already"));
    CHECK_THAT(set.error().what, Catch::Contains("no pt_BR template for notice"));
    CHECK_THAT(set.error().what, Catch::Contains("no pt_BR template for reply opted_out"));
}

}  // namespace emdia
