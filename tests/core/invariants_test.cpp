// I1-I13 over random histories: months of one account with payments, promises, disputes, claims, lost messages, a
// failing ERP and a person's decisions, checked at every single step.

#include <random>
#include <set>

#include <rapidcheck.h>

#include "tests/core/history_sim.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

LocalTime local(Instant t) { return sao_paulo().local(t); }
Date date(Instant t) { return date_of(local(t)); }

/// The rules checked from outside, from what left and what was wished, without the code of the core where that is
/// possible.
class Auditor {
public:
    explicit Auditor(HistorySim& sim) {
        sim.watch = [this](const HistorySim& s, const Decision& d) { decided(s, d); };
        sim.on_send = [this](const HistorySim& s, const Message& m) { sent(s, m); };
        sim.on_access = [this](const HistorySim& s, Access a) { wanted(s, a); };
    }

    int blocks = 0;
    int messages = 0;

private:
    void decided(const HistorySim& s, const Decision& d) {
        RC_ASSERT(!d.access_reasons.empty());
        RC_ASSERT(!d.next_wake || *d.next_wake >= s.now);
        RC_ASSERT(std::count_if(d.messages.begin(), d.messages.end(), [](const MessageWish& w) {
                      return message_class(w.stage) == MessageClass::collection;
                  }) <= 1);
        // I4: nothing owed any more, no block.
        const bool owes = std::any_of(s.facts.invoices.begin(), s.facts.invoices.end(),
                                      [](const Invoice& i) { return i.owed() || i.state == InvoiceState::unknown; });
        const bool by_person = std::any_of(d.access_reasons.begin(), d.access_reasons.end(),
                                           [](const Reason& r) { return r.code == ReasonCode::override_blocked; });
        if (!owes && !by_person) {
            RC_ASSERT(d.access == Access::open);
        }
        // I1: neither made nor kept without a notice whose days are over.
        if (d.access == Access::blocked && !by_person) {
            RC_ASSERT(std::any_of(s.facts.invoices.begin(), s.facts.invoices.end(), [&](const Invoice& i) {
                const bool may_be_owed = i.owed() || i.state == InvoiceState::unknown;
                return may_be_owed && notice_served(s, i);
            }));
        }
        // I12: one promise at a time.
        RC_ASSERT(std::count_if(s.facts.promises.begin(), s.facts.promises.end(),
                                [](const Promise& p) { return p.state == PromiseState::active; }) <= 1);
        // The same question gets the same answer.
        RC_ASSERT(decide(s.facts, s.context(), s.now) == d);
    }

    void wanted(const HistorySim& s, Access access) {
        if (access != Access::blocked) {
            return;
        }
        ++blocks;
        const Decision& d = s.last;
        const auto has = [&](ReasonCode code) {
            return std::any_of(d.access_reasons.begin(), d.access_reasons.end(),
                               [code](const Reason& r) { return r.code == code; });
        };
        if (has(ReasonCode::override_blocked)) {
            return;
        }
        check_block_hour(s);
        check_block_basis(s, d);
        check_reblock_notice(s, d);
        // I13: the record names rule, notice and reading.
        RC_ASSERT(has(ReasonCode::notice_period_over) && has(ReasonCode::overdue) && has(ReasonCode::erp_fresh) &&
                  has(ReasonCode::inside_block_window));
        for (const Reason& r : d.access_reasons) {
            RC_ASSERT(!rules_of(r.code).empty());
        }
    }

    /// I2
    static void check_block_hour(const HistorySim& s) {
        const LocalTime t = local(s.now);
        const unsigned weekday = weekday_of(date_of(t)).c_encoding();
        RC_ASSERT(weekday >= 1 && weekday <= 4);
        RC_ASSERT(time_of_day(t) >= Hours{9} && time_of_day(t) < Hours{16});
        RC_ASSERT(!s.calendar.is_holiday(date_of(t)));
        RC_ASSERT(!s.calendar.is_holiday(date_of(t) + Days{1}));
    }

    /// I1, I3: at least one invoice carries the block alone.
    static void check_block_basis(const HistorySim& s, const Decision& d) {
        const AccountFacts& f = s.facts;
        RC_ASSERT(f.contract.status == ContractStatus::active && !f.contract.exempt && f.source.healthy);
        RC_ASSERT(!f.contract.erp_no_block_until || *f.contract.erp_no_block_until < date(s.now));
        for (const Promise& p : f.promises) {
            RC_ASSERT(p.state != PromiseState::active);
        }
        for (const Override& o : f.overrides) {
            const bool in_force = o.from <= s.now && s.now < o.until;
            RC_ASSERT(!in_force || o.kind == OverrideKind::force_blocked);
        }
        bool carried = false;
        for (const Reason& r : d.access_reasons) {
            if (r.code != ReasonCode::notice_period_over) {
                continue;
            }
            carried = true;
            const Invoice& i = *f.find_invoice(r.invoice);
            RC_ASSERT(i.owed() && i.released && !i.protested && !i.payment_pending);
            RC_ASSERT(i.read_at && s.now - *i.read_at <= Minutes{15});
            for (const PaymentClaim& c : f.claims) {
                RC_ASSERT((c.invoice != InvoiceId{} && c.invoice != i.id) || s.now - c.at >= Hours{48});
            }
            RC_ASSERT(notice_served(s, i));
        }
        RC_ASSERT(carried);
    }

    /// Delivered after the debt was overdue, and its fifteen days are over; false while it is contested (A12).
    static bool notice_served(const HistorySim& s, const Invoice& i) {
        std::optional<Date> delivered;
        for (const Message& m : s.facts.messages) {
            if (m.stage == Stage::notice && m.invoice == i.id && m.delivered_at) {
                delivered = std::min(delivered.value_or(date(*m.delivered_at)), date(*m.delivered_at));
            }
        }
        if (!delivered || *delivered <= s.calendar.effective_due(i.due)) {
            return false;
        }
        std::set<Date> paused;
        for (const Dispute& dispute : s.facts.disputes) {
            if (dispute.invoice != InvoiceId{} && dispute.invoice != i.id) {
                continue;
            }
            if (!dispute.answered_at) {
                return false;
            }
            for (Date d = date(dispute.opened_at) + Days{1}; d <= date(*dispute.answered_at); d += Days{1}) {
                paused.insert(d);
            }
        }
        // Counted day by day, not by the formula of the core: fifteen days that no dispute took away.
        Date last = *delivered;
        for (int days = 0; days < 15;) {
            last += Days{1};
            days += paused.contains(last) ? 0 : 1;
        }
        return date(s.now) > s.calendar.next_bank_business_day(last);
    }

    /// I12: told at least four hours before, by a message that left.
    static void check_reblock_notice(const HistorySim& s, const Decision& d) {
        for (const Reason& basis : d.access_reasons) {
            if (basis.code != ReasonCode::notice_period_over) {
                continue;
            }
            for (const Promise& p : s.facts.promises) {
                const bool ended_unpaid = p.state == PromiseState::broken || p.state == PromiseState::partial;
                const bool covered = std::find(p.invoices.begin(), p.invoices.end(), basis.invoice) != p.invoices.end();
                if (!ended_unpaid || !covered || *basis.at > *p.closed_at) {
                    continue;
                }
                RC_ASSERT(std::any_of(s.facts.messages.begin(), s.facts.messages.end(), [&](const Message& m) {
                    return m.stage == Stage::promise_broken && m.sent_at && *m.sent_at >= *p.closed_at &&
                           s.now - *m.sent_at >= Hours{4};
                }));
            }
        }
    }

    void sent(const HistorySim& s, const Message& m) {
        ++messages;
        const LocalTime t = local(s.now);
        const Subscriber& who = s.facts.subscriber;
        // I5, D1, D2, C8
        RC_ASSERT(who.optin_at && !who.optout_at && !who.wrong_number && !who.phone.empty());
        RC_ASSERT(s.facts.contract.status == ContractStatus::active);
        const Invoice* i = s.facts.find_invoice(m.invoice);
        if (message_class(m.stage) == MessageClass::service) {
            const bool wrote = who.last_inbound_at && s.now - *who.last_inbound_at <= Minutes{30};
            RC_ASSERT(wrote || (time_of_day(t) >= Hours{7} && time_of_day(t) < Hours{22}));
            RC_ASSERT(sent_within(s, m, MessageClass::service, date_of(t)) < 4);
            return;
        }
        // I4, B2: still owed, by a fresh reading.
        RC_ASSERT(i != nullptr && i->owed() && i->read_at && s.now - *i->read_at <= Minutes{15});
        RC_ASSERT(i->released && !i->protested && !i->payment_pending && s.facts.source.healthy);
        // I5, C1, C4
        RC_ASSERT(s.calendar.is_contact_day(date_of(t)));
        RC_ASSERT(time_of_day(t) >= Hours{9} && time_of_day(t) < Hours{18});
        RC_ASSERT(sent_within(s, m, MessageClass::collection, date_of(t)) == 0);
        check_collection_caps(s, m);
        // I6: what says "vencida" goes after the effective due date.
        RC_ASSERT((m.stage == Stage::before) == (date_of(t) <= s.calendar.effective_due(i->due)));
        // A12, I3
        for (const Dispute& d : s.facts.disputes) {
            RC_ASSERT(d.answered_at || (d.invoice != InvoiceId{} && d.invoice != m.invoice));
        }
        for (const PaymentClaim& c : s.facts.claims) {
            RC_ASSERT((c.invoice != InvoiceId{} && c.invoice != m.invoice) || s.now - c.at >= Hours{48});
        }
        check_once(s, m);
    }

    static bool left(const Message& m) {
        return m.state != MessageState::queued && m.state != MessageState::dropped && m.state != MessageState::failed;
    }
    static int sent_within(const HistorySim& s, const Message& own, MessageClass cls, Date d) {
        return static_cast<int>(std::count_if(s.facts.messages.begin(), s.facts.messages.end(), [&](const Message& m) {
            return m.id != own.id && left(m) && message_class(m.stage) == cls &&
                   date(m.sent_at.value_or(m.queued_at)) == d;
        }));
    }
    static void check_collection_caps(const HistorySim& s, const Message& own) {
        int week = 0;
        int cycle = 0;
        for (const Message& m : s.facts.messages) {
            if (m.id == own.id || !left(m) || message_class(m.stage) != MessageClass::collection) {
                continue;
            }
            const auto age = s.now - m.sent_at.value_or(m.queued_at);
            RC_ASSERT(age >= Hours{48});
            week += age < Hours{7 * 24} ? 1 : 0;
            cycle += m.invoice == own.invoice ? 1 : 0;
        }
        RC_ASSERT(week < 3);
        RC_ASSERT(cycle < 8);
    }
    /// I9; only a notice of unknown fate may go a second time.
    static void check_once(const HistorySim& s, const Message& own) {
        for (const Message& m : s.facts.messages) {
            const bool same =
                m.id != own.id && m.stage == own.stage && m.invoice == own.invoice && m.state != MessageState::dropped;
            const bool unknown_notice = m.stage == Stage::notice && m.state == MessageState::unknown;
            RC_ASSERT(!same || unknown_notice);
        }
    }
};

/// From the whole range, whatever size rapidcheck is at; a smaller seed is no simpler history.
rc::Gen<std::uint64_t> any_seed() {
    return rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint64_t>()));
}

constexpr int kHistoriesPerSeed = 8;

/// What may befall an account, at random.
void random_events(HistorySim& sim, std::mt19937_64& dice, Instant from, Instant to) {
    const auto below = [&](int n) { return static_cast<int>(dice() % static_cast<std::uint64_t>(n)); };
    const auto some_time = [&] {
        const auto span = static_cast<std::uint64_t>((to - from).count());
        return from + Millis{static_cast<std::int64_t>(dice() % span)};
    };
    const int invoices = static_cast<int>(sim.facts.invoices.size());
    for (int n = below(14); n > 0; --n) {
        const int invoice = 1 + below(invoices);
        const int days = 1 + below(6);
        const int kind = below(15);
        sim.at(some_time(), [=](HistorySim& s) {
            const Date today = date(s.now);
            Invoice& i = s.find(invoice);
            switch (kind) {
                case 0:
                case 1:
                    if (i.owed()) {
                        s.pay(invoice, i.open);
                    }
                    break;
                case 2:
                    if (i.owed()) {
                        s.pay(invoice, truncated_share(i.open, days, 7));
                    }
                    break;
                case 3:
                case 4:
                case 5:
                    s.promise(today + Days{days});
                    break;
                case 6:
                    s.dispute(days < 3 ? 0 : invoice);
                    break;
                case 7:
                    s.answer_disputes();
                    break;
                case 8:
                    s.claim(days < 3 ? 0 : invoice);
                    break;
                case 9:
                    s.facts.source.healthy = !s.facts.source.healthy;
                    break;
                case 10:
                    s.erp_answers = !s.erp_answers;
                    break;
                case 11: {
                    const auto override_kind = static_cast<OverrideKind>(days % 3);
                    s.facts.overrides.push_back({override_kind, s.now, s.now + Days{days}, "person: maria", "test"});
                    break;
                }
                case 12:
                    s.facts.contract.exempt = !s.facts.contract.exempt;
                    break;
                case 13:
                    s.facts.subscriber.optout_at = s.now;
                    break;
                default:
                    i.payment_pending = !i.payment_pending;
                    break;
            }
        });
    }
}

HistorySim random_account(std::mt19937_64& dice) {
    const Date start = day("2026-01-01") + Days{static_cast<int>(dice() % 330)};
    AccountFacts facts = plain_account();
    const int invoices = 1 + static_cast<int>(dice() % 3);
    for (int n = 0; n < invoices; ++n) {
        const Date due = start + Days{static_cast<int>(dice() % 40) - 10 + 30 * n};
        facts.invoices.push_back(plain_invoice(n + 1, due, Money::centavos(500 + static_cast<int>(dice() % 20000))));
    }
    HistorySim sim(facts, sao_paulo().instant(LocalTime{start}));
    const std::uint64_t luck = dice();
    sim.fate = [luck](const Message& m) {
        const std::uint64_t roll = (luck ^ (static_cast<std::uint64_t>(raw(m.id)) * 0x9E3779B97F4A7C15ULL)) % 10;
        return roll < 7 ? Fate::delivered : static_cast<Fate>(1 + roll % 3);
    };
    return sim;
}

std::string outline(const Decision& d) {
    std::string text(to_string(d.access));
    for (const MessageWish& wish : d.messages) {
        text += " message:" + std::string(to_string(wish.stage));
    }
    for (const TaskWish& task : d.tasks) {
        text += " task:" + std::string(to_string(task.kind)) + "/" + std::to_string(task.priority);
    }
    for (const PromiseChange& change : d.promises) {
        text += " promise:" + std::string(to_string(change.to));
    }
    return text;
}

/// A broken rule is told with the history that led to it.
template <class Work>
void telling_the_story(const HistorySim& sim, const Work& work) {
    try {
        work();
    } catch (...) {
        for (const std::string& line : sim.told_story()) {
            RC_LOG() << line << "\n";
        }
        RC_LOG() << "now " << to_iso(local(sim.now)) << "\n";
        throw;
    }
}

}  // namespace

TEST_CASE("I1 I2 I3 I4 I5 I6 I9 I12 I13, C1 C4 D1 D2 F11: no random history of months breaks an invariant") {
    int blocks = 0;
    int messages = 0;
    CHECK(rc::check("invariants hold at every step", [&] {
        std::mt19937_64 dice(*any_seed());
        for (int n = 0; n < kHistoriesPerSeed; ++n) {
            HistorySim sim = random_account(dice);
            Auditor audit(sim);
            const Instant end = sim.now + Days{110};
            random_events(sim, dice, sim.now, end);
            telling_the_story(sim, [&] { sim.run_until(end); });
            blocks += audit.blocks;
            messages += audit.messages;
        }
    }));
    // The histories are worth something only if they reach the steps that are guarded.
    CHECK(blocks > 10);
    CHECK(messages > 100);
}

TEST_CASE("next_wake is exact: between a rest and the next wake-up nothing would be decided otherwise") {
    CHECK(rc::check("no answer changes while asleep", [] {
        std::mt19937_64 dice(*any_seed());
        HistorySim sim = random_account(dice);
        const Instant end = sim.now + Days{90};
        random_events(sim, dice, sim.now, end);
        for (Instant t = sim.now; t < end; t += Hours{13}) {
            telling_the_story(sim, [&] { sim.run_until(t); });
            const Instant wake = sim.last.next_wake.value_or(t + Days{30});
            if (!sim.erp_answers || wake <= t + Millis{1}) {
                continue;
            }
            const std::uint64_t span = static_cast<std::uint64_t>((wake - t).count());
            for (const Instant probe : {t + Millis{static_cast<std::int64_t>(dice() % span)}, wake - Millis{1}}) {
                const Decision later = decide(sim.facts, sim.context(), probe);
                telling_the_story(sim, [&] {
                    RC_ASSERT(outline(later) == outline(sim.last));
                    RC_ASSERT(later.tasks == sim.last.tasks);
                });
            }
        }
    }));
}
