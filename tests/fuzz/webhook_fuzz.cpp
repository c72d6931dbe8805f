#include "daemon/adapters/whatsapp_webhook.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    expect(!signature_fits("secret", text, text), "no body signs itself");
    const auto batch = parse_webhook(text, "100");
    if (!batch) {
        return 0;
    }
    for (const MessageStatusEvent& status : batch->statuses) {
        expect(!status.provider_id.empty(), "a status names its message");
        expect(status.verdict.has_value() == (status.state == MessageState::failed), "a failure says what it means");
    }
    for (const InboundMessage& in : batch->inbound) {
        expect(!in.provider_id.empty(), "a message has the key that tells duplicates apart");
        expect(in.from.empty() || in.from.front() == '+', "a sender is a number or nobody");
        expect(in.at >= Instant{}, "a time is after 1970");
    }
    return 0;
}
