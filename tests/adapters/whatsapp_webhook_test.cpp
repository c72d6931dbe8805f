#include "daemon/adapters/whatsapp_webhook.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "daemon/adapters/digest.hpp"

namespace emdia {
namespace {

WebhookBatch read(const std::string& body, const std::string& number = "100") {
    Result<WebhookBatch> batch = parse_webhook(body, number);
    REQUIRE(batch.ok());
    return *std::move(batch);
}

std::string messages(const std::string& content) {
    return R"({"object":"whatsapp_business_account","entry":[{"id":"2","changes":[{"field":"messages","value":{
        "messaging_product":"whatsapp","metadata":{"display_phone_number":"551930000000","phone_number_id":"100"},)" +
           content + "}}]}]}";
}

std::string change(const std::string& field, const std::string& value) {
    return R"({"entry":[{"changes":[{"field":")" + field + R"(","value":)" + value + "}]}]}";
}

InboundMessage inbound(const std::string& rest) {
    const WebhookBatch batch = read(messages(
        R"("messages":[{"from":"558199990001","from_user_id":"BR.1","id":"wamid.IN1","timestamp":"1795300000",)" +
        rest + "}]"));
    REQUIRE(batch.inbound.size() == 1);
    return batch.inbound.front();
}

}  // namespace

TEST_CASE("7.2: the signature is over the raw bytes, escapes and all") {
    const std::string secret = "app secret";
    const std::string body = R"({"text":"Jo\u00e3o \ud83d\ude00","url":"https:\/\/x"})";
    const std::string header = "sha256=" + hmac_sha256_hex(secret, body);
    CHECK(signature_fits(secret, body, header));
    CHECK_FALSE(signature_fits(secret, body + " ", header));
    CHECK_FALSE(signature_fits("other", body, header));
    CHECK_FALSE(signature_fits(secret, body, header.substr(7)));
    CHECK_FALSE(signature_fits(secret, body, "sha1=" + header.substr(7)));
    CHECK_FALSE(signature_fits(secret, body, "sha256="));
    CHECK_FALSE(signature_fits(secret, body, ""));
    CHECK_FALSE(signature_fits("", body, "sha256=" + hmac_sha256_hex("", body)));
}

TEST_CASE("7.4: text, with the ninth digit put back (2.1) and escapes decoded") {
    const InboundMessage in = inbound(R"("type":"text","text":{"body":"pago ter\u00e7a \ud83d\ude00"})");
    CHECK(in.kind == InboundKind::text);
    CHECK(in.from == "+5581999990001");
    CHECK(in.user_id == "BR.1");
    CHECK(in.provider_id == "wamid.IN1");
    CHECK(in.at == Instant{Seconds{1795300000}});
    CHECK(in.text == "pago terça \xF0\x9F\x98\x80");
}

TEST_CASE("7.4: buttons of templates and of interactive messages, and list rows") {
    const InboundMessage quick = inbound(
        R"("type":"button","button":{"payload":"paid:1:42:0","text":"Já paguei"},"context":{"from":"55","id":"wamid.OUT1"})");
    CHECK(quick.kind == InboundKind::button);
    CHECK(quick.payload == "paid:1:42:0");
    CHECK(quick.text == "Já paguei");
    CHECK(quick.context_provider_id == "wamid.OUT1");
    const InboundMessage reply = inbound(
        R"("type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"promise_yes:1:2:3","title":"Sim"}})");
    CHECK(reply.kind == InboundKind::button);
    CHECK(reply.payload == "promise_yes:1:2:3");
    const InboundMessage row = inbound(
        R"("type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"d","title":"Sex","description":"x"}})");
    CHECK(row.payload == "d");
    CHECK(inbound(R"("type":"interactive","interactive":{"type":"nfm_reply"})").kind == InboundKind::other);
}

TEST_CASE("7.4: media, system messages and what is not supported") {
    const InboundMessage audio =
        inbound(R"("type":"audio","audio":{"id":"999","mime_type":"audio/ogg; codecs=opus","voice":true})");
    CHECK(audio.kind == InboundKind::media);
    CHECK(audio.media_id == "999");
    CHECK(audio.media_type == "audio/ogg; codecs=opus");
    const InboundMessage image = inbound(R"("type":"image","image":{"id":"998","caption":"comprovante"})");
    CHECK(image.text == "comprovante");
    const InboundMessage moved =
        inbound(R"("type":"system","system":{"type":"user_changed_number","wa_id":"5519988880002","body":"…"})");
    CHECK(moved.kind == InboundKind::system);
    CHECK(moved.text == "user_changed_number");
    CHECK(moved.payload == "+5519988880002");
    CHECK(inbound(R"("type":"reaction","reaction":{"emoji":"x"})").kind == InboundKind::other);
    CHECK(inbound(R"("type":"unsupported","errors":[{"code":131051}])").kind == InboundKind::other);
    CHECK(inbound(R"("type":"brand_new","brand_new":{"a":[1]})").kind == InboundKind::other);
}

TEST_CASE("7.7: a sender without a number is a sender") {
    const WebhookBatch batch = read(messages(
        R"("messages":[{"from_user_id":"BR.1","id":"wamid.IN1","timestamp":"1","type":"text","text":{"body":"oi"}}])"));
    REQUIRE(batch.inbound.size() == 1);
    CHECK(batch.inbound[0].from.empty());
    CHECK(batch.inbound[0].user_id == "BR.1");
}

TEST_CASE("7.5: statuses with our id and without it") {
    const WebhookBatch batch = read(messages(R"("statuses":[
        {"id":"wamid.1","status":"sent","timestamp":"1795300010","recipient_id":"558199990001","biz_opaque_callback_data":"emdia-42-1795300000123","pricing":{"billable":true}},
        {"id":"wamid.1","status":"delivered","timestamp":1795300011},
        {"id":"wamid.1","status":"read","timestamp":"1795300012"},
        {"id":"wamid.1","status":"played","timestamp":"1795300013"},
        {"id":"wamid.2","status":"sent","timestamp":"1","biz_opaque_callback_data":"emdia-42-1795300000123-2"},
        {"id":"wamid.3","status":"captured","type":"payment"},
        {"status":"sent"}])"));
    REQUIRE(batch.statuses.size() == 5);
    CHECK(batch.statuses[0].id == MessageId{42});
    CHECK(batch.statuses[0].queued_at == Instant{Millis{1'795'300'000'123}});
    CHECK(batch.statuses[0].state == MessageState::sent);
    CHECK(batch.statuses[0].at == Instant{Seconds{1795300010}});
    CHECK(batch.statuses[0].recipient == "558199990001");
    CHECK_FALSE(batch.statuses[1].id.has_value());
    CHECK(batch.statuses[1].state == MessageState::delivered);
    CHECK(batch.statuses[1].at == Instant{Seconds{1795300011}});
    CHECK(batch.statuses[2].state == MessageState::read);
    CHECK(batch.statuses[3].state == MessageState::read);
    CHECK_FALSE(batch.statuses[4].id.has_value());
}

TEST_CASE("7.5: a failure carries its code and what it means") {
    const WebhookBatch batch = read(messages(
        R"("statuses":[{"id":"wamid.1","status":"failed","timestamp":"1","errors":[{"code":131026,"title":"x"}]}],
           "errors":[{"code":131042}])"));
    REQUIRE(batch.statuses.size() == 1);
    CHECK(batch.statuses[0].code == 131026);
    CHECK(batch.statuses[0].verdict == SendVerdictKind::undeliverable);
    REQUIRE(batch.notices.size() == 1);
    CHECK(batch.notices[0].kind == "account");
    CHECK(batch.notices[0].value == "ERROR 131042");
}

TEST_CASE("7.3: every entry, change and update is read; another number's are not ours") {
    const std::string ours = R"({"field":"messages","value":{"metadata":{"phone_number_id":"100"},"statuses":[
        {"id":"a","status":"sent","timestamp":"1"},{"id":"b","status":"sent","timestamp":"1"}]}})";
    const std::string other = R"({"field":"messages","value":{"metadata":{"phone_number_id":"999"},"statuses":[
        {"id":"c","status":"sent","timestamp":"1"}]}})";
    const std::string body = R"({"entry":[{"changes":[)" + ours + "," + other + R"(]},{"changes":[)" + ours + "]}]}";
    CHECK(read(body).statuses.size() == 4);
    CHECK(read(body, "").statuses.size() == 5);
}

TEST_CASE("4.5: template news are told apart by their keys") {
    const auto one = [](const std::string& field, const std::string& value) {
        const WebhookBatch batch = read(change(field, value));
        REQUIRE(batch.notices.size() == 1);
        return batch.notices.front();
    };
    const ChannelNotice paused = one("message_template_status_update",
                                     R"({"event":"PAUSED","message_template_id":9,"message_template_name":"t"})");
    CHECK(paused.kind == "template_status");
    CHECK(paused.subject == "t");
    CHECK(paused.value == "PAUSED");
    const WebhookBatch approved =
        read(change("message_template_status_update",
                    R"({"event":"APPROVED","message_template_name":"t","message_template_category":"UTILITY"})"));
    REQUIRE(approved.notices.size() == 2);
    CHECK(approved.notices[0].kind == "template_category");
    CHECK(approved.notices[0].value == "UTILITY");
    CHECK(approved.notices[1].value == "APPROVED");
    const ChannelNotice quality =
        one("message_template_status_update",
            R"({"previous_quality_score":"GREEN","new_quality_score":"RED","message_template_name":"t"})");
    CHECK(quality.kind == "template_quality");
    CHECK(quality.value == "RED");
    const ChannelNotice warning =
        one("template_category_update",
            R"({"message_template_name":"t","correct_category":"MARKETING","new_category":"UTILITY"})");
    CHECK(warning.kind == "template_category");
    CHECK(warning.value == "SOON_MARKETING");
    const ChannelNotice changed =
        one("template_category_update",
            R"({"message_template_name":"t","previous_category":"UTILITY","new_category":"MARKETING"})");
    CHECK(changed.value == "MARKETING");
    CHECK(one("phone_number_quality_update", R"({"display_phone_number":"55","current_limit":"TIER_2K"})").value ==
          "TIER_2K");
    CHECK(one("business_capability_update", R"({"max_daily_conversations_per_business":2000})").value == "2000");
    CHECK(one("account_update", R"({"event":"ACCOUNT_RESTRICTION"})").kind == "account");
    CHECK(read(change("user_preferences", R"({"user_preferences":[]})")).notices.empty());
}

TEST_CASE("only a body that is no JSON object is unreadable; odd shapes are empty") {
    for (const char* body : {"", "<html>", "[]", "1", "{\"entry\":[", "\xff"}) {
        CHECK_FALSE(parse_webhook(body, "100").ok());
    }
    for (
        const char* body :
        {"{}", R"({"entry":1})", R"({"entry":[1,null,{"changes":{}}]})", R"({"entry":[{"changes":[{"value":[]}]}]})",
         R"({"entry":[{"changes":[{"field":"messages","value":{"statuses":[null,1,{}],"messages":[[],{"id":{}}]}}]}]})"}) {
        const WebhookBatch batch = read(body);
        CHECK(batch.statuses.empty());
        CHECK(batch.inbound.empty());
    }
    CHECK(inbound(R"("type":"text","text":"not an object")").text.empty());
    CHECK(inbound(R"("type":7)").kind == InboundKind::other);
}

TEST_CASE("times out of range are zero, not overflow") {
    const WebhookBatch batch = read(messages(
        R"("statuses":[{"id":"a","status":"sent","timestamp":"99999999999999999"},{"id":"b","status":"sent","timestamp":"-5"}])"));
    REQUIRE(batch.statuses.size() == 2);
    CHECK(batch.statuses[0].at == Instant{});
    CHECK(batch.statuses[1].at == Instant{});
}

TEST_CASE("any bytes are read without harm") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto batch = parse_webhook(bytes, "100");
        const bool harmless = !batch.ok() || batch->statuses.empty();
        RC_ASSERT(harmless);
    }));
}

}  // namespace emdia
