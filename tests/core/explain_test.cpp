// Every reason has a name, a rule and a sentence a person understands, in both languages.

#include "daemon/core/explain.hpp"

#include <set>

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

bool is_clean(const std::string& sentence) {
    return sentence.find_first_of("[]{}?") == std::string::npos && sentence.find("  ") == std::string::npos;
}

}  // namespace

TEST_CASE("E5: every reason has a unique name that reads back, and a rule") {
    std::set<std::string_view> names;
    for (const ReasonCode code : all_reasons()) {
        CHECK(names.insert(to_string(code)).second);
        CHECK(reason_from(to_string(code)) == code);
        CHECK_FALSE(rules_of(code).empty());
    }
    CHECK(all_reasons().size() == static_cast<std::size_t>(ReasonCode::payment_reversed) + 1);
    CHECK_FALSE(reason_from("no such reason").has_value());
}

TEST_CASE("every task kind reads back by its name") {
    for (int i = 0; i <= static_cast<int>(TaskKind::mass_block); ++i) {
        const auto kind = static_cast<TaskKind>(i);
        CHECK(task_kind_from(to_string(kind)) == kind);
    }
    CHECK_FALSE(task_kind_from("?").has_value());
}

TEST_CASE("every reason has a sentence in both languages, bare and with all its values") {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    std::set<std::string> sentences;
    for (const ReasonCode code : all_reasons()) {
        const Reason bare{.code = code};
        const Reason full{.code = code,
                          .invoice = InvoiceId{1},
                          .date = day("2026-04-01"),
                          .at = sp("2026-03-16 10:00"),
                          .amount = reais("99.90")};
        for (const Reason& reason : {bare, full}) {
            for (const Language language : {Language::en, Language::pt_br}) {
                const std::string text = explain(reason, facts, sao_paulo(), language);
                INFO(text);
                CHECK(text.size() > 15);
                CHECK(is_clean(text));
                CHECK(text.find("(" + std::string(rules_of(code)) + ")") != std::string::npos);
                sentences.insert(text);
            }
        }
    }
    // Same-language sentences of two codes never coincide.
    CHECK(sentences.size() >= 2 * all_reasons().size());
}

TEST_CASE("a sentence names invoice, dates and the rule in the reader's way of writing") {
    AccountFacts facts = plain_account();
    facts.invoices.push_back(plain_invoice(1, day("2026-03-10")));
    const Reason reason{.code = ReasonCode::notice_period_over,
                        .invoice = InvoiceId{1},
                        .date = day("2026-04-01"),
                        .at = utc("2026-03-16T13:00:09Z")};
    CHECK(explain(reason, facts, sao_paulo(), Language::en) ==
          "The notice period of invoice F1 is over: delivered 2026-03-16 10:00:09, block allowed since 2026-04-01 (A1 "
          "I1)");
    CHECK(
        explain(reason, facts, sao_paulo(), Language::pt_br) ==
        "O prazo do aviso da fatura F1 terminou: entregue em 16/03/2026 10:00:09, bloqueio permitido desde 01/04/2026 "
        "(A1 I1)");
}
