#include "daemon/adapters/whatsapp_request.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace emdia {
namespace {

using nlohmann::json;

const Instant kNow = *parse_instant("2026-12-01T12:00:00Z");
const PixPayee kPayee{"PROVEDOR EXEMPLO", "12345678000195", "CNPJ"};

OutgoingMessage to_ana() {
    OutgoingMessage message;
    message.id = MessageId{42};
    message.queued_at = Instant{Millis{1'795'300'000'123}};
    message.to = "+5519999990001";
    return message;
}

json sent(const OutgoingMessage& message) {
    const Result<std::string> body = message_body(message, kPayee, kNow);
    INFO((body.ok() ? "" : body.error().text()));
    REQUIRE(body.ok());
    return json::parse(*body);
}

PaymentCodes quoted_codes() {
    PaymentCodes codes;
    codes.pix = "000201...6304FCB1";
    codes.boleto_line = "34191790010104351004791020150008291070026000";
    codes.original = Money::centavos(9990);
    codes.fine = Money::centavos(200);
    codes.interest = Money::centavos(20);
    codes.total = Money::centavos(10210);
    codes.quoted = true;
    codes.valid_until = make_date(2026, 12, 30);
    return codes;
}

}  // namespace

TEST_CASE("2.3: free text with our row as callback data") {
    OutgoingMessage message = to_ana();
    message.text = "Olá, Ana.";
    CHECK(sent(message) == json::parse(R"({"messaging_product":"whatsapp","recipient_type":"individual",
        "to":"+5519999990001","type":"text","text":{"body":"Olá, Ana.","preview_url":false},
        "biz_opaque_callback_data":"emdia-42-1795300000123"})"));
}

TEST_CASE("2.4: up to three buttons are buttons, more are a list") {
    OutgoingMessage message = to_ana();
    message.text = "Quer negociar?";
    message.buttons = {{"promise_yes:1:2:3", "Sim"}, {"promise_no:1:2:3", "Agora não"}};
    json body = sent(message);
    CHECK(body["type"] == "interactive");
    CHECK(body["interactive"] == json::parse(R"({"type":"button","body":{"text":"Quer negociar?"},"action":{"buttons":[
        {"type":"reply","reply":{"id":"promise_yes:1:2:3","title":"Sim"}},
        {"type":"reply","reply":{"id":"promise_no:1:2:3","title":"Agora não"}}]}})"));
    message.buttons.assign(4, {"human:1:0:0", "Falar com uma pessoa hoje"});
    message.buttons.back().title = "vinte e quatro letras ok";
    CHECK_FALSE(message_body(message, kPayee, kNow).ok());
    message.buttons.assign(4, {"human:1:0:0", "vinte e quatro letras ok"});
    body = sent(message);
    CHECK(body["interactive"]["type"] == "list");
    CHECK(body["interactive"]["action"]["sections"][0]["rows"].size() == 4);
    CHECK(body["interactive"]["action"]["button"] == "Ver opções");
}

TEST_CASE("2.5: a template with named parameters and quick replies in order; white space folded (132018)") {
    OutgoingMessage message = to_ana();
    message.template_name = "emdia_antes_v1";
    message.parameters = {{"first_name", "Ana\n Maria"}, {"amount", "R$ 99,90"}};
    message.buttons = {{"second_copy:1:2:0", "Receber código"}, {"paid:1:2:0", "Já paguei"}};
    CHECK(sent(message)["template"] ==
          json::parse(R"({"name":"emdia_antes_v1","language":{"code":"pt_BR"},"components":[
        {"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana Maria"},
                                     {"type":"text","parameter_name":"amount","text":"R$ 99,90"}]},
        {"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"second_copy:1:2:0"}]},
        {"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"paid:1:2:0"}]}]})"));
}

TEST_CASE("5.1, 5.2: a payment button whose parts add up (B10)") {
    OutgoingMessage message = to_ana();
    message.template_name = "emdia_antes_pix_v1";
    message.pay = quoted_codes();
    message.pay_reference = "emdia-42";
    message.pay_item = "Internet 11/2026";
    const json body = sent(message);
    const json& button = body["template"]["components"][0];
    CHECK(button["sub_type"] == "order_details");
    CHECK(button["index"] == 0);
    const json& order = button["parameters"][0]["action"]["order_details"];
    CHECK(order["reference_id"] == "emdia-42");
    CHECK(order["payment_settings"][0]["pix_dynamic_code"]["key"] == "12345678000195");
    CHECK(order["payment_settings"][1]["boleto"]["digitable_line"] == message.pay->boleto_line);
    CHECK(order["total_amount"] == json::parse(R"({"value":10210,"offset":100})"));
    CHECK(order["order"]["subtotal"]["value"] == 9990);
    CHECK(order["order"]["tax"] == json::parse(R"({"value":220,"offset":100,"description":"Multa e juros"})"));
    CHECK(order["order"]["items"][0]["name"] == "Internet 11/2026");
    // The end of 30 December in Brasília is 03:00 UTC of the 31st.
    CHECK(order["order"]["expiration"]["timestamp"] == "1798686000");
    CHECK(order["order"]["expiration"]["description"] == "Código válido até 30/12");
}

TEST_CASE("5.1: an expiration less than 300 s ahead is left out") {
    OutgoingMessage message = to_ana();
    message.template_name = "t";
    message.pay = quoted_codes();
    message.pay_reference = "r";
    const auto body = message_body(message, kPayee, *parse_instant("2026-12-31T02:56:00Z"));
    REQUIRE(body.ok());
    CHECK_THAT(*body, !Catch::Contains("expiration"));
}

TEST_CASE("5.1: payments that the platform would refuse are not built") {
    OutgoingMessage message = to_ana();
    message.template_name = "t";
    message.pay = quoted_codes();
    message.pay_reference = "r";
    PixPayee payee = kPayee;
    SECTION("parts that do not add up") { message.pay->total = Money::centavos(10211); }
    SECTION("a reference with other characters") { message.pay_reference = "fatura 42"; }
    SECTION("a reference too long") { message.pay_reference = std::string(61, 'a'); }
    SECTION("no code") {
        message.pay->pix.clear();
        message.pay->boleto_line.clear();
    }
    SECTION("a Pix code without the payee's key") {
        message.pay->boleto_line.clear();
        payee.key.clear();
    }
    CHECK_FALSE(message_body(message, payee, kNow).ok());
}

TEST_CASE("what the platform would refuse is refused here, without naming the recipient (E4)") {
    OutgoingMessage message = to_ana();
    message.text = "Olá";
    SECTION("no number") { message.to.clear(); }
    SECTION("no plus") { message.to = "5519999990001"; }
    SECTION("letters") { message.to = "+55199999abcde"; }
    SECTION("no text") { message.text.clear(); }
    SECTION("text too long") { message.text = std::string(4097, 'a'); }
    SECTION("text too long for buttons") {
        message.text = std::string(1025, 'a');
        message.buttons = {{"human:1:0:0", "Pessoa"}};
    }
    SECTION("title too long") { message.buttons = {{"human:1:0:0", std::string(21, 'a')}}; }
    SECTION("payload too long") { message.buttons = {{std::string(201, 'a'), "Pessoa"}}; }
    SECTION("eleven buttons") { message.buttons.assign(11, {"human:1:0:0", "Pessoa"}); }
    const Result<std::string> body = message_body(message, kPayee, kNow);
    REQUIRE_FALSE(body.ok());
    CHECK(body.error().kind == ErrorKind::bad_input);
    CHECK_THAT(body.error().text(), !Catch::Contains("99999"));
}

TEST_CASE("second messages carry callback data that is not the first one's") {
    const OutgoingMessage message = to_ana();
    FollowUp second;
    second.text = "000201...6304FCB1";
    const json text = json::parse(*follow_up_body(message, second));
    CHECK(text["text"]["body"] == second.text);
    CHECK(text["biz_opaque_callback_data"] == "emdia-42-1795300000123-2");
    second.template_name = "emdia_resposta_payment_code_v1";
    second.parameters = {{"payment_code", "000201"}};
    const json tmpl = json::parse(*follow_up_body(message, second));
    CHECK(tmpl["template"]["components"][0]["parameters"][0]["text"] == "000201");
    const json image = json::parse(*image_body(message, "111"));
    CHECK(image["image"]["id"] == "111");
    CHECK_FALSE(message_of_callback(image["biz_opaque_callback_data"].get<std::string>()).has_value());
    CHECK_FALSE(message_of_callback("emdia-42-1795300000123-2").has_value());
}

TEST_CASE("callback data is ours or nobody's") {
    const MessageKey key{MessageId{42}, Instant{Millis{1'795'300'000'123}}};
    CHECK(callback_data(key) == "emdia-42-1795300000123");
    CHECK(message_of_callback(callback_data(key)) == key);
    for (const char* other :
         {"", "emdia-", "emdia-0-1", "emdia--1", "emdia--1-1", "emdia-42", "emdia-42-", "emdia-42x-1", "emdia-42--1",
          "emdia-42-1x", "emdia-42-99999999999999999999", "op-7f3a", "42"}) {
        CHECK_FALSE(message_of_callback(other).has_value());
    }
}

TEST_CASE("broken UTF-8 from an ERP does not stop a message") {
    OutgoingMessage message = to_ana();
    message.text = "Jos\xE9";
    CHECK(sent(message)["text"]["body"] == "Jos\xEF\xBF\xBD");
}

}  // namespace emdia
