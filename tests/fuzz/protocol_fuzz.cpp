#include "erp-connectors/protocol/codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using namespace emdia::protocol;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto line = fuzz::as_text(data, size);
    static_cast<void>(decode_hello(line));
    if (const auto read = decode_request(line); read.request) {
        expect(decode_request(encode(*read.request)).request.ok(),
               "a request that was read can be written and read again");
    }
    for (const auto method : {Method::pull, Method::invoice_read, Method::contract_read, Method::payment_codes}) {
        const auto response = decode_response(line, [method](std::uint64_t) { return std::optional{method}; });
        if (response && response->answer) {
            const auto again =
                decode_response(encode(*response), [method](std::uint64_t) { return std::optional{method}; });
            expect(again.ok() && again->answer.ok(), "an answer that was read can be written and read again");
        }
    }
    return 0;
}
