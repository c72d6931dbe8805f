#include "tests/engine/scripted_month.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace emdia::test {
namespace {

constexpr const char* kBegin = "2026-03-01 08:00:00";
constexpr const char* kEnd = "2026-04-24 20:00:00";
const std::vector<std::string> kContracts{"7301", "7302", "7303", "7304", "7305"};

Instant on(Date day, std::string_view time) { return local(to_iso(day) + " " + std::string(time)); }

std::string day_of(Instant t) { return local_text(t).substr(0, 10); }
std::string day_of(const std::optional<Instant>& t) { return t ? day_of(*t) : "-"; }

/// How often each thing was seen, as lines "3 x thing".
std::vector<std::string> counted(const std::vector<std::string>& things) {
    std::map<std::string, int> counts;
    for (const auto& thing : things) {
        ++counts[thing];
    }
    std::vector<std::string> lines;
    for (const auto& [thing, count] : counts) {
        lines.push_back(std::to_string(count) + " x " + thing);
    }
    return lines;
}

class Account {
public:
    Account(World& world, const std::string& contract) : world_(world), facts_(world.facts(contract)) {}

    std::vector<std::string> lines() {
        money();
        talk();
        access();
        writes();
        return std::move(lines_);
    }

private:
    void add(const std::string& line) { lines_.push_back(facts_.contract.erp_id + " " + line); }

    void money() {
        for (const Invoice& invoice : facts_.invoices) {
            add("invoice " + invoice.erp_id + (invoice.state == InvoiceState::paid ? " paid " : " owed ") +
                invoice.open.plain() + " known " + day_of(invoice.paid_known_at));
        }
        for (const Payment& payment : facts_.payments) {
            add("payment of " + payment.invoice_erp_id + " " + payment.amount.plain());
        }
    }

    void talk() {
        for (const Message& message : facts_.messages) {
            const Invoice* invoice = facts_.find_invoice(message.invoice);
            add("message " + std::string(to_string(message.stage)) + " " +
                (invoice == nullptr ? "-" : invoice->erp_id) + " " + std::to_string(message.attempt) + " " +
                std::string(to_string(message.state)) + " sent " + day_of(message.sent_at));
        }
        for (const Promise& promise : facts_.promises) {
            add("promise " + to_iso(promise.until) + " " + promise.amount.plain() + " " +
                std::string(to_string(promise.state)) + " closed " + day_of(promise.closed_at));
        }
        for (const Dispute& dispute : facts_.disputes) {
            add("dispute " + day_of(dispute.opened_at) + " answered " + day_of(dispute.answered_at));
        }
        for (const PaymentClaim& claim : facts_.claims) {
            add("claim " + day_of(claim.at));
        }
        for (const InboundRow& row : world_.book->inbound_of(facts_.id, 1'000)) {
            add("wrote " + row.kind + " " + day_of(row.at));
        }
        std::vector<std::string> kinds;
        for (const TimelineEvent& event : world_.book->timeline(facts_.id, 10'000)) {
            const bool told = event.kind.starts_with("promise.") || event.kind.starts_with("dispute.") ||
                              event.kind.starts_with("claim.") || event.kind == "access.block" ||
                              event.kind == "access.unblock" || event.kind == "message.queued";
            if (told) {
                kinds.push_back("history " + event.kind);
            }
        }
        for (const auto& line : counted(kinds)) {
            add(line);
        }
    }

    void access() {
        const AccessRecord& record = facts_.access;
        add("access wanted " + std::string(to_string(record.wanted)) + " applied " +
            (record.applied ? std::string(to_string(*record.applied)) : "unknown") + " generation " +
            std::to_string(record.generation) + (record.proof == Proof::observed ? " observed" : " unproven"));
        for (const BlockedInterval& blocked : facts_.blocked_intervals) {
            add("blocked " + day_of(blocked.from) + " until " + day_of(blocked.until));
        }
    }

    void writes() {
        std::vector<std::string> writes;
        for (const ErpWriteRow& row : world_.book->erp_writes_of(facts_.id, 1'000)) {
            writes.push_back("ERP write " + std::string(to_string(row.kind)) + " " + std::string(to_string(row.state)));
        }
        for (const auto& line : counted(writes)) {
            add(line);
        }
    }

    World& world_;
    AccountFacts facts_;
    std::vector<std::string> lines_;
};

}  // namespace

ScriptedMonth::ScriptedMonth(MonthBook& book, std::set<MessageId> unlucky)
    : book_(book), world_(std::in_place, kBegin) {
    World& world = *world_;
    ErpSettings& erp = world.settings.erps.front();
    erp.hot_every = Minutes{30};
    erp.incremental_every = Hours{12};
    world.settings.routing.observe_every = Hours{12};
    for (const auto& contract : kContracts) {
        world.add_contract(contract, make_date(2026, 3, contract == "7304" ? 20 : 10));
    }
    messenger_.emplace(world.messenger, points_, std::move(unlucky));
    erp_.emplace(world.erp, points_);
    driver_.emplace(world.driver, points_);
    world.between = [this](const EnginePorts& ports) {
        return EnginePorts{ports.clock, *ledger_,     *messenger_,   {&*erp_},
                           {&*driver_}, ports.digest, ports.entropy, ports.log};
    };
    people();
}

// --- The people ------------------------------------------------------------------------------------------------------

void ScriptedMonth::people() {
    World& world = *world_;
    for (Date day = make_date(2026, 3, 28); day <= make_date(2026, 4, 23); day += Days{1}) {
        world.at(on(day, "19:42:00"), [this, day] { bruno_in_the_evening(day); });
    }
    world.at("2026-03-12 13:00:00", [&] { world.erp.pay("i7302", make_date(2026, 3, 12)); });
    world.at("2026-03-20 11:00:00", [this] { press("7303", ButtonAction::Kind::dispute); });
    operate(
        local("2026-03-27 09:00:00"),
        [this] {
            const auto disputes = world_->facts("7303").disputes;
            return disputes.empty() || disputes.front().answered_at.has_value();
        },
        [this](Control& control, const Operator& by) {
            const AccountFacts facts = world_->facts("7303");
            static_cast<void>(control.answer_dispute(facts.id, facts.disputes.front().id, by));
        });
    world.at("2026-04-08 09:00:00", [&] { world.erp.pay("i7303", make_date(2026, 4, 8)); });
    world.at("2026-03-17 15:00:00", [&] { world.erp.pay("i7304", make_date(2026, 3, 17)); });
    world.at("2026-03-17 12:00:00", [this] { press("7305", ButtonAction::Kind::paid); });
    world.at("2026-03-19 15:00:00", [&] { world.erp.pay("i7305", make_date(2026, 3, 19)); });
}

/// Without internet at home he promises; without it once more, or when the last day of the month comes, he pays.
void ScriptedMonth::bruno_in_the_evening(Date day) {
    World& world = *world_;
    const auto held = world.driver.held.find("ixc:l7301");
    const bool away = held != world.driver.held.end() && held->second != Access::open;
    const bool promised = !world.facts("7301").promises.empty();
    if (away && !promised) {
        bruno_picks(day + Days{5});
    } else if ((away || day == make_date(2026, 4, 23)) && world.erp.invoices.at("i7301").state == InvoiceState::open) {
        world.at(on(day, "20:17:00"), [this, day] { world_->erp.pay("i7301", day); });
    }
}

void ScriptedMonth::bruno_picks(Date until) {
    press("7301", ButtonAction::Kind::promise_pick, until);
    world_->at(world_->clock.now() + Minutes{1},
               [this, until, seen = world_->messenger.sent.size()] { bruno_confirms(seen, until, 8); });
}

/// He presses yes when he is asked; when nobody asks for eight minutes, he picks the date again.
void ScriptedMonth::bruno_confirms(std::size_t seen, Date until, int tries) {
    World& world = *world_;
    for (std::size_t i = seen; i < world.messenger.sent.size(); ++i) {
        for (const Button& button : world.messenger.sent[i].buttons) {
            const auto action = parse_button(button.payload);
            if (action && action->kind == ButtonAction::Kind::promise_yes) {
                world.messenger.press(world.messenger.sent[i].to, button.payload, world.clock.now());
                return;
            }
        }
    }
    if (tries == 0) {
        bruno_picks(until);
        return;
    }
    world.at(world.clock.now() + Minutes{1}, [this, seen, until, tries] { bruno_confirms(seen, until, tries - 1); });
}

void ScriptedMonth::press(const std::string& contract, ButtonAction::Kind kind, std::optional<Date> date) {
    const AccountFacts facts = world_->facts(contract);
    ButtonAction action;
    action.kind = kind;
    action.account = facts.id;
    action.date = date;
    action.invoice = facts.invoices.front().id;
    world_->messenger.press(facts.subscriber.phone, encode(action), world_->clock.now());
}

void ScriptedMonth::operate(Instant when, std::function<bool()> done,
                            std::function<void(Control&, const Operator&)> call) {
    world_->at(when, [this, when, done = std::move(done), call = std::move(call)] {
        if (!done()) {
            operate(std::max(when, world_->clock.now()) + Minutes{1}, done, call);
            if (running_) {
                world_->engine().queue().push(ControlCall{[call](Control& control) {
                                                              call(control, Operator{"maria", "answered"});
                                                          },
                                                          [](auto) {}});
            }
        }
    });
}

// --- The processes ---------------------------------------------------------------------------------------------------

void ScriptedMonth::run(const std::vector<std::size_t>& crashes, Millis away) {
    crashes_.assign(crashes.rbegin(), crashes.rend());
    away_ = away;
    const auto arm_next = [this] {
        if (!crashes_.empty()) {
            points_.arm(crashes_.back());
            crashes_.pop_back();
        }
    };
    arm_next();
    while (true) {
        try {
            if (!running_) {
                boot();
            }
            world_->run_until(kEnd);
            return;
        } catch (const Crash&) {
            after_crash();
            arm_next();
        }
    }
}

void ScriptedMonth::boot() {
    ledger_.emplace(book_.open(), points_);
    world_->book = &ledger_->book();
    world_->boot();
    running_ = true;
    operate(
        world_->clock.now(), [this] { return world_->book->meta("standing.live_policy").has_value(); },
        [](Control& control, const Operator& by) { control.go_live(by); });
}

void ScriptedMonth::after_crash() {
    running_ = false;
    world_->kill();
    ledger_.reset();
    Ledger& book = book_.open();
    world_->book = &book;
    for (const OutboxRow& row : book.messages_in(MessageState::sending, 1'000)) {
        const auto& sent = world_->messenger.sent;
        if (std::none_of(sent.begin(), sent.end(), [&](const auto& m) { return m.id == row.message.id; })) {
            lost_.insert(row.message.id);
        }
    }
    world_->pass(away_);
}

// --- The end ---------------------------------------------------------------------------------------------------------

std::vector<std::string> ScriptedMonth::end() {
    World& world = *world_;
    std::vector<std::string> lines;
    for (const auto& contract : kContracts) {
        const auto account = Account(world, contract).lines();
        lines.insert(lines.end(), account.begin(), account.end());
    }
    for (const TaskRow& task : world.book->open_tasks(1'000)) {
        lines.push_back("task " + std::string(to_string(task.kind)) + " of account " +
                        std::to_string(raw(task.account)));
    }
    for (const auto& [line, access] : world.driver.held) {
        lines.push_back("equipment " + line + " " + std::string(to_string(access)));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> ScriptedMonth::faults() {
    World& world = *world_;
    std::vector<std::string> faults;
    std::set<MessageId> sent;
    for (const OutgoingMessage& message : world.messenger.sent) {
        if (!sent.insert(message.id).second) {
            faults.push_back("message " + std::to_string(raw(message.id)) + " was submitted twice");
        }
    }
    std::set<std::string> received;
    for (const auto& contract : kContracts) {
        const AccountFacts facts = world.facts(contract);
        for (const Message& message : facts.messages) {
            const bool ladder = message_class(message.stage) == MessageClass::collection;
            const std::string what = contract + " " + std::string(to_string(message.stage));
            if (ladder && sent.contains(message.id) && !received.insert(what).second) {
                faults.push_back(what + " was received twice");
            }
        }
        const auto held = world.driver.held.find("ixc:l" + contract);
        const Access seen = held == world.driver.held.end() ? Access::open : held->second;
        if (seen != facts.access.wanted) {
            faults.push_back(contract + " has another access than the ledger wants");
        }
    }
    std::map<std::string, std::size_t> writes;
    for (const ErpRequest& request : world.erp.writes) {
        const auto [known, first] = writes.emplace(request.idempotency_key, request.call.index());
        if (!first && known->second != request.call.index()) {
            faults.push_back("key " + request.idempotency_key + " stands for two different writes");
        }
    }
    if (world.driver.applied.empty() || world.book->counts(make_date(2026, 4, 24)).messages_queued > 0) {
        faults.push_back("the month did not come to its end");
    }
    return faults;
}

}  // namespace emdia::test
