#include "daemon/engine/desk.hpp"

#include <algorithm>
#include <utility>

namespace emdia {

std::optional<AccountFacts> Desk::facts(AccountId id) {
    auto facts = ledger.load(id);
    if (facts) {
        facts->source = health_of(facts->subscriber.erp);
    }
    return facts;
}

Place Desk::place_of(const AccountFacts& facts) const {
    const ErpSettings* defaults = erp(facts.subscriber.erp);
    const Uf uf = facts.subscriber.uf.value_or(defaults != nullptr ? defaults->default_uf : Uf::SP);
    const bool told = !facts.subscriber.municipality.empty() || defaults == nullptr;
    return places.find(uf, told ? facts.subscriber.municipality : defaults->default_municipality);
}

DecisionContext Desk::context(const AccountFacts& facts) const {
    const Place place = place_of(facts);
    return DecisionContext{settings.policy, *place.calendar, *place.zone, places.brasilia()};
}

Date Desk::today() const { return date_of(places.brasilia().local(now)); }

const ErpSettings* Desk::erp(std::string_view name) const noexcept {
    const auto found =
        std::find_if(settings.erps.begin(), settings.erps.end(), [&](const ErpSettings& e) { return e.name == name; });
    return found == settings.erps.end() ? nullptr : &*found;
}

void Desk::note(AccountId account, std::string_view kind, std::string detail, std::string_view rules,
                std::string_view actor) {
    ledger.append(
        TimelineEvent{account, now, std::string(actor), std::string(kind), std::move(detail), std::string(rules)});
}

void Desk::task(AccountId account, InvoiceId invoice, TaskKind kind, int priority, std::string text,
                std::optional<Instant> since) {
    TaskRow row;
    row.account = account;
    row.invoice = invoice;
    row.kind = kind;
    row.priority = priority;
    row.text = std::move(text);
    open(std::move(row), since);
}

void Desk::house_task(std::string subject, TaskKind kind, int priority, std::string text) {
    TaskRow row;
    row.kind = kind;
    row.subject = std::move(subject);
    row.priority = priority;
    row.text = std::move(text);
    open(std::move(row), std::nullopt);
}

void Desk::open(TaskRow row, std::optional<Instant> since) {
    row.opened_at = now;
    if (ledger.open_task(row, since)) {
        note(row.account, "task.opened", "kind=" + std::string(to_string(row.kind)));
    }
}

}  // namespace emdia
