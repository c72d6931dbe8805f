#include "network/radius/radius_packet.hpp"

#include <algorithm>
#include <utility>

namespace emdia {
namespace {

constexpr std::size_t kAuthenticatorAt = 4;
constexpr std::size_t kSumSize = 16;
constexpr std::size_t kUsualRequestSize = 128;

Error malformed(std::string what) { return {ErrorKind::protocol, "malformed RADIUS packet: " + std::move(what), ""}; }

std::size_t length_field(ByteView datagram) { return static_cast<std::size_t>(datagram[2]) << 8U | datagram[3]; }

void put_sum(Bytes& packet, std::size_t at, const Md5Sum& sum) {
    std::copy(sum.begin(), sum.end(), packet.begin() + static_cast<std::ptrdiff_t>(at));
}

bool append(Bytes& packet, std::uint8_t type, ByteView value) {
    if (value.size() > kRadiusMaxValue) {
        return false;
    }
    packet.push_back(type);
    packet.push_back(static_cast<std::uint8_t>(value.size() + 2));
    packet.insert(packet.end(), value.begin(), value.end());
    return true;
}

/// Where the value of the first Message-Authenticator begins.
std::optional<std::size_t> find_message_authenticator(ByteView packet) {
    for (std::size_t at = kRadiusHeaderSize; at + 2 <= packet.size(); at += packet[at + 1]) {
        if (packet[at] == kAttributeMessageAuthenticator) {
            return at + 2;
        }
    }
    return std::nullopt;
}

bool message_authenticator_right(Bytes packet, const RadiusAuthenticator& request, std::string_view secret,
                                 std::size_t at) {
    if (at + kSumSize > packet.size() || packet[at - 1] != kSumSize + 2) {
        return false;
    }
    const auto value = packet.begin() + static_cast<std::ptrdiff_t>(at);
    const Bytes claimed(value, value + kSumSize);
    put_sum(packet, kAuthenticatorAt, request);
    put_sum(packet, at, Md5Sum{});
    return same_sum(hmac_md5(secret, packet), claimed);
}

}  // namespace

Result<Bytes> encode_request(RadiusCode code, std::uint8_t id, const std::vector<RadiusAttribute>& attributes,
                             std::string_view secret, MessageAuthenticator sign) {
    Bytes packet;
    packet.reserve(kUsualRequestSize);
    packet.resize(kRadiusHeaderSize);
    packet[0] = static_cast<std::uint8_t>(code);
    packet[1] = id;
    const bool signs = sign != MessageAuthenticator::off;
    if (signs) {
        append(packet, kAttributeMessageAuthenticator, Md5Sum{});
    }
    for (const RadiusAttribute& attribute : attributes) {
        if (!append(packet, attribute.type, attribute.value)) {
            return Error{ErrorKind::bad_input,
                         "RADIUS attribute " + std::to_string(attribute.type) + " is longer than 253 bytes",
                         "shorten the value in the profile or in the ERP"};
        }
    }
    if (packet.size() > kRadiusMaxSize) {
        return Error{ErrorKind::bad_input, "RADIUS request is longer than 4096 bytes", "send fewer attributes"};
    }
    packet[2] = static_cast<std::uint8_t>(packet.size() >> 8U);
    packet[3] = static_cast<std::uint8_t>(packet.size() & 0xffU);
    if (signs) {
        put_sum(packet, kRadiusHeaderSize + 2, hmac_md5(secret, packet));
    }
    put_sum(packet, kAuthenticatorAt, md5({packet, bytes_of(secret)}));
    return packet;
}

Result<RadiusPacket> parse_radius(ByteView datagram) {
    if (datagram.size() < kRadiusHeaderSize) {
        return malformed("shorter than its header");
    }
    const std::size_t length = length_field(datagram);
    if (length < kRadiusHeaderSize || length > kRadiusMaxSize || length > datagram.size()) {
        return malformed("length field does not fit the datagram");
    }
    RadiusPacket packet;
    packet.code = static_cast<RadiusCode>(datagram[0]);
    packet.id = datagram[1];
    packet.authenticator = authenticator_of(datagram);
    for (std::size_t at = kRadiusHeaderSize; at < length;) {
        if (at + 2 > length || datagram[at + 1] < 2 || at + datagram[at + 1] > length) {
            return malformed("attribute does not fit the packet");
        }
        const ByteView value = datagram.subspan(at + 2, datagram[at + 1] - 2U);
        packet.attributes.push_back({datagram[at], Bytes(value.begin(), value.end())});
        at += datagram[at + 1];
    }
    return packet;
}

bool is_genuine_answer(const RadiusPacket& answer, ByteView datagram, const RadiusAuthenticator& request,
                       std::string_view secret, MessageAuthenticator policy) {
    const ByteView packet = datagram.first(length_field(datagram));
    const Md5Sum expected =
        md5({packet.first(kAuthenticatorAt), request, packet.subspan(kRadiusHeaderSize), bytes_of(secret)});
    if (!same_sum(expected, answer.authenticator)) {
        return false;
    }
    const auto at = find_message_authenticator(packet);
    if (!at) {
        return policy != MessageAuthenticator::require;
    }
    return message_authenticator_right(Bytes(packet.begin(), packet.end()), request, secret, *at);
}

std::optional<std::uint32_t> error_cause_of(const RadiusPacket& packet) {
    const auto found =
        std::find_if(packet.attributes.begin(), packet.attributes.end(), [](const RadiusAttribute& attribute) {
            return attribute.type == kAttributeErrorCause && attribute.value.size() == 4;
        });
    if (found == packet.attributes.end()) {
        return std::nullopt;
    }
    std::uint32_t cause = 0;
    for (const std::uint8_t byte : found->value) {
        cause = cause << 8U | byte;
    }
    return cause;
}

RadiusAuthenticator authenticator_of(ByteView packet) {
    RadiusAuthenticator authenticator{};
    std::copy_n(packet.begin() + kAuthenticatorAt, authenticator.size(), authenticator.begin());
    return authenticator;
}

}  // namespace emdia
