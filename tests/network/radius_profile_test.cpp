#include <catch2/catch.hpp>

#include "network/radius/profile_files.hpp"
#include "network/radius/radius_request.hpp"
#include "network/radius/radius_verdict.hpp"
#include "tests/support/radius_answers.hpp"

namespace emdia::testing {
namespace {

const std::string secret = "emdia-Secret-01";

RadiusProfiles installed() {
    auto profiles = load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles");
    REQUIRE(profiles.ok());
    return *profiles;
}

DesiredAccess wish(const std::string& session_id, Access access = Access::blocked) {
    DesiredAccess desired;
    desired.connection.login = "maria@isp";
    desired.connection.session_id = session_id;
    desired.access = access;
    return desired;
}

Result<RadiusRequest> made(const std::string& profile, const DesiredAccess& desired, bool drop = false,
                           const NasConfig& nas = {}) {
    return make_radius_request(nas, installed().at(profile), desired, drop, Identity::full, Instant{});
}

std::string packet(const std::string& profile, std::uint8_t id, const DesiredAccess& desired) {
    const RadiusRequest request = made(profile, desired).value();
    return to_hex(encode_request(request.code, id, request.attributes, secret, MessageAuthenticator::off).value());
}

TEST_CASE("profiles make the packets that radclient makes with Debian's dictionaries (network.md 1.3)") {
    CHECK(packet("mikrotik", 1, wish("81a00001")) ==
          "2b01003b14524013d891388c0e0a3e3f8dee0eaf010b6d61726961406973702c0a38316130303030311a1200003a8c130c626c6f7175"
          "6561646f73");
    CHECK(packet("juniper", 0x20, wish("1001")) ==
          "2b20004e221e8e1860110e8873d2a9b73d0d9ca4010b6d61726961406973702c06313030311a140000130a420e7376632d696e746572"
          "6e65741a150000130a410f017376632d626c6f717565696f");
    CHECK(packet("huawei", 0x20, wish("NE8K0001")) ==
          "2b200039e49ac986893fd45c5e665ea6a968ef09010b6d61726961406973702c0a4e45384b303030311a10000007db1f0a626c6f7175"
          "65696f");
    CHECK(packet("cisco", 0x20, wish("0000B25F")) ==
          "2b2000715524c4faed75e8ff0576aff1424497472c0a30303030423235461a2b000000090125737562736372696265723a636f6d6d61"
          "6e643d61637469766174652d736572766963651a28000000090122737562736372696265723a736572766963652d6e616d653d424c4f"
          "515545494f");
    CHECK(packet("filter-id", 0x20, wish("81a00001")) ==
          "2b200033fa1cc14767147a16873bad472a8f8732010b6d61726961406973702c0a38316130303030310b0a626c6f717565696f");
}

TEST_CASE("every installed profile can block and unblock somebody with login, session and address") {
    for (const auto& [name, profile] : installed()) {
        DesiredAccess desired = wish("81a00001");
        desired.connection.ipv4 = "100.64.0.10";
        for (const Access access : {Access::open, Access::reduced, Access::blocked}) {
            INFO(name);
            desired.access = access;
            CHECK(made(name, desired).ok());
            const auto dropped = made(name, desired, true);
            REQUIRE(dropped.ok());
            CHECK(dropped->code == RadiusCode::disconnect_request);
        }
    }
}

TEST_CASE("what the profile does not know it does by Disconnect, and generic always does") {
    CHECK(made("generic", wish("81a00001"))->code == RadiusCode::disconnect_request);
    CHECK(made("huawei", wish("81a00001", Access::open))->code == RadiusCode::disconnect_request);
    CHECK(made("huawei", wish("81a00001", Access::reduced))->code == RadiusCode::disconnect_request);
    CHECK(made("mikrotik", wish("81a00001", Access::open))->code == RadiusCode::coa_request);
}

TEST_CASE("a Disconnect holds nothing but identification (RFC 5176 section 3)") {
    const auto request = made("mikrotik", wish("81a00001"), true);
    REQUIRE(request.ok());
    for (const RadiusAttribute& attribute : request->attributes) {
        CHECK(attribute.type != 26);
    }
}

TEST_CASE("nobody is cut by address alone: it may be somebody else's by now") {
    DesiredAccess desired;
    desired.connection.ipv4 = "100.64.0.10";
    const auto refused = made("mikrotik", desired);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::bad_input);
    CHECK_FALSE(parse_radius_profile("name = x\n[identify]\nFramed-IP-Address = {ipv4}\n").ok());
}

TEST_CASE("the configuration of a NAS sets the names of its lists and its identifier") {
    NasConfig nas;
    nas.variables["blocked_list"] = "cortados";
    nas.nas_identifier = "bng-1";
    const auto blocked = made("mikrotik", wish(""), false, nas);
    REQUIRE(blocked.ok());
    RadiusPacket packet;
    packet.attributes = blocked->attributes;
    CHECK(vendor_text_of(packet, 14988, 19) == "cortados");
    packet.attributes = made("generic", wish(""), false, nas)->attributes;
    CHECK(text_of(packet, 32) == "bng-1");
}

TEST_CASE("errors of a profile name the line and the cure") {
    const auto error = [](const std::string& text) {
        const auto profile = parse_radius_profile(text);
        REQUIRE_FALSE(profile.ok());
        CHECK(profile.error().kind == ErrorKind::config);
        CHECK_FALSE(profile.error().cure.empty());
        return profile.error().what;
    };
    CHECK(error("name = x\nnonsense\n").find("line 2") != std::string::npos);
    CHECK(error("name = x\n\n# remark\nmax_in_flight = 0\n").find("line 4") != std::string::npos);
    CHECK(error("name = x\nport = 70000\n").find("1 to 65535") != std::string::npos);
    CHECK(error("colour = red\n").find("colour") != std::string::npos);
    CHECK(error("[nowhere]\n").find("section") != std::string::npos);
    CHECK(error("[block]\nMikrotik-Nonsense = 1\n").find("Mikrotik-Nonsense") != std::string::npos);
    CHECK(error("[block]\nFilter-Id = a\ndisconnect\n").find("line 3") != std::string::npos);
    CHECK(error("message_authenticator = maybe\n").find("off, send or require") != std::string::npos);
    CHECK(error("event_timestamp = 1\n").find("yes or no") != std::string::npos);
    CHECK(error("[identify]\nUser-Name = {login}\n").find("no name") != std::string::npos);
    CHECK(error("name = x\n").find("{login}") != std::string::npos);
    CHECK(error("[identify]\nUser-Name =\n").find("without a value") != std::string::npos);
}

TEST_CASE("names in braces are filled in; one that is unknown empties the value") {
    const std::string one = "1";
    const ValueOf only_x = [&](std::string_view name) { return name == "x" ? &one : nullptr; };
    CHECK(fill_in("a {x} b", only_x) == "a 1 b");
    CHECK(fill_in("{x}{y}", only_x).empty());
    CHECK(fill_in("{x", only_x) == "{x");
    CHECK(fill_in("plain", only_x) == "plain");
}

TEST_CASE("a folder without profiles is a mistake of the installation") {
    CHECK_FALSE(load_radius_profiles("/nonexistent").ok());
    CHECK_FALSE(load_radius_profiles(EMDIA_SOURCE_DIR "/network/common").ok());
}

TEST_CASE("answers mean what network.md 1.2 says") {
    const auto kind = [](std::uint32_t cause) { return judge_answer(RadiusCode::coa_nak, cause).kind; };
    CHECK(judge_answer(RadiusCode::coa_ack, std::nullopt).kind == ApplyKind::acknowledged);
    CHECK(judge_answer(RadiusCode::disconnect_ack, 201).kind == ApplyKind::acknowledged);
    CHECK(kind(503) == ApplyKind::no_session);
    CHECK(kind(507) == ApplyKind::acknowledged);
    for (const std::uint32_t cause : {401U, 402U, 403U, 404U, 405U, 406U, 407U, 501U, 504U, 508U}) {
        CHECK(kind(cause) == ApplyKind::refused);
        CHECK_FALSE(judge_answer(RadiusCode::coa_nak, cause).hint.empty());
    }
    for (const std::uint32_t cause : {502U, 505U, 506U}) {
        CHECK(kind(cause) == ApplyKind::retry);
        CHECK(judge_answer(RadiusCode::coa_nak, cause).retry_after.has_value());
    }
    CHECK(judge_answer(RadiusCode::coa_nak, std::nullopt).kind == ApplyKind::unknown);
    CHECK(kind(999) == ApplyKind::unknown);
    CHECK(judge_answer(RadiusCode::coa_nak, 503).cause == "CoA-NAK 503 session context not found");
    CHECK(judge_answer(RadiusCode::coa_nak, 401).coa_unsupported);
    CHECK_FALSE(judge_answer(RadiusCode::disconnect_nak, 401).coa_unsupported);
}

TEST_CASE("only the ACK and the NAK of a request pair with it") {
    CHECK(pairs_with(RadiusCode::coa_request, RadiusCode::coa_nak));
    CHECK(pairs_with(RadiusCode::disconnect_request, RadiusCode::disconnect_ack));
    CHECK_FALSE(pairs_with(RadiusCode::coa_request, RadiusCode::disconnect_ack));
    CHECK_FALSE(pairs_with(RadiusCode::disconnect_request, RadiusCode::coa_request));
}

}  // namespace
}  // namespace emdia::testing
