// I11, E4: nothing personal and no secret leaves the connector but in its answers, however much it logs and fails.

#include <fstream>
#include <regex>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/connectors/ixc_lab.hpp"
#include "tests/connectors/ixc_lab_truth.hpp"
#include "tests/lab/encoding.hpp"
#include "tests/support/test_tls.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

/// Does everything a connector can do; the errors come back as one text.
std::string exercise(lab::Lab& lab, SupervisedIxc& ixc) {
    std::string errors;
    const auto note = [&errors](const Result<ErpAnswer>& answer) {
        errors += answer ? "" : answer.error().text() + "\n";
        if (const auto* page = answer ? std::get_if<ErpPage>(&*answer) : nullptr) {
            for (const auto& line : page->quarantined) {
                errors += line + "\n";
            }
        }
    };
    constexpr Millis kShort{900};
    ErpPull pull;
    pull.due_from = kLabToday - Days{60};
    pull.due_to = kLabToday + Days{90};
    for (const auto kind : {RecordKind::subscribers, RecordKind::contracts, RecordKind::connections,
                            RecordKind::invoices, RecordKind::payments}) {
        pull.kind = kind;
        note(ixc.ask(pull, kShort));
    }
    const auto contract = true_contracts(lab)[0];
    const auto invoice = true_invoices(lab).back().id;
    note(ixc.ask(ErpReadInvoices{{invoice}}, kShort));
    note(ixc.ask(ErpReadContract{contract.id}, kShort));
    note(ixc.ask(ErpGetPaymentCodes{invoice, kLabToday}, kShort));
    const auto key = std::to_string(errors.size());
    note(ixc.ask(ErpRecordPromise{contract.id, contract.subscriber_id, kLabToday, Money::centavos(9990)}, kShort, key));
    note(ixc.ask(ErpBlock{contract.id}, kShort, key + "b"));
    note(ixc.ask(ErpRelease{contract.id, 2}, kShort, key + "r"));
    note(ixc.ask(ErpUnblock{contract.id}, kShort, key + "u"));
    note(ixc.ask(ErpNote{contract.id, contract.subscriber_id, "emdia", "texto ao cliente"}, kShort, key + "n"));
    note(ixc.ask(ErpHealthCheck{}, kShort));
    return errors;
}

std::vector<std::string> private_texts(lab::Lab& lab) {
    const lab::LabOptions defaults;
    std::vector<std::string> texts{defaults.ixc_token,
                                   defaults.ixc_token.substr(2),
                                   lab::base64(defaults.ixc_token),
                                   "senha-que-ninguem",
                                   "segredo-que-ninguem",
                                   "000201",
                                   "texto ao cliente",
                                   "Promete pagar"};
    const std::lock_guard lock{lab.state().mutex};
    for (const auto& customer : lab.state().erp.customers.all()) {
        texts.insert(texts.end(), {customer.name, customer.tax_id});
        if (!customer.mobile.empty()) {
            texts.insert(texts.end(), {customer.mobile, customer.mobile.substr(customer.mobile.size() - 9)});
        }
    }
    for (const auto& login : lab.state().erp.logins.all()) {
        texts.push_back(login.name);
    }
    return texts;
}

void check_clean(const std::string& text, const std::vector<std::string>& never) {
    for (const auto& word : never) {
        INFO(word);
        CHECK(text.find(word) == std::string::npos);
    }
    // Documents, phones with area code, boleto lines.
    CHECK_FALSE(std::regex_search(text, std::regex{"[0-9]{10}"}));
}

}  // namespace

TEST_CASE("no document, phone, name, login, token, password or Pix code in log or errors, well or broken (I11, E4)") {
    lab::Lab lab{lab_of(10)};
    TempDir dir;
    const auto file = dir.path("stderr");
    std::string errors;
    {
        SupervisedIxc ixc{lab, {{{"log_calls", true}}, lab::LabOptions{}.ixc_token, file}};
        errors += exercise(lab, ixc);
        for (const auto* name : {"ixc.html", "ixc.not_json", "ixc.truncated", "ixc.zero_dates", "ixc.ip_denied",
                                 "ixc.token_revoked", "ixc.action_without_effect", "ixc.pix_bad_crc"}) {
            const WithFault on{lab, {name, "", 0, {}}};
            errors += exercise(lab, ixc);
        }
        for (const auto& line : ixc.log().lines()) {
            errors += line.text + "\n";
        }
    }
    std::ifstream stream{file};
    std::stringstream log;
    log << stream.rdbuf();
    CHECK(log.str().find("D GET fn_areceber: HTTP 200, ") != std::string::npos);
    CHECK(log.str().find("D POST get_pix: HTTP 200, ") != std::string::npos);
    CHECK(errors.find("data_vencimento is empty or zero") != std::string::npos);
    CHECK(errors.find("Redes Permitidas") != std::string::npos);
    const auto never = private_texts(lab);
    check_clean(log.str(), never);
    check_clean(errors, never);
}
