#pragma once
// A small engine for one account: steps time only by next_wake and by events, carries out what decide wishes, and
// writes down what happened when. Tests of the core drive months through it.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "daemon/core/access.hpp"
#include "daemon/core/decide.hpp"

namespace emdia::test {

inline Instant utc(const std::string& rfc3339) { return parse_instant(rfc3339).value(); }
inline Date day(const std::string& iso) { return parse_date(iso).value(); }
inline Money reais(const std::string& amount) { return Money::parse(amount).value(); }

inline const FixedZone& sao_paulo() {
    static const FixedZone zone{-Hours{3}};
    return zone;
}
/// "2026-03-10 09:30" of São Paulo state.
inline Instant sp(const std::string& local) { return utc(local.substr(0, 10) + "T" + local.substr(11) + ":00-03:00"); }

/// An active account in São Paulo that may be reached, without any invoice.
inline AccountFacts plain_account() {
    AccountFacts facts;
    facts.id = AccountId{7301};
    facts.subscriber.id = SubscriberId{1};
    facts.subscriber.first_name = "Ana";
    facts.subscriber.phone = "+5511999990000";
    facts.subscriber.optin_at = utc("2025-01-01T12:00:00Z");
    facts.subscriber.optin_source = "contract clause 7";
    facts.contract.erp_id = "7301";
    facts.contract.status = ContractStatus::active;
    facts.contract.erp_access = ErpAccess::open;
    return facts;
}

inline Invoice plain_invoice(int id, Date due, Money amount = Money::centavos(9990)) {
    Invoice invoice;
    invoice.id = InvoiceId{id};
    invoice.erp_id = "F" + std::to_string(id);
    invoice.due = due;
    const std::chrono::year_month_day ymd{due};
    invoice.reference = Date{ymd.year() / ymd.month() / std::chrono::day{1}};
    invoice.face = amount;
    invoice.open = amount;
    invoice.connection_open = amount;
    invoice.state = InvoiceState::open;
    return invoice;
}

/// A message that went its way to the end, as if sent by an earlier turn.
inline Message told(Stage stage, int invoice, Instant when, MessageState state = MessageState::delivered) {
    Message m;
    m.id = MessageId{1000 + static_cast<int>(stage)};
    m.stage = stage;
    m.invoice = InvoiceId{invoice};
    m.state = state;
    m.queued_at = when;
    m.sent_at = when;
    if (state == MessageState::delivered) {
        m.delivered_at = when + Seconds{6};
    }
    return m;
}

enum class Fate { delivered, failed, silent, unknown };

class HistorySim {
public:
    struct Line {
        Instant at;
        std::string what;
    };

    HistorySim(AccountFacts account, Instant start, Policy rules = {}, Calendar days = {})
        : facts(std::move(account)), policy(std::move(rules)), calendar(std::move(days)), now(start) {}

    AccountFacts facts;
    Policy policy;
    Calendar calendar;
    Instant now;
    bool erp_answers = true;
    std::function<Fate(const Message&)> fate = [](const Message&) { return Fate::delivered; };
    /// Called with every decision, before it is carried out.
    std::function<void(const HistorySim&, const Decision&)> watch = [](const HistorySim&, const Decision&) {};
    /// Called for every message that leaves and every change of the wanted access.
    std::function<void(const HistorySim&, const Message&)> on_send = [](const HistorySim&, const Message&) {};
    std::function<void(const HistorySim&, Access)> on_access = [](const HistorySim&, Access) {};
    Decision last;
    std::vector<Line> story;
    std::map<std::string, int> tasks_seen;  ///< "kind/code" -> times decided

    [[nodiscard]] DecisionContext context() const { return {policy, calendar, sao_paulo(), sao_paulo()}; }

    void at(Instant when, std::function<void(HistorySim&)> event) { events_.emplace(when, std::move(event)); }

    void run_until(Instant end) {
        settle();
        while (const auto next = next_time()) {
            if (*next > end) {
                break;
            }
            now = std::max(now, *next);
            take_events();
            settle();
        }
        now = std::max(now, end);
    }

    // --- Events ---

    void pay(int invoice_id, Money amount) {
        Invoice& invoice = find(invoice_id);
        facts.payments.push_back({"P" + std::to_string(facts.payments.size() + 1), invoice.erp_id, amount,
                                  date_of(sao_paulo().local(now)), now, false});
        if (amount >= invoice.open) {
            invoice.state = InvoiceState::paid;
            invoice.open = Money{};
            invoice.connection_open = Money{};
            invoice.paid_known_at = now;
        } else {
            invoice.state = InvoiceState::partial;
            invoice.open -= amount;
            invoice.connection_open = std::min(invoice.connection_open, invoice.open);
        }
        invoice.read_at = now;
        tell("paid");
    }

    void promise(Date until) {
        facts.subscriber.last_inbound_at = now;
        const PromiseOffer offer = promise_offer(facts, context(), now);
        const auto date = check_promise_date(offer, until, date_of(sao_paulo().local(now)));
        if (!date) {
            tell("promise refused");
            return;
        }
        Promise made;
        made.id = PromiseId{static_cast<std::int64_t>(facts.promises.size()) + 1};
        made.invoices = offer.invoices;
        made.amount = offer.amount;
        made.until = *date;
        made.state = PromiseState::active;
        made.made_at = now;
        made.made_by = "subscriber (button)";
        facts.promises.push_back(made);
        tell("promise active");
    }

    void dispute(int invoice_id) {
        facts.disputes.push_back({DisputeId{static_cast<std::int64_t>(facts.disputes.size()) + 1},
                                  InvoiceId{invoice_id}, now, std::nullopt});
        tell("dispute opened");
    }
    void answer_disputes() {
        for (Dispute& d : facts.disputes) {
            d.answered_at = d.answered_at.value_or(now);
        }
    }
    void claim(int invoice_id) {
        facts.claims.push_back({InvoiceId{invoice_id}, now});
        tell("claim");
    }

    // --- Reading the story ---

    [[nodiscard]] std::vector<std::string> told_story() const {
        std::vector<std::string> lines;
        for (const Line& line : story) {
            lines.push_back(to_iso(sao_paulo().local(line.at)).substr(0, 16) + " " + line.what);
        }
        return lines;
    }
    [[nodiscard]] int count(const std::string& what) const {
        return static_cast<int>(
            std::count_if(story.begin(), story.end(), [&](const Line& line) { return line.what == what; }));
    }
    [[nodiscard]] std::optional<std::string> first(const std::string& what) const {
        for (const Line& line : story) {
            if (line.what == what) {
                return to_iso(sao_paulo().local(line.at)).substr(0, 16);
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] Invoice& find(int id) {
        for (Invoice& invoice : facts.invoices) {
            if (invoice.id == InvoiceId{id}) {
                return invoice;
            }
        }
        throw std::logic_error("no such invoice in the test");
    }

private:
    static constexpr Seconds kAccepted{1};
    static constexpr Seconds kDelivered{6};
    static constexpr Seconds kAccessSeen{20};
    static constexpr int kMostRounds = 60;

    void tell(std::string what) { story.push_back({now, std::move(what)}); }

    /// Decides until nothing changes any more: the fixed point an engine reaches within one moment.
    void settle() {
        for (int round = 0; round < kMostRounds; ++round) {
            last = decide(facts, context(), now);
            watch(*this, last);
            for (const TaskWish& task : last.tasks) {
                ++tasks_seen[std::string(to_string(task.kind)) + "/" + std::string(to_string(task.reason.code))];
            }
            bool changed = apply_promises();
            changed |= apply_access_wish();
            changed |= queue_messages();
            changed |= dispatch();
            changed |= (last.refresh && erp_answers && read_erp());
            if (!changed) {
                return;
            }
        }
        FAIL("the account does not come to rest at " << to_rfc3339(now));
    }

    bool apply_promises() {
        for (const PromiseChange& change : last.promises) {
            for (Promise& promise : facts.promises) {
                if (promise.id == change.promise) {
                    promise.state = change.to;
                    promise.closed_at = now;
                    tell("promise " + std::string(to_string(change.to)));
                }
            }
        }
        return !last.promises.empty();
    }

    bool apply_access_wish() {
        if (last.access == facts.access.wanted) {
            return false;
        }
        on_access(*this, last.access);
        facts.access = apply_access(facts.access, {AccessEvent::wanted_changed, last.access, 0, now});
        tell("access " + std::string(to_string(last.access)));
        const std::int64_t generation = facts.access.generation;
        at(now + kAccessSeen, [generation](HistorySim& sim) { sim.equipment_obeys(generation); });
        return true;
    }

    void equipment_obeys(std::int64_t generation) {
        if (facts.access.generation != generation) {
            return;
        }
        facts.access = apply_access(facts.access, {AccessEvent::observed_match, facts.access.wanted, generation, now});
        if (facts.access.wanted == Access::blocked) {
            facts.blocked_intervals.push_back({now, std::nullopt});
        } else if (!facts.blocked_intervals.empty() && !facts.blocked_intervals.back().until) {
            facts.blocked_intervals.back().until = now;
        }
    }

    bool queue_messages() {
        for (const MessageWish& wish : last.messages) {
            Message m;
            m.id = MessageId{static_cast<std::int64_t>(facts.messages.size()) + 1};
            m.stage = wish.stage;
            m.invoice = wish.invoice;
            m.attempt = wish.attempt;
            m.queued_at = now;
            facts.messages.push_back(m);
            wishes_.emplace(m.id, wish);
        }
        return !last.messages.empty();
    }

    bool dispatch() {
        bool changed = false;
        waiting_until_.reset();
        for (std::size_t i = 0; i < facts.messages.size(); ++i) {
            if (facts.messages[i].state != MessageState::queued) {
                continue;
            }
            const SendVerdict verdict = may_send(facts, wishes_.at(facts.messages[i].id), context(), now);
            switch (verdict.kind) {
                case SendVerdict::Kind::send:
                    send(facts.messages[i]);
                    changed = true;
                    break;
                case SendVerdict::Kind::drop:
                    facts.messages[i].state = MessageState::dropped;
                    changed = true;
                    break;
                case SendVerdict::Kind::refresh:
                    changed |= erp_answers && read_erp();
                    break;
                case SendVerdict::Kind::wait:
                    REQUIRE(verdict.not_before.has_value());
                    REQUIRE(*verdict.not_before > now);
                    waiting_until_ = std::min(waiting_until_.value_or(*verdict.not_before), *verdict.not_before);
                    break;
            }
            if (facts.messages[i].state == MessageState::queued) {
                const Instant expires = wishes_.at(facts.messages[i].id).expires_at;
                waiting_until_ = std::min(waiting_until_.value_or(expires), expires);
            }
        }
        return changed;
    }

    void send(Message& m) {
        on_send(*this, m);
        m.state = MessageState::sending;
        tell("message " + std::string(to_string(m.stage)));
        const MessageId id = m.id;
        const Fate end = fate(m);
        at(now + kAccepted, [id, end](HistorySim& sim) {
            Message& mine = sim.message(id);
            mine.state = end == Fate::unknown ? MessageState::unknown : MessageState::accepted;
            if (end != Fate::unknown) {
                mine.sent_at = sim.now;
            }
        });
        if (end == Fate::delivered || end == Fate::failed) {
            at(now + kDelivered, [id, end](HistorySim& sim) {
                Message& mine = sim.message(id);
                mine.state = end == Fate::failed ? MessageState::failed : MessageState::delivered;
                if (end == Fate::delivered) {
                    mine.delivered_at = sim.now;
                }
            });
        }
    }

    Message& message(MessageId id) {
        return *std::find_if(facts.messages.begin(), facts.messages.end(),
                             [id](const Message& m) { return m.id == id; });
    }

    bool read_erp() {
        bool changed = false;
        for (Invoice& invoice : facts.invoices) {
            changed |= invoice.read_at != now;
            invoice.read_at = now;
        }
        return changed;
    }

    std::optional<Instant> next_time() const {
        std::optional<Instant> next = last.next_wake;
        const auto take = [&](Instant t) { next = next ? std::min(*next, t) : t; };
        if (!events_.empty()) {
            take(events_.begin()->first);
        }
        if (waiting_until_) {
            take(*waiting_until_);
        }
        return next;
    }

    void take_events() {
        while (!events_.empty() && events_.begin()->first <= now) {
            const auto event = std::move(events_.begin()->second);
            events_.erase(events_.begin());
            event(*this);
        }
    }

    std::multimap<Instant, std::function<void(HistorySim&)>> events_;
    std::map<MessageId, MessageWish> wishes_;
    std::optional<Instant> waiting_until_;
};

}  // namespace emdia::test
