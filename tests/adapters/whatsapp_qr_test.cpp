#include "daemon/adapters/whatsapp_qr.hpp"

#include <catch2/catch.hpp>

namespace emdia {
namespace {

std::uint32_t u32(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

constexpr std::size_t kHeader = 8;
constexpr std::size_t kWidthAt = kHeader + 8;
constexpr std::size_t kDataAt = kHeader + 25 + 8;  // after signature and IHDR, length and type of IDAT

}  // namespace

TEST_CASE("a QR code is a PNG of one bit per pixel with a quiet zone and finder patterns") {
    const unsigned scale = GENERATE(1U, 8U);
    const Result<std::string> made = qr_png("00020101021226", scale);
    REQUIRE(made.ok());
    const std::string& png = *made;
    CHECK(png.substr(0, kHeader) == "\x89PNG\r\n\x1a\n");
    CHECK(png.substr(kHeader + 4, 4) == "IHDR");
    const std::uint32_t side = u32(png, kWidthAt);
    CHECK(side == u32(png, kWidthAt + 4));
    REQUIRE(side == (21 + 8) * scale);
    CHECK(png.substr(png.size() - 8, 4) == "IEND");
    CHECK(u32(png, png.size() - 4) == 0xAE426082U);  // the CRC of every empty IEND

    const std::size_t row = 1 + (side + 7) / 8;
    const std::string_view pixels = std::string_view(png).substr(kDataAt + 7, row * side);
    const auto white = [&](std::size_t x, std::size_t y) {
        const auto byte = static_cast<unsigned char>(pixels[y * row + 1 + x / 8]);
        return ((byte >> (7 - x % 8)) & 1U) != 0;
    };
    CHECK(white(0, 0));
    CHECK(white(4 * scale - 1, 4 * scale - 1));
    CHECK_FALSE(white(4 * scale, 4 * scale));
    CHECK(white(5 * scale, 5 * scale));
    CHECK_FALSE(white(6 * scale, 6 * scale));
    CHECK(white(side - 1, side - 1));
}

TEST_CASE("a long code makes an image of several stored blocks, far below the platform's 5 MB") {
    const Result<std::string> png = qr_png(std::string(512, 'A'), 16);
    REQUIRE(png.ok());
    CHECK(png->size() > 65'535U);
    CHECK(png->size() < 5U * 1024 * 1024);
    const std::uint32_t data = u32(*png, kDataAt - 8);
    CHECK(png->substr(kDataAt + data + 4 + 4, 4) == "IEND");
}

TEST_CASE("nothing, too much and impossible sizes are refused") {
    CHECK_FALSE(qr_png("").ok());
    CHECK_FALSE(qr_png(std::string(5000, 'a')).ok());
    CHECK_FALSE(qr_png("a", 0).ok());
    CHECK_FALSE(qr_png("a", 17).ok());
}

}  // namespace emdia
