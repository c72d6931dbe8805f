#include "network/radius/radius_attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace emdia {
namespace {

using Kind = AttributeName::Kind;

struct Row {
    std::string_view name;
    std::uint32_t vendor;
    std::uint8_t type;
    Kind kind;
};

constexpr std::uint8_t kVendorSpecific = 26;
constexpr std::uint32_t kCisco = 9;
constexpr std::uint32_t kHuawei = 2011;
constexpr std::uint32_t kJuniperErx = 4874;
constexpr std::uint32_t kNokia = 6527;
constexpr std::uint32_t kMikrotik = 14988;

constexpr std::array kDictionary{
    Row{"User-Name", 0, 1, Kind::text},
    Row{"NAS-IP-Address", 0, 4, Kind::ipv4},
    Row{"Framed-IP-Address", 0, 8, Kind::ipv4},
    Row{"Filter-Id", 0, 11, Kind::text},
    Row{"Session-Timeout", 0, 27, Kind::number},
    Row{"NAS-Identifier", 0, 32, Kind::text},
    Row{"Proxy-State", 0, 33, Kind::text},
    Row{"Acct-Session-Id", 0, 44, Kind::text},
    Row{"Event-Timestamp", 0, 55, Kind::number},
    Row{"Framed-Pool", 0, 88, Kind::text},
    Row{"Cisco-AVPair", kCisco, 1, Kind::text},
    Row{"Cisco-Account-Info", kCisco, 250, Kind::text},
    Row{"Huawei-Subscriber-QoS-Profile", kHuawei, 17, Kind::text},
    Row{"Huawei-Qos-Profile-Name", kHuawei, 31, Kind::text},
    Row{"Huawei-Policy-Name", kHuawei, 95, Kind::text},
    Row{"ERX-Service-Activate", kJuniperErx, 65, Kind::text},
    Row{"ERX-Service-Deactivate", kJuniperErx, 66, Kind::text},
    Row{"Alc-Subsc-ID-Str", kNokia, 11, Kind::text},
    Row{"Alc-Subsc-Prof-Str", kNokia, 12, Kind::text},
    Row{"Alc-SLA-Prof-Str", kNokia, 13, Kind::text},
    Row{"Mikrotik-Rate-Limit", kMikrotik, 8, Kind::text},
    Row{"Mikrotik-Address-List", kMikrotik, 19, Kind::text},
};

Error bad(std::string what) {
    return {ErrorKind::bad_input, std::move(what), "network/radius/README.md lists the names and their values"};
}

void append_number(Bytes& bytes, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes.push_back(static_cast<std::uint8_t>(value >> shift & 0xffU));
    }
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

std::optional<Bytes> ipv4_bytes(std::string_view text) {
    Bytes bytes;
    while (bytes.size() < 4) {
        const std::size_t dot = text.find('.');
        const auto octet = parse_number<std::uint8_t>(text.substr(0, dot));
        if (!octet || (dot == std::string_view::npos) != (bytes.size() == 3)) {
            return std::nullopt;
        }
        bytes.push_back(*octet);
        text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
    }
    return bytes;
}

std::optional<Bytes> value_bytes(Kind kind, std::string_view value) {
    if (kind == Kind::ipv4) {
        return ipv4_bytes(value);
    }
    if (kind == Kind::number) {
        const auto number = parse_number<std::uint32_t>(value);
        Bytes bytes;
        append_number(bytes, number.value_or(0));
        return number ? std::optional(bytes) : std::nullopt;
    }
    return Bytes(value.begin(), value.end());
}

}  // namespace

Result<AttributeName> find_attribute(std::string_view name) {
    const std::size_t colon = name.find(':');
    const std::string_view plain = name.substr(0, colon);
    const auto* const row =
        std::find_if(kDictionary.begin(), kDictionary.end(), [&](const Row& entry) { return entry.name == plain; });
    if (row == kDictionary.end()) {
        return bad("unknown RADIUS attribute \"" + std::string(plain) + "\"");
    }
    AttributeName found{row->vendor, row->type, 0, row->kind};
    if (colon != std::string_view::npos) {
        const auto tag = parse_number<std::uint8_t>(name.substr(colon + 1));
        if (!tag || *tag < 1 || *tag > 31 || row->kind != Kind::text) {
            return bad("tag of RADIUS attribute \"" + std::string(plain) + "\" is not 1 to 31");
        }
        found.tag = *tag;
    }
    return found;
}

Result<RadiusAttribute> make_attribute(const AttributeName& name, std::string_view value) {
    auto bytes = value_bytes(name.kind, value);
    if (!bytes) {
        return bad("value of RADIUS attribute " + std::to_string(name.type) + " is not of its kind");
    }
    if (name.tag != 0) {
        bytes->insert(bytes->begin(), name.tag);
    }
    if (name.vendor == 0) {
        return RadiusAttribute{name.type, std::move(*bytes)};
    }
    RadiusAttribute attribute{kVendorSpecific, {}};
    append_number(attribute.value, name.vendor);
    attribute.value.push_back(name.type);
    attribute.value.push_back(static_cast<std::uint8_t>(bytes->size() + 2));
    attribute.value.insert(attribute.value.end(), bytes->begin(), bytes->end());
    if (attribute.value.size() > kRadiusMaxValue) {
        return bad("value of vendor attribute " + std::to_string(name.type) + " is too long");
    }
    return attribute;
}

RadiusAttribute make_number_attribute(std::uint8_t type, std::uint32_t value) {
    RadiusAttribute attribute{type, {}};
    append_number(attribute.value, value);
    return attribute;
}

}  // namespace emdia
