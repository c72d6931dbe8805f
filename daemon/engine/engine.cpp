#include "daemon/engine/engine.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace emdia {
namespace {

constexpr std::size_t kEventsPerTurn = 256;
constexpr int kDecisionsPerTurn = 512;
constexpr Millis kAfterFailure{2'000};
constexpr Millis kNoProgress{200};  // something is due that cannot go yet: its answer is under way
constexpr Hours kPurgeEvery{24};
constexpr int kPurgeSlice = 1000;  // rows: some milliseconds
constexpr Millis kPurgeGoesOn{500};
constexpr Minutes kCountEvery{1};
constexpr Minutes kSetBack{1};  // smaller corrections are what NTP does
constexpr std::size_t kMostRetained = 10'000;
constexpr const char* kPurgedAt = "purged_at";
/// A clock that ran ahead by years must not take the evidence with it.
constexpr Days kImplausiblePause{30};

WebhookBatch* webhook_of(Event& event) {
    auto* messenger = std::get_if<MessengerEvent>(&event);
    return messenger != nullptr ? std::get_if<WebhookBatch>(messenger) : nullptr;
}

std::optional<Instant> purged_at(Ledger& ledger) {
    const auto stored = ledger.meta(kPurgedAt);
    const auto at = stored ? parse_instant(*stored) : Error{ErrorKind::not_found, "never", {}};
    return at ? std::optional{*at} : std::nullopt;
}

}  // namespace

struct Engine::Waiting {
    std::vector<std::function<void(bool)>> webhooks;
    std::vector<std::function<void(std::optional<Error>)>> controls;
};

Engine::Engine(const EngineSettings& settings, const TemplateSet& templates, const Places& places, EnginePorts ports)
    : ports_(std::move(ports)),
      desk_(ports_.ledger, settings, places, ports_.digest, ports_.entropy, ports_.log),
      writer_([this](const std::string& erp) { return sync_of(erp); },
              [this](Desk& desk, AccountId account, Access asked, std::optional<ErpAccess> said) {
                  access_.on_erp_access(desk, account, asked, said);
              },
              standing_),
      access_(ports_.drivers, writer_, standing_),
      blocks_(access_),
      outbox_(ports_.messenger, templates, standing_, [this](const std::string& erp) { return sync_of(erp); }),
      decisions_(access_, writer_, blocks_, outbox_, standing_,
                 [this](const std::string& erp) { return sync_of(erp); }),
      inbound_(writer_) {
    std::vector<ErpSync*> syncs;
    for (std::size_t i = 0; i < settings.erps.size() && i < ports_.erps.size(); ++i) {
        syncs_.push_back(std::make_unique<ErpSync>(
            settings.erps[i], *ports_.erps[i],
            [this](Desk& desk, const AccountFacts& from, const Connection& line, std::optional<AccountId> holder) {
                access_.line_left(desk, from, line, holder);
            }));
        syncs.push_back(syncs_.back().get());
    }
    people_ = std::make_unique<People>(desk_, standing_, access_, writer_, syncs, [this] { return health(); });
    desk_.health_of = [this](const std::string& erp) {
        const ErpSync* sync = sync_of(erp);
        return sync != nullptr ? sync->health(desk_.now)
                               : SourceHealth{false, std::nullopt, "the ERP is no longer configured"};
    };
}

Engine::~Engine() = default;

ErpSync* Engine::sync_of(const std::string& erp) {
    const auto found =
        std::find_if(syncs_.begin(), syncs_.end(), [&](const auto& s) { return s->settings().name == erp; });
    return found == syncs_.end() ? nullptr : found->get();
}

std::vector<PartHealth> Engine::health() {
    std::vector<PartHealth> parts;
    for (const auto& sync : syncs_) {
        parts.push_back(sync->part_health(desk_.now));
    }
    parts.push_back(outbox_.health(desk_.now));
    for (auto& part : access_.health()) {
        parts.push_back(std::move(part));
    }
    return parts;
}

void Engine::recover() {
    desk_.now = ports_.clock.now();
    desk_.drop_acts();
    LedgerTransaction transaction(ports_.ledger);
    standing_.recover(desk_);
    for (auto& sync : syncs_) {
        sync->recover(desk_);
    }
    blocks_.recover();
    writer_.recover(desk_);
    outbox_.recover(desk_);
    access_.recover(desk_);
    transaction.commit();
    for (const auto& act : desk_.take_acts()) {
        act();
    }
}

void Engine::start_ports() {
    for (ErpSource* erp : ports_.erps) {
        erp->start([this](ErpEvent event) { queue_.push(std::move(event)); });
    }
    for (AccessDriver* driver : ports_.drivers) {
        driver->start([this](DriverEvent event) { queue_.push(std::move(event)); });
    }
    ports_.messenger.start([this](MessengerEvent event) { queue_.push(std::move(event)); });
}

void Engine::stop_ports() {
    ports_.messenger.stop();
    for (ErpSource* erp : ports_.erps) {
        erp->stop();
    }
    for (AccessDriver* driver : ports_.drivers) {
        driver->stop();
    }
}

void Engine::hear_last() {
    std::vector<Event> events = queue_.take(std::numeric_limits<std::size_t>::max(), Millis{0});
    events.insert(events.begin(), std::make_move_iterator(retained_.begin()), std::make_move_iterator(retained_.end()));
    retained_.clear();
    Waiting waiting;
    bool durable = false;
    for (Event& event : events) {
        if (const auto* control = std::get_if<ControlCall>(&event)) {
            control->done(Error{ErrorKind::unavailable, "the daemon is leaving", "try again in a minute"});
        }
    }
    std::erase_if(events, [](const Event& event) {
        return std::holds_alternative<ControlCall>(event) || std::holds_alternative<ClockStep>(event) ||
               std::holds_alternative<StopRequest>(event);
    });
    try {
        if (std::exchange(broken_, false)) {
            recover();
        }
        LedgerTransaction transaction(ports_.ledger);
        hear_clock();
        for (Event& event : events) {
            record(event, waiting);
        }
        transaction.commit();
        durable = true;
    } catch (const LedgerFailure& failure) {
        broken_ = true;
        ports_.log.write(LogLevel::error, "LEDGER-FAILED", failure.error().text());
    }
    desk_.drop_acts();
    for (const auto& done : waiting.webhooks) {
        done(durable);
    }
}

void Engine::run(Millis pulse, const std::function<void(const EngineFigures&)>& on_turn) {
    bool worked = true;
    while (!stopping_) {
        worked = turn(queue_.take(kEventsPerTurn, worked ? Millis{0} : sleep_));
        on_turn(figures_);
        if (!worked) {
            fall_asleep(pulse);
        }
    }
}

/// Nothing is left to do now: find out until when, and tell a virtual clock.
void Engine::fall_asleep(Millis pulse) {
    if (broken_) {
        sleep_ = kAfterFailure;
        return;
    }
    try {
        const auto due = next_due();
        sleep_ = wait_for(due, pulse);
        if (quiet()) {
            ports_.clock.idle(step_, due);
        }
    } catch (const LedgerFailure& failure) {
        broken_ = true;
        sleep_ = kAfterFailure;
        ports_.log.write(LogLevel::error, "LEDGER-FAILED", failure.error().text());
    }
}

/// How long to sleep in real time before the next turn.
Millis Engine::wait_for(const std::optional<Instant>& due, Millis pulse) const {
    const auto wait = due ? ports_.clock.real_wait_until(*due) : std::nullopt;
    if (!wait) {
        return pulse;
    }
    return std::min(*wait > Millis{0} ? *wait : kNoProgress, pulse);
}

std::optional<Instant> Engine::next_due() {
    std::optional<Instant> due = ports_.ledger.next_due();
    const auto consider = [&due](const std::optional<Instant>& t) {
        if (t && (!due || *t < *due)) {
            due = t;
        }
    };
    for (const auto& sync : syncs_) {
        consider(sync->next_due());
    }
    consider(access_.next_due());
    consider(next_purge_);
    return due;
}

bool Engine::quiet() const {
    std::size_t under_way = outbox_.under_way() + access_.under_way() + writer_.under_way();
    for (const auto& sync : syncs_) {
        under_way += sync->under_way();
    }
    return under_way == 0 && queue_.empty();
}

bool Engine::turn() { return turn(queue_.take(kEventsPerTurn, Millis{0})); }

/// A clock that was set back must not make anything wait for the old time; due dates and legal periods stay as they
/// are.
void Engine::hear_clock() {
    const Instant now = ports_.clock.now();
    const bool set_back = now + kSetBack < desk_.now;
    desk_.now = now;
    if (!set_back) {
        return;
    }
    ports_.log.write(LogLevel::warning, "CLOCK-SET-BACK", "the clock went back; what waits is looked at again");
    for (auto& sync : syncs_) {
        sync->clock_set_back(now);
    }
    access_.clock_set_back(desk_);
    writer_.clock_set_back(desk_);
    outbox_.clock_set_back(desk_);
    desk_.ledger.mark_all_dirty();
    if (next_purge_) {
        next_purge_ = std::min(*next_purge_, now + kPurgeEvery);
    }
}

bool Engine::turn(std::vector<Event> events) {
    Waiting waiting;
    ++figures_.turns;
    figures_.events += events.size();
    bool worked = !events.empty();
    events.insert(events.begin(), std::make_move_iterator(retained_.begin()), std::make_move_iterator(retained_.end()));
    retained_.clear();
    std::size_t heard = 0;
    try {
        if (broken_) {
            recover();
            broken_ = false;
        }
        LedgerTransaction transaction(ports_.ledger);
        hear_clock();
        for (; heard < events.size(); ++heard) {
            record(events[heard], waiting);
        }
        worked = work() > 0 || worked;
        transaction.commit();
    } catch (const LedgerFailure& failure) {
        // The one that failed is not tried again: it might be the cause. With a broken book, none was tried.
        const std::size_t tried = std::min(heard + (broken_ ? 0 : 1), events.size());
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(tried));
        fail_turn(failure.error(), waiting, events);
        return false;
    }
    for (const auto& done : waiting.webhooks) {
        done(true);
    }
    for (const auto& done : waiting.controls) {
        done(std::nullopt);
    }
    const auto acts = desk_.take_acts();
    for (const auto& act : acts) {
        act();
    }
    return worked || !acts.empty();
}

/// Nothing of the turn is kept: whoever asked hears so, and what the parts remember is read from the book again.
void Engine::fail_turn(const Error& error, Waiting& waiting, std::vector<Event>& unheard) {
    ++figures_.failed_turns;
    broken_ = true;
    desk_.drop_acts();
    ports_.log.write(LogLevel::error, "LEDGER-FAILED", error.text());
    for (const auto& done : waiting.webhooks) {
        done(false);
    }
    for (const auto& done : waiting.controls) {
        done(error);
    }
    for (Event& event : unheard) {
        if (auto* control = std::get_if<ControlCall>(&event)) {
            control->done(error);
        } else if (auto* batch = webhook_of(event)) {
            batch->done(false);
        } else if (std::holds_alternative<StopRequest>(event)) {
            stopping_ = true;
        } else if (retained_.size() < kMostRetained) {
            retained_.push_back(std::move(event));
        }
    }
}

void Engine::record(Event& event, Waiting& waiting) {
    if (auto* erp = std::get_if<ErpEvent>(&event)) {
        record_erp(*erp);
    } else if (auto* messenger = std::get_if<MessengerEvent>(&event)) {
        record_messenger(*messenger, waiting);
    } else if (const auto* driver = std::get_if<DriverEvent>(&event)) {
        access_.on_event(desk_, *driver);
    } else if (auto* control = std::get_if<ControlCall>(&event)) {
        waiting.controls.push_back(std::move(control->done));
        control->call(*people_);
    } else if (const auto* step = std::get_if<ClockStep>(&event)) {
        step_ = step->seq;
    } else {
        stopping_ = true;
    }
}

void Engine::record_erp(ErpEvent& event) {
    if (const auto* change = std::get_if<ErpStateChange>(&event)) {
        if (ErpSync* sync = sync_of(change->erp)) {
            const bool was_up = sync->up();
            sync->on_state(desk_, *change);
            if (!was_up && sync->up()) {
                writer_.erp_up(desk_, change->erp);
            }
        }
        return;
    }
    auto& reply = std::get<ErpReply>(event);
    ErpSync* sync = sync_of(reply.erp);
    if (sync == nullptr || writer_.on_reply(desk_, reply)) {
        return;
    }
    sync->on_reply(
        desk_, reply, [this](AccountId account, bool read) { outbox_.on_fresh(desk_, account, read); },
        [this](MessageId message, Result<PaymentCodes> codes) { outbox_.on_codes(desk_, message, std::move(codes)); });
}

void Engine::record_messenger(MessengerEvent& event, Waiting& waiting) {
    if (const auto* result = std::get_if<SendResult>(&event)) {
        outbox_.on_result(desk_, *result);
        return;
    }
    auto& batch = std::get<WebhookBatch>(event);
    waiting.webhooks.push_back(std::move(batch.done));
    for (const auto& status : batch.statuses) {
        outbox_.on_status(desk_, status);
    }
    for (const auto& message : batch.inbound) {
        inbound_.on_message(desk_, message);
    }
    for (const auto& notice : batch.notices) {
        outbox_.on_notice(desk_, notice);
    }
}

int Engine::work() {
    const int decided = decisions_.run_due(desk_, kDecisionsPerTurn);
    figures_.decisions += static_cast<std::uint64_t>(decided);
    const bool refreshing = std::any_of(syncs_.begin(), syncs_.end(), [](const auto& s) { return s->refreshing(); });
    if (decided < kDecisionsPerTurn && !refreshing && !blocks_.empty()) {
        blocks_.close(desk_, standing_, [this](const AccountFacts& facts) {
            const ErpSync* sync = sync_of(facts.subscriber.erp);
            return sync == nullptr || sync->contract_read(facts.id, desk_.now);
        });
    }
    access_.run_due(desk_);
    access_.dispatch(desk_);
    writer_.dispatch(desk_);
    outbox_.dispatch(desk_);
    for (auto& sync : syncs_) {
        sync->run_due(desk_);
    }
    keep_house();
    return decided;
}

/// What has time: retention once a day and in slices, figures for metrics once a minute and only when there is a turn
/// anyway.
void Engine::keep_house() {
    if (!next_purge_) {
        const auto last = purged_at(desk_.ledger);
        next_purge_ = last ? std::min(*last + kPurgeEvery, desk_.now + kPurgeEvery) : desk_.now;
    }
    if (*next_purge_ <= desk_.now) {
        const auto last = purged_at(desk_.ledger);
        bool more = false;
        if (last && desk_.now - *last > kImplausiblePause) {
            desk_.log.write(
                LogLevel::warning, "PURGE-SKIPPED",
                "weeks have passed since old rows were last removed; if the clock is right, they go tomorrow");
        } else {
            more = desk_.ledger.purge(desk_.now, kPurgeSlice);
        }
        if (!more) {
            desk_.ledger.put_meta(kPurgedAt, to_rfc3339(desk_.now));
        }
        next_purge_ = desk_.now + (more ? Millis{kPurgeGoesOn} : Millis{kPurgeEvery});
    }
    if (!counted_at_ || desk_.now < *counted_at_ || desk_.now - *counted_at_ >= kCountEvery) {
        figures_.counts = desk_.ledger.counts(desk_.today());
        counted_at_ = desk_.now;
    }
}

}  // namespace emdia
