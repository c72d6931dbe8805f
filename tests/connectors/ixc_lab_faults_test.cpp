// Every way in which IXC goes wrong that erp-ixc.md names and the lab can play: what the daemon is told, that it is
// told no wrong fact, that nothing is written twice, and that all is well when the fault is gone.

#include <catch2/catch.hpp>

#include "tests/connectors/ixc_lab.hpp"
#include "tests/connectors/ixc_lab_truth.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// Too short for the pause before a second try: one question, one answer.
constexpr Millis kOneTry{900};

enum class Reading { contracts, invoices, fresh };

struct ReadRow {
    const char* fact;
    lab::Fault fault;
    Reading reading;
    std::optional<ErrorKind> kind;  ///< nullopt: answered with the truth.
    const char* cure;               ///< Part of it.
    Json settings = Json::object();
    Millis deadline = kOneTry;
};

lab::Fault fault(const char* name, std::int64_t value = 0, const char* match = "") { return {name, match, value, {}}; }

ErpPull pull_of(RecordKind kind) {
    ErpPull pull;
    pull.kind = kind;
    pull.page_size = 20;
    pull.due_from = kLabToday - Days{60};
    pull.due_to = kLabToday + Days{90};
    return pull;
}

std::vector<std::string> first_ids(lab::Lab& lab, std::size_t count) {
    std::vector<std::string> ids;
    for (const auto& invoice : true_invoices(lab)) {
        if (ids.size() < count) {
            ids.push_back(invoice.id);
        }
    }
    return ids;
}

template <class Record>
Result<bool> equals(const Result<Pulled<Record>>& pulled, const std::vector<Record>& truth) {
    if (!pulled) {
        return pulled.error();
    }
    return pulled->records == truth && pulled->quarantined.empty();
}

/// Whether what is read is the truth; an error when it cannot be read.
Result<bool> reads_the_truth(lab::Lab& lab, SupervisedIxc& ixc, Reading reading, Millis deadline) {
    switch (reading) {
        case Reading::contracts:
            return equals(ixc.pull<ErpContract>(pull_of(RecordKind::contracts), deadline), true_contracts(lab));
        case Reading::invoices:
            return equals(ixc.pull<ErpInvoice>(pull_of(RecordKind::invoices), deadline), true_invoices(lab));
        case Reading::fresh:
            break;
    }
    const auto read = ixc.ask_for<ErpInvoicesRead>(ErpReadInvoices{first_ids(lab, 3)}, deadline);
    if (!read) {
        return read.error();
    }
    const auto truth = true_invoices(lab);
    return read->invoices == std::vector<ErpInvoice>(truth.begin(), truth.begin() + 3) && read->missing.empty() &&
           read->quarantined.empty();
}

std::vector<ReadRow> read_rows() {
    const auto unavailable = ErrorKind::unavailable;
    const auto protocol = ErrorKind::protocol;
    const auto config = ErrorKind::config;
    const Json none = Json::object();
    const Json post{{"listing", "post"}};
    return {
        {"2.19 the red page", fault("ixc.html"), Reading::invoices, protocol, "setting dates"},
        {"2.19 JSON that stops in the middle", fault("ixc.not_json"), Reading::invoices, protocol, "try again"},
        {"2.19 a line that closes half-way", fault("ixc.truncated"), Reading::invoices, unavailable, ""},
        {"2.19 no answer at all", fault("ixc.dropped"), Reading::fresh, unavailable, ""},
        {"a body without end", fault("ixc.huge", 70 << 20), Reading::invoices, protocol, "", none, Seconds{5}},
        {"2.19 token revoked", fault("ixc.token_revoked"), Reading::invoices, ErrorKind::unauthorized, "generate it"},
        {"2.19 address not allowed", fault("ixc.ip_denied"), Reading::fresh, ErrorKind::forbidden, "Redes Permitidas"},
        {"2.19 no right to a table", fault("ixc.no_permission", 0, "fn_areceber"), Reading::invoices,
         ErrorKind::unsupported, "permission"},
        {"2.19 HTTP 400", fault("ixc.http_status", 400), Reading::invoices, config, "scheme and port"},
        {"2.19 HTTP 403", fault("ixc.http_status", 403), Reading::invoices, ErrorKind::forbidden, "server's rules"},
        {"2.19 HTTP 404", fault("ixc.http_status", 404), Reading::invoices, config, "setting url"},
        {"1 HTTP 429", fault("ixc.http_status", 429), Reading::invoices, ErrorKind::rate_limited, "calls_per_minute"},
        {"2.19 HTTP 500", fault("ixc.http_status", 500), Reading::invoices, unavailable, "overloaded"},
        {"2.19 HTTP 504", fault("ixc.http_status", 504), Reading::fresh, unavailable, "overloaded"},
        {"2.19 every second call fails", fault("ixc.every_nth_504", 2), Reading::fresh, {}, "", none, Seconds{10}},
        {"slower than we wait", fault("ixc.slow", 1'200), Reading::fresh, unavailable, ""},
        {"6.5 an empty base", fault("ixc.empty_list"), Reading::contracts, protocol, "nothing is concluded"},
        {"6.5 titles that are all gone", fault("ixc.empty_list"), Reading::fresh, protocol, "nothing is concluded"},
        {"6.5 half of the base", fault("ixc.half_base"), Reading::fresh, protocol, "report it"},
        {"the same page for ever", fault("ixc.same_page"), Reading::invoices, protocol, "report it"},
        {"3.3 amounts with a comma", fault("ixc.comma_amounts"), Reading::invoices, {}, ""},
        {"2.18 total as a number", fault("ixc.numeric_total"), Reading::invoices, {}, ""},
        {"2.18 rows as an object", fault("ixc.rows_as_object"), Reading::invoices, {}, ""},
        {"2.18 an empty list has its key", fault("ixc.empty_array"), Reading::invoices, {}, ""},
        {"3.3 the contract stands in id_contrato_avulso",
         fault("ixc.contract_blank_on_titles"),
         Reading::invoices,
         {},
         ""},
        {"6.4 ultima_atualizacao stands still", fault("ixc.update_stamp_frozen"), Reading::invoices, {}, ""},
        {"3.5 radauth_nas is empty", fault("ixc.no_nas_rows"), Reading::contracts, {}, ""},
        {"2 dates in the Brazilian form, not told", fault("ixc.br_dates_only"), Reading::invoices, config,
         "set dates to br"},
        {"2 dates in the Brazilian form, told",
         fault("ixc.br_dates_only"),
         Reading::invoices,
         {},
         "",
         {{"dates", "br"}}},
        {"1.10 GET is not listed, not told", fault("ixc.post_listing_only"), Reading::invoices, config,
         "set listing to post"},
        {"1.11 GET is not listed, told", fault("ixc.post_listing_only"), Reading::invoices, {}, "", post},
        {"pitfall 8: a POST listing is an insert", fault("ixc.get_listing_only"), Reading::invoices, config,
         "set listing to get", post},
    };
}

struct WriteRow {
    const char* fact;
    lab::Fault fault;
    std::optional<ErrorKind> kind;  ///< nullopt: done.
    const char* cure;
    const char* access;  ///< In the lab afterwards.
    int actions;         ///< Blocks that reached the lab, with those of the repetition after the fault.
};

std::vector<WriteRow> write_rows() {
    constexpr const char* kBlock = "cliente_contrato_15300";
    return {
        {"pitfall 1: success without effect", fault("ixc.action_without_effect"), ErrorKind::refused, "permission", "A",
         2},
        {"2.19 HTTP 500 before it was done", fault("ixc.http_status", 500, kBlock), ErrorKind::unknown, "", "A", 1},
        {"2.19 the answer is lost, it was done", fault("ixc.dropped", 0, kBlock), {}, "", "CM", 1},
        {"2.19 the answer is cut, it was done", fault("ixc.truncated", 0, kBlock), {}, "", "CM", 1},
        {"2.19 a web page for an answer, it was done", fault("ixc.html", 0, kBlock), {}, "", "CM", 1},
        {"the answer is later than we wait, it was done", fault("ixc.slow", 1'200, kBlock), ErrorKind::unknown, "",
         "CM", 1},
        {"2.19 no right to the action", fault("ixc.no_permission", 0, kBlock), ErrorKind::unsupported, "permission",
         "A", 1},
        {"2.19 token revoked", fault("ixc.token_revoked"), ErrorKind::unauthorized, "generate it", "A", 1},
        {"2.19 address not allowed", fault("ixc.ip_denied"), ErrorKind::forbidden, "Redes Permitidas", "A", 1},
        {"6.5 the contract is not listed", fault("ixc.empty_list"), ErrorKind::protocol, "nothing is concluded", "A",
         1},
        {"the contract cannot be read", fault("ixc.http_status", 504, "cliente_contrato"), ErrorKind::unavailable, "",
         "A", 1},
    };
}

std::string access_in(lab::Lab& lab, const std::string& contract) {
    const std::lock_guard lock{lab.state().mutex};
    return lab.state().erp.contracts.find(std::stoll(contract))->access;
}

std::size_t notes_in(lab::Lab& lab) {
    const std::lock_guard lock{lab.state().mutex};
    return lab.state().erp.notes.all().size();
}

}  // namespace

TEST_CASE("faults of reading: the kind, the cure, no wrong fact, and the truth when the fault is gone") {
    lab::Lab lab{lab_of(40)};
    SupervisedIxc usual{lab};
    for (const auto& row : read_rows()) {
        INFO(row.fact << ": " << row.fault.name);
        std::optional<SupervisedIxc> special;
        if (!row.settings.empty()) {
            special.emplace(lab, IxcOptions{row.settings, lab::LabOptions{}.ixc_token, ""});
        }
        auto& ixc = special ? *special : usual;
        {
            const WithFault on{lab, row.fault};
            const auto refused_before = calls_to(lab, "refused");
            const auto truth = reads_the_truth(lab, ixc, row.reading, row.deadline);
            CHECK(truth.ok() == !row.kind);
            if (truth) {
                CHECK(*truth);
            } else {
                INFO(truth.error().text());
                CHECK(truth.error().kind == row.kind);
                CHECK(truth.error().text().find(row.cure) != std::string::npos);
            }
            if (row.kind == ErrorKind::unauthorized || row.kind == ErrorKind::forbidden) {
                CHECK(calls_to(lab, "refused") <= refused_before + 1);
            }
        }
        if (!special) {
            const auto after = reads_the_truth(lab, ixc, row.reading, Seconds{10});
            REQUIRE(after.ok());
            CHECK(*after);
        }
    }
}

TEST_CASE("due dates of zero: every title is left out by name, none is invented (3.3)") {
    lab::Lab lab{lab_of(10)};
    SupervisedIxc ixc{lab};
    const WithFault on{lab, fault("ixc.zero_dates")};
    const auto ids = first_ids(lab, 3);
    const auto read = ixc.ask_for<ErpInvoicesRead>(ErpReadInvoices{ids});
    REQUIRE(read.ok());
    CHECK(read->invoices.empty());
    CHECK(read->missing.empty());
    REQUIRE(read->quarantined.size() == 3);
    CHECK(read->quarantined[0] == "fn_areceber " + ids[0] + ": data_vencimento is empty or zero");
    CHECK(ixc.ask_for<PaymentCodes>(ErpGetPaymentCodes{ids[0], kLabToday}).error().kind == ErrorKind::bad_input);
}

TEST_CASE("half of the base: what comes is true; that it shrank is the daemon's to see (6.5)") {
    lab::Lab lab{lab_of(40)};
    SupervisedIxc ixc{lab};
    const WithFault on{lab, fault("ixc.half_base", 0, "cliente_contrato")};
    const auto half = ixc.pull<ErpContract>(pull_of(RecordKind::contracts));
    REQUIRE(half.ok());
    CHECK(half->records.size() < 40);
    const auto truth = true_contracts(lab);
    for (const auto& contract : half->records) {
        CHECK(std::count(truth.begin(), truth.end(), contract) == 1);
    }
}

TEST_CASE("a wrong token is told once with its cure and not hammered (2.19)") {
    lab::Lab lab{lab_of(5)};
    SupervisedIxc ixc{lab, {Json::object(), "7:not-the-token", ""}};
    const auto error = ixc.ask_for<ErpPage>(pull_of(RecordKind::contracts)).error();
    CHECK(error.kind == ErrorKind::unauthorized);
    CHECK(error.cure.find("generate it again") != std::string::npos);
    CHECK(calls_to(lab, "refused") == 1);
    SupervisedIxc malformed{lab, {Json::object(), "not-a-token", ""}};
    CHECK(malformed.why_down().find("not of the form <user number>:<secret>") != std::string::npos);
}

TEST_CASE("Pix that is missing, damaged or failing is left out; the title is still told (4.1)") {
    lab::Lab lab{lab_of(10)};
    SupervisedIxc ixc{lab};
    const auto all = true_invoices(lab);
    const auto open = std::find_if(all.begin(), all.end(),
                                   [](const ErpInvoice& invoice) { return invoice.state == InvoiceState::open; });
    REQUIRE(open != all.end());
    const ErpGetPaymentCodes ask{open->id, kLabToday};
    for (const auto& damage : {fault("ixc.pix_unavailable"), fault("ixc.pix_bad_crc"), fault("ixc.html", 0, "get_pix"),
                               fault("ixc.http_status", 500, "get_pix"), fault("ixc.no_permission", 0, "get_pix")}) {
        INFO(damage.name);
        const WithFault on{lab, damage};
        const auto codes = ixc.ask_for<PaymentCodes>(ask);
        if (damage.name == "ixc.html") {
            CHECK(codes.error().kind == ErrorKind::protocol);
            continue;
        }
        REQUIRE(codes.ok());
        CHECK(codes->pix.empty());
        CHECK(codes->total == open->open);
    }
    CHECK_FALSE(ixc.ask_for<PaymentCodes>(ask)->pix.empty());
}

TEST_CASE("faults of writing: told as what they are, and the same write again does not do it twice") {
    lab::Lab lab{lab_of(20)};
    SupervisedIxc ixc{lab};
    const auto contracts = true_contracts(lab);
    std::size_t next = 0;
    for (const auto& row : write_rows()) {
        INFO(row.fact);
        const auto contract = contracts[next++].id;
        const auto actions_before = calls_to(lab, "actions");
        const auto block = [&](Millis deadline) {
            return ixc.ask_for<ErpDone>(ErpBlock{contract}, deadline, "block-" + contract);
        };
        {
            const WithFault on{lab, row.fault};
            const auto done = block(kOneTry);
            CHECK(done.ok() == !row.kind);
            if (done) {
                CHECK(done->access == ErpAccess::blocked);
            } else {
                INFO(done.error().text());
                CHECK(done.error().kind == row.kind);
                CHECK(done.error().text().find(row.cure) != std::string::npos);
            }
            CHECK(access_in(lab, contract) == row.access);
        }
        const auto again = block(Seconds{10});
        REQUIRE(again.ok());
        CHECK(again->access == ErpAccess::blocked);
        CHECK(access_in(lab, contract) == "CM");
        CHECK(calls_to(lab, "actions") - actions_before == row.actions);
    }
}

TEST_CASE("a note whose answer is lost is unknown; the same note again is found, not written twice (4.9)") {
    lab::Lab lab{lab_of(3)};
    SupervisedIxc ixc{lab};
    const auto contract = true_contracts(lab)[0];
    const ErpNote note{contract.id, contract.subscriber_id, "emdia", "bloqueio avisado"};
    {
        const WithFault on{lab, fault("ixc.slow", 600, "cliente_contrato_historico")};
        CHECK(ixc.ask_for<ErpDone>(note, kOneTry, "note-1").error().kind == ErrorKind::unknown);
    }
    const auto again = ixc.ask_for<ErpDone>(note, Seconds{10}, "note-1");
    REQUIRE(again.ok());
    CHECK(again->note == "the note was there already");
    CHECK(notes_in(lab) == 1);
    for (const auto* spelling : {"ixc.english", "ixc.id_as_number"}) {
        const WithFault on{lab, fault(spelling)};
        CHECK(ixc.ask_for<ErpDone>(note, Seconds{10}, spelling).ok());
    }
    CHECK(notes_in(lab) == 3);
}

TEST_CASE("the set-up probe says in words what it found (7.3)") {
    struct Row {
        const char* fact;
        std::optional<lab::Fault> fault;
        std::optional<ErrorKind> kind;
        const char* words;
    };
    const std::vector<Row> rows{
        {"all is well", {}, {}, "reads 10 subscribers, 10 contracts, 10 logins, 30 titles"},
        {"1.5", fault("ixc.ip_denied"), ErrorKind::forbidden, "Redes Permitidas"},
        {"1.5 in wrong bytes", fault("ixc.mojibake"), {}, "reads 10 subscribers"},
        {"1.4", fault("ixc.token_revoked"), ErrorKind::unauthorized, "generate it again"},
        {"2.19", fault("ixc.no_permission", 0, "radusuarios"), ErrorKind::forbidden, "may not read radusuarios"},
        {"3.6", fault("ixc.no_permission", 0, "fn_areceber_baixas"), {}, "may not read fn_areceber_baixas"},
        {"4.9", fault("ixc.no_permission", 0, "cliente_contrato_historico"), {}, "are written but not read back"},
        {"6.5", fault("ixc.empty_list", 0, "cliente"), ErrorKind::protocol, "no row at all of cliente"},
        {"2", fault("ixc.br_dates_only"), ErrorKind::config, "set dates to br"},
        {"1.10", fault("ixc.post_listing_only"), ErrorKind::config, "set listing to post"},
    };
    auto options = lab_of(10);
    options.population.percent_second_contract = 0;
    lab::Lab lab{options};
    SupervisedIxc ixc{lab};
    for (const auto& row : rows) {
        INFO(row.fact);
        std::optional<WithFault> on;
        if (row.fault) {
            on.emplace(lab, *row.fault);
        }
        const auto health = ixc.ask_for<ErpHealthReport>(ErpHealthCheck{});
        INFO((health ? health->note : health.error().text()));
        CHECK(health.ok() == !row.kind);
        CHECK((health ? health->note : health.error().text()).find(row.words) != std::string::npos);
        if (health) {
            CHECK(health->version == "webservice v1");
        } else {
            CHECK(health.error().kind == row.kind);
        }
    }
    {
        const WithFault receipts{lab, fault("ixc.no_permission", 0, "fn_areceber_baixas")};
        const WithFault notes{lab, fault("ixc.no_permission", 0, "cliente_contrato_historico")};
        const auto health = ixc.ask_for<ErpHealthReport>(ErpHealthCheck{});
        REQUIRE(health.ok());
        CHECK(health->note.find("may not read fn_areceber_baixas") != std::string::npos);
        CHECK(health->note.find("are written but not read back") != std::string::npos);
    }
    CHECK(calls_to(lab, "actions") == 0);
    CHECK(calls_to(lab, "inserts") == 0);
}
