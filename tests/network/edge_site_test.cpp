// One site with time in the test's hand and an agent that the test plays.
#include "network/mqtt/edge_site.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "daemon/adapters/digest.hpp"

namespace emdia::testing {
namespace {

using namespace std::chrono_literals;

const Sha256Digest digest;

class Bench {
public:
    Bench() : topics("emdia/v1", "pop"), site("mqtt", "pop", topics, digest, {}, [this] { return wall; }) {}

    /// A broker that keeps nothing and an agent that was never told anything.
    void begin() {
        site.link_up(now);
        hear(topics.status(), to_payload(EdgeStatus{true, alive}));
        list({}, {});
        collect();
    }
    CommandId wish(const std::string& key, Access access, std::int64_t generation,
                   std::optional<Instant> not_after = std::nullopt, const char* address = "100.64.0.1") {
        DesiredAccess desired;
        desired.connection.ipv4 = address;
        desired.command = CommandId{++commands};
        desired.connection.erp_id = key;
        desired.access = access;
        desired.generation = generation;
        desired.not_after = not_after;
        site.wish(desired);
        collect();
        return desired.command;
    }
    void pass(std::chrono::milliseconds time, bool may_publish = true) {
        now += time;
        site.advance(now, may_publish);
        collect();
    }
    void hear(const std::string& topic, const std::string& payload) {
        site.heard(topic, payload, now);
        collect();
    }
    void report(EdgeVersion version, const EdgeItems& held) {
        hear(topics.report(), to_payload(EdgeReport{version, held.size(), hash_items(held, 1, digest).all, alive}));
    }
    void list(EdgeVersion version, const std::vector<EdgeItem>& items, const std::vector<std::string>& foreign = {}) {
        hear(topics.listing(), to_payload(EdgeListing{version, alive, items, foreign}));
    }
    /// What an honest agent would do with the last head that was published.
    void obey() {
        const auto wanted = assemble(*head, chunks, digest);
        REQUIRE(wanted);
        report(head->version, *wanted);
    }
    [[nodiscard]] std::size_t count(const std::string& topic) const {
        return static_cast<std::size_t>(std::count(published.begin(), published.end(), topic));
    }
    void collect() {
        for (const EdgePublication& publication : site.take_publications()) {
            published.push_back(publication.topic);
            if (publication.topic == topics.head()) {
                head = parse_edge_head(publication.payload).value();
            } else if (const auto number = topics.chunk_number(publication.topic)) {
                chunks[*number] = parse_edge_chunk(publication.payload).value();
            }
        }
        for (DriverEvent& event : site.take_events()) {
            if (auto* result = std::get_if<ApplyResult>(&event)) {
                results.push_back(*result);
            } else if (auto* seen = std::get_if<Observation>(&event)) {
                observations.push_back(*seen);
            } else {
                states.push_back(std::get<DeviceState>(event));
            }
        }
    }

    EdgeTopics topics;
    Instant wall{Millis{1'789'000'000'000}};
    SteadyTime now{1h};
    Instant alive{Millis{1'788'000'000'000}};
    EdgeSite site;
    std::int64_t commands = 0;
    std::optional<EdgeHead> head;
    std::map<std::size_t, EdgeChunk> chunks;
    std::vector<std::string> published;
    std::vector<ApplyResult> results;
    std::vector<Observation> observations;
    std::vector<DeviceState> states;
};

TEST_CASE("a line without a fixed address cannot be kept away here: refused with its cure, and what was held must go") {
    Bench bench;
    bench.begin();
    bench.wish("ixc:1", Access::blocked, 3, std::nullopt, "");
    REQUIRE(bench.results.size() == 1);
    CHECK(bench.results.front().kind == ApplyKind::refused);
    CHECK(bench.results.front().hint.find("fixed address") != std::string::npos);

    bench.wish("ixc:1", Access::blocked, 4);
    bench.pass(0ms);
    bench.obey();
    REQUIRE(bench.head->count == 1);
    bench.wish("ixc:1", Access::blocked, 5, std::nullopt, "");
    bench.pass(1s);
    CHECK(bench.results.back().kind == ApplyKind::refused);
    CHECK(bench.head->count == 0);
}

TEST_CASE("a wish is published at once and is applied when the agent reports what was published") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 3);
    bench.pass(0ms);
    REQUIRE(bench.head);
    CHECK(bench.head->count == 1);
    CHECK(bench.results.empty());
    bench.obey();
    REQUIRE(bench.results.size() == 1);
    CHECK(bench.results.front().kind == ApplyKind::acknowledged);
    const Observation& seen = bench.observations.back();
    CHECK_FALSE(seen.complete);
    CHECK(seen.blocked.front().key == "c1");
    CHECK(seen.blocked.front().generation == 3);
}

TEST_CASE("changes gather while the broker is busy and leave as one version") {
    Bench bench;
    bench.begin();
    for (int i = 0; i < 50; ++i) {
        bench.wish("c" + std::to_string(i), Access::blocked, 1);
        bench.pass(1ms, false);
    }
    CHECK_FALSE(bench.head);
    bench.pass(1ms);
    CHECK(bench.head->count == 50);
    CHECK(bench.head->version.version == 1);
    bench.obey();
    CHECK(bench.results.size() == 50);
}

TEST_CASE("an agent that reports nothing leaves the wish unknown after the confirm time, and published") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.pass(9'900ms);
    CHECK(bench.results.empty());
    bench.pass(200ms);
    REQUIRE(bench.results.size() == 1);
    CHECK(bench.results.front().kind == ApplyKind::unknown);
    bench.obey();
    CHECK(bench.results.size() == 1);
}

TEST_CASE("an agent that claims a version and holds something else confirms nothing and is told again") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    const std::size_t heads = bench.count(bench.topics.head());
    bench.report(bench.head->version, {});
    CHECK(bench.results.empty());
    CHECK(bench.count(bench.topics.head()) == heads + 1);
    CHECK(bench.count(bench.topics.command()) >= 2);
    bench.report(bench.head->version, {});
    CHECK(bench.count(bench.topics.head()) == heads + 1);
    bench.pass(10s);
    CHECK(bench.results.front().kind == ApplyKind::unknown);
}

TEST_CASE("duplicates and reports of older versions are harmless") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    const EdgeVersion first = bench.head->version;
    const auto after_first = assemble(*bench.head, bench.chunks, digest).value();
    bench.obey();
    bench.obey();
    bench.wish("c2", Access::blocked, 1);
    bench.pass(0ms);
    bench.report(first, after_first);
    CHECK(bench.results.size() == 1);
    bench.obey();
    CHECK(bench.results.size() == 2);
}

TEST_CASE("while the broker is away wishes are kept, answered with retry, and go out when it returns") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.site.link_down("gone");
    bench.collect();
    CHECK(bench.results.back().kind == ApplyKind::retry);
    CHECK_FALSE(bench.states.back().reachable);
    bench.wish("c2", Access::blocked, 1);
    CHECK(bench.results.back().kind == ApplyKind::retry);
    CHECK(bench.results.back().retry_after == Millis{5'000});
    bench.pass(1h);
    CHECK(bench.results.size() == 2);

    bench.chunks.clear();  // the broker has lost what it kept
    bench.site.link_up(bench.now);
    bench.pass(0ms);
    CHECK(bench.head->count == 2);
    bench.hear(bench.topics.status(), to_payload(EdgeStatus{true, bench.alive}));
    bench.obey();
    bench.wish("c2", Access::blocked, 1);
    CHECK(bench.results.back().kind == ApplyKind::already_so);
}

TEST_CASE("an agent that restarted is reported and gets everything again") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.obey();
    bench.pass(10s);
    const std::size_t heads = bench.count(bench.topics.head());
    bench.alive += 1h;
    bench.report({}, {});
    CHECK(bench.states.back().restarted);
    CHECK(bench.count(bench.topics.head()) == heads + 1);
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    CHECK(bench.results.size() == 1);
    bench.obey();
    CHECK(bench.results.back().kind == ApplyKind::already_so);
}

TEST_CASE("the last report of an agent that is gone proves nothing") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.obey();
    bench.hear(bench.topics.status(), to_payload(EdgeStatus{false, bench.alive}));
    bench.wish("c1", Access::blocked, 1);
    CHECK(bench.results.size() == 1);
    bench.pass(0ms);
    bench.obey();
    CHECK(bench.results.size() == 1);
    bench.pass(10s);
    CHECK(bench.results.back().kind == ApplyKind::unknown);
}

TEST_CASE("at the first connection the snapshot goes on from what the broker kept") {
    Bench old;
    old.begin();
    for (int i = 0; i < 300; ++i) {
        old.wish("c" + std::to_string(i), Access::blocked, 7);
    }
    old.pass(0ms);
    Bench bench;
    bench.site.link_up(bench.now);
    bench.wish("c5", Access::open, 8);
    bench.hear(bench.topics.head(), to_payload(*old.head));
    for (const auto& [number, chunk] : old.chunks) {
        bench.hear(bench.topics.chunk(number), to_payload(chunk));
    }
    bench.pass(0ms);
    REQUIRE(bench.head);
    CHECK(bench.head->count == 299);
    CHECK(bench.head->version == EdgeVersion{old.head->version.epoch, old.head->version.version + 1});
    CHECK(bench.states.empty());
    bench.wish("c6", Access::open, 6);
    CHECK(bench.results.back().kind == ApplyKind::already_so);
    CHECK(bench.results.back().cause.find("superseded") != std::string::npos);
}

TEST_CASE("without that it goes on from what the agent holds, and nobody is freed by a lost broker") {
    Bench bench;
    bench.site.link_up(bench.now);
    bench.hear(bench.topics.status(), to_payload(EdgeStatus{true, bench.alive}));
    const EdgeItem held{"c9", Access::blocked, 4, {"100.64.0.9"}, {}, std::nullopt};
    bench.list({17, 3}, {held});
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    REQUIRE(bench.head);
    CHECK(bench.head->count == 2);
    CHECK(bench.head->version.epoch > 17);
}

TEST_CASE("without either the engine is told to give all wishes again") {
    Bench bench;
    bench.site.link_up(bench.now);
    bench.pass(1'600ms);
    REQUIRE(bench.states.size() == 1);
    CHECK(bench.states.front().restarted);
}

TEST_CASE("an agent that is ahead of us is overtaken, not fought") {
    Bench bench;
    bench.begin();
    const EdgeVersion ahead{bench.wall.time_since_epoch().count() + 5, 40};
    bench.report(ahead, {});
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    CHECK(bench.head->version > ahead);
    bench.obey();
    CHECK(bench.results.back().kind == ApplyKind::acknowledged);
}

TEST_CASE("a lease that ends is dropped here as there") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1, bench.wall + 1h);
    bench.pass(0ms);
    bench.obey();
    bench.wall += 2h;
    bench.pass(1s);
    CHECK(bench.head->count == 0);
    bench.wish("c1", Access::blocked, 1, bench.wall + 1h);
    bench.pass(0ms);
    CHECK(bench.head->count == 1);
}

TEST_CASE("a complete listing is an observation; entries that are not ours are marked, and drift is repaired") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.obey();
    bench.pass(10s);
    const std::size_t heads = bench.count(bench.topics.head());
    bench.list(bench.head->version, {{"c7", Access::blocked, 9, {}, {}, std::nullopt}}, {"stranger"});
    const Observation& seen = bench.observations.back();
    CHECK(seen.complete);
    REQUIRE(seen.blocked.size() == 2);
    CHECK(seen.blocked[0].key == "c7");
    CHECK(seen.blocked[1].foreign);
    CHECK(bench.count(bench.topics.head()) == heads + 1);
}

TEST_CASE("a broker that refuses publications is a mistake a person must mend") {
    Bench bench;
    bench.begin();
    bench.wish("c1", Access::blocked, 1);
    bench.pass(0ms);
    bench.site.publication_refused("not authorized");
    bench.collect();
    CHECK(bench.results.back().kind == ApplyKind::refused);
    CHECK_FALSE(bench.results.back().hint.empty());
}

TEST_CASE("nonsense on the topics of a site is ignored") {
    Bench bench;
    bench.begin();
    for (const std::string& topic : {bench.topics.report(), bench.topics.listing(), bench.topics.status()}) {
        bench.hear(topic, "{\"epoch\":");
        bench.hear(topic, "");
    }
    bench.hear("emdia/v1/site/pop/unheard/of", "x");
    CHECK(bench.results.empty());
    CHECK(bench.observations.size() <= 1);
}

}  // namespace
}  // namespace emdia::testing
