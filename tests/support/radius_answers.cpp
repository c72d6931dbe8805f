#include "tests/support/radius_answers.hpp"

#include <algorithm>

namespace emdia::testing {

Bytes radius_answer(ByteView request, RadiusCode code, std::string_view secret,
                    std::optional<std::uint32_t> error_cause) {
    Bytes answer(request.begin(), request.begin() + kRadiusHeaderSize);
    answer[0] = static_cast<std::uint8_t>(code);
    if (error_cause) {
        const auto low = static_cast<std::uint8_t>(*error_cause & 0xffU);
        const auto high = static_cast<std::uint8_t>(*error_cause >> 8U & 0xffU);
        answer.insert(answer.end(), {kAttributeErrorCause, 6, 0, 0, high, low});
    }
    answer[2] = 0;
    answer[3] = static_cast<std::uint8_t>(answer.size());
    const Md5Sum sum = md5({answer, bytes_of(secret)});
    std::copy(sum.begin(), sum.end(), answer.begin() + 4);
    return answer;
}

bool is_genuine_request(ByteView request, std::string_view secret) {
    Bytes unsigned_packet(request.begin(), request.end());
    std::fill_n(unsigned_packet.begin() + 4, 16, std::uint8_t{0});
    return same_sum(md5({unsigned_packet, bytes_of(secret)}), authenticator_of(request));
}

std::optional<std::string> text_of(const RadiusPacket& packet, std::uint8_t type) {
    for (const RadiusAttribute& attribute : packet.attributes) {
        if (attribute.type == type) {
            return std::string(attribute.value.begin(), attribute.value.end());
        }
    }
    return std::nullopt;
}

std::optional<std::string> vendor_text_of(const RadiusPacket& packet, std::uint32_t vendor, std::uint8_t type) {
    constexpr std::size_t header = 6;
    for (const RadiusAttribute& attribute : packet.attributes) {
        const Bytes& value = attribute.value;
        if (attribute.type != 26 || value.size() < header || value[4] != type) {
            continue;
        }
        std::uint32_t id = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            id = id << 8U | value[i];
        }
        if (id == vendor) {
            return std::string(value.begin() + header, value.end());
        }
    }
    return std::nullopt;
}

Bytes from_hex(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    }
    return bytes;
}

std::string to_hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

}  // namespace emdia::testing
