// The WhatsApp imitation (whatsapp.md 2, 3, 7, 8, 9, 11).

#include <catch2/catch.hpp>

#include "daemon/adapters/digest.hpp"
#include "tests/lab/lab_fixture.hpp"

namespace emdia::lab {

using nlohmann::json;

namespace {

const std::string ana = "5511900009001";

/// A lab whose webhooks arrive, and a business that sends.
struct Channel {
    Channel() : lab(small_lab(2)), control(lab.ports().control) {
        REQUIRE(control.post("/webhook", {{"url", sink.url()}}).ok());
    }
    [[nodiscard]] Result<HttpAnswer> post(const json& body, const std::string& token = wa::Account{}.token,
                                          const std::string& phone = wa::Account{}.phone_id) const {
        return http_request(
            "POST", "http://127.0.0.1:" + std::to_string(lab.ports().whatsapp) + "/v24.0/" + phone + "/messages",
            body.dump(), {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}}, Seconds{5});
    }
    [[nodiscard]] int error_of(const json& body) const {
        const auto answer = json::parse(post(body).value().body);
        return answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
    }
    void pass(const std::string& duration) const { REQUIRE(control.post("/advance", {{"by", duration}}).ok()); }
    void set(const std::string& fault, std::int64_t value = 0) const { REQUIRE(control.switch_on(fault, value).ok()); }
    void hear_from(const std::string& digits) const {
        REQUIRE(control.post("/text", {{"to", digits}, {"text", "oi"}}).ok());
    }

    Lab lab;
    LabClient control;
    WebhookSink sink;
};

json envelope(const std::string& type, const json& content, const std::string& to = ana) {
    return {{"messaging_product", "whatsapp"},
            {"to", "+" + to},
            {"type", type},
            {type, content},
            {"biz_opaque_callback_data", "emdia-7"}};
}

json reminder(const std::string& to = ana, const std::string& value = "R$ 99,90") {
    return envelope(
        "template",
        {{"name", "emdia_antes_v1"},
         {"language", {{"code", "pt_BR"}}},
         {"components",
          {{{"type", "body"}, {"parameters", {{{"type", "text"}, {"parameter_name", "amount"}, {"text", value}}}}},
           {{"type", "button"},
            {"sub_type", "quick_reply"},
            {"index", "0"},
            {"parameters", {{{"type", "payload"}, {"payload", "paid:7:12:0"}}}}}}}},
        to);
}

json text(const std::string& body) { return envelope("text", {{"body", body}}); }

}  // namespace

TEST_CASE("an accepted template becomes sent, delivered and read by virtual time, with our callback (7.5)") {
    const Channel channel;
    const auto answer = json::parse(channel.post(reminder()).value().body);
    CHECK(answer["messages"][0]["message_status"] == "accepted");
    channel.pass("5s");
    CHECK(channel.sink.statuses() == std::vector<std::string>{"sent"});
    REQUIRE(channel.control.post("/delays", {{"percent_read", 100}}).ok());
    REQUIRE(channel.post(reminder("5511900009002")).ok());
    channel.pass("3m");
    const auto statuses = channel.sink.statuses();
    CHECK(std::count(statuses.begin(), statuses.end(), "delivered") == 2);
    CHECK(std::count(statuses.begin(), statuses.end(), "read") >= 1);
    const json first = json::parse(channel.sink.calls().front().body);
    const json status = first["entry"][0]["changes"][0]["value"]["statuses"][0];
    CHECK(status["id"] == answer["messages"][0]["id"]);
    CHECK(status["biz_opaque_callback_data"] == "emdia-7");
}

TEST_CASE("webhook bodies are ASCII with escaped slashes and signed over those bytes (7.2)") {
    const Channel channel;
    REQUIRE(channel.control.post("/text", {{"to", ana}, {"text", "não/👍"}}).ok());
    REQUIRE(channel.sink.calls().size() == 1);
    const HttpCall call = channel.sink.calls().front();
    CHECK(std::all_of(call.body.begin(), call.body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    CHECK(call.body.find("n\\u00e3o\\/\\ud83d\\udc4d") != std::string::npos);
    CHECK(call.header("x-hub-signature-256") == "sha256=" + hmac_sha256_hex(wa::Account{}.app_secret, call.body));
    CHECK(channel.sink.inbound().front()["text"]["body"] == "não/👍");
    channel.set("wa.bad_signature");
    channel.hear_from(ana);
    const HttpCall wrong = channel.sink.calls().back();
    CHECK(wrong.header("x-hub-signature-256") != "sha256=" + hmac_sha256_hex(wa::Account{}.app_secret, wrong.body));
}

TEST_CASE("a webhook that is not answered 200 comes again with growing gaps (7.3)") {
    Channel channel;
    channel.sink.answer_with(503);
    channel.hear_from(ana);
    channel.pass("2m");
    CHECK(channel.sink.calls().size() == 4);  // At once, after 1 s, 10 s, 1 min.
    channel.sink.answer_with(200);
    channel.pass("1h");
    CHECK(channel.sink.calls().size() == 5);
}

TEST_CASE("verification asks with the token and wants the challenge back (7.1)") {
    const Channel channel;
    CHECK(channel.control.post("/webhook", {{"verify", true}})->at("verified") == true);
}

TEST_CASE("what is wrong with a send gets Meta's code (section 9)") {
    const Channel channel;
    CHECK(json::parse(channel.post(reminder(), "wrong")->body)["error"]["code"] == 190);
    CHECK(channel.post(reminder(), "wrong")->status == 401);
    CHECK(json::parse(channel.post(reminder(), wa::Account{}.token, "999")->body)["error"]["code"] == 33);
    CHECK(channel.error_of(text("oi")) == 131047);
    CHECK(channel.error_of(reminder(ana, "duas\nlinhas")) == 132018);
    CHECK(channel.error_of(reminder(wa::Account{}.number)) == 131021);
    channel.hear_from(ana);
    CHECK(channel.error_of(text(std::string(4097, 'a'))) == 131009);
    CHECK(channel.error_of(text("oi")) == 0);
    CHECK(channel.error_of(envelope("sticker", json::object())) == 131051);
    const json four_buttons{{"type", "button"},
                            {"body", {{"text", "?"}}},
                            {"action",
                             {{"buttons",
                               {{{"reply", {{"id", "1"}, {"title", "a"}}}},
                                {{"reply", {{"id", "2"}, {"title", "b"}}}},
                                {{"reply", {{"id", "3"}, {"title", "c"}}}},
                                {{"reply", {{"id", "4"}, {"title", "d"}}}}}}}}};
    CHECK(channel.error_of(envelope("interactive", four_buttons)) == 131009);
}

TEST_CASE("an order whose amounts do not add up is refused (5.1)") {
    const Channel channel;
    channel.hear_from(ana);
    const auto cents = [](int value) { return json{{"value", value}, {"offset", 100}}; };
    const auto order = [&](int total) {
        return envelope(
            "interactive",
            {{"type", "order_details"},
             {"body", {{"text", "Sua fatura"}}},
             {"action",
              {{"parameters",
                {{"reference_id", "FAT42-1"},
                 {"payment_settings", {{{"type", "pix_dynamic_code"}, {"pix_dynamic_code", {{"code", "0002"}}}}}},
                 {"total_amount", cents(total)},
                 {"order",
                  {{"items", {{{"amount", cents(9990)}, {"quantity", 1}}}},
                   {"subtotal", cents(9990)},
                   {"tax", cents(0)}}}}}}}});
    };
    CHECK(channel.error_of(order(9991)) == 131009);
    CHECK(channel.error_of(order(9990)) == 0);
    CHECK(channel.control.get("/messages")->back()["pix"] == "0002");
}

TEST_CASE("the window closes 24 hours after the last inbound message (section 3)") {
    const Channel channel;
    channel.hear_from(ana);
    channel.pass("23h");
    CHECK(channel.error_of(text("oi")) == 0);
    channel.pass("61m");
    CHECK(channel.error_of(text("oi")) == 131047);
    channel.set("wa.window_by_status");
    CHECK(channel.error_of(text("oi")) == 0);
    channel.pass("1m");
    CHECK(channel.sink.statuses().back() == "failed");
}

TEST_CASE("throughput, pair and tier limits (section 8)") {
    const Channel channel;
    SECTION("46 at once to one person are one too many") {
        int refused = 0;
        for (int i = 0; i < 46; ++i) {
            refused += channel.error_of(reminder()) == 131056 ? 1 : 0;
        }
        CHECK(refused == 1);
        channel.pass("6s");
        CHECK(channel.error_of(reminder()) == 0);
    }
    SECTION("81 in a second are one too many, and 429 by switch") {
        for (int i = 0; i < 80; ++i) {
            REQUIRE(channel.error_of(reminder("55119000" + std::to_string(10'000 + i))) == 0);
        }
        CHECK(channel.error_of(reminder()) == 130429);
        channel.set("wa.http_429");
        CHECK(channel.post(reminder())->status == 429);
        channel.pass("1s");
        CHECK(channel.error_of(reminder()) == 0);
    }
    SECTION("the tier counts people, not messages") {
        REQUIRE(channel.control.post("/delays", {{"tier", 2}}).ok());
        CHECK(channel.error_of(reminder("5511900000001")) == 0);
        CHECK(channel.error_of(reminder("5511900000002")) == 0);
        CHECK(channel.error_of(reminder("5511900000001")) == 0);
        CHECK(channel.error_of(reminder("5511900000003")) == 131064);
        channel.hear_from("5511900000003");
        CHECK(channel.error_of(reminder("5511900000003")) == 0);
        channel.pass("25h");
        CHECK(channel.error_of(reminder("5511900000004")) == 0);
    }
}

TEST_CASE("registered templates are checked by name, language, parameters and state (4.1, 132000, 132001, 132015)") {
    const Channel channel;
    REQUIRE(channel.control
                .post("/templates",
                      {{"name", "emdia_antes_v1"},
                       {"language", "pt_BR"},
                       {"category", "UTILITY"},
                       {"components",
                        {{{"type", "BODY"}, {"text", "Valor {{amount}} e só."}},
                         {{"type", "BUTTONS"}, {"buttons", {{{"type", "QUICK_REPLY"}, {"text", "Já paguei"}}}}}}}})
                .ok());
    CHECK(channel.error_of(reminder()) == 0);
    const json kept = channel.control.get("/messages")->back();
    CHECK(kept["text"] == "Valor R$ 99,90 e só.");
    CHECK(kept["buttons"][0]["title"] == "Já paguei");
    json other = reminder();
    other["template"]["name"] = "emdia_depois_v1";
    CHECK(channel.error_of(other) == 132001);
    json without = reminder();
    without["template"]["components"].erase(0);
    CHECK(channel.error_of(without) == 132000);
    REQUIRE(channel.control.switch_on("wa.template_paused", 0, "emdia_antes_v1").ok());
    CHECK(channel.error_of(reminder()) == 132015);
}

TEST_CASE("accept and drop: the message exists although the line closed; twice sent is twice there (11.6, 11.7)") {
    const Channel channel;
    REQUIRE(channel.control.post("/faults", {{"name", "wa.drop_after_accept"}, {"count", 1}}).ok());
    CHECK_FALSE(channel.post(reminder()).ok());
    CHECK(channel.control.get("/messages")->size() == 1);
    CHECK(channel.post(reminder()).ok());
    CHECK(channel.control.get("/messages")->size() == 2);
    REQUIRE(channel.control.post("/faults", {{"name", "wa.drop_before_accept"}, {"count", 1}}).ok());
    CHECK_FALSE(channel.post(reminder()).ok());
    CHECK(channel.control.get("/messages")->size() == 2);
    REQUIRE(channel.control.post("/faults", {{"name", "wa.http_500_after_accept"}, {"count", 1}}).ok());
    CHECK(channel.post(reminder())->status == 500);
    CHECK(channel.control.get("/messages")->size() == 3);
}

TEST_CASE("faults of delivery (11.5)") {
    const Channel channel;
    SECTION("a code on demand for one recipient") {
        REQUIRE(channel.control.switch_on("wa.error", 131026, ana).ok());
        CHECK(channel.error_of(reminder()) == 131026);
        CHECK(channel.error_of(reminder("5511900009002")) == 0);
    }
    SECTION("failed later, with its code") {
        channel.set("wa.fail_later", 131049);
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("1m");
        CHECK(channel.sink.statuses() == std::vector<std::string>{"failed"});
    }
    SECTION("twice") {
        channel.set("wa.duplicate");
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("10s");
        CHECK(channel.sink.statuses() == std::vector<std::string>{"sent", "sent", "delivered", "delivered"});
    }
    SECTION("in the wrong order") {
        channel.set("wa.reorder");
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("10s");
        CHECK(channel.sink.statuses() == std::vector<std::string>{"delivered", "sent"});
    }
    SECTION("not at all") {
        channel.set("wa.lose");
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("10m");
        CHECK(channel.sink.calls().empty());
    }
    SECTION("never delivered; read without delivered") {
        channel.set("wa.never_delivered");
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("10m");
        CHECK(channel.sink.statuses() == std::vector<std::string>{"sent"});
        REQUIRE(channel.control.switch_off("wa.never_delivered").ok());
        channel.set("wa.read_without_delivered");
        REQUIRE(channel.error_of(reminder()) == 0);
        channel.pass("10m");
        CHECK(channel.sink.statuses() == std::vector<std::string>{"sent", "sent", "read"});
    }
    SECTION("several in one webhook") {
        channel.set("wa.batch", 30);
        REQUIRE(channel.error_of(reminder()) == 0);
        REQUIRE(channel.error_of(reminder("5511900009002")) == 0);
        channel.pass("1m");
        CHECK(channel.sink.calls().size() == 1);
        CHECK(channel.sink.statuses().size() == 4);
    }
    SECTION("without the phone number") {
        channel.set("wa.hide_phone");
        channel.hear_from(ana);
        CHECK_FALSE(channel.sink.inbound().front().contains("from"));
        CHECK(channel.sink.inbound().front().contains("from_user_id"));
    }
    SECTION("without the ninth digit") {
        channel.set("wa.ninth_digit");
        const auto answer = json::parse(channel.post(reminder())->body);
        CHECK(answer["contacts"][0]["wa_id"] == "551100009001");
    }
}

TEST_CASE("a pressed button echoes its payload and quotes the message (7.4)") {
    const Channel channel;
    const auto sent = json::parse(channel.post(reminder()).value().body);
    REQUIRE(channel.control.post("/press", {{"to", ana}, {"button", "paid"}}).ok());
    const json message = channel.sink.inbound().front();
    CHECK(message["type"] == "button");
    CHECK(message["button"]["payload"] == "paid:7:12:0");
    CHECK(message["context"]["id"] == sent["messages"][0]["id"]);
    CHECK_FALSE(channel.control.post("/press", {{"to", ana}, {"button", "no such"}}).ok());
}

TEST_CASE("media are uploaded, looked up, downloaded and deleted (section 6)") {
    const Channel channel;
    const std::string base = "http://127.0.0.1:" + std::to_string(channel.lab.ports().whatsapp);
    const std::vector<std::pair<std::string, std::string>> token{{"Authorization", "Bearer " + wa::Account{}.token}};
    auto form = token;
    form.emplace_back("Content-Type", "multipart/form-data; boundary=b");
    const auto up = http_request("POST", base + "/v24.0/" + wa::Account{}.phone_id + "/media",
                                 "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"q.png\"\r\n"
                                 "Content-Type: image/png\r\n\r\nPNG\r\n--b--\r\n",
                                 form);
    REQUIRE(up.ok());
    const std::string id = json::parse(up->body).at("id");
    const auto found = json::parse(http_request("GET", base + "/v24.0/" + id, "", token)->body);
    CHECK(found["mime_type"] == "image/png");
    CHECK(found["sha256"] == Sha256Digest{}.sha256_hex("PNG"));
    CHECK(http_request("GET", found["url"], "", token)->body == "PNG");
    CHECK(http_request("DELETE", base + "/v24.0/" + id, "", token)->status == 200);
    CHECK(http_request("GET", base + "/v24.0/" + id, "", token)->status == 400);
}

}  // namespace emdia::lab
