// Virtual time: the clock protocol, what a run waits for, and what ends it.

#include <catch2/catch.hpp>

#include "tests/lab/fake_clock_client.hpp"
#include "tests/lab/lab_fixture.hpp"

namespace emdia::lab {

using nlohmann::json;

namespace {

const Instant start = parse_instant("2026-03-01T03:00:00Z").value();

FakeClockClient::Work every(Millis period, int& count) {
    return [period, &count, next = start + period](Instant now) mutable -> std::optional<Instant> {
        while (now >= next) {
            ++count;
            next += period;
        }
        return next;
    };
}

RunReport run(Lab& lab, Instant until, std::size_t clients, Millis guard = Seconds{5}) {
    RunOrder order;
    order.until = until;
    order.clients = clients;
    order.guard = guard;
    return lab.conductor().run(order);
}

}  // namespace

TEST_CASE("time steps to each wake-up of each client and ends where it was asked to") {
    Lab lab(small_lab(1));
    int minutes = 0;
    int hours = 0;
    FakeClockClient first(lab.ports().clock, "emdiad", every(Minutes{1}, minutes));
    FakeClockClient second(lab.ports().clock, "edge", every(Hours{1}, hours));
    const auto report = run(lab, start + Hours{6} + Seconds{30}, 2);
    CHECK(report.end == RunReport::End::reached);
    CHECK(report.now == start + Hours{6} + Seconds{30});
    CHECK(minutes == 360);
    CHECK(hours == 6);
    CHECK(first.told().back() == report.now);
    const auto told = second.told();
    CHECK(std::is_sorted(told.begin(), told.end()));
}

TEST_CASE("a client that hangs ends the run, which says who it was") {
    Lab lab(small_lab(1));
    int count = 0;
    FakeClockClient good(lab.ports().clock, "edge", every(Minutes{1}, count));
    FakeClockClient bad(lab.ports().clock, "emdiad", [](Instant) { return std::nullopt; });
    REQUIRE(run(lab, start + Minutes{5}, 2).end == RunReport::End::reached);
    bad.hang();
    const auto report = run(lab, start + Minutes{10}, 2, Millis{200});
    CHECK(report.end == RunReport::End::stalled);
    REQUIRE(report.names.size() == 1);
    CHECK(report.names[0].rfind("emdiad: last idle was", 0) == 0);
}

TEST_CASE("a client that dies ends the run once; the next one goes on without it") {
    Lab lab(small_lab(1));
    int count = 0;
    FakeClockClient good(lab.ports().clock, "edge", every(Minutes{1}, count));
    auto bad = std::make_unique<FakeClockClient>(lab.ports().clock, "emdiad", [](Instant) { return std::nullopt; });
    REQUIRE(run(lab, start + Minutes{5}, 2).end == RunReport::End::reached);
    bad->leave();
    const auto report = run(lab, start + Minutes{10}, 1);
    CHECK(report.end == RunReport::End::lost);
    CHECK(report.names == std::vector<std::string>{"emdiad"});
    CHECK(run(lab, start + Minutes{10}, 1).end == RunReport::End::reached);
}

TEST_CASE("a run waits for clients that are still to come, and says so when they do not") {
    Lab lab(small_lab(1));
    const auto report = run(lab, start + Hours{1}, 1, Millis{50});
    CHECK(report.end == RunReport::End::stalled);
    CHECK(report.now == start);
}

TEST_CASE("a line that is not of the protocol costs the client its connection") {
    Lab lab(small_lab(1));
    FakeClockClient client(lab.ports().clock, "emdiad", [](Instant) { return std::nullopt; });
    REQUIRE(run(lab, start + Minutes{1}, 1).end == RunReport::End::reached);
    client.say("idle soon");
    CHECK(run(lab, start + Minutes{2}, 1, Millis{2'000}).end == RunReport::End::lost);
}

TEST_CASE("events of the world alone wake no client; a webhook does, and finds its clock right") {
    Lab lab(small_lab(1));
    WebhookSink sink;
    REQUIRE(LabClient(lab.ports().control).post("/webhook", {{"url", sink.url()}}).ok());
    FakeClockClient client(lab.ports().clock, "emdiad", [](Instant) { return std::nullopt; });
    const Instant written = start + Hours{10};
    {
        const std::lock_guard lock(lab.state().mutex);
        lab.state().time.schedule(written, Effect::world, [&] {
            wa::Inbound inbound;
            inbound.from = "5511900004001";
            inbound.text = "oi";
            lab.whatsapp().receive(inbound);
        });
    }
    REQUIRE(run(lab, start + Hours{20}, 1).end == RunReport::End::reached);
    REQUIRE(sink.inbound().size() == 1);
    // Nothing at 03:00, when the night job ran: only the start, before and after the webhook, and the end.
    auto told = client.told();
    std::erase(told, start);
    CHECK(told == std::vector<Instant>{written, written, start + Hours{20}});
}

TEST_CASE("the clock can be set back, and the clients hear it") {
    Lab lab(small_lab(1));
    FakeClockClient client(lab.ports().clock, "emdiad", [](Instant) { return std::nullopt; });
    REQUIRE(run(lab, start + Hours{5}, 1).end == RunReport::End::reached);
    REQUIRE(LabClient(lab.ports().control).post("/clock", {{"now", to_rfc3339(start + Hours{1})}}).ok());
    CHECK(client.told().back() == start + Hours{1});
}

TEST_CASE("a run can end on a condition, or when nothing more is to come") {
    Lab lab(small_lab(1));
    const LabClient control(lab.ports().control);
    const auto id = lab.people().front().contract;
    {
        const std::lock_guard lock(lab.state().mutex);
        lab.state().time.schedule(start + Hours{2}, Effect::world, [&] {
            lab.state().erp.set_access(*lab.state().erp.contracts.find(id), "CM", lab.state().time.now());
        });
    }
    const auto report = control.post("/advance", {{"by", "10h"}, {"until", {{"contract", id}, {"access", "CM"}}}});
    REQUIRE(report.ok());
    CHECK(report->at("end") == "condition");
    CHECK(report->at("now") == "2026-03-01T05:00:00Z");
}

TEST_CASE("the control API says what is wrong with a call") {
    Lab lab(small_lab(1));
    const LabClient control(lab.ports().control);
    CHECK_FALSE(control.post("/advance", {{"by", "soon"}}).ok());
    CHECK_FALSE(control.post("/nowhere").ok());
    CHECK_FALSE(control.switch_on("ixc.no_such_fault").ok());
    CHECK_FALSE(control.post("/pay", {{"invoice", 1}}).ok());
    CHECK(control.get("/faults")->at("known").size() == known_faults().size());
}

TEST_CASE("in real time events happen by the wall clock and time cannot be stepped") {
    LabOptions options = small_lab(1);
    options.real_time = true;
    Lab lab(options);
    const LabClient control(lab.ports().control);
    CHECK_FALSE(control.post("/advance", {{"by", "1h"}}).ok());
    std::atomic<bool> happened = false;
    {
        const std::lock_guard lock(lab.state().mutex);
        lab.state().time.schedule(lab.state().time.now() + Millis{20}, Effect::outside, [&] { happened = true; });
    }
    const auto deadline = std::chrono::steady_clock::now() + Seconds{5};
    while (!happened && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(Millis{2});
    }
    CHECK(happened);
}

TEST_CASE("the program prints its ports and stops when told") {
    auto lab = LabProcess::start(std::string{EMDIA_BINARY_DIR} + "/bin/emdia-lab", {"--contracts", "3", "--story"});
    REQUIRE(lab.ok());
    CHECK((*lab)->description().at("story").contains("bruno"));
    CHECK((*lab)->client().advance_to(start + Days{1}).ok());
    CHECK((*lab)->client().now().value() == start + Days{1});
    CHECK((*lab)->client().post("/shutdown").ok());
}

}  // namespace emdia::lab
