#include <catch2/catch.hpp>

#include "daemon/core/phone.hpp"
#include "erp-connectors/protocol/codec.hpp"

using namespace emdia;
using namespace emdia::protocol;

namespace {

MethodOfId only(std::uint64_t id, Method method) {
    return [=](std::uint64_t asked) { return asked == id ? std::optional{method} : std::nullopt; };
}

ErpAnswer round_trip(Method method, ErpAnswer answer) {
    const auto line = encode(Response{7, Answer{std::move(answer)}});
    CHECK(line.find('\n') == std::string::npos);
    const auto read = decode_response(line, only(7, method));
    REQUIRE(read.ok());
    REQUIRE(read->answer.ok());
    return std::get<ErpAnswer>(*read->answer);
}

ErpCall round_trip(ErpCall call) {
    const auto read = decode_request(encode(Request{3, std::move(call), Millis{1500}, "key-1"}));
    REQUIRE(read.id == 3U);
    REQUIRE(read.request.ok());
    CHECK(read.request->deadline == Millis{1500});
    CHECK(read.request->idempotency_key == "key-1");
    return std::get<ErpCall>(read.request->call);
}

ErpInvoice sample_invoice() {
    ErpInvoice invoice;
    invoice.id = "145535";
    invoice.contract_id = "7301";
    invoice.subscriber_id = "4102";
    invoice.due = make_date(2026, 11, 20);
    invoice.reference = make_date(2026, 11, 1);
    invoice.face = Money::centavos(10990);
    invoice.open = Money::centavos(5000);
    invoice.connection_open = Money::centavos(4000);
    invoice.state = InvoiceState::partial;
    invoice.payment_pending = true;
    invoice.period_end = make_date(2026, 11, 30);
    return invoice;
}

std::string response(const std::string& result) { return R"({"jsonrpc":"2.0","id":7,"result":)" + result + "}"; }

}  // namespace

TEST_CASE("hello survives the trip and a stranger's first line is refused with a cure") {
    const Hello hello{"ixc", "0.1.0", 1, {"pull.invoices", "access.block"}};
    CHECK(*decode_hello(encode(hello)) == hello);
    for (const auto* line : {"Starting up...", "{}", R"({"jsonrpc":"2.0","method":"hi"})", "[1]", ""}) {
        const auto bad = decode_hello(line);
        REQUIRE_FALSE(bad.ok());
        CHECK(bad.error().kind == ErrorKind::protocol);
        CHECK_FALSE(bad.error().cure.empty());
    }
}

TEST_CASE("every call survives the trip") {
    const auto pull = std::get<ErpPull>(
        round_trip(ErpPull{RecordKind::payments, "c1", 250, false, make_date(2026, 1, 1), std::nullopt, "mark"}));
    CHECK(pull.kind == RecordKind::payments);
    CHECK(pull.cursor == "c1");
    CHECK(pull.page_size == 250);
    CHECK_FALSE(pull.full);
    CHECK(pull.due_from == make_date(2026, 1, 1));
    CHECK_FALSE(pull.due_to);
    CHECK(pull.since == "mark");
    CHECK(std::get<ErpReadInvoices>(round_trip(ErpReadInvoices{{"1", "2"}})).invoice_ids.size() == 2);
    CHECK(std::get<ErpReadContract>(round_trip(ErpReadContract{"9"})).contract_id == "9");
    CHECK(std::get<ErpGetPaymentCodes>(round_trip(ErpGetPaymentCodes{"9", make_date(2026, 2, 28)})).today ==
          make_date(2026, 2, 28));
    const auto promise = std::get<ErpRecordPromise>(
        round_trip(ErpRecordPromise{"1", "2", make_date(2026, 3, 1), Money::centavos(12345)}));
    CHECK(promise.amount == Money::centavos(12345));
    CHECK(promise.until == make_date(2026, 3, 1));
    CHECK(std::get<ErpRelease>(round_trip(ErpRelease{"1", 3})).days == 3);
    CHECK(std::get<ErpBlock>(round_trip(ErpBlock{"1"})).contract_id == "1");
    CHECK(std::get<ErpUnblock>(round_trip(ErpUnblock{"1"})).contract_id == "1");
    CHECK(std::get<ErpNote>(round_trip(ErpNote{"1", "2", "t", "line\nline"})).text == "line\nline");
    CHECK(std::holds_alternative<ErpHealthCheck>(round_trip(ErpHealthCheck{})));
}

TEST_CASE("initialisation carries settings and secrets") {
    const auto read = decode_request(
        encode(Request{0, Initialize{"ixc", R"({"url":"https://x"})", {{"token", "s"}}}, Millis{1}, ""}));
    REQUIRE(read.request.ok());
    const auto& init = std::get<Initialize>(read.request->call);
    CHECK(init.erp == "ixc");
    CHECK(init.settings_json == R"({"url":"https://x"})");
    CHECK(init.secrets.at("token") == "s");
}

TEST_CASE("every answer survives the trip") {
    const auto invoice = sample_invoice();
    const ErpPayment payment{"1", "145535", Money::centavos(100), make_date(2026, 11, 21), true};
    const auto page = std::get<ErpPage>(round_trip(
        Method::pull, ErpPage{RecordKind::invoices, std::vector<ErpInvoice>{invoice}, "next", "mark", {"row 3: why"}}));
    CHECK(std::get<std::vector<ErpInvoice>>(page.records) == std::vector<ErpInvoice>{invoice});
    CHECK(page.next_cursor == "next");
    CHECK(page.since == "mark");
    CHECK(page.quarantined == std::vector<std::string>{"row 3: why"});

    const ErpContract contract{
        "7301", "4102", "FIBRA 300", ContractStatus::active, ErpAccess::blocked, true, make_date(2026, 12, 1)};
    const ErpConnection connection{"4709", "7301", "fulana.teste", "192.0.2.7", "", "BRAS-01", "", true};
    const auto contract_read =
        std::get<ErpContractRead>(round_trip(Method::contract_read, ErpContractRead{contract, {connection}}));
    CHECK(contract_read.contract == contract);
    CHECK(contract_read.connections == std::vector<ErpConnection>{connection});

    const auto read = std::get<ErpInvoicesRead>(
        round_trip(Method::invoice_read, ErpInvoicesRead{{invoice}, {payment}, {"9"}, {"8: odd"}}));
    CHECK(read.invoices == std::vector<ErpInvoice>{invoice});
    CHECK(read.payments == std::vector<ErpPayment>{payment});
    CHECK(read.missing == std::vector<std::string>{"9"});
    CHECK(read.quarantined == std::vector<std::string>{"8: odd"});

    const PaymentCodes codes{"000201",           "",   Money::centavos(1),     Money::centavos(2), Money::centavos(3),
                             Money::centavos(6), true, make_date(2027, 2, 18), "https://x"};
    CHECK(std::get<PaymentCodes>(round_trip(Method::payment_codes, codes)) == codes);
    CHECK(std::get<ErpDone>(round_trip(Method::access_block, ErpDone{"CM", ErpAccess::blocked})).access ==
          ErpAccess::blocked);
    CHECK(std::get<ErpHealthReport>(round_trip(Method::health, ErpHealthReport{"1", "ok"})).version == "1");
    const std::string long_note(316, 'n');  // what a probe says that may read neither receipts nor history
    CHECK(std::get<ErpHealthReport>(round_trip(Method::health, ErpHealthReport{"1", long_note})).note == long_note);
    const ErpSubscriber subscriber{"4102", "Fulana", "+5511900000001", "SP", "", true};
    const auto people = std::get<ErpPage>(
        round_trip(Method::pull, ErpPage{RecordKind::subscribers, std::vector<ErpSubscriber>{subscriber}, "", "", {}}));
    CHECK(std::get<std::vector<ErpSubscriber>>(people.records) == std::vector<ErpSubscriber>{subscriber});
}

TEST_CASE("errors survive the trip, and an unknown kind counts as permanent") {
    const Error error{ErrorKind::rate_limited, "slow down", "wait", Millis{5000}};
    const auto read = decode_response(encode(Response{7, error}), only(7, Method::health));
    REQUIRE(read.ok());
    CHECK(read->answer.error() == error);
    const auto odd = decode_response(R"({"id":7,"error":{"code":-1,"message":"m","data":{"kind":"cosmic"}}})",
                                     only(7, Method::health));
    REQUIRE(odd.ok());
    CHECK(odd->answer.error().kind == ErrorKind::protocol);
}

TEST_CASE("unknown fields are ignored") {
    const auto read = decode_request(
        R"({"jsonrpc":"2.0","id":1,"method":"health","params":{"deadline_ms":5,"later":[1]},"extra":{}})");
    CHECK(read.request.ok());
}

TEST_CASE("bad requests are refused at their place, with their number if it can be read") {
    struct Row {
        const char* line;
        const char* where;
        bool numbered;
    };
    const Row rows[] = {
        {R"({"id":5,"method":"pull","params":{"kind":"invoices","page_size":0}})", "request.params.page_size", true},
        {R"({"id":5,"method":"pull","params":{"kind":"dragons","page_size":5}})", "request.params.kind", true},
        {R"({"id":5,"method":"fly"})", "request.method", true},
        {R"({"id":5,"method":"access.block","params":{"contract_id":"1"}})", "idempotency_key", true},
        {R"({"id":5,"method":"access.block","params":{"contract_id":"","idempotency_key":"k"}})",
         "request.params.contract_id", true},
        {R"({"id":5,"method":"invoice.payment_codes","params":{"invoice_id":"1","today":"2026-02-30"}})",
         "request.params.today", true},
        {R"({"id":"5","method":"health"})", "request.id", false},
        {R"({"id":-1,"method":"health"})", "request.id", false},
        {R"({"id":18446744073709551615,"method":"health"})", "request.id", false},
        {"{", "line", false},
    };
    for (const auto& row : rows) {
        const auto read = decode_request(row.line);
        INFO(row.line);
        CHECK(read.id.has_value() == row.numbered);
        REQUIRE_FALSE(read.request.ok());
        CHECK(read.request.error().kind == ErrorKind::protocol);
        CHECK(read.request.error().what.find(row.where) != std::string::npos);
    }
}

TEST_CASE("a record out of range is quarantined and the rest of the page goes on") {
    const auto read = decode_response(response(R"({"kind":"payments","records":[
            {"id":"1","invoice_id":"9","amount":100,"paid_on":"2026-11-20"},
            {"id":"2","invoice_id":"9","amount":-100,"paid_on":"2026-11-20"},
            {"id":"3","invoice_id":"9","amount":1.5,"paid_on":"2026-11-20"},
            {"id":"4","invoice_id":"9","amount":100,"paid_on":"1970-01-01"},
            {"id":"5","invoice_id":"","amount":100,"paid_on":"2026-11-20"}]})"),
                                      only(7, Method::pull));
    REQUIRE(read.ok());
    REQUIRE(read->answer.ok());
    const auto& page = std::get<ErpPage>(std::get<ErpAnswer>(*read->answer));
    CHECK(std::get<std::vector<ErpPayment>>(page.records).size() == 1);
    REQUIRE(page.quarantined.size() == 4);
    CHECK(page.quarantined[0].find("records[1].amount") != std::string::npos);
}

TEST_CASE("phones arrive in the form in which WhatsApp's are kept, whatever the connector makes of them (2.1)") {
    const auto read = decode_response(response(R"({"kind":"subscribers","records":[
            {"id":"1","phone":"+558199990001"},
            {"id":"2","phone":"5581999990001"},
            {"id":"3","phone":"(81) 99999-0001"}]})"),
                                      only(7, Method::pull));
    REQUIRE(read.ok());
    REQUIRE(read->answer.ok());
    const auto& page = std::get<ErpPage>(std::get<ErpAnswer>(*read->answer));
    const auto& subscribers = std::get<std::vector<ErpSubscriber>>(page.records);
    REQUIRE(subscribers.size() == 3);
    CHECK(subscribers[0].phone == canonical_phone("558199990001"));
    CHECK(subscribers[1].phone == "+5581999990001");
    CHECK(subscribers[2].phone.empty());
}

TEST_CASE("a bad result is an error of its own request; a stranger's number is dropped") {
    const auto bad = decode_response(response(R"({"kind":"invoices"})"), only(7, Method::pull));
    REQUIRE(bad.ok());
    REQUIRE_FALSE(bad->answer.ok());
    CHECK(bad->answer.error().kind == ErrorKind::protocol);
    CHECK(bad->answer.error().what.find("records") != std::string::npos);

    const auto late = decode_response(response("{}"), only(8, Method::pull));
    REQUIRE_FALSE(late.ok());
    CHECK(late.error().kind == ErrorKind::not_found);
    CHECK(decode_response("garbage", only(7, Method::pull)).error().kind == ErrorKind::protocol);
}

TEST_CASE("text of a field never shows in an error") {
    const auto bad = decode_response(
        response(R"({"contract":{"id":"1","subscriber_id":"2","status":"SECRET","access":"open"},"connections":[]})"),
        only(7, Method::contract_read));
    REQUIRE_FALSE(bad->answer.ok());
    CHECK(bad->answer.error().text().find("SECRET") == std::string::npos);
}

TEST_CASE("an answer larger than a line becomes an error that says so") {
    ErpPage page{RecordKind::subscribers,
                 std::vector<ErpSubscriber>(20'000, {"1", std::string(60, 'x'), "", "", "", false}),
                 "",
                 "",
                 {}};
    const auto line = encode(Response{7, Answer{ErpAnswer{std::move(page)}}});
    CHECK(line.size() < 1000);
    const auto read = decode_response(line, only(7, Method::pull));
    REQUIRE(read.ok());
    CHECK(read->answer.error().kind == ErrorKind::protocol);
}

TEST_CASE("text that is not UTF-8 does not break the line (IXC 2.19: mojibake)") {
    const auto done = std::get<ErpDone>(round_trip(Method::access_block, ErpDone{"caf\xe9", std::nullopt}));
    CHECK(done.note == "caf\xef\xbf\xbd");
}

TEST_CASE("deep nesting and cut lines are survived") {
    CHECK_FALSE(decode_hello(std::string(500'000, '[')).ok());
    const auto line = encode(Request{3, ErpReadInvoices{{"1", "2"}}, Millis{1500}, ""});
    for (std::size_t cut = 0; cut < line.size(); ++cut) {
        CHECK_FALSE(decode_request(std::string_view{line}.substr(0, cut)).request.ok());
    }
}
