#include "tests/lab/scripts.hpp"

#include <algorithm>

#include "tests/lab/charges.hpp"
#include "tests/lab/prng.hpp"

namespace emdia::lab {
namespace {

// Parts of the names of the daemon's templates and of the payloads of its buttons.
constexpr const char* late_reminder = "_depois";
constexpr const char* formal_notice = "_aviso_suspensao";
constexpr const char* blocked = "_suspenso";
constexpr const char* broken = "_prazo_vencido";
constexpr const char* promise = "promise_pick";
constexpr const char* yes = "promise_yes";
constexpr const char* dispute = "dispute";

/// One date on a button, as in "promise_pick:7:12:0:2026-04-06".
std::optional<Date> day_named_by(const std::string& payload) {
    if (payload.size() < 10) {
        return std::nullopt;
    }
    const auto date = parse_date(payload.substr(payload.size() - 10));
    return date ? std::optional{*date} : std::nullopt;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const wa::PressableButton* find_button(const wa::Message& message, const PressButton& which) {
    const wa::PressableButton* found = nullptr;
    for (const auto& button : message.buttons) {
        const bool fits = contains(button.payload, which.button) || contains(button.title, which.button);
        if (fits && (found == nullptr || which.last)) {
            found = &button;
        }
    }
    return found;
}

bool wakes(const Rule& rule, const wa::Message& message) {
    const bool name_fits = rule.when_template.empty() || contains(message.template_name, rule.when_template);
    return name_fits && (rule.when_button.empty() || find_button(message, PressButton{rule.when_button, false}));
}

Rule on_template(const char* name, Deed deed, Millis after, int skip = 0) {
    Rule rule;
    rule.when_template = name;
    rule.deed = std::move(deed);
    rule.after = after;
    rule.skip = skip;
    return rule;
}

Rule on_button(const char* button, Deed deed, Millis after) {
    Rule rule;
    rule.when_button = button;
    rule.deed = std::move(deed);
    rule.after = after;
    return rule;
}

/// Presses "promise" on the block message, takes the last day that is offered, confirms.
std::vector<Rule> promising(Millis thinks) {
    return {on_template(blocked, PressButton{promise, false}, thinks),
            on_button(promise, PressButton{"-", true}, Seconds{30}),  // Only a payload with a date has a hyphen.
            on_button(yes, PressButton{yes, false}, Seconds{30})};
}

}  // namespace

std::vector<Rule> rules_of(Behaviour behaviour, std::uint64_t seed, std::int64_t number) {
    Prng chance = Prng::keyed(seed, "behaviour", static_cast<std::uint64_t>(number));
    const Millis hours = Minutes{chance.between(20, 8 * 60)};
    switch (behaviour) {
        case Behaviour::pays_before:
        case Behaviour::pays_on_due:
        case Behaviour::never:
            return {};
        case Behaviour::pays_after_day_one:
            return {on_template(late_reminder, PayOverdue{}, hours)};
        case Behaviour::pays_after_notice:
            return {on_template(formal_notice, PayOverdue{}, hours + Days{chance.between(0, 3)})};
        case Behaviour::pays_after_block:
            return {on_template(blocked, PayOverdue{}, hours)};
        case Behaviour::disputes:
            return {on_template(formal_notice, PressButton{dispute, false}, hours)};
        case Behaviour::keeps_promise: {
            auto rules = promising(hours);
            rules.push_back(on_button(yes, PayOverdue{true}, Minutes{1}));
            return rules;
        }
        case Behaviour::breaks_promise: {
            auto rules = promising(hours);
            rules.push_back(on_template(broken, PayOverdue{}, hours + Hours{5}));
            return rules;
        }
    }
    return {};
}

void Scripts::enrol(const Person& person) {
    Script script{person.contract, rules_of(person.behaviour, state_.seed, person.contract), std::nullopt};
    for (Rule& rule : script.rules) {
        rule.times = -1;  // People are the same every month.
    }
    enrol_phone(scripts_[person.contract] = std::move(script));
    schedule_unasked_payments(person);
}

void Scripts::enrol_phone(Script& script) {
    const Contract& contract = *state_.erp.contracts.find(script.contract);
    const std::string digits = contact_number(*state_.erp.customers.find(contract.customer));
    const auto [first, last] = contracts_of_phone_.equal_range(digits);
    const bool known = std::any_of(first, last, [&](const auto& entry) { return entry.second == script.contract; });
    if (!digits.empty() && !known) {
        contracts_of_phone_.emplace(digits, script.contract);
    }
}

void Scripts::schedule_unasked_payments(const Person& person) {
    if (person.behaviour != Behaviour::pays_before && person.behaviour != Behaviour::pays_on_due) {
        return;
    }
    for (const Title* title : state_.erp.titles_of(person.contract)) {
        if (!title->is_open()) {
            continue;
        }
        Prng chance = Prng::keyed(state_.seed, "payment", static_cast<std::uint64_t>(title->id));
        const Date day =
            person.behaviour == Behaviour::pays_on_due ? title->due : title->due - Days{chance.between(1, 5)};
        const Instant at_time = state_.erp.instant(at(day, Minutes{chance.between(7 * 60, 22 * 60)}));
        const Payment payment{title->id, title->face, at_time, true};
        state_.time.schedule(std::max(at_time, state_.time.now()), Effect::world, [this, payment] {
            // Refused when somebody paid or cancelled it through the control API meanwhile.
            static_cast<void>(state_.erp.pay(payment).ok());
        });
    }
}

void Scripts::set_rules(std::int64_t contract, std::vector<Rule> rules) {
    Script& script = scripts_[contract];
    script.contract = contract;
    script.rules = std::move(rules);
    enrol_phone(script);
}

void Scripts::on_message(const wa::Message& message) {
    const auto [first, last] = contracts_of_phone_.equal_range(message.to);
    for (auto entry = first; entry != last; ++entry) {
        Script& script = scripts_.at(entry->second);
        const bool shared = std::distance(first, last) > 1;
        if (shared && state_.erp.overdue(script.contract, state_.erp.today(state_.time.now())).empty()) {
            continue;  // Meant for the other one.
        }
        for (Rule& rule : script.rules) {
            if (rule.times == 0 || !wakes(rule, message)) {
                continue;
            }
            if (rule.skip > 0) {
                --rule.skip;
                continue;
            }
            rule.times -= rule.times > 0 ? 1 : 0;
            const Instant when = rule.at.value_or(state_.time.now() + rule.after);
            state_.time.schedule(when, Effect::world, [this, &script, rule, message] { act(script, rule, message); });
        }
    }
}

void Scripts::act(Script& script, const Rule& rule, const wa::Message& message) {
    if (const auto* which = std::get_if<PressButton>(&rule.deed)) {
        if (const auto* button = find_button(message, *which)) {
            script.named_day = day_named_by(button->payload) ? day_named_by(button->payload) : script.named_day;
        }
        press(message, *which);
        return;
    }
    if (const auto* words = std::get_if<WriteText>(&rule.deed)) {
        wa::Inbound inbound;
        inbound.from = message.to;
        inbound.text = words->text;
        whatsapp_.receive(inbound);
        return;
    }
    if (std::get<PayOverdue>(rule.deed).on_named_day && script.named_day) {
        const Instant noon = state_.erp.instant(at(*script.named_day, Hours{12}));
        state_.time.schedule(std::max(noon, state_.time.now()), Effect::world,
                             [this, contract = script.contract] { pay_overdue(contract); });
        return;
    }
    pay_overdue(script.contract);
}

bool Scripts::press(const wa::Message& message, const PressButton& which) {
    const auto* button = find_button(message, which);
    if (button == nullptr) {
        return false;
    }
    wa::Inbound inbound;
    inbound.from = message.to;
    inbound.press = true;
    inbound.text = button->title.empty() ? button->payload : button->title;
    inbound.payload = button->payload;
    inbound.context = message.id;
    inbound.interactive = message.interactive;
    inbound.list = message.interactive && message.buttons.size() > 3;
    whatsapp_.receive(inbound);
    return true;
}

void Scripts::pay_overdue(std::int64_t contract) {
    const Instant now = state_.time.now();
    for (const Title* title : state_.erp.overdue(contract, state_.erp.today(now))) {
        const Payment payment{title->id, charge_on(*title, state_.erp.today(now)).total(), now, true};
        static_cast<void>(state_.erp.pay(payment).ok());  // Open, because overdue() lists open titles only.
    }
}

}  // namespace emdia::lab
