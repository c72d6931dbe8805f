// Vectors of network.md 1.3, accepted by FreeRADIUS 3.2.1 and made by tools that are not ours.
#include "network/radius/radius_packet.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "network/radius/radius_attributes.hpp"
#include "tests/support/radius_answers.hpp"

namespace emdia::testing {
namespace {

const std::string secret = "emdia-Secret-01";

RadiusAttribute attribute(std::string_view name, std::string_view value) {
    return make_attribute(find_attribute(name).value(), value).value();
}

std::string request(RadiusCode code, std::uint8_t id, const std::vector<RadiusAttribute>& attributes,
                    MessageAuthenticator sign = MessageAuthenticator::off, const std::string& key = secret) {
    return to_hex(encode_request(code, id, attributes, key, sign).value());
}

bool genuine(const std::string& answer, const std::string& asked,
             MessageAuthenticator policy = MessageAuthenticator::off) {
    const Bytes bytes = from_hex(answer);
    const auto packet = parse_radius(bytes);
    return packet.ok() && is_genuine_answer(*packet, bytes, authenticator_of(from_hex(asked)), secret, policy);
}

const std::string v1 =
    "2b01003b14524013d891388c0e0a3e3f8dee0eaf010b6d61726961406973702c0a38316130303030311a1200003a8c130c626c6f7175656164"
    "6f"
    "73";
const std::string v2 =
    "2b020053dc273440d72697b59a54e371d06a005d5012394fd9b2f59635a9aea9e129f8290661010b6d61726961406973702c0a383161303030"
    "30"
    "311a1200003a8c130c626c6f71756561646f7337066aa1f940";
const std::string v3 = "2b03002f6e2856cee0fafa5f6283d2f0c41d64dd01096e696e6775656d1a1200003a8c130c626c6f71756561646f73";
const std::string v4 = "2b0400266c832ee7e05ed305b5c30a9488124b4d1a1200003a8c130c626c6f71756561646f73";
const std::string v5 =
    "2b05003f2f4c09c566e284280e20b488b7dd9d00010b6d617269614069737008066440000a1a1100003a8c130b6c6962657261646f73210965"
    "6d"
    "6469612d37";
const std::string v6 =
    "2806003687f120a8f85bc0017ca33406fcb5d3aa50121a4ba4e0c47a3834ca8c1c0ca03eec8b010a6a6f616f4069737008066440000b";
const std::string v7 =
    "28070036ed4ee827f034d90e73c9511c22d1bb4650128df5f0a0fbbcb58c7739e6720622623a010a6a6f616f4069737008066440000b";
const std::string v10 = "280a0024b63f62f2405e5489fa28ce17440bf8c9010a6a6f616f4069737008066440000b";

TEST_CASE("CoA requests are byte for byte those that FreeRADIUS and other clients make (network.md V1 to V5)") {
    const auto list = attribute("Mikrotik-Address-List", "bloqueados");
    const auto maria = attribute("User-Name", "maria@isp");
    const auto session = attribute("Acct-Session-Id", "81a00001");
    CHECK(request(RadiusCode::coa_request, 1, {maria, session, list}) == v1);
    CHECK(request(RadiusCode::coa_request, 2, {maria, session, list, make_number_attribute(55, 1'789'000'000)},
                  MessageAuthenticator::send) == v2);
    CHECK(request(RadiusCode::coa_request, 3, {attribute("User-Name", "ninguem"), list}) == v3);
    CHECK(request(RadiusCode::coa_request, 4, {list}) == v4);
    CHECK(request(RadiusCode::coa_request, 5,
                  {maria, attribute("Framed-IP-Address", "100.64.0.10"),
                   attribute("Mikrotik-Address-List", "liberados"), attribute("Proxy-State", "emdia-7")}) == v5);
}

TEST_CASE("Disconnect requests are byte for byte those of the facts (network.md V6, V7, V9, V10)") {
    const auto joao = attribute("User-Name", "joao@isp");
    const auto address = attribute("Framed-IP-Address", "100.64.0.11");
    const auto disconnect = RadiusCode::disconnect_request;
    CHECK(request(disconnect, 6, {joao, address}, MessageAuthenticator::send) == v6);
    CHECK(request(disconnect, 7, {joao, address}, MessageAuthenticator::require) == v7);
    CHECK(request(disconnect, 9, {attribute("User-Name", "maria@isp")}, MessageAuthenticator::off, "wrong") ==
          "2809001f065f3a7556b89aa5a270d09b4e540577010b6d6172696140697370");
    CHECK(request(disconnect, 10, {joao, address}) == v10);
}

TEST_CASE("the RadSec vector differs by its secret only (network.md 1.3)") {
    CHECK(request(RadiusCode::coa_request, 7,
                  {attribute("User-Name", "maria@isp"), attribute("Acct-Session-Id", "81a00001"),
                   attribute("Mikrotik-Address-List", "bloqueados")},
                  MessageAuthenticator::off, "radsec") ==
          "2b07003b0337598a8d1691860ac11b002e207b8e010b6d61726961406973702c0a38316130303030311a1200003a8c130c626c6f7175"
          "6561646f73");
}

TEST_CASE("answers of FreeRADIUS to the vectors are genuine, each to its request only") {
    CHECK(genuine("2c0100142329e80c8737d87bc0349e839b4fef2b", v1));
    CHECK(genuine("2c020014a312dedffe64a29d836e29a8d103e16f", v2));
    CHECK(genuine("2d03001a18be48aba99b6b5f6121b4735cb18b456506000001f7", v3));
    CHECK(genuine("2d04001a818b4a23825e9815b6f237552a62fd10650600000192", v4));
    CHECK(genuine("2c05001d4cb19c660b98a349f443cc8ee851e9382109656d6469612d37", v5));
    CHECK(genuine("2d050023981f3034d658bf0221c1d0e6edcc52206506000001f72109656d6469612d37", v5));
    CHECK(genuine("290600143a08a7ab037557907f5f3e2fc24fa07f", v6));
    CHECK(genuine("2a07001a77a3daef9af7820287d4d51b1882dec36506000001f7", v7));
    CHECK_FALSE(genuine("2c0100142329e80c8737d87bc0349e839b4fef2b", v2));
    CHECK_FALSE(genuine("2c0100142329e80c8737d87bc0349e839b4fef2c", v1));
    CHECK_FALSE(genuine("2d0100142329e80c8737d87bc0349e839b4fef2b", v1));
}

TEST_CASE("the Error-Cause of a NAK is read (network.md 1.2)") {
    const auto cause = [](const char* hex) { return error_cause_of(parse_radius(from_hex(hex)).value()); };
    CHECK(cause("2d03001a18be48aba99b6b5f6121b4735cb18b456506000001f7") == 503);
    CHECK(cause("2d04001a818b4a23825e9815b6f237552a62fd10650600000192") == 402);
    CHECK(cause("2c0100142329e80c8737d87bc0349e839b4fef2b") == std::nullopt);
}

TEST_CASE("a Message-Authenticator in an answer must be right, and must be there when required (network.md 1.1)") {
    const std::string ack = "2c0100142329e80c8737d87bc0349e839b4fef2b";
    CHECK_FALSE(genuine(ack, v1, MessageAuthenticator::require));
    // An answer with a correct one: computed over the request's authenticator, then signed as a whole.
    Bytes answer(kRadiusHeaderSize + 18, 0);
    answer[0] = 44;
    answer[1] = 1;
    answer[3] = static_cast<std::uint8_t>(answer.size());
    answer[20] = kAttributeMessageAuthenticator;
    answer[21] = 18;
    const RadiusAuthenticator asked = authenticator_of(from_hex(v1));
    std::copy(asked.begin(), asked.end(), answer.begin() + 4);
    const auto finish = [&](Bytes packet) {
        const Md5Sum sum = md5({packet, bytes_of(secret)});
        std::copy(sum.begin(), sum.end(), packet.begin() + 4);
        return to_hex(packet);
    };
    CHECK_FALSE(genuine(finish(answer), v1));
    const Md5Sum signature = hmac_md5(secret, answer);
    std::copy(signature.begin(), signature.end(), answer.begin() + 22);
    CHECK(genuine(finish(answer), v1, MessageAuthenticator::require));
}

TEST_CASE("datagrams that are no packet are refused (network.md 1.3, negative tests)") {
    const auto refused = [](const std::string& hex) { return !parse_radius(from_hex(hex)).ok(); };
    const std::string sum(32, '0');
    CHECK(refused(""));
    CHECK(refused("2c010014" + std::string(30, '0')));  // 19 bytes
    CHECK(refused("2c010015" + sum));                   // length field beyond the datagram
    CHECK(refused("2c010013" + sum));                   // length field below the header
    CHECK(refused("2c010016" + sum + "0100"));          // attribute of length 0
    CHECK(refused("2c010016" + sum + "0101"));          // attribute of length 1
    CHECK(refused("2c010017" + sum + "010400"));        // attribute past the end
    CHECK(refused("2c010015" + sum + "01"));            // half an attribute header
    CHECK_FALSE(refused("2c010014" + sum + "ffff"));    // padding behind the length is no error
}

TEST_CASE("what is encoded can be parsed, whatever the attributes") {
    CHECK(rc::check("round trip", [](std::uint8_t id, const std::vector<std::pair<std::uint8_t, Bytes>>& pairs) {
        std::vector<RadiusAttribute> attributes;
        std::size_t size = kRadiusHeaderSize;
        for (const auto& [type, value] : pairs) {
            if (value.size() <= kRadiusMaxValue && size + value.size() + 2 <= kRadiusMaxSize) {
                attributes.push_back({type, value});
                size += value.size() + 2;
            }
        }
        const auto bytes =
            encode_request(RadiusCode::coa_request, id, attributes, secret, MessageAuthenticator::off).value();
        const auto packet = parse_radius(bytes).value();
        RC_ASSERT(packet.id == id);
        RC_ASSERT(packet.attributes == attributes);
        RC_ASSERT(is_genuine_request(bytes, secret));
    }));
    CHECK(rc::check("any bytes are parsed or refused, never read past", [](const Bytes& bytes) {
        const auto packet = parse_radius(bytes);
        RC_ASSERT(packet.ok() || packet.error().kind == ErrorKind::protocol);
    }));
}

TEST_CASE("attributes that do not fit are refused without repeating them") {
    const std::string login(254, 'x');
    const auto refused =
        encode_request(RadiusCode::coa_request, 1, {{1, Bytes(254, 'x')}}, secret, MessageAuthenticator::off);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::bad_input);
    CHECK_FALSE(make_attribute(find_attribute("Mikrotik-Address-List").value(), login).ok());
    const std::vector<RadiusAttribute> many(20, RadiusAttribute{1, Bytes(250, 'x')});
    CHECK_FALSE(encode_request(RadiusCode::coa_request, 1, many, secret, MessageAuthenticator::off).ok());
    for (const char* const address : {"", "100.64.0", "100.64.0.256", "100.64.0.1.2", "100.64.0.x", "100.64..1"}) {
        CHECK_FALSE(make_attribute(find_attribute("Framed-IP-Address").value(), address).ok());
    }
    CHECK_FALSE(find_attribute("Mikrotik-Nonsense").ok());
    CHECK_FALSE(find_attribute("ERX-Service-Activate:32").ok());
    CHECK_FALSE(find_attribute("ERX-Service-Activate:").ok());
}

}  // namespace
}  // namespace emdia::testing
