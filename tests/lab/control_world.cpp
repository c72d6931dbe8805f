#include "tests/lab/control_world.hpp"

#include <map>

#include <nlohmann/json.hpp>

#include "tests/lab/charges.hpp"
#include "tests/lab/control_fields.hpp"

namespace emdia::lab {
namespace {

using nlohmann::json;

Error no_row(const char* what, std::int64_t id) {
    return Error{ErrorKind::not_found, std::string{"no "} + what + " " + std::to_string(id), ""};
}

json title_json(const Title& title) {
    return {{"id", title.id},
            {"contract", title.contract},
            {"due", to_iso(title.due)},
            {"status", std::string{title.status}},
            {"face", title.face.plain()},
            {"open", title.open().plain()},
            {"paid_on", title.paid_on ? json(to_iso(*title.paid_on)) : json(nullptr)}};
}

json contract_json(ErpWorld& erp, const Contract& contract, const std::vector<Person>& people) {
    const Customer& customer = *erp.customers.find(contract.customer);
    json logins = json::array();
    for (const Login& login : erp.logins.all()) {
        if (login.contract == contract.id) {
            logins.push_back({{"login", login.name}, {"ip", login.ip}, {"nas", login.nas}});
        }
    }
    json titles = json::array();
    for (const Title* title : erp.titles_of(contract.id)) {
        titles.push_back(title_json(*title));
    }
    std::string behaviour;
    for (const Person& person : people) {
        if (person.contract == contract.id) {
            behaviour = to_string(person.behaviour);
        }
    }
    return {{"id", contract.id},         {"customer", customer.id},
            {"name", customer.name},     {"phone", contact_number(customer)},
            {"tax_id", customer.tax_id}, {"status", std::string{contract.status}},
            {"access", contract.access}, {"behaviour", behaviour},
            {"logins", logins},          {"titles", titles}};
}

/// The time of a change: "at" if given (now or later), else now.
Result<Instant> time_in(LabState& state, const json& body) {
    const std::lock_guard lock(state.mutex);
    if (!body.contains("at")) {
        return state.time.now();
    }
    return parse_instant(text_in(body, "at"));
}

Result<json> pay(LabState& state, const json& body) {
    const auto when = time_in(state, body);
    if (!when) {
        return when.error();
    }
    const std::lock_guard lock(state.mutex);
    const std::int64_t id = number_in(body, "invoice");
    const Title* title = state.erp.titles.find(id);
    if (title == nullptr) {
        return no_row("invoice", id);
    }
    auto amount = Result<Money>(charge_on(*title, state.erp.today(*when)).total());
    if (body.contains("amount")) {
        amount = Money::parse(text_in(body, "amount"));
    }
    if (!amount) {
        return amount.error();
    }
    const Payment payment{id, *amount, *when, body.value("pix", true)};
    if (*when > state.time.now()) {
        state.time.schedule(*when, Effect::world, [&state, payment] {
            // Refused when it was paid or cancelled meanwhile; then there is nothing to do.
            static_cast<void>(state.erp.pay(payment).ok());
        });
    } else if (const auto paid = state.erp.pay(payment); !paid) {
        return paid.error();
    }
    return json{{"amount", amount->plain()}, {"at", to_rfc3339(*when)}};
}

Result<json> new_contract(LabState& state, std::vector<Person>& people, const json& body) {
    const std::lock_guard lock(state.mutex);
    NewContract wanted;
    wanted.now = state.time.now();
    wanted.name = body.value("name", wanted.name);
    wanted.mobile = body.value("mobile", wanted.mobile);
    wanted.plan = body.value("plan", wanted.plan);
    wanted.uf = uf_from(body.value("uf", "SP")).value_or(Uf::SP);
    const Contract& contract = add_contract(state.erp, wanted);
    people.push_back(Person{contract.id, contract.customer,
                            behaviour_from(body.value("behaviour", "never")).value_or(Behaviour::never)});
    return contract_json(state.erp, contract, people);
}

Result<json> new_invoice(LabState& state, const json& body) {
    const std::lock_guard lock(state.mutex);
    const std::int64_t id = number_in(body, "contract");
    const Contract* contract = state.erp.contracts.find(id);
    const auto due = parse_date(text_in(body, "due"));
    const auto amount = Money::parse(text_in(body, "amount"));
    if (contract == nullptr) {
        return no_row("contract", id);
    }
    if (!due || !amount) {
        return due ? amount.error() : due.error();
    }
    return title_json(add_invoice(state.erp, *contract, *due, *amount, state.time.now()));
}

Result<json> change_access(LabState& state, const json& body) {
    const std::lock_guard lock(state.mutex);
    const std::int64_t id = number_in(body, "contract");
    Contract* contract = state.erp.contracts.find(id);
    if (contract == nullptr) {
        return no_row("contract", id);
    }
    state.erp.set_access(*contract, text_in(body, "access"), state.time.now());
    return json::object();
}

json whatsapp_totals(const wa::Service& whatsapp) {
    std::map<std::string, int> templates;
    std::map<std::string, int> states;
    for (const wa::Message& message : whatsapp.messages()) {
        ++templates[message.template_name.empty() ? "(free)" : message.template_name];
        ++states[std::string{wa::to_string(message.state)}];
    }
    return {{"messages", whatsapp.messages().size()}, {"templates", templates}, {"states", states}};
}

json totals(const LabState& state, const ixc::Service& ixc, const wa::Service& whatsapp) {
    std::map<std::string, int> access;
    for (const Contract& contract : state.erp.contracts.all()) {
        ++access[contract.access];
    }
    std::map<std::string, int> titles;
    Money received;
    for (const Title& title : state.erp.titles.all()) {
        ++titles[std::string{title.status}];
        received += title.received;
    }
    const auto& calls = ixc.counts();
    return {{"contracts", state.erp.contracts.all().size()},
            {"access", access},
            {"titles", titles},
            {"received", received.plain()},
            {"notes", state.erp.notes.all().size()},
            {"whatsapp", whatsapp_totals(whatsapp)},
            {"ixc_calls",
             {{"listings", calls.listings},
              {"actions", calls.actions},
              {"inserts", calls.inserts},
              {"refused", calls.refused}}}};
}

void add_fault_routes(ControlApi& api, LabState& state) {
    api.add("GET", "/faults", [&state](const json&) -> Result<json> {
        json known = json::object();
        for (const FaultInfo& info : known_faults()) {
            known[std::string{info.name}] = info.meaning;
        }
        json active = json::array();
        const std::lock_guard lock(state.mutex);
        for (const Fault& fault : state.faults.active()) {
            active.push_back({{"name", fault.name}, {"match", fault.match}, {"value", fault.value}});
        }
        return json{{"known", known}, {"active", active}};
    });
    api.add("POST", "/faults", [&state](const json& body) -> Result<json> {
        Fault fault{text_in(body, "name"), text_in(body, "match"), number_in(body, "value"), std::nullopt};
        if (body.contains("count")) {
            fault.remains = number_in(body, "count");
        }
        const std::lock_guard lock(state.mutex);
        const auto done = state.faults.switch_on(std::move(fault));
        return done ? Result<json>(json::object()) : done.error();
    });
    api.add("DELETE", "/faults", [&state](const json& body) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        if (const std::string name = text_in(body, "name"); !name.empty()) {
            state.faults.switch_off(name);
        } else {
            state.faults.clear();
        }
        return json::object();
    });
}

void add_read_routes(ControlApi& api, LabState& state, std::vector<Person>& people) {
    api.add("GET", "/contracts", [&state, &people](const json& body) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        json found = json::array();
        for (const Contract& contract : state.erp.contracts.all()) {
            if (!body.contains("id") || number_in(body, "id") == contract.id) {
                found.push_back(contract_json(state.erp, contract, people));
            }
        }
        return found;
    });
    api.add("GET", "/receipts", [&state](const json& body) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        json found = json::array();
        for (const Receipt& receipt : state.erp.receipts.all()) {
            const Title* title = state.erp.titles.find(receipt.title);
            const bool asked =
                !body.contains("contract") || (title != nullptr && title->contract == number_in(body, "contract"));
            if (asked && !receipt.cancelled) {
                found.push_back({{"id", receipt.id},
                                 {"invoice", receipt.title},
                                 {"amount", receipt.amount.plain()},
                                 {"at", to_rfc3339(receipt.updated)}});
            }
        }
        return found;
    });
    api.add("GET", "/notes", [&state](const json&) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        json found = json::array();
        for (const HistoryNote& note : state.erp.notes.all()) {
            found.push_back({{"contract", note.contract}, {"kind", note.kind}, {"text", note.text}});
        }
        return found;
    });
}

}  // namespace

void add_world_routes(ControlApi& api, LabState& state, std::vector<Person>& people, const ixc::Service& ixc,
                      const wa::Service& whatsapp) {
    add_read_routes(api, state, people);
    add_fault_routes(api, state);
    api.add("GET", "/totals", [&](const json&) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        return totals(state, ixc, whatsapp);
    });
    api.add("POST", "/contracts", [&](const json& body) { return new_contract(state, people, body); });
    api.add("POST", "/invoices", [&state](const json& body) { return new_invoice(state, body); });
    api.add("POST", "/access", [&state](const json& body) { return change_access(state, body); });
    api.add("POST", "/pay", [&state](const json& body) { return pay(state, body); });
    api.add("POST", "/cancel", [&state](const json& body) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        const auto done = state.erp.cancel(number_in(body, "invoice"), state.time.now());
        return done ? Result<json>(json::object()) : done.error();
    });
    api.add("POST", "/reverse", [&state](const json& body) -> Result<json> {
        const std::lock_guard lock(state.mutex);
        const auto done = state.erp.reverse(number_in(body, "receipt"), state.time.now());
        return done ? Result<json>(json::object()) : done.error();
    });
}

}  // namespace emdia::lab
