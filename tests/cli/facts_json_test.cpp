#include "daemon/admin/facts_json.hpp"

#include <catch2/catch.hpp>

namespace emdia {
namespace {

Instant instant(std::string_view text) { return parse_instant(text).value(); }

/// Every field differs from its default, so that one that is forgotten shows.
AccountFacts full_facts() {
    const Instant t = instant("2026-03-16T13:00:09.250Z");
    const Date d = make_date(2026, 3, 10);
    AccountFacts facts;
    facts.id = AccountId{7};
    facts.subscriber = {
        SubscriberId{1}, "ixc", "12", "Ana", "+5511990001234", true, Uf::AC, "1200401", true, t, "c7", t, true, 2, t};
    facts.contract = {"7301", "FIBRA", ContractStatus::pending, ErpAccess::reduced, true, d, true, "hospital"};
    facts.connections = {{ConnectionId{3}, "9", "ana", "10.0.0.9", "2001:db8::/56", "7", "s1", true}};
    facts.invoices = {{InvoiceId{4}, "145535", d, make_date(2026, 3, 1), Money::centavos(9990), Money::centavos(5000),
                       Money::centavos(4000), InvoiceState::partial, false, true, true, d, d, t, t}};
    facts.payments = {{"p1", "145535", Money::centavos(4990), d, t, true}};
    facts.messages = {{MessageId{5}, Stage::headsup, InvoiceId{4}, Channel::sms, MessageState::read, 2, t, t, t, 131026,
                       "3", "ab", "P1"}};
    facts.other_collection_at = {t};
    facts.other_service_at = {t};
    facts.promises = {
        {PromiseId{6}, {InvoiceId{4}}, Money::centavos(1), d, PromiseState::kept_late, t, false, "person: maria", t}};
    facts.disputes = {{DisputeId{8}, InvoiceId{4}, t, t}};
    facts.claims = {{InvoiceId{4}, t}};
    facts.overrides = {{OverrideKind::force_blocked, t, t, "maria", "asked"}};
    facts.access = {Access::reduced, 3, t, Access::blocked, 2, Proof::observed, t, t};
    facts.blocked_intervals = {{t, t}, {t, std::nullopt}};
    facts.source = {false, t, "down"};
    return facts;
}

}  // namespace

TEST_CASE("facts survive the way to JSON and back, field by field") {
    const AccountFacts facts = full_facts();
    const auto read = facts_from_json(facts_to_json(facts));
    INFO((read ? "" : read.error().text()));
    REQUIRE(read.ok());
    CHECK(*read == facts);
    CHECK(facts_from_json(facts_to_json(AccountFacts{})).value() == AccountFacts{});
}

TEST_CASE("an invoice needs due, open and state; the rest follows") {
    const auto facts = facts_from_json(R"({"invoices": [{"due": "2026-03-10", "open": "99.90", "state": "open"}]})");
    REQUIRE(facts.ok());
    const Invoice& invoice = facts->invoices.at(0);
    CHECK(raw(invoice.id) == 1);
    CHECK(invoice.face == invoice.open);
    CHECK(invoice.connection_open == invoice.open);
    CHECK(invoice.reference == make_date(2026, 3, 1));
    const auto missing = facts_from_json(R"({"invoices": [{}]})");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().what ==
          "$.invoices[0].due: is missing\n$.invoices[0].open: is missing\n$.invoices[0].state: is missing");
}

TEST_CASE("values of the wrong type are refused with their path and never repeated") {
    const auto [text, fault] = GENERATE(table<std::string, std::string>(
        {{R"([])", "$: must be an object"},
         {R"({"id": 1.5})", "$.id: must be a whole number"},
         {R"({"id": 99999999999999999999})", "$.id: must be a whole number"},
         {R"({"subscriber": {"phone": 11990001234}})", "$.subscriber.phone: must be a text"},
         {R"({"subscriber": {"uf": "XX"}})", "$.subscriber.uf: must be two letters"},
         {R"({"subscriber": {"undeliverable_cycles": 3000000000}})",
          "$.subscriber.undeliverable_cycles: must be a whole number"},
         {R"({"connections": {}})", "$.connections: must be a list"},
         {R"({"claims": [{"at": "secret"}]})", "$.claims[0].at: must be a time such as"},
         {R"({"access": {"wanted": "shut"}})", "$.access.wanted: must be one of open, reduced, blocked"}}));
    const auto facts = facts_from_json(text);
    REQUIRE_FALSE(facts.ok());
    CHECK(facts.error().what.find(fault) == 0);
    CHECK(facts.error().what.find("11990001234") == std::string::npos);
    CHECK(facts.error().what.find("secret") == std::string::npos);
}

}  // namespace emdia
