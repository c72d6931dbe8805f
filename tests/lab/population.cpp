#include "tests/lab/population.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "tests/lab/prng.hpp"

namespace emdia::lab {
namespace {

constexpr std::int64_t first_customer = 4'001;
constexpr std::int64_t first_contract = 7'001;
constexpr std::int64_t first_title = 145'001;
constexpr std::int64_t first_login = 4'701;

constexpr std::array first_names{"ANA",    "BRUNO",    "CARLA",  "DIEGO",  "ELISA", "FÁBIO",  "GABRIELA",
                                 "HEITOR", "ÍRIS",     "JOÃO",   "KÁTIA",  "LUCAS", "MÔNICA", "NATÁLIA",
                                 "OTÁVIO", "PATRÍCIA", "RAFAEL", "SÍLVIA", "TIAGO", "VERA"};
constexpr std::array last_names{"DE TESTE", "EXEMPLO", "MODELO", "FICTÍCIO", "INVENTADO", "SIMULADO", "DA AMOSTRA"};

struct Plan {
    const char* name;
    std::int64_t centavos;
    unsigned weight;
};
constexpr std::array plans{Plan{"FIBRA 300", 9990, 5}, Plan{"FIBRA 500", 10990, 3}, Plan{"FIBRA 600", 12990, 2},
                           Plan{"FIBRA 1000", 17990, 1}};
constexpr std::array due_days{5U, 10U, 15U, 20U, 25U};

/// One dialling code per unit, enough for a fictitious base. Order of Uf.
constexpr std::array<int, 27> dialling_codes{68, 82, 92, 96, 71, 85, 61, 27, 62, 98, 31, 67, 65, 91,
                                             83, 81, 86, 41, 21, 84, 69, 95, 51, 48, 79, 11, 63};

std::string printed(const char* form, auto... values) {
    char text[64];
    std::snprintf(text, sizeof text, form, values...);
    return text;
}

std::string masked_phone(Uf uf, std::int64_t number) {
    return printed("(%02d) 9%04d-%04d", dialling_codes[static_cast<std::size_t>(uf)], static_cast<int>(number / 10'000),
                   static_cast<int>(number % 10'000));
}

/// A number of the tax authority's test range (000...) with right check digits.
std::string masked_cpf(std::int64_t number) {
    std::array<int, 11> digits{};
    for (std::size_t i = 9; i-- > 0; number /= 10) {
        digits[i] = static_cast<int>(number % 10);
    }
    for (std::size_t check = 9; check < 11; ++check) {
        int sum = 0;
        for (std::size_t i = 0; i < check; ++i) {
            sum += digits[i] * static_cast<int>(check + 1 - i);
        }
        const int rest = sum * 10 % 11;
        digits[check] = rest == 10 ? 0 : rest;
    }
    return printed("%d%d%d.%d%d%d.%d%d%d-%d%d", digits[0], digits[1], digits[2], digits[3], digits[4], digits[5],
                   digits[6], digits[7], digits[8], digits[9], digits[10]);
}

Date first_of_month(Date day, int months) {
    const std::chrono::year_month_day civil{day};
    return Date{(civil.year() / civil.month() / 1) + std::chrono::months{months}};
}

City& city_of(ErpWorld& world, Uf uf) {
    const std::int64_t id = 3'800 + static_cast<std::int64_t>(uf);
    if (City* known = world.cities.find(id)) {
        return *known;
    }
    return world.cities.add(City{id, "CIDADE MODELO DE " + std::string{to_string(uf)}, uf});
}

Nas& nas_of(ErpWorld& world, std::int64_t id) {
    if (Nas* known = world.nases.find(id)) {
        return *known;
    }
    return world.nases.add(Nas{id, "BRAS-0" + std::to_string(id), "127.0.0." + std::to_string(id)});
}

Customer& add_customer(ErpWorld& world, const NewContract& wanted) {
    const std::int64_t id = world.customers.next_id(first_customer);
    Customer customer;
    customer.id = id;
    customer.name = wanted.name;
    customer.tax_id = masked_cpf(id);
    customer.mobile = wanted.mobile.empty() ? masked_phone(wanted.uf, id) : wanted.mobile;
    customer.whatsapp = customer.mobile;
    customer.uf = wanted.uf;
    customer.city = city_of(world, wanted.uf).id;
    customer.updated = wanted.now;
    return world.customers.add(std::move(customer));
}

void add_login(ErpWorld& world, const Contract& contract, Instant now) {
    const std::int64_t id = world.logins.next_id(first_login);
    const std::int64_t host = id - first_login;
    Login login;
    login.id = id;
    login.customer = contract.customer;
    login.contract = contract.id;
    login.name = "cliente" + std::to_string(contract.id);
    login.ip = printed("100.%d.%d.%d", static_cast<int>(64 + host / 62'500), static_cast<int>(host / 250 % 250),
                       static_cast<int>(host % 250 + 2));
    login.mac = printed("02:00:00:%02X:%02X:%02X", static_cast<unsigned>(id >> 16U & 0xFFU),
                        static_cast<unsigned>(id >> 8U & 0xFFU), static_cast<unsigned>(id & 0xFFU));
    login.nas = nas_of(world, 1 + host % 3).id;
    login.updated = now;
    world.logins.add(std::move(login));
}

Contract& add_contract_of(ErpWorld& world, const Customer& customer, const NewContract& wanted) {
    Contract contract;
    contract.id = world.contracts.next_id(first_contract);
    contract.customer = customer.id;
    contract.plan = wanted.plan;
    contract.price = wanted.price;
    contract.activated = world.today(wanted.now) - Days{400};
    contract.updated = wanted.now;
    Contract& added = world.contracts.add(std::move(contract));
    add_login(world, added, wanted.now);
    return added;
}

Behaviour draw(const BehaviourMix& mix, Prng& chance) {
    const std::array weights{mix.before, mix.on_due,        mix.after_day_one,  mix.after_notice, mix.after_block,
                             mix.never,  mix.keeps_promise, mix.breaks_promise, mix.disputes};
    auto number = static_cast<unsigned>(chance.below(1000));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (number < weights[i]) {
            return all_behaviours()[i];
        }
        number -= weights[i];
    }
    return Behaviour::pays_before;
}

const Plan& draw_plan(Prng& chance) {
    auto number = static_cast<unsigned>(chance.below(11));
    for (const Plan& plan : plans) {
        if (number < plan.weight) {
            return plan;
        }
        number -= plan.weight;
    }
    return plans.front();
}

NewContract draw_person(const PopulationSpec& spec, Instant now, Prng& chance) {
    NewContract person;
    person.name =
        std::string{first_names[chance.below(first_names.size())]} + " " + last_names[chance.below(last_names.size())];
    person.uf = spec.ufs[chance.below(spec.ufs.size())];
    const Plan& plan = draw_plan(chance);
    person.plan = plan.name;
    person.price = Money::centavos(plan.centavos);
    person.now = now;
    return person;
}

/// Where the number is kept differs; some have none, some share one (erp-ixc.md 3.1).
void draw_phone(ErpWorld& world, Customer& customer, const PopulationSpec& spec, Prng& chance) {
    if (!chance.chance(64)) {
        customer.whatsapp.clear();
    }
    if (chance.chance(spec.percent_without_phone)) {
        customer.whatsapp.clear();
        customer.mobile.clear();
    } else if (customer.id > first_customer && chance.chance(spec.percent_shared_phone)) {
        const Customer& other = *world.customers.find(customer.id - 1);
        customer.mobile = other.mobile;
        customer.whatsapp = other.whatsapp;
    }
}

void add_invoices(ErpWorld& world, const Contract& contract, const PopulationSpec& spec, Instant now, Prng& chance) {
    const unsigned day = due_days[chance.below(due_days.size())];
    for (int month = -spec.months_back; month < spec.months_ahead; ++month) {
        const Date due = first_of_month(spec.today, month) + Days{day - 1};
        const Title& title = add_invoice(world, contract, due, contract.price, now);
        if (due < spec.today) {
            const auto paid = world.pay(Payment{title.id, title.face, world.instant(at(due, Hours{12})), true});
            static_cast<void>(paid.ok());  // A title just made is open.
        }
    }
}

constexpr std::array behaviour_names{
    std::pair{Behaviour::pays_before, std::string_view{"pays_before"}},
    std::pair{Behaviour::pays_on_due, std::string_view{"pays_on_due"}},
    std::pair{Behaviour::pays_after_day_one, std::string_view{"pays_after_day_one"}},
    std::pair{Behaviour::pays_after_notice, std::string_view{"pays_after_notice"}},
    std::pair{Behaviour::pays_after_block, std::string_view{"pays_after_block"}},
    std::pair{Behaviour::never, std::string_view{"never"}},
    std::pair{Behaviour::keeps_promise, std::string_view{"keeps_promise"}},
    std::pair{Behaviour::breaks_promise, std::string_view{"breaks_promise"}},
    std::pair{Behaviour::disputes, std::string_view{"disputes"}},
};

}  // namespace

std::string_view to_string(Behaviour behaviour) noexcept {
    return behaviour_names[static_cast<std::size_t>(behaviour)].second;
}

std::optional<Behaviour> behaviour_from(std::string_view name) noexcept {
    const auto* const found = std::find_if(behaviour_names.begin(), behaviour_names.end(),
                                           [&](const auto& entry) { return entry.second == name; });
    return found == behaviour_names.end() ? std::nullopt : std::optional{found->first};
}

const std::vector<Behaviour>& all_behaviours() noexcept {
    static const std::vector<Behaviour> all = [] {
        std::vector<Behaviour> list;
        for (const auto& entry : behaviour_names) {
            list.push_back(entry.first);
        }
        return list;
    }();
    return all;
}

std::vector<Person> populate(ErpWorld& world, const PopulationSpec& spec) {
    Prng chance(spec.seed);
    const Instant now = world.instant(at(spec.today, Seconds{0}));
    std::vector<Person> people;
    people.reserve(static_cast<std::size_t>(spec.contracts));
    Customer* last = nullptr;
    for (int i = 0; i < spec.contracts; ++i) {
        const NewContract wanted = draw_person(spec, now, chance);
        const bool second = last != nullptr && chance.chance(spec.percent_second_contract);
        if (!second) {
            last = &add_customer(world, wanted);
            draw_phone(world, *last, spec, chance);
        }
        const Contract& contract = add_contract_of(world, *last, wanted);
        add_invoices(world, contract, spec, now, chance);
        people.push_back(Person{contract.id, last->id, draw(spec.mix, chance)});
    }
    return people;
}

Contract& add_contract(ErpWorld& world, const NewContract& wanted) {
    return add_contract_of(world, add_customer(world, wanted), wanted);
}

Title& add_invoice(ErpWorld& world, const Contract& contract, Date due, Money amount, Instant now) {
    Title title;
    title.id = world.titles.next_id(first_title);
    title.customer = contract.customer;
    title.contract = contract.id;
    title.issued = due - Days{30};
    title.due = due;
    title.period_begin = first_of_month(due, -1);
    title.period_end = first_of_month(due, 0) - Days{1};
    title.face = amount;
    title.updated = now;
    return world.add_title(std::move(title));
}

std::string digits_of_phone(std::string_view masked) {
    std::string digits;
    for (const char c : masked) {
        if (c >= '0' && c <= '9') {
            digits += c;
        }
    }
    return digits.empty() ? digits : "55" + digits;
}

std::string contact_number(const Customer& customer) {
    return digits_of_phone(customer.whatsapp.empty() ? customer.mobile : customer.whatsapp);
}

}  // namespace emdia::lab
