#include "daemon/core/brcode.hpp"
#include "daemon/core/brcode_rules.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

namespace {

/// What was read without a warning can be built again and means the same.
void rebuild(const BrCode& code) {
    if (!code.warnings.empty() || code.kind != BrCode::Kind::static_key || !code.withdrawal_ispb.empty()) {
        return;
    }
    const StaticPix pix{
        code.key, code.merchant_name, code.merchant_city, code.amount, code.txid.empty() ? "***" : code.txid,
        code.info};
    const auto built = build_brcode(pix);
    expect(built.ok(), "a clean static code can be built");
    const auto again = parse_brcode(*built);
    expect(again.ok() && again->warnings.empty(), "what is built is clean");
    expect(again->key == code.key && again->amount == code.amount && again->txid == code.txid, "and means the same");
}

void read(std::string_view text) {
    if (const auto code = parse_brcode(text)) {
        rebuild(*code);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    read(text);
    // Behind the check value, where no mutation would get by chance.
    std::string sealed(text.substr(0, text.size() < 4 ? 0 : text.size() - 4));
    sealed += brcode::crc_hex(sealed);
    read(sealed);
    return 0;
}
