#include "daemon/adapters/whatsapp_response.hpp"

#include <catch2/catch.hpp>

namespace emdia {
namespace {

SendOutcome answered(int status, std::string body) { return outcome_of(HttpResponse{status, {}, std::move(body)}); }
bool unknown(const SendOutcome& outcome) { return std::holds_alternative<SendUnknown>(outcome); }
SendVerdictKind verdict(const SendOutcome& outcome) { return std::get<SendRejected>(outcome).verdict; }

}  // namespace

TEST_CASE("2.2: 200 with a message id is acceptance, never delivery") {
    const auto outcome = answered(200, R"({"contacts":[{"input":"+5581999990001","wa_id":"558199990001"}],
        "messages":[{"id":"wamid.X","message_status":"held_for_quality_assessment"}]})");
    const auto* accepted = std::get_if<SendAccepted>(&outcome);
    REQUIRE(accepted != nullptr);
    CHECK(accepted->provider_id == "wamid.X");
    CHECK(accepted->wa_id == "558199990001");
    CHECK(accepted->held);
    CHECK(std::holds_alternative<SendAccepted>(answered(200, R"({"messages":[{"id":"wamid.Y"}]})")));
}

TEST_CASE("10: an error object means not accepted; its code decides, never the HTTP status") {
    CHECK(verdict(answered(429, R"({"error":{"code":130429}})")) == SendVerdictKind::slow_down);
    CHECK(verdict(answered(400, R"({"error":{"code":130429}})")) == SendVerdictKind::slow_down);
    CHECK(verdict(answered(401, R"({"error":{"code":190}})")) == SendVerdictKind::channel_stopped);
    CHECK(verdict(answered(503, R"({"error":{"code":131016}})")) == SendVerdictKind::retry_later);
}

TEST_CASE("10: no readable answer after the request arrived is unknown, never a failure") {
    CHECK(unknown(answered(500, "")));
    CHECK(unknown(answered(502, "<html>Bad gateway</html>")));
    CHECK(unknown(answered(200, R"({"messages":[{"id":"wam)")));
    CHECK(unknown(answered(200, "{}")));
    CHECK(unknown(answered(200, R"({"messages":[{"id":7}]})")));
    CHECK(unknown(outcome_of(Error{ErrorKind::unknown, "timed out", ""})));
    CHECK(unknown(outcome_of(Error{ErrorKind::protocol, "too large", ""})));
}

TEST_CASE("10: what never left may go again") {
    const auto outcome = outcome_of(Error{ErrorKind::unavailable, "refused", ""});
    CHECK(verdict(outcome) == SendVerdictKind::slow_down);
    CHECK(std::get<SendRejected>(outcome).error.retry_after.has_value());
    CHECK(verdict(outcome_of(Error{ErrorKind::config, "bad URL", "fix it"})) == SendVerdictKind::channel_stopped);
}

TEST_CASE("a refusal of something on the way stops the channel") {
    CHECK(verdict(answered(404, "<html>")) == SendVerdictKind::channel_stopped);
    CHECK(verdict(answered(301, "")) == SendVerdictKind::channel_stopped);
}

TEST_CASE("6: an upload answers with the id of the medium") {
    CHECK(*media_id_of(HttpResponse{200, {}, R"({"id":"111"})"}) == "111");
    CHECK_FALSE(media_id_of(HttpResponse{400, {}, R"({"error":{"code":131053}})"}).ok());
    CHECK_FALSE(media_id_of(HttpResponse{200, {}, "x"}).ok());
    CHECK_FALSE(media_id_of(Error{ErrorKind::unavailable, "x", ""}).ok());
}

}  // namespace emdia
