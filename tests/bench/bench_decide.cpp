// How many accounts a second one core decides. The common account: one open invoice not due yet, one paid lately, a
// reminder sent, nothing to do. Argument: the least rate in accounts/s that counts as success (default: none).

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/core/decide.hpp"

using namespace emdia;

namespace {

constexpr int kAccounts = 10'000;
constexpr int kRounds = 40;

AccountFacts common_account(int n, Date today, Instant now) {
    AccountFacts facts;
    facts.id = AccountId{n + 1};
    facts.subscriber.phone = "+5511999990000";
    facts.subscriber.optin_at = now - Days{400};
    facts.contract.status = ContractStatus::active;
    facts.contract.erp_access = ErpAccess::open;
    for (int month = 0; month < 2; ++month) {
        Invoice invoice;
        invoice.id = InvoiceId{2 * n + month + 1};
        invoice.erp_id = std::to_string(2 * n + month);
        invoice.due = today + Days{1 + n % 25 - 30 * month};
        invoice.reference = invoice.due;
        invoice.face = Money::centavos(9990);
        invoice.state = month == 0 ? InvoiceState::open : InvoiceState::paid;
        if (month == 0) {
            invoice.open = invoice.face;
            invoice.connection_open = invoice.face;
        } else {
            invoice.paid_known_at = now - Days{20};
        }
        facts.invoices.push_back(invoice);
    }
    Message reminder;
    reminder.id = MessageId{n + 1};
    reminder.stage = Stage::before;
    reminder.invoice = facts.invoices.back().id;
    reminder.state = MessageState::delivered;
    reminder.queued_at = now - Days{33};
    facts.messages.push_back(reminder);
    return facts;
}

}  // namespace

int main(int argc, char** argv) {
    const Policy policy;
    const Calendar calendar;
    const TzZones zones;
    const Zone* sao_paulo = zones.zone("America/Sao_Paulo").value();
    const DecisionContext context{policy, calendar, *sao_paulo, *sao_paulo};
    const Date today = make_date(2026, 3, 3);
    const Instant now = sao_paulo->instant(at(today, Hours{21}));

    std::vector<AccountFacts> accounts;
    for (int n = 0; n < kAccounts; ++n) {
        accounts.push_back(common_account(n, today, now));
    }
    std::size_t wishes = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int round = 0; round < kRounds; ++round) {
        for (const AccountFacts& facts : accounts) {
            wishes += decide(facts, context, now).messages.size();
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double rate = kAccounts * kRounds / took.count();
    std::cout << "decide: " << static_cast<long>(rate) << " accounts/s, " << wishes << " wishes\n";
    const double least = argc > 1 ? std::strtod(argv[1], nullptr) : 0;
    return rate >= least ? EXIT_SUCCESS : EXIT_FAILURE;
}
