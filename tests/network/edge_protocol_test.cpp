#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "daemon/adapters/digest.hpp"
#include "network/mqtt/edge_snapshot.hpp"

namespace emdia::testing {
namespace {

const Sha256Digest digest;

EdgeItem item(const std::string& key, std::int64_t generation = 1) {
    return {
        key, Access::blocked, generation, {"100.64.0.10"}, {"2001:db8:64::/64"}, Instant{Millis{1'789'000'000'000}}};
}

EdgeItems numbered_items(int count) {
    EdgeItems items;
    for (int i = 0; i < count; ++i) {
        const std::string key = "c" + std::to_string(i);
        items[key] = item(key, i + 1);
    }
    return items;
}

struct Document {
    EdgeHead head;
    std::map<std::size_t, EdgeChunk> chunks;
};

Document document(const EdgeItems& items, std::size_t chunks) {
    const EdgeHashes hashes = hash_items(items, chunks, digest);
    Document made{{{5, 7}, items.size(), hashes.all, hashes.chunks}, {}};
    for (std::size_t number = 0; number < chunks; ++number) {
        made.chunks[number] = cut_chunk(items, number, chunks);
    }
    return made;
}

TEST_CASE("a snapshot survives being cut, printed, read and put together again, whatever it holds") {
    CHECK(rc::check("round trip", [](const std::map<std::string, std::int64_t>& generations) {
        EdgeItems items;
        for (const auto& [key, generation] : generations) {
            std::string plain = "c";
            for (const char c : key.substr(0, 100)) {
                plain += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
            }
            items[plain] = item(plain, generation & 0xffff'ffff);
        }
        const Document sent = document(items, chunk_count_for(items.size(), 4));
        const auto head = parse_edge_head(to_payload(sent.head));
        RC_ASSERT(head.ok());
        std::map<std::size_t, EdgeChunk> chunks;
        for (const auto& [number, chunk] : sent.chunks) {
            chunks[number] = parse_edge_chunk(to_payload(chunk)).value();
        }
        RC_ASSERT(assemble(*head, chunks, digest) == items);
    }));
}

TEST_CASE("a head without all of its chunks, or with one of another version, stands for nothing") {
    const EdgeItems items = numbered_items(400);
    Document sent = document(items, 4);
    CHECK(assemble(sent.head, sent.chunks, digest) == items);
    Document missing = sent;
    missing.chunks.erase(2);
    CHECK_FALSE(assemble(missing.head, missing.chunks, digest));
    Document mixed = sent;
    mixed.chunks[1].items.front().generation = 99;
    CHECK_FALSE(assemble(mixed.head, mixed.chunks, digest));
    Document short_count = sent;
    short_count.head.count = 399;
    CHECK_FALSE(assemble(short_count.head, short_count.chunks, digest));
    sent.head.chunks.clear();
    CHECK_FALSE(assemble(sent.head, sent.chunks, digest));
}

TEST_CASE("chunks stay around 128 items, only grow, and one change touches one of them") {
    CHECK(chunk_count_for(0, 0) == 1);
    CHECK(chunk_count_for(128, 0) == 1);
    CHECK(chunk_count_for(129, 0) == 2);
    CHECK(chunk_count_for(20'000, 0) == 256);
    CHECK(chunk_count_for(10, 8) == 8);
    EdgeItems items = numbered_items(1'000);
    const EdgeHashes before = hash_items(items, 8, digest);
    items["c500"].generation = 1'000'000;
    const EdgeHashes after = hash_items(items, 8, digest);
    CHECK(before.all != after.all);
    std::size_t different = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        different += static_cast<std::size_t>(before.chunks[i] != after.chunks[i]);
    }
    CHECK(different == 1);
}

TEST_CASE("the canonical hash is the one docs/EDGE-PROTOCOL.md shows") {
    EdgeItems items;
    items["c1001"] = {"c1001",         Access::blocked,      7,
                      {"100.64.0.10"}, {"2001:db8:64::/64"}, Instant{Millis{1'789'000'000'000}}};
    items["c1002"] = {"c1002", Access::reduced, 3, {}, {}, std::nullopt};
    CHECK(hash_items(items, 1, digest).all ==
          digest.sha256_hex(
              "c1001\tblocked\t7\t100.64.0.10,\t2001:db8:64::/64,\t1789000000000\nc1002\treduced\t3\t\t\t\n"));
}

TEST_CASE("reports, listings and status survive being printed and read") {
    const auto report = parse_edge_report(to_payload(EdgeReport{{5, 7}, 2, "abc", Instant{Millis{99}}}));
    REQUIRE(report.ok());
    CHECK(report->version == EdgeVersion{5, 7});
    CHECK(report->count == 2);
    CHECK(report->hash == "abc");
    CHECK(report->alive_since == Instant{Millis{99}});
    const auto listing = parse_edge_listing(to_payload(EdgeListing{{5, 7}, Instant{}, {item("c1")}, {"stranger"}}));
    REQUIRE(listing.ok());
    CHECK(listing->items == std::vector<EdgeItem>{item("c1")});
    CHECK(listing->foreign == std::vector<std::string>{"stranger"});
    CHECK(parse_edge_status(to_payload(EdgeStatus{true, Instant{Millis{5}}}))->alive_since == Instant{Millis{5}});
    CHECK_FALSE(parse_edge_status(to_payload(EdgeStatus{}))->online);
    CHECK(is_report_command(report_command()));
    CHECK_FALSE(is_report_command("{}"));
}

TEST_CASE("what cannot be read is refused, and nothing of it is repeated") {
    for (const std::string payload : {"", "{", "[]", "null", "7", R"({"epoch":"x"})",
                                      R"({"epoch":1,"version":1,"count":-1,"sha256":"","chunks":[]})",
                                      R"({"epoch":1,"version":99999999999999999999,"count":1,"sha256":"","chunks":[]})",
                                      R"({"epoch":1,"version":1,"count":1,"sha256":"","chunks":[7]})",
                                      R"({"epoch":1.5,"version":1,"count":1,"sha256":"","chunks":[]})"}) {
        INFO(payload);
        const auto head = parse_edge_head(payload);
        REQUIRE_FALSE(head.ok());
        CHECK(head.error().kind == ErrorKind::protocol);
    }
    CHECK_FALSE(parse_edge_chunk(R"({"items":[{"k":"","mode":"blocked","g":1}]})").ok());
    CHECK_FALSE(parse_edge_chunk(R"({"items":[{"k":"c1","mode":"open","g":1}]})").ok());
    CHECK_FALSE(parse_edge_chunk(R"({"items":[7]})").ok());
    const auto secretive = parse_edge_chunk(R"({"items":[{"k":"maria@isp","mode":"blocked"}]})");
    REQUIRE_FALSE(secretive.ok());
    CHECK(secretive.error().text().find("maria") == std::string::npos);
    CHECK(parse_edge_status(R"({"online":true,"colour":"blue"})").ok());
    CHECK_FALSE(parse_edge_chunk(std::string(100'000, '[')).ok());
}

TEST_CASE("bytes of another encoding in a key do not stop the others") {
    CHECK(parse_edge_chunk(to_payload(EdgeChunk{{item("jo\xe3o")}})).ok());
}

TEST_CASE("topics belong to their site and no other") {
    const EdgeTopics topics("emdia/v1", "pop-centro");
    CHECK(topics.owns("emdia/v1/site/pop-centro/status"));
    CHECK_FALSE(topics.owns("emdia/v1/site/pop-centro2/status"));
    CHECK_FALSE(topics.owns("emdia/v1/site/pop-centro"));
    CHECK(topics.chunk_number("emdia/v1/site/pop-centro/desired/chunk/12") == std::size_t{12});
    for (const char* const topic :
         {"emdia/v1/site/pop-centro/desired/chunk/", "emdia/v1/site/pop-centro/desired/chunk/x",
          "emdia/v1/site/pop-centro/desired/chunk/-1", "emdia/v1/site/other/desired/chunk/1"}) {
        CHECK_FALSE(topics.chunk_number(topic));
    }
    CHECK(is_site_name("pop-centro_1.a"));
    for (const char* const name : {"", "a/b", "a#", "+", "são"}) {
        CHECK_FALSE(is_site_name(name));
    }
}

}  // namespace
}  // namespace emdia::testing
