#include "daemon/core/boleto.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Date today = make_date(2026, 11, 25);
    const std::string_view text = fuzz::as_text(data, size);
    if (const auto boleto = parse_boleto(text, today)) {
        expect(*parse_boleto(boleto->line, today) == *boleto, "the line says the same");
        expect(*parse_boleto(boleto->barcode, today) == *boleto, "the barcode says the same");
        expect(*parse_boleto(printed_line(*boleto), today) == *boleto, "the printed line says the same");
    }
    std::string free_field;
    for (const char c : text) {
        free_field += static_cast<char>('0' + static_cast<unsigned char>(c) % 10);
    }
    free_field.resize(25, '0');
    const BankBoleto made{"001", today + Days{static_cast<int>(size)}, Money::centavos(static_cast<std::int64_t>(size)),
                          free_field};
    const auto built = build_boleto(made);
    expect(built.ok() && built->due == made.due, "any free field can be built");
    expect(*parse_boleto(built->line, today) == *built, "and is read back");
    return 0;
}
