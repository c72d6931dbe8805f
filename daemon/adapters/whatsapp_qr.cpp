#include "daemon/adapters/whatsapp_qr.hpp"

#include <cstdint>
#include <memory>

#include <qrencode.h>

namespace emdia {
namespace {

constexpr unsigned kQuietZone = 4;
constexpr unsigned kMaxScale = 16;

void append_u32(std::string& out, std::uint32_t value) {
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        out += static_cast<char>((value >> (shift - 8)) & 0xFFU);
    }
}

std::uint32_t crc32(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return crc ^ 0xFFFFFFFFU;
}

std::uint32_t adler32(std::string_view bytes) noexcept {
    constexpr std::uint32_t kModulus = 65521;
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % kModulus;
        b = (b + a) % kModulus;
    }
    return (b << 16U) | a;
}

/// A zlib stream of stored blocks: one bit per pixel makes an image so small that compressing it is not worth a
/// library.
std::string zlib_stored(std::string_view bytes) {
    constexpr std::size_t kLongestBlock = 65535;
    const std::uint32_t check = adler32(bytes);
    std::string out = "\x78\x01";
    do {
        const std::string_view block = bytes.substr(0, kLongestBlock);
        bytes.remove_prefix(block.size());
        const auto length = static_cast<std::uint32_t>(block.size());
        out += bytes.empty() ? '\x01' : '\x00';
        for (const std::uint32_t field : {length, ~length}) {
            out += static_cast<char>(field & 0xFFU);
            out += static_cast<char>((field >> 8U) & 0xFFU);
        }
        out += block;
    } while (!bytes.empty());
    append_u32(out, check);
    return out;
}

void append_chunk(std::string& png, std::string_view type, std::string_view data) {
    append_u32(png, static_cast<std::uint32_t>(data.size()));
    const std::string body = std::string(type) + std::string(data);
    png += body;
    append_u32(png, crc32(body));
}

/// Rows of one bit per pixel, 1 is white, each row led by its filter byte.
std::string pixels(const QRcode& code, unsigned scale, unsigned side) {
    const auto width = static_cast<unsigned>(code.width);
    const auto dark = [&](unsigned x, unsigned y) {
        const bool inside = x >= kQuietZone && y >= kQuietZone && x < width + kQuietZone && y < width + kQuietZone;
        return inside && (code.data[(y - kQuietZone) * width + (x - kQuietZone)] & 1U) != 0;
    };
    std::string rows;
    for (unsigned y = 0; y < side; ++y) {
        std::string row(1 + (side + 7) / 8, '\0');
        for (unsigned x = 0; x < side; ++x) {
            if (!dark(x / scale, y / scale)) {
                char& byte = row[1 + x / 8];
                byte = static_cast<char>(static_cast<unsigned char>(byte) | (0x80U >> (x % 8)));
            }
        }
        rows += row;
    }
    return rows;
}

}  // namespace

Result<std::string> qr_png(std::string_view text, unsigned scale) {
    if (text.empty() || scale == 0 || scale > kMaxScale) {
        return Error{ErrorKind::bad_input, "a QR code needs a text and 1..16 pixels per module", ""};
    }
    const std::string copy(text);
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(copy.c_str(), 0, QR_ECLEVEL_M),
                                                               &QRcode_free);
    if (!code) {
        return Error{ErrorKind::bad_input, "the text is too long for a QR code", ""};
    }
    const unsigned side = (static_cast<unsigned>(code->width) + 2 * kQuietZone) * scale;
    std::string header;
    append_u32(header, side);
    append_u32(header, side);
    header += std::string("\x01\x00\x00\x00\x00", 5);  // one bit grey, no interlace
    std::string png = "\x89PNG\r\n\x1a\n";
    append_chunk(png, "IHDR", header);
    append_chunk(png, "IDAT", zlib_stored(pixels(*code, scale, side)));
    append_chunk(png, "IEND", "");
    return png;
}

}  // namespace emdia
