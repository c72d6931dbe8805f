// Hello and requests.
#include "erp-connectors/protocol/codec.hpp"
#include "erp-connectors/protocol/json_reader.hpp"

namespace emdia::protocol {
namespace {

constexpr std::int64_t kLongestDeadlineMs = 10 * 60 * 1000;

// --- writing

Json params_of(const Initialize& init) {
    return {{"erp", init.erp},
            {"protocol", kVersion},
            {"max_line_bytes", kMaxLineBytes},
            {"settings", Json::parse(init.settings_json)},
            {"secrets", init.secrets}};
}

Json params_of(const ErpPull& pull) {
    Json j{{"kind", to_string(pull.kind)},
           {"cursor", pull.cursor},
           {"page_size", pull.page_size},
           {"full", pull.full},
           {"since", pull.since}};
    if (pull.due_from) {
        j["due_from"] = to_iso(*pull.due_from);
    }
    if (pull.due_to) {
        j["due_to"] = to_iso(*pull.due_to);
    }
    return j;
}

Json params_of(const ErpReadInvoices& read) { return {{"invoice_ids", read.invoice_ids}}; }
Json params_of(const ErpReadContract& read) { return {{"contract_id", read.contract_id}}; }
Json params_of(const ErpGetPaymentCodes& get) { return {{"invoice_id", get.invoice_id}, {"today", to_iso(get.today)}}; }
Json params_of(const ErpRecordPromise& promise) {
    return {{"contract_id", promise.contract_id},
            {"subscriber_id", promise.subscriber_id},
            {"until", to_iso(promise.until)},
            {"amount", promise.amount.centavos()}};
}
Json params_of(const ErpRelease& release) { return {{"contract_id", release.contract_id}, {"days", release.days}}; }
Json params_of(const ErpBlock& block) { return {{"contract_id", block.contract_id}}; }
Json params_of(const ErpUnblock& unblock) { return {{"contract_id", unblock.contract_id}}; }
Json params_of(const ErpNote& note) {
    return {{"contract_id", note.contract_id},
            {"subscriber_id", note.subscriber_id},
            {"title", note.title},
            {"text", note.text}};
}
Json params_of(const ErpHealthCheck&) { return Json::object(); }
Json params_of(const ErpCall& call) {
    return std::visit([](const auto& c) { return params_of(c); }, call);
}

// --- reading

Initialize read_initialize(const JsonReader& params) {
    Initialize init;
    static_cast<void>(params.field("protocol").integer(kVersion, kVersion));
    init.erp = params.field("erp").id();
    init.settings_json = params.field("settings").dump_object();
    for (const auto& [name, secret] : params.field("secrets").members()) {
        init.secrets[name] = secret.text(4000);
    }
    return init;
}

ErpPull read_pull(const JsonReader& params) {
    ErpPull pull;
    const auto kind = record_kind_from(params.field("kind").text());
    if (!kind) {
        params.field("kind").fail("not a kind of record");
    }
    pull.kind = *kind;
    pull.cursor = params.text_or_empty("cursor", 4000);
    pull.page_size = static_cast<int>(params.field("page_size").integer(1, static_cast<std::int64_t>(kMaxRecords)));
    pull.full = params.flag_or("full", true);
    pull.due_from = params.date_if_any("due_from");
    pull.due_to = params.date_if_any("due_to");
    pull.since = params.text_or_empty("since", 4000);
    return pull;
}

ErpReadInvoices read_read_invoices(const JsonReader& params) {
    ErpReadInvoices read;
    for (const auto& item : params.field("invoice_ids").items(kMaxInvoiceIds)) {
        read.invoice_ids.push_back(item.id());
    }
    return read;
}

ErpRecordPromise read_promise(const JsonReader& params) {
    return {params.field("contract_id").id(), params.field("subscriber_id").id(), params.field("until").date(),
            params.field("amount").money()};
}

ErpNote read_note(const JsonReader& params) {
    return {params.field("contract_id").id(), params.field("subscriber_id").id(), params.field("title").text(200),
            params.field("text").text(4000)};
}

std::variant<Initialize, ErpCall> read_call(Method method, const JsonReader& params) {
    const auto contract = [&params] { return params.field("contract_id").id(); };
    switch (method) {
        case Method::initialize:
            return read_initialize(params);
        case Method::pull:
            return read_pull(params);
        case Method::invoice_read:
            return read_read_invoices(params);
        case Method::contract_read:
            return ErpReadContract{contract()};
        case Method::payment_codes:
            return ErpGetPaymentCodes{params.field("invoice_id").id(), params.field("today").date()};
        case Method::promise_record:
            return read_promise(params);
        case Method::access_release:
            return ErpRelease{contract(), static_cast<int>(params.field("days").integer(1, 30))};
        case Method::access_block:
            return ErpBlock{contract()};
        case Method::access_unblock:
            return ErpUnblock{contract()};
        case Method::history_note:
            return read_note(params);
        case Method::health:
            return ErpHealthCheck{};
    }
    params.fail("a method without a reader");
}

Request read_request(std::uint64_t id, const JsonReader& message) {
    const auto method = method_from(message.field("method").text());
    if (!method) {
        message.field("method").fail("not a method of this version");
    }
    static const Json nothing = Json::object();
    const auto given = message.optional_field("params");
    const JsonReader params = given ? *given : JsonReader{nothing, message.path() + ".params"};
    Request request{id, read_call(*method, params), Millis{30'000}, params.text_or_empty("idempotency_key", 200)};
    if (const auto deadline = params.optional_field("deadline_ms")) {
        request.deadline = Millis{deadline->integer(1, kLongestDeadlineMs)};
    }
    if (is_write(*method) && request.idempotency_key.empty()) {
        params.fail("a write without idempotency_key");
    }
    return request;
}

}  // namespace

Result<void> check_settings(const Initialize& init) {
    if (!Json::parse(init.settings_json, nullptr, false).is_object()) {
        return Error{ErrorKind::config, "the settings of ERP " + init.erp + " are not one JSON object",
                     "correct the table erp." + init.erp + ".settings in the configuration file"};
    }
    return {};
}

std::string encode(const Hello& hello) {
    return dump_line({{"jsonrpc", "2.0"},
                      {"method", "hello"},
                      {"params",
                       {{"name", hello.name},
                        {"version", hello.version},
                        {"protocol", hello.protocol},
                        {"capabilities", hello.capabilities}}}});
}

Result<Hello> decode_hello(std::string_view line) {
    try {
        const Json json = parse_object(line);
        const JsonReader message{json, "hello"};
        if (message.field("method").text() != "hello") {
            message.fail("the first line of a connector must be its hello");
        }
        const auto params = message.field("params");
        return Hello{params.field("name").id(), params.text_or_empty("version", 100),
                     static_cast<int>(params.field("protocol").integer(0, 1'000'000)),
                     params.field("capabilities").texts(100, 100)};
    } catch (const ReadError& error) {
        return Error{ErrorKind::protocol, error.what(), "the program is not a connector, or prints before its hello"};
    }
}

std::string encode(const Request& request) {
    Json params = std::visit([](const auto& call) { return params_of(call); }, request.call);
    params["deadline_ms"] = request.deadline.count();
    if (!request.idempotency_key.empty()) {
        params["idempotency_key"] = request.idempotency_key;
    }
    return dump_line({{"jsonrpc", "2.0"},
                      {"id", request.id},
                      {"method", to_string(method_of(request))},
                      {"params", std::move(params)}});
}

RequestLine decode_request(std::string_view line) {
    std::optional<std::uint64_t> id;
    try {
        const Json json = parse_object(line);
        const JsonReader message{json, "request"};
        id = static_cast<std::uint64_t>(message.field("id").integer(0, std::numeric_limits<std::int64_t>::max()));
        return {id, read_request(*id, message)};
    } catch (const ReadError& error) {
        return {id, Error{ErrorKind::protocol, error.what(), "the daemon and the connector disagree on the protocol"}};
    }
}

}  // namespace emdia::protocol
