#include <catch2/catch.hpp>

#include "tests/core/template_fixture.hpp"

namespace emdia {
namespace {

using test::ComposeCase;

Template with_body(Stage stage, std::string body) {
    Template tmpl;
    tmpl.stage = stage;
    tmpl.name = "emdia_teste_v1";
    tmpl.version = "3";
    tmpl.body = std::move(body);
    return tmpl;
}

constexpr const char* kIdentity = " {{isp_name}}, CNPJ {{isp_cnpj}}, {{isp_address}}.";

std::string refusal(const Template& tmpl, const ComposeCase& c) {
    const auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE_FALSE(composed.ok());
    CHECK(composed.error().kind == ErrorKind::internal);
    CHECK_THAT(composed.error().what, Catch::StartsWith("template emdia_teste_v1 3: "));
    return composed.error().what;
}

}  // namespace

TEST_CASE("A17: a template is filled with the facts, parameters in its order, and names its protocol") {
    ComposeCase c;
    const Template tmpl = with_body(
        Stage::notice, std::string("Olá, {{first_name}}: contrato {{contract_masked}}, {{reference_month}}, vencida em "
                                   "{{due_date}}, suspensão em {{suspend_from_date}}, protocolo {{protocol}}.") +
                           kIdentity);
    const auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->template_name == "emdia_teste_v1");
    CHECK(composed->template_version == "3");
    CHECK(composed->protocol == "20260316-0000042");
    CHECK(composed->text ==
          "Olá, Ana: contrato final 01, março/2026, vencida em 10/03/2026, suspensão em 01/04/2026, protocolo "
          "20260316-0000042. Provedor Exemplo, CNPJ 12.345.678/0001-95, Rua das Flores, 100, Campinas/SP.");
    REQUIRE(composed->parameters.size() == 9);
    CHECK(composed->parameters.front() == std::pair<std::string, std::string>{"first_name", "Ana"});
    CHECK(composed->parameters.back().first == "isp_address");
}

TEST_CASE("B10: amounts are what the ERP asks, part by part") {
    ComposeCase c(Stage::promise_reminder);
    const Template tmpl = with_body(Stage::promise_reminder,
                                    "Valor: {{original}} + {{fine}} + {{interest}} = {{total}}; "
                                    "ou {{amount_detail}}; ou {{amount}}.");
    auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->text ==
          "Valor: R$ 99,90 + R$ 2,00 + R$ 0,20 = R$ 102,10; ou R$ 102,10 (original R$ 99,90, multa "
          "R$ 2,00, juros R$ 0,20); ou R$ 102,10.");
    SECTION("parts that do not add up are refused") {
        c.codes.total = Money::centavos(10211);
        CHECK_THAT(refusal(tmpl, c), Catch::Contains("B10"));
    }
    SECTION("a negative part is refused") {
        c.codes.fine = Money::centavos(-200);
        c.codes.total = Money::centavos(9810);
        CHECK_THAT(refusal(tmpl, c), Catch::Contains("B10"));
    }
    SECTION("8.1: without a quote only the original is named, nothing is invented") {
        c.codes.quoted = false;
        composed = compose(tmpl, c.input(), c.now);
        REQUIRE(composed.ok());
        CHECK(composed->text == "Valor: R$ 99,90 + não incluída + não incluídos = R$ 99,90; ou R$ 99,90; ou R$ 99,90.");
    }
    SECTION("8.6: a partly paid invoice shows the rest") {
        c.codes = PaymentCodes{};
        c.facts.invoices.front().open = Money::centavos(5000);
        composed = compose(tmpl, c.input(), c.now);
        REQUIRE(composed.ok());
        CHECK_THAT(composed->text, Catch::Contains("ou R$ 50,00."));
    }
}

TEST_CASE("a text with a hole is refused, naming the variable") {
    ComposeCase c(Stage::unblocked);
    SECTION("no date of suspension") {
        c.wish.suspend_from.reset();
        CHECK_THAT(refusal(with_body(Stage::unblocked, "Dia {{suspend_day}}."), c), Catch::Contains("{{suspend_day}}"));
    }
    SECTION("no code") {
        c.codes.pix.clear();
        CHECK_THAT(refusal(with_body(Stage::unblocked, "Use {{payment_code}}."), c),
                   Catch::Contains("{{payment_code}}"));
    }
    SECTION("no invoice") {
        c.wish.invoice = InvoiceId{};
        CHECK_THAT(refusal(with_body(Stage::unblocked, "De {{reference_month}}."), c),
                   Catch::Contains("{{reference_month}}"));
    }
    SECTION("no promise") {
        CHECK_THAT(refusal(with_body(Stage::unblocked, "Até {{promise_date}}."), c),
                   Catch::Contains("{{promise_date}}"));
    }
    SECTION("no such variable") {
        CHECK_THAT(refusal(with_body(Stage::unblocked, "Até {{tomorrow}}."), c), Catch::Contains("{{tomorrow}}"));
    }
}

TEST_CASE("a subscriber without a first name is addressed as cliente") {
    ComposeCase c(Stage::unblocked);
    c.facts.subscriber.first_name = " \n";
    c.facts.subscriber.first_name.clear();
    const auto composed = compose(with_body(Stage::unblocked, "Olá, {{first_name}}."), c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->text == "Olá, cliente.");
}

TEST_CASE("132018: white space inside values is folded") {
    ComposeCase c(Stage::unblocked);
    c.facts.subscriber.first_name = " Ana\n Maria\t";
    const auto composed = compose(with_body(Stage::unblocked, "Olá, {{first_name}}."), c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->parameters.front().second == "Ana Maria");
}

TEST_CASE("132005: a text that grows beyond 1024 characters is refused") {
    ComposeCase c(Stage::unblocked);
    c.facts.subscriber.first_name = std::string(1100, 'a');
    CHECK_THAT(refusal(with_body(Stage::unblocked, "Olá, {{first_name}}."), c), Catch::Contains("1024"));
}

TEST_CASE("I6, F7: nothing is called overdue before the effective due date has ended in both zones") {
    ComposeCase c(Stage::after);
    c.wish.suspend_from.reset();
    const Template tmpl = with_body(Stage::after, std::string("Fatura vencida em {{due_date}}.") + kIdentity);
    c.now = *parse_instant("2026-03-11T02:59:59Z");  // 23:59:59 of the due day in Brasília
    CHECK_THAT(refusal(tmpl, c), Catch::Contains("I6"));
    c.now = *parse_instant("2026-03-11T03:00:00Z");
    CHECK(compose(tmpl, c.input(), c.now).ok());

    const FixedZone acre{Minutes{-300}};
    const DecisionContext far_west{c.policy, c.calendar, acre, c.zone};
    const ComposeInput input{c.facts, c.wish, c.codes, c.isp, c.offer, far_west, "p"};
    CHECK_FALSE(compose(tmpl, input, c.now).ok());
    CHECK(compose(tmpl, input, *parse_instant("2026-03-11T05:00:00Z")).ok());
}

TEST_CASE("I6: a due date on a Sunday is overdue only after the Monday") {
    ComposeCase c(Stage::after);
    c.facts.invoices.front().due = make_date(2026, 3, 8);
    const Template tmpl = with_body(Stage::after, std::string("Fatura vencida em {{due_date}}.") + kIdentity);
    c.now = *parse_instant("2026-03-09T15:00:00Z");
    CHECK_THAT(refusal(tmpl, c), Catch::Contains("I6"));
    c.now = *parse_instant("2026-03-10T15:00:00Z");
    CHECK(compose(tmpl, c.input(), c.now).ok());
}

TEST_CASE("A1: a notice that names a date inside its own period is refused") {
    ComposeCase c;
    const Template tmpl = with_body(Stage::notice, std::string("Suspensão em {{suspend_from_date}}.") + kIdentity);
    c.wish.suspend_from = make_date(2026, 3, 31);
    CHECK_THAT(refusal(tmpl, c), Catch::Contains("A1"));
    c.wish.suspend_from = make_date(2026, 4, 1);
    CHECK(compose(tmpl, c.input(), c.now).ok());
}

TEST_CASE("a heads-up for today or yesterday is refused") {
    ComposeCase c(Stage::headsup);
    c.wish.suspend_from = make_date(2026, 3, 16);
    CHECK_THAT(refusal(with_body(Stage::headsup, std::string("Dia {{suspend_day}}.") + kIdentity), c),
               Catch::Contains("not ahead"));
}

TEST_CASE("section 4: what the linter would not pass is not sent; data of the subscriber is not judged") {
    ComposeCase c(Stage::unblocked);
    CHECK_THAT(refusal(with_body(Stage::unblocked, "Última chance, {{first_name}}."), c), Catch::Contains("B1"));
    c.facts.subscriber.first_name = "JUSTINO";
    CHECK(compose(with_body(Stage::unblocked, "Olá, {{first_name}}, código {{payment_code}} aqui."), c.input(), c.now)
              .ok());
}

TEST_CASE("buttons carry account, invoice and promise; the dates of the offer one each") {
    ComposeCase c(Stage::reply);
    Template tmpl = with_body(Stage::reply, "Escolha a data, {{first_name}}.");
    tmpl.buttons = {{TemplateButton::Kind::quick_reply, "{{offer_date}}", "promise_pick"},
                    {TemplateButton::Kind::quick_reply, "Falar com atendente", "human"}};
    c.offer.allowed = true;
    c.offer.dates = {make_date(2026, 4, 2), make_date(2026, 4, 6)};
    const auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE(composed.ok());
    const std::vector<std::pair<std::string, std::string>> expected{
        {"promise_pick:77:42:0:2026-04-02", "quinta-feira 02/04"},
        {"promise_pick:77:42:0:2026-04-06", "segunda-feira 06/04"},
        {"human:77:42:0", "Falar com atendente"}};
    CHECK(composed->buttons == expected);
    SECTION("no date to offer") {
        c.offer.allowed = false;
        CHECK_THAT(refusal(tmpl, c), Catch::Contains("no date to offer"));
    }
}

TEST_CASE("a promise is named by day and amount, and so is the return of the suspension") {
    ComposeCase c(Stage::promise_broken);
    Promise promise;
    promise.id = PromiseId{5};
    promise.invoices = {InvoiceId{42}};
    promise.amount = Money::centavos(9990);
    promise.until = make_date(2026, 4, 6);
    c.facts.promises = {promise};
    c.wish.promise = PromiseId{5};
    c.wish.invoice = InvoiceId{};
    c.wish.suspend_from.reset();
    c.wish.suspend_at = parse_instant("2026-04-07T17:00:00Z").value();
    c.now = *parse_instant("2026-04-07T12:00:00Z");
    const Template tmpl =
        with_body(Stage::promise_broken,
                  "De {{promise_amount}} até {{promise_date}}; volta {{suspend_at}}; {{reference_month}}.");
    const auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->text == "De R$ 99,90 até segunda-feira, 06/04; volta terça-feira, 07/04, às 14:00; março/2026.");
}

TEST_CASE("an order_details button is announced, and refused without a code") {
    ComposeCase c(Stage::before);
    c.wish.suspend_from.reset();
    Template tmpl = with_body(Stage::before, "Vence em {{due_date}}.");
    tmpl.buttons = {{TemplateButton::Kind::order_details, "Copiar código Pix", ""}};
    tmpl.footer = "Mensagem automática.";
    const auto composed = compose(tmpl, c.input(), c.now);
    REQUIRE(composed.ok());
    CHECK(composed->with_order_details);
    CHECK(composed->buttons.empty());
    CHECK(composed->text == "Vence em 10/03/2026.\n\nMensagem automática.");
    c.codes.pix.clear();
    CHECK_THAT(refusal(tmpl, c), Catch::Contains("no code"));
}

}  // namespace emdia
