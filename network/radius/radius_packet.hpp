#pragma once
// RADIUS packets of the dynamic authorization kind (RFC 2865 section 3, RFC 5176 section 2.3). Pure: bytes in, bytes
// out.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/core/result.hpp"
#include "network/radius/md5.hpp"

namespace emdia {

using Bytes = std::vector<std::uint8_t>;
using RadiusAuthenticator = Md5Sum;

enum class RadiusCode : std::uint8_t {
    disconnect_request = 40,
    disconnect_ack = 41,
    disconnect_nak = 42,
    coa_request = 43,
    coa_ack = 44,
    coa_nak = 45
};

struct RadiusAttribute {
    std::uint8_t type = 0;
    Bytes value;  ///< 0..253 bytes.
    friend bool operator==(const RadiusAttribute&, const RadiusAttribute&) = default;
};

struct RadiusPacket {
    RadiusCode code{};
    std::uint8_t id = 0;
    RadiusAuthenticator authenticator{};
    std::vector<RadiusAttribute> attributes;
};

/// Whether requests carry a Message-Authenticator and whether answers must.
enum class MessageAuthenticator { off, send, require };

constexpr std::size_t kRadiusHeaderSize = 20;
constexpr std::size_t kRadiusMaxSize = 4096;
constexpr std::size_t kRadiusMaxValue = 253;
constexpr std::uint8_t kAttributeMessageAuthenticator = 80;
constexpr std::uint8_t kAttributeErrorCause = 101;

/// A signed CoA or Disconnect request; with `sign` the Message-Authenticator goes first. `bad_input` when an attribute
/// or the whole is too long.
[[nodiscard]] Result<Bytes> encode_request(RadiusCode code, std::uint8_t id,
                                           const std::vector<RadiusAttribute>& attributes, std::string_view secret,
                                           MessageAuthenticator sign);

/// Takes a datagram apart. Bytes behind the length field are padding; a datagram shorter than it, or an attribute that
/// does not fit, is an error. Says nothing about who sent it.
[[nodiscard]] Result<RadiusPacket> parse_radius(ByteView datagram);

/// Whether the answer (as parsed, and its bytes) was made by somebody who knows the secret and saw this request.
/// A Message-Authenticator that is present must be right; with `require` it must be present.
[[nodiscard]] bool is_genuine_answer(const RadiusPacket& answer, ByteView datagram, const RadiusAuthenticator& request,
                                     std::string_view secret, MessageAuthenticator policy);

/// The Error-Cause (RFC 5176 section 3.5), if there is one of four bytes.
[[nodiscard]] std::optional<std::uint32_t> error_cause_of(const RadiusPacket& packet);

/// The authenticator of an encoded packet.
[[nodiscard]] RadiusAuthenticator authenticator_of(ByteView packet);

}  // namespace emdia
