// The base, payments, the ERP's own routines, and people who react.

#include <catch2/catch.hpp>

#include "tests/lab/charges.hpp"
#include "tests/lab/lab_fixture.hpp"
#include "tests/lab/scripts.hpp"

namespace emdia::lab {

using nlohmann::json;

namespace {

std::string print_base(std::uint64_t seed) {
    LabOptions options = small_lab(50);
    options.population.seed = seed;
    Lab lab(options);
    return LabClient(lab.ports().control).get("/contracts").value().dump();
}

/// Plays the daemon's part: a template to a contract's phone, with buttons.
void send(Lab& lab, std::int64_t contract, const std::string& name, const std::vector<std::string>& payloads = {}) {
    json components = json::array();
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        components.push_back({{"type", "button"},
                              {"sub_type", "quick_reply"},
                              {"index", std::to_string(i)},
                              {"parameters", {{{"type", "payload"}, {"payload", payloads[i]}}}}});
    }
    const auto& erp = lab.state().erp;
    std::string digits;
    for (const Contract& row : erp.contracts.all()) {
        for (const Customer& customer : erp.customers.all()) {
            digits = row.id == contract && row.customer == customer.id ? contact_number(customer) : digits;
        }
    }
    const json body{{"messaging_product", "whatsapp"},
                    {"to", digits},
                    {"type", "template"},
                    {"template", {{"name", name}, {"language", {{"code", "pt_BR"}}}, {"components", components}}}};
    HttpCall call;
    call.method = "POST";
    call.path = "/v24.0/" + wa::Account{}.phone_id + "/messages";
    call.headers["authorization"] = "Bearer " + wa::Account{}.token;
    call.body = body.dump();
    REQUIRE(lab.whatsapp().handle(call).status == 200);
}

Instant local(const Lab&, const std::string& text) { return parse_instant(text + "-03:00").value(); }

}  // namespace

TEST_CASE("the same seed gives the same base, another seed another one") {
    CHECK(print_base(7) == print_base(7));
    CHECK(print_base(7) != print_base(8));
}

TEST_CASE("every behaviour has people in a large enough base, and most pay in time") {
    ErpWorld world;
    PopulationSpec spec;
    spec.contracts = 2'000;
    spec.today = make_date(2026, 3, 1);
    std::map<Behaviour, int> people;
    for (const Person& person : populate(world, spec)) {
        ++people[person.behaviour];
    }
    CHECK(people.size() == all_behaviours().size());
    CHECK(people[Behaviour::pays_before] + people[Behaviour::pays_on_due] > 1'300);
    CHECK(world.titles.all().size() == 6'000);
}

TEST_CASE("the provider asks 102,10 after six days and 102,83 after twenty-eight (brazil-rules.md section 6)") {
    Title title;
    title.due = make_date(2026, 3, 10);
    title.face = Money::centavos(9990);
    CHECK(charge_on(title, make_date(2026, 3, 10)).total() == Money::centavos(9990));
    CHECK(charge_on(title, make_date(2026, 3, 16)).total() == Money::centavos(10210));
    CHECK(charge_on(title, make_date(2026, 4, 7)).total() == Money::centavos(10283));
}

TEST_CASE("the last overdue title paid releases CA, not CM (erp-ixc.md 7.4)") {
    Lab lab(small_lab(2));
    auto& erp = lab.state().erp;
    const Instant late = local(lab, "2026-05-01T10:00:00");
    for (const char* access : {"CA", "CM"}) {
        Contract& contract = erp.contracts.all()[access == std::string{"CA"} ? 0 : 1];
        erp.set_access(contract, access, late);
        for (const Title* title : erp.overdue(contract.id, erp.today(late))) {
            CHECK(contract.access == access);
            REQUIRE(erp.pay(Payment{title->id, title->face, late, true}).ok());
        }
    }
    CHECK(erp.contracts.all()[0].access == "A");
    CHECK(erp.contracts.all()[1].access == "CM");
}

TEST_CASE("a trust release ends by itself, and is not given again while that debt stands (4.4)") {
    Lab lab(small_lab(1));
    auto& erp = lab.state().erp;
    Contract& contract = erp.contracts.all().front();
    const Instant first = local(lab, "2026-05-01T10:00:00");
    erp.set_access(contract, "CM", first);
    CHECK(erp.trust_release(contract.id, 3, first) == TrustAnswer::released);
    erp.night_job(first + Days{2}, false);
    CHECK(contract.access == "A");
    erp.night_job(first + Days{4}, false);
    CHECK(contract.access == "CA");
    CHECK(erp.trust_release(contract.id, 3, first + Days{5}) == TrustAnswer::not_available);
}

TEST_CASE("the ERP's own block job blocks at night only where its rule is on") {
    Lab lab(small_lab(2));
    auto& erp = lab.state().erp;
    erp.contracts.all()[0].auto_block = true;
    const LabClient control(lab.ports().control);
    REQUIRE(control.switch_on("ixc.auto_block_job").ok());
    for (Title& title : erp.titles.all()) {
        title.status = title.due == erp.titles.all().front().due ? 'A' : title.status;
        title.received = title.status == 'A' ? Money{} : title.received;
    }
    REQUIRE(control.post("/advance", {{"by", "1d"}}).ok());
    CHECK(erp.contracts.all()[0].access == "CA");
    CHECK(erp.contracts.all()[1].access == "A");
}

TEST_CASE("a payment can be ordered for later") {
    Lab lab(small_lab(1));
    const LabClient control(lab.ports().control);
    const auto contract = control.get("/contracts")->front();
    const auto invoice = contract["titles"][1]["id"];
    REQUIRE(control.post("/pay", {{"invoice", invoice}, {"at", "2026-03-02T12:00:00Z"}}).ok());
    const json wanted{{"title", invoice}, {"status", "R"}};
    CHECK(control.post("/advance", {{"by", "2d"}, {"until", wanted}})->at("now") == "2026-03-02T12:00:00Z");
}

TEST_CASE("the story: Ana pays after the +1, Carla disputes, Bruno promises, breaks and pays at 20:17 (section 6)") {
    LabOptions options = small_lab(1);
    options.story = true;
    Lab lab(options);
    WebhookSink sink;
    const LabClient control(lab.ports().control);
    REQUIRE(control.post("/webhook", {{"url", sink.url()}}).ok());
    const json story = json::parse(lab.describe())["story"];
    const std::int64_t bruno = story["bruno"];
    const auto title = [&](const char* who) {
        return control.get("/contracts?id=" + std::to_string(story[who].get<std::int64_t>()))->front()["titles"][0];
    };

    REQUIRE(control.advance_to(local(lab, "2026-03-11T10:00:00")).ok());
    send(lab, story["ana"], "emdia_depois_v1");
    REQUIRE(control.advance_to(local(lab, "2026-03-12T00:00:00")).ok());
    CHECK(title("ana")["status"] == "R");

    REQUIRE(control.advance_to(local(lab, "2026-03-16T10:00:00")).ok());
    send(lab, story["carla"], "emdia_aviso_suspensao_v1", {"promise_pick:3:3:0", "dispute:3:3:0"});
    REQUIRE(control.advance_to(local(lab, "2026-03-20T11:00:00")).ok());
    CHECK(sink.inbound().back()["button"]["payload"] == "dispute:3:3:0");

    REQUIRE(control.advance_to(local(lab, "2026-04-01T09:30:00")).ok());
    send(lab, bruno, "emdia_suspenso_v1", {"second_copy:2:2:0", "promise_pick:2:2:0"});
    REQUIRE(control.advance_to(local(lab, "2026-04-01T19:42:40")).ok());
    CHECK(sink.inbound()[1]["text"]["body"] == "pago segunda");
    CHECK(sink.inbound()[2]["button"]["payload"] == "promise_pick:2:2:0");
    send(lab, bruno, "emdia_resposta_promise_dates_v1",
         {"promise_pick:2:2:0:2026-04-02", "promise_pick:2:2:0:2026-04-06"});
    REQUIRE(control.advance_to(local(lab, "2026-04-01T19:43:00")).ok());
    CHECK(sink.inbound()[3]["button"]["payload"] == "promise_pick:2:2:0:2026-04-06");
    send(lab, bruno, "emdia_confirmar_prazo_v1", {"promise_yes:2:2:5", "promise_no:2:2:5"});
    REQUIRE(control.advance_to(local(lab, "2026-04-01T19:43:20")).ok());
    CHECK(sink.inbound()[4]["button"]["payload"] == "promise_yes:2:2:5");

    const json paid{{"title", title("bruno")["id"]}, {"status", "R"}};
    const auto report = control.post("/advance", {{"by", "30d"}, {"until", paid}});
    REQUIRE(report.ok());
    CHECK(report->at("now") == to_rfc3339(local(lab, "2026-04-07T20:17:20")));
    CHECK(lab.state().erp.receipts.all().back().amount == Money::centavos(10283));
}

TEST_CASE("people of the population react to what they receive, at the same times for the same seed") {
    const auto play = [] {
        LabOptions options = small_lab(60);
        options.population.mix = BehaviourMix{0, 0, 500, 500, 0, 0, 0, 0, 0};
        Lab lab(options);
        const LabClient control(lab.ports().control);
        REQUIRE(control.advance_to(local(lab, "2026-03-27T10:00:00")).ok());
        for (const Person& person : lab.people()) {
            const bool reachable = !contact_number(*lab.state().erp.customers.find(person.customer)).empty();
            if (reachable) {
                send(lab, person.contract,
                     person.behaviour == Behaviour::pays_after_notice ? "emdia_aviso_suspensao_v1" : "emdia_depois_v1");
            }
        }
        REQUIRE(control.advance_to(local(lab, "2026-04-02T10:00:00")).ok());
        return control.get("/totals")->dump() + control.get("/contracts")->dump();
    };
    const std::string first = play();
    CHECK(first == play());
    CHECK(json::parse(first.substr(0, first.find('[')))["titles"]["R"] > 100);
}

TEST_CASE("a rule set over the control API presses, writes and pays") {
    Lab lab(small_lab(1));
    const LabClient control(lab.ports().control);
    WebhookSink sink;
    REQUIRE(control.post("/webhook", {{"url", sink.url()}}).ok());
    const std::int64_t id = control.post("/contracts", {{"name", "DIEGO DE TESTE"}})->at("id");
    const auto invoice =
        control.post("/invoices", {{"contract", id}, {"due", "2026-02-20"}, {"amount", "50.00"}})->at("id");
    REQUIRE(control
                .post("/rules", {{"contract", id},
                                 {"rules",
                                  {{{"when_template", "_aviso"}, {"text", "vou pagar"}, {"after", "1m"}},
                                   {{"when_button", "paid"}, {"press", "paid"}, {"after", "2m"}},
                                   {{"when_template", "_aviso"}, {"pay", "now"}, {"after", "3m"}}}}})
                .ok());
    send(lab, id, "emdia_aviso_suspensao_v1", {"paid:1:1:0"});
    REQUIRE(control.post("/advance", {{"by", "150s"}}).ok());
    REQUIRE(sink.inbound().size() == 2);
    CHECK(sink.inbound()[0]["text"]["body"] == "vou pagar");
    CHECK(sink.inbound()[1]["button"]["payload"] == "paid:1:1:0");
    REQUIRE(control.post("/advance", {{"by", "1m"}}).ok());
    CHECK(control.get("/contracts?id=" + std::to_string(id))->front()["titles"][0]["id"] == invoice);
    CHECK(control.get("/contracts?id=" + std::to_string(id))->front()["titles"][0]["status"] == "R");
}

}  // namespace emdia::lab
