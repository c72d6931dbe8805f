#include "network/radius/radius_packet.hpp"
#include "network/radius/radius_verdict.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView datagram(data, size);
    const auto packet = parse_radius(datagram);
    if (!packet) {
        return 0;
    }
    const std::string_view secret = "emdia-Secret-01";
    expect(!is_genuine_answer(*packet, datagram, RadiusAuthenticator{}, secret, MessageAuthenticator::off) ||
               size >= kRadiusHeaderSize,
           "nothing shorter than a header is genuine");
    expect(!judge_answer(packet->code, error_cause_of(*packet)).cause.empty(), "every answer has words");
    const auto again = encode_request(packet->code, packet->id, packet->attributes, secret, MessageAuthenticator::off);
    expect(again.ok(), "what was read can be written");
    expect(parse_radius(*again)->attributes == packet->attributes, "and read again");
    return 0;
}
