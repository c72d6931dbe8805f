#include "erp-connectors/ixc/ixc_rows.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using namespace emdia::ixc;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const HttpResponse response{200, {}, std::string{fuzz::as_text(data, size)}};
    static_cast<void>(read_action("action", response));
    static_cast<void>(read_texts("get_pix", response, {{"pix", "qrCode", "qrcode"}}));
    if (const auto listing = read_listing("fn_areceber", response, columns_of(RecordKind::invoices))) {
        for (const auto& row : listing->rows) {
            if (const auto invoice = invoice_from(row)) {
                expect(!invoice->id.empty() && !invoice->subscriber_id.empty(), "an invoice has its keys");
                expect(!invoice->open.is_negative(), "an invoice never owes less than nothing");
            }
        }
    }
    return 0;
}
