#include "erp-connectors/protocol/record_codec.hpp"

#include <array>

#include "daemon/core/phone.hpp"

namespace emdia::protocol {
namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<ContractStatus, 4> kContractStatus{{{ContractStatus::active, "active"},
                                                    {ContractStatus::cancelled, "cancelled"},
                                                    {ContractStatus::pending, "pending"},
                                                    {ContractStatus::other, "other"}}};
constexpr Names<ErpAccess, 4> kAccess{{{ErpAccess::open, "open"},
                                       {ErpAccess::reduced, "reduced"},
                                       {ErpAccess::blocked, "blocked"},
                                       {ErpAccess::unknown, "unknown"}}};
constexpr Names<InvoiceState, 5> kInvoiceState{{{InvoiceState::open, "open"},
                                                {InvoiceState::partial, "partial"},
                                                {InvoiceState::paid, "paid"},
                                                {InvoiceState::cancelled, "cancelled"},
                                                {InvoiceState::unknown, "unknown"}}};

template <class Enum, std::size_t N>
std::string name_in(const Names<Enum, N>& names, Enum value) {
    for (const auto& [v, name] : names) {
        if (v == value) {
            return std::string{name};
        }
    }
    return {};
}

template <class Enum, std::size_t N>
Enum read_in(const Names<Enum, N>& names, const JsonReader& reader) {
    const auto text = reader.text();
    for (const auto& [value, name] : names) {
        if (name == text) {
            return value;
        }
    }
    reader.fail("not one of the values of this field");
}

template <class T, class Convert>
void set_if_any(Json& object, const char* name, const std::optional<T>& value, Convert convert) {
    if (value) {
        object[name] = convert(*value);
    }
}

std::string iso(Date date) { return to_iso(date); }
std::int64_t centavos(Money money) { return money.centavos(); }

// --- records

Json record_json(const ErpSubscriber& s) {
    return {{"id", s.id}, {"first_name", s.first_name},     {"phone", s.phone},
            {"uf", s.uf}, {"municipality", s.municipality}, {"no_dunning", s.no_dunning}};
}

Json record_json(const ErpContract& c) {
    Json j{{"id", c.id},
           {"subscriber_id", c.subscriber_id},
           {"plan", c.plan},
           {"status", name_in(kContractStatus, c.status)},
           {"access", name_in(kAccess, c.access)},
           {"auto_block", c.auto_block}};
    set_if_any(j, "no_block_until", c.no_block_until, iso);
    return j;
}

Json record_json(const ErpConnection& c) {
    return {{"id", c.id},
            {"contract_id", c.contract_id},
            {"login", c.login},
            {"ipv4", c.ipv4},
            {"ipv6_prefix", c.ipv6_prefix},
            {"nas", c.nas},
            {"session_id", c.session_id},
            {"voice", c.voice}};
}

Json record_json(const ErpInvoice& i) {
    Json j{{"id", i.id},
           {"contract_id", i.contract_id},
           {"subscriber_id", i.subscriber_id},
           {"due", iso(i.due)},
           {"reference", iso(i.reference)},
           {"face", centavos(i.face)},
           {"open", centavos(i.open)},
           {"state", name_in(kInvoiceState, i.state)},
           {"released", i.released},
           {"payment_pending", i.payment_pending},
           {"protested", i.protested}};
    set_if_any(j, "connection_open", i.connection_open, centavos);
    set_if_any(j, "period_begin", i.period_begin, iso);
    set_if_any(j, "period_end", i.period_end, iso);
    return j;
}

Json record_json(const ErpPayment& p) {
    return {{"id", p.id},
            {"invoice_id", p.invoice_id},
            {"amount", centavos(p.amount)},
            {"paid_on", iso(p.paid_on)},
            {"reversed", p.reversed}};
}

void read_record(const JsonReader& r, ErpSubscriber& s) {
    s.id = r.field("id").id();
    s.first_name = r.text_or_empty("first_name", 100);
    // Whatever a connector makes of a number: it is looked up by the form in which WhatsApp's numbers are kept.
    s.phone = canonical_phone(r.text_or_empty("phone", 20));
    s.uf = r.text_or_empty("uf", 2);
    s.municipality = r.text_or_empty("municipality", 100);
    s.no_dunning = r.flag_or("no_dunning", false);
}

void read_record(const JsonReader& r, ErpContract& c) {
    c.id = r.field("id").id();
    c.subscriber_id = r.field("subscriber_id").id();
    c.plan = r.text_or_empty("plan", 200);
    c.status = read_in(kContractStatus, r.field("status"));
    c.access = read_in(kAccess, r.field("access"));
    c.auto_block = r.flag_or("auto_block", false);
    c.no_block_until = r.date_if_any("no_block_until");
}

void read_record(const JsonReader& r, ErpConnection& c) {
    c.id = r.field("id").id();
    c.contract_id = r.text_or_empty("contract_id", 100);
    c.login = r.text_or_empty("login", 253);
    c.ipv4 = r.text_or_empty("ipv4", 15);
    c.ipv6_prefix = r.text_or_empty("ipv6_prefix", 43);
    c.nas = r.text_or_empty("nas", 200);
    c.session_id = r.text_or_empty("session_id", 253);
    c.voice = r.flag_or("voice", false);
}

void read_record(const JsonReader& r, ErpInvoice& i) {
    i.id = r.field("id").id();
    i.contract_id = r.text_or_empty("contract_id", 100);
    i.subscriber_id = r.field("subscriber_id").id();
    i.due = r.field("due").date();
    i.reference = r.field("reference").date();
    i.face = r.field("face").money();
    i.open = r.field("open").money();
    i.connection_open = r.money_if_any("connection_open");
    if (i.connection_open && *i.connection_open > i.open) {
        r.fail("connection_open is more than open");
    }
    i.state = read_in(kInvoiceState, r.field("state"));
    i.released = r.flag_or("released", true);
    i.payment_pending = r.flag_or("payment_pending", false);
    i.protested = r.flag_or("protested", false);
    i.period_begin = r.date_if_any("period_begin");
    i.period_end = r.date_if_any("period_end");
}

void read_record(const JsonReader& r, ErpPayment& p) {
    p.id = r.field("id").id();
    p.invoice_id = r.field("invoice_id").id();
    p.amount = r.field("amount").money();
    p.paid_on = r.field("paid_on").date();
    p.reversed = r.flag_or("reversed", false);
}

template <class Record>
Json list_json(const std::vector<Record>& records) {
    Json list = Json::array();
    for (const auto& record : records) {
        list.push_back(record_json(record));
    }
    return list;
}

/// One bad record must not hide the good ones beside it: it is named in `quarantined` and left out.
template <class Record>
std::vector<Record> read_list(const JsonReader& list, std::vector<std::string>& quarantined) {
    std::vector<Record> records;
    for (const auto& item : list.items(kMaxRecords)) {
        try {
            Record record;
            read_record(item, record);
            records.push_back(std::move(record));
        } catch (const ReadError& error) {
            quarantined.emplace_back(error.what());
        }
    }
    return records;
}

// --- answers

Json answer_json(const ErpPage& page) {
    return {{"kind", to_string(page.kind)},
            {"records", std::visit([](const auto& records) { return list_json(records); }, page.records)},
            {"next_cursor", page.next_cursor},
            {"since", page.since},
            {"quarantined", page.quarantined}};
}

Json answer_json(const ErpInvoicesRead& read) {
    return {{"invoices", list_json(read.invoices)},
            {"payments", list_json(read.payments)},
            {"missing", read.missing},
            {"quarantined", read.quarantined}};
}

Json answer_json(const ErpContractRead& read) {
    return {{"contract", record_json(read.contract)}, {"connections", list_json(read.connections)}};
}

Json answer_json(const PaymentCodes& codes) {
    Json j{{"pix", codes.pix},
           {"boleto_line", codes.boleto_line},
           {"original", centavos(codes.original)},
           {"fine", centavos(codes.fine)},
           {"interest", centavos(codes.interest)},
           {"total", centavos(codes.total)},
           {"quoted", codes.quoted},
           {"link", codes.link}};
    set_if_any(j, "valid_until", codes.valid_until, iso);
    return j;
}

Json answer_json(const ErpDone& done) {
    Json j{{"note", done.note}};
    set_if_any(j, "access", done.access, [](ErpAccess access) { return name_in(kAccess, access); });
    return j;
}

Json answer_json(const ErpHealthReport& report) { return {{"version", report.version}, {"note", report.note}}; }

ErpPage read_page(const JsonReader& r) {
    ErpPage page;
    const auto kind = record_kind_from(r.field("kind").text());
    if (!kind) {
        r.field("kind").fail("not a kind of record");
    }
    page.kind = *kind;
    const auto list = r.field("records");
    if (const auto quarantined = r.optional_field("quarantined")) {
        page.quarantined = quarantined->texts(kMaxRecords, 300);
    }
    switch (page.kind) {
        case RecordKind::subscribers:
            page.records = read_list<ErpSubscriber>(list, page.quarantined);
            break;
        case RecordKind::contracts:
            page.records = read_list<ErpContract>(list, page.quarantined);
            break;
        case RecordKind::connections:
            page.records = read_list<ErpConnection>(list, page.quarantined);
            break;
        case RecordKind::invoices:
            page.records = read_list<ErpInvoice>(list, page.quarantined);
            break;
        case RecordKind::payments:
            page.records = read_list<ErpPayment>(list, page.quarantined);
            break;
    }
    page.next_cursor = r.text_or_empty("next_cursor", 4000);
    page.since = r.text_or_empty("since", 4000);
    return page;
}

ErpInvoicesRead read_invoices(const JsonReader& r) {
    ErpInvoicesRead read;
    if (const auto quarantined = r.optional_field("quarantined")) {
        read.quarantined = quarantined->texts(kMaxRecords, 300);
    }
    read.invoices = read_list<ErpInvoice>(r.field("invoices"), read.quarantined);
    if (const auto payments = r.optional_field("payments")) {
        read.payments = read_list<ErpPayment>(*payments, read.quarantined);
    }
    if (const auto missing = r.optional_field("missing")) {
        read.missing = missing->texts(kMaxInvoiceIds, 100);
    }
    return read;
}

ErpContractRead read_contract(const JsonReader& r) {
    ErpContractRead read;
    read_record(r.field("contract"), read.contract);
    for (const auto& item : r.field("connections").items(kMaxRecords)) {
        read_record(item, read.connections.emplace_back());
    }
    return read;
}

PaymentCodes read_codes(const JsonReader& r) {
    PaymentCodes codes;
    codes.pix = r.text_or_empty("pix", 512);
    codes.boleto_line = r.text_or_empty("boleto_line", 48);
    codes.original = r.field("original").money();
    codes.fine = r.money_if_any("fine").value_or(Money{});
    codes.interest = r.money_if_any("interest").value_or(Money{});
    codes.total = r.field("total").money();
    codes.quoted = r.flag_or("quoted", false);
    codes.valid_until = r.date_if_any("valid_until");
    codes.link = r.text_or_empty("link", 2000);
    return codes;
}

ErpDone read_done(const JsonReader& r) {
    ErpDone done;
    done.note = r.text_or_empty("note", 300);
    if (const auto access = r.optional_field("access")) {
        done.access = read_in(kAccess, *access);
    }
    return done;
}

}  // namespace

Json to_json(const ErpAnswer& answer) {
    return std::visit([](const auto& a) { return answer_json(a); }, answer);
}

ErpAnswer read_answer(Method method, const JsonReader& result) {
    switch (method) {
        case Method::pull:
            return read_page(result);
        case Method::invoice_read:
            return read_invoices(result);
        case Method::contract_read:
            return read_contract(result);
        case Method::payment_codes:
            return read_codes(result);
        case Method::promise_record:
        case Method::access_release:
        case Method::access_block:
        case Method::access_unblock:
        case Method::history_note:
            return read_done(result);
        case Method::health:
            return ErpHealthReport{result.text_or_empty("version", 100), result.text_or_empty("note", 1000)};
        case Method::initialize:
            break;
    }
    result.fail("a result nobody knows how to read");
}

}  // namespace emdia::protocol
