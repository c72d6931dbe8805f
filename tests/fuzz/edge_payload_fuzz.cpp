#include "network/mqtt/edge_protocol.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view payload = fuzz::as_text(data, size);
    (void)parse_edge_head(payload);
    (void)parse_edge_report(payload);
    (void)parse_edge_status(payload);
    (void)is_report_command(payload);
    (void)EdgeTopics("emdia/v1", "pop").chunk_number(payload);
    if (const auto chunk = parse_edge_chunk(payload)) {
        const auto again = parse_edge_chunk(to_payload(*chunk));
        expect(again.ok() && again->items == chunk->items, "a chunk that was read means the same when written");
    }
    if (const auto listing = parse_edge_listing(payload)) {
        expect(parse_edge_listing(to_payload(*listing)).ok(), "a listing that was read can be written");
    }
    return 0;
}
