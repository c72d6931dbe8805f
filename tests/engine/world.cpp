#include "tests/engine/world.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "daemon/adapters/template_files.hpp"
#include "tests/core/template_fixture.hpp"

namespace emdia::test {
namespace {

constexpr Minutes kOffset{-180};
constexpr int kTurnsAtOneTime = 10'000;

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().text());
    }
    return std::move(result).value();
}

}  // namespace

Instant local(std::string_view text) {
    std::string rfc(text);
    rfc.at(10) = 'T';
    return must(parse_instant(rfc + "-03:00"));
}

std::string local_text(Instant t) { return to_iso(FixedZone(kOffset).local(t)); }

std::string PlainDigest::sha256_hex(std::string_view bytes) const {
    return std::to_string(std::hash<std::string_view>{}(bytes));
}

World::World(std::string_view start) : clock(local(start)) {
    settings.isp = sample_isp();
    ErpSettings erp_settings;
    erp_settings.name = "ixc";
    erp_settings.optin_source = "contract clause 7";
    erp_settings.incremental_every = Hours{6};
    erp_settings.hot_every = Minutes{10};
    settings.erps.push_back(erp_settings);
    settings.routing.fallback = Route{"bras", ""};
    settings.routing.observe_every = Hours{1};
    settings.rollout.live = true;
}

World::~World() = default;

void World::add_contract(const std::string& id, std::optional<Date> due, std::string phone) {
    ErpSubscriber subscriber;
    subscriber.id = "s" + id;
    subscriber.first_name = "Ana";
    subscriber.phone = phone.empty() ? "+55119" + std::string(8 - id.size(), '0') + id : std::move(phone);
    subscriber.uf = "SP";
    erp.subscribers[subscriber.id] = subscriber;
    ErpContract contract;
    contract.id = id;
    contract.subscriber_id = subscriber.id;
    contract.plan = "500 Mega";
    contract.status = ContractStatus::active;
    contract.access = ErpAccess::open;
    erp.contracts[id] = contract;
    ErpConnection line;
    line.id = "l" + id;
    line.contract_id = id;
    line.login = "login" + id;
    erp.connections[line.id] = line;
    if (due) {
        add_invoice("i" + id, id, *due);
    }
}

void World::add_invoice(const std::string& id, const std::string& contract, Date due, Money open) {
    ErpInvoice invoice;
    invoice.id = id;
    invoice.contract_id = contract;
    invoice.subscriber_id = "s" + contract;
    invoice.due = due;
    const std::chrono::year_month_day day{std::chrono::sys_days{due.time_since_epoch()}};
    invoice.reference = Date{std::chrono::local_days{day.year() / day.month() / 1}};
    invoice.face = open;
    invoice.open = open;
    invoice.state = InvoiceState::open;
    erp.invoices[id] = invoice;
}

void World::boot() {
    if (!places_) {
        templates_ = must(TemplateSet::make(must(load_templates(EMDIA_SOURCE_DIR "/templates/pt-BR")), settings.isp));
        places_ = must(Places::make(settings.places, zones_));
    }
    const EnginePorts ports{clock, *book, messenger, {&erp}, {&driver}, digest_, entropy_, log};
    engine_ = std::make_unique<Engine>(settings, *templates_, *places_, between ? between(ports) : ports);
    engine_->start_ports();
    engine_->recover();
    if (connector_ready) {
        erp.come_up();
    }
    messenger.deliver_unanswered();
    settle();
}

void World::start(bool live) {
    boot();
    if (live) {
        control([](Control& control, const Operator& by) { control.go_live(by); });
    }
}

void World::kill() {
    engine_->stop_ports();
    engine_.reset();
}

void World::leave() {
    engine_->stop_ports();
    engine_->hear_last();
    engine_.reset();
}

void World::restart() {
    kill();
    boot();
}

void World::pass(Millis time) {
    const Instant end = clock.now() + time;
    while (!script_.empty() && script_.begin()->first <= end) {
        clock.set(std::max(script_.begin()->first, clock.now()));
        happen();
    }
    clock.set(end);
}

void World::happen() {
    while (!script_.empty() && script_.begin()->first <= clock.now()) {
        const auto what = script_.extract(script_.begin()).mapped();
        what();
    }
}

void World::schedule_deliveries() {
    for (; delivered_ < messenger.taken.size(); ++delivered_) {
        if (deliver) {
            script_.emplace(clock.now() + delivery_after, [this, message = messenger.taken[delivered_]] {
                messenger.status(message, MessageState::delivered, clock.now());
            });
        }
    }
}

void World::settle() {
    for (int i = 0; engine_->turn(); ++i) {
        if (i > kTurnsAtOneTime) {
            throw std::runtime_error("the engine never comes to rest at " + local_text(clock.now()));
        }
    }
    schedule_deliveries();
}

void World::run_until(std::string_view until) {
    const Instant end = local(until);
    settle();
    while (true) {
        std::optional<Instant> next = engine_->next_due();
        if (!script_.empty() && (!next || script_.begin()->first < *next)) {
            next = script_.begin()->first;
        }
        if (!next || *next > end) {
            break;
        }
        if (*next > clock.now()) {
            clock.set(*next);
        } else if (script_.empty() || script_.begin()->first > clock.now()) {
            throw std::runtime_error("the engine wants to be woken in the past at " + local_text(clock.now()));
        }
        happen();
        settle();
    }
    clock.set(end);
    settle();
}

AccountId World::account(const std::string& contract) {
    const auto id = book->account_of_contract("ixc", contract);
    if (!id) {
        throw std::runtime_error("no account of contract " + contract);
    }
    return *id;
}

AccountFacts World::facts(const std::string& contract) { return book->load(account(contract)).value(); }

void World::control(const std::function<void(Control&, const Operator&)>& call) {
    std::optional<Error> error;
    engine_->queue().push(ControlCall{[&](Control& control) {
                                          call(control, Operator{"maria", "test"});
                                      },
                                      [&](std::optional<Error> outcome) { error = std::move(outcome); }});
    settle();
    if (error) {
        throw std::runtime_error(error->text());
    }
}

std::vector<std::string> World::messages(const std::string& contract) {
    std::vector<std::string> lines;
    for (const Message& message : facts(contract).messages) {
        if (message.sent_at) {
            lines.push_back(local_text(*message.sent_at) + " " + std::string(to_string(message.stage)));
        }
    }
    return lines;
}

std::vector<std::string> World::timeline(const std::string& contract, const std::string& prefix) {
    std::vector<std::string> lines;
    for (const TimelineEvent& event : book->timeline(account(contract), 10'000)) {
        if (event.kind.starts_with(prefix)) {
            lines.push_back(local_text(event.at) + " " + event.kind);
        }
    }
    return lines;
}

void add_base(World& world, int others) {
    world.add_contract("7301", make_date(2026, 3, 10));
    for (int i = 0; i < others; ++i) {
        world.add_contract(std::to_string(8000 + i));
    }
}

void blocked_world(World& world) {
    add_base(world);
    world.start();
    world.run_until("2026-04-01 10:00:00");
    if (world.wanted("7301") != Access::blocked) {
        throw std::runtime_error("7301 is not blocked on 1 April");
    }
}

void press(World& world, const std::string& contract, ButtonAction::Kind kind, std::optional<Date> date) {
    const AccountFacts facts = world.facts(contract);
    ButtonAction action;
    action.kind = kind;
    action.account = facts.id;
    action.invoice = facts.invoices.front().id;
    action.date = date;
    world.messenger.press(facts.subscriber.phone, encode(action), world.clock.now());
}

int World::tasks(TaskKind kind) {
    int count = 0;
    for (const TaskRow& task : book->open_tasks(10'000)) {
        count += task.kind == kind ? 1 : 0;
    }
    return count;
}

}  // namespace emdia::test
