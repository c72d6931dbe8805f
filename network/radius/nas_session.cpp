#include "network/radius/nas_session.hpp"

#include <algorithm>

namespace emdia {
namespace {

bool says_it_is_so(ApplyKind kind) { return kind == ApplyKind::acknowledged || kind == ApplyKind::no_session; }

bool finds_by_login(const RadiusProfile& profile) {
    return std::any_of(profile.identify.begin(), profile.identify.end(),
                       [](const AttributeTemplate& line) { return line.value == "{login}"; });
}

}  // namespace

NasSession::NasSession(std::string driver, NasConfig config, RadiusProfile profile, WallClock now, std::uint32_t seed)
    : driver_(std::move(driver)),
      config_(std::move(config)),
      profile_(std::move(profile)),
      wall_clock_(std::move(now)),
      chance_(seed),
      pace_(config_.max_per_second.value_or(profile_.max_per_second),
            config_.max_in_flight.value_or(profile_.max_in_flight)) {}

// --- wishes ---------------------------------------------------------------------------------------------------------

void NasSession::wish(DesiredAccess desired, SteadyTime now) {
    const std::string& key = access_key(desired.connection);
    Line& line = lines_[key];
    switch (generations_.note(key, desired.generation)) {
        case GenerationBook::Age::older:
            events_.emplace_back(superseded(desired));
            return;
        case GenerationBook::Age::same:
            repeat(line, std::move(desired));
            break;
        case GenerationBook::Age::newer:
            if (line.waiting) {
                tell(*line.waiting, superseded(line.waiting->desired));
                line.waiting.reset();
            }
            if (line.flying) {
                // The older request is not sent again, and the newer one waits for its answer a moment only.
                Flight& flight = flights_.at(line.flying->key());
                waits_.erase({flight.due, line.flying->key()});
                flight.overtaken = true;
                flight.due = std::min(flight.due, now + config_.overtaken_grace);
                waits_.insert({flight.due, line.flying->key()});
            }
            enqueue(line, {std::move(desired), {}});
            break;
    }
    if (dead(now)) {
        turn_away_waiting(now);
    }
}

void NasSession::repeat(Line& line, DesiredAccess desired) {
    if (line.waiting) {
        line.waiting->also.push_back(desired.command);
    } else if (line.flying) {
        flights_.at(line.flying->key()).work.also.push_back(desired.command);
    } else if (line.confirmed == desired.generation) {
        events_.emplace_back(result_of(desired, ApplyKind::already_so, "the NAS said yes to this generation before"));
    } else {
        enqueue(line, {std::move(desired), {}});
    }
}

void NasSession::enqueue(Line& line, Work work) {
    const bool unblock = work.desired.access == Access::open;
    line.waiting = std::move(work);
    if (!line.flying) {
        (unblock ? unblocks_ : blocks_).push_back(&line);
    }
}

// --- sending --------------------------------------------------------------------------------------------------------

void NasSession::advance(SteadyTime now) {
    pace_.recover(now);
    while (!waits_.empty() && waits_.begin()->first <= now) {
        const std::uint32_t key = waits_.begin()->second;
        waits_.erase(waits_.begin());
        end_wait(key, now);
    }
    if (dead(now)) {
        turn_away_waiting(now);
        return;
    }
    while (may_send(now)) {
        Line* const line = next_line();
        if (line == nullptr) {
            return;
        }
        send(*line, now);
    }
}

bool NasSession::may_send(SteadyTime now) const {
    return static_cast<int>(flights_.size()) < window() && pace_.free_at(window()) <= now;
}

/// A lane may hold lines whose wish has been taken back, moved to the other lane or sent: they are passed over.
NasSession::Line* NasSession::next_line() {
    for (Lane* const lane : {&unblocks_, &blocks_}) {
        while (!lane->empty()) {
            Line& line = *lane->front();
            lane->pop_front();
            const bool right_lane =
                line.waiting && (line.waiting->desired.access == Access::open) == (lane == &unblocks_);
            if (right_lane && !line.flying) {
                return &line;
            }
        }
    }
    return nullptr;
}

void NasSession::send(Line& line, SteadyTime now) {
    const auto id = identifiers_.take(now);
    if (!id) {
        // Every identifier has been used a moment ago: put the wish back and look again shortly.
        (line.waiting->desired.access == Access::open ? unblocks_ : blocks_).push_front(&line);
        pace_.hold(now + Millis{100}, window());
        return;
    }
    Work work = std::move(*line.waiting);
    line.waiting.reset();
    const bool drop = config_.mode == CoaMode::disconnect || !coa_works_ || line.doubtful;
    auto request = make_radius_request(config_, profile_, work.desired, drop, work.identity, wall_clock_());
    Result<Bytes> packet = request
                               ? encode_request(request->code, id->id, request->attributes, config_.secret, signing())
                               : Result<Bytes>(request.error());
    if (!packet) {
        identifiers_.give_back(*id, now);
        tell(work, result_of(work.desired, ApplyKind::refused, packet.error().what, packet.error().cure));
        return;
    }
    RetryTimer timer(config_.retry, now, chance_);
    const SteadyTime due = timer.due();
    datagrams_.push_back({id->source, *packet});
    flights_.emplace(id->key(), Flight{&line, std::move(work), request->code, std::move(*packet), timer, due, false});
    waits_.insert({due, id->key()});
    line.flying = id;
    pace_.sent(now);
    ++counters_.sent;
}

void NasSession::end_wait(std::uint32_t key, SteadyTime now) {
    Flight& flight = flights_.at(key);
    if (flight.overtaken) {
        tell(flight.work, superseded(flight.work.desired));
        land(key, now, std::nullopt);
        return;
    }
    if (flight.timer.again(chance_)) {
        flight.due = flight.timer.due();
        waits_.insert({flight.due, key});
        datagrams_.push_back({static_cast<std::uint16_t>(key >> 8U), flight.packet});
        ++counters_.retransmitted;
        return;
    }
    ++counters_.unanswered;
    tell(flight.work, no_answer(flight));
    land(key, now, std::nullopt);
    note_silence(now);
}

ApplyResult NasSession::no_answer(const Flight& flight) const {
    std::string cause = "NAS " + config_.name + " did not answer " + std::to_string(flight.timer.sent()) + " tries";
    if (port_unreachable_) {
        cause += "; its host says that nothing listens on the port";
    }
    return result_of(flight.work.desired, ApplyKind::unknown, std::move(cause),
                     "the NAS is down, or the secret is wrong, or it does not know our address as a RADIUS client: "
                     "all three are silent");
}

// --- answers --------------------------------------------------------------------------------------------------------

void NasSession::heard(std::uint16_t source, ByteView datagram, SteadyTime now) {
    const auto answer = parse_radius(datagram);
    if (!answer) {
        ++counters_.malformed;
        return;
    }
    const std::uint32_t key = RequestId{source, answer->id}.key();
    const auto flight = flights_.find(key);
    if (flight == flights_.end()) {
        ++counters_.late;
        return;
    }
    if (!pairs_with(flight->second.code, answer->code) ||
        !is_genuine_answer(*answer, datagram, authenticator_of(flight->second.packet), config_.secret, signing())) {
        ++counters_.forged;
        return;
    }
    ++counters_.answered;
    waits_.erase({flight->second.due, key});
    note_answer();
    judge(key, *answer, now);
}

void NasSession::judge(std::uint32_t key, const RadiusPacket& answer, SteadyTime now) {
    Flight& flight = flights_.at(key);
    if (flight.overtaken) {
        tell(flight.work, superseded(flight.work.desired));
        land(key, now, std::nullopt);
        return;
    }
    const RadiusVerdict verdict = judge_answer(answer.code, error_cause_of(answer));
    if (verdict.short_of_resources) {
        pace_.short_of_resources(now);
    }
    if (try_differently(*flight.line, flight.work, verdict, flight.code)) {
        const Work again = std::move(flight.work);
        land(key, now, again);
        return;
    }
    if (says_it_is_so(verdict.kind)) {
        flight.line->confirmed = flight.work.desired.generation;
        flight.line->doubtful = flight.line->doubtful && flight.code != RadiusCode::disconnect_request;
    }
    ApplyResult result = result_of(flight.work.desired, verdict.kind, verdict.cause, verdict.hint);
    result.retry_after = verdict.retry_after;
    tell(flight.work, result);
    land(key, now, std::nullopt);
}

/// True when the same wish should go out in another form.
bool NasSession::try_differently(Line& line, Work& work, const RadiusVerdict& verdict, RadiusCode asked) {
    if (verdict.coa_unsupported && asked == RadiusCode::coa_request) {
        if (coa_works_) {
            coa_works_ = false;
            events_.emplace_back(DeviceState{
                driver_, config_.name, true, false,
                verdict.cause + ": dropping sessions instead until the configuration changes; " + verdict.hint, true});
        }
        return true;
    }
    if (verdict.kind == ApplyKind::unknown && asked == RadiusCode::coa_request) {
        // The same CoA again would be said to be done (network.md 0.1). A new session is whole.
        line.doubtful = true;
        return true;
    }
    // The address or session id that we sent may be of yesterday; nobody is online only if the login says so too.
    const Connection& connection = work.desired.connection;
    const bool more_than_login = !connection.session_id.empty() || !connection.ipv4.empty();
    if (verdict.kind == ApplyKind::no_session && work.identity == Identity::full && more_than_login &&
        !connection.login.empty() && finds_by_login(profile_)) {
        work.identity = Identity::login_only;
        return true;
    }
    return false;
}

/// Ends a flight; the connection's next work (`instead`, unless a newer wish waits) takes its place in a lane.
void NasSession::land(std::uint32_t key, SteadyTime now, const std::optional<Work>& instead) {
    const auto flight = flights_.find(key);
    Line& line = *flight->second.line;
    flights_.erase(flight);
    identifiers_.give_back({static_cast<std::uint16_t>(key >> 8U), static_cast<std::uint8_t>(key & 0xffU)},
                           now + config_.id_reuse);
    line.flying.reset();
    if (!line.waiting && !instead) {
        return;
    }
    const Work next = line.waiting ? std::move(*line.waiting) : *instead;
    enqueue(line, next);
}

void NasSession::tell(const Work& work, const ApplyResult& result) {
    events_.emplace_back(result);
    for (const CommandId command : work.also) {
        ApplyResult copy = result;
        copy.command = command;
        events_.emplace_back(std::move(copy));
    }
}

// --- health ---------------------------------------------------------------------------------------------------------

void NasSession::cannot_send(std::uint16_t source, const Error& why, SteadyTime now) {
    local_fault_ = why;
    dead_until_ = now + config_.probe_after;
    if (reachable_.value_or(true)) {
        reachable_ = false;
        events_.emplace_back(DeviceState{driver_, config_.name, false, false,
                                         "this host cannot send to it: " + why.what + "; " + why.cure});
    }
    std::vector<std::uint32_t> stuck;
    for (const auto& [key, flight] : flights_) {
        if (key >> 8U == source) {
            stuck.push_back(key);
        }
    }
    for (const std::uint32_t key : stuck) {
        Flight& flight = flights_.at(key);
        waits_.erase({flight.due, key});
        tell(flight.work, flight.overtaken ? superseded(flight.work.desired) : nothing_sent(flight.work.desired, now));
        land(key, now, std::nullopt);
    }
}

ApplyResult NasSession::nothing_sent(const DesiredAccess& desired, SteadyTime now) const {
    ApplyResult result =
        local_fault_
            ? result_of(desired, ApplyKind::retry,
                        "nothing was sent to NAS " + config_.name + ": " + local_fault_->what, local_fault_->cure)
            : result_of(desired, ApplyKind::retry, "NAS " + config_.name + " is not answering; nothing was sent");
    result.retry_after = std::chrono::ceil<Millis>(*dead_until_ - now);
    return result;
}

void NasSession::forget_confirmed() {
    for (auto& [key, line] : lines_) {
        line.confirmed = 0;
    }
}

void NasSession::note_silence(SteadyTime now) {
    local_fault_.reset();  // the datagrams did leave
    ++silent_in_a_row_;
    if (silent_in_a_row_ < config_.dead_after) {
        return;
    }
    dead_until_ = now + config_.probe_after;
    if (reachable_.value_or(true)) {
        reachable_ = false;
        events_.emplace_back(DeviceState{driver_, config_.name, false, false,
                                         std::to_string(silent_in_a_row_) + " requests in a row without an answer"});
    }
}

void NasSession::note_answer() {
    silent_in_a_row_ = 0;
    dead_until_.reset();
    local_fault_.reset();
    port_unreachable_ = false;
    if (reachable_.value_or(false)) {
        return;
    }
    if (reachable_) {
        // It may have restarted while it was away: what it said yes to is not known any more.
        forget_confirmed();
    }
    reachable_ = true;
    events_.emplace_back(DeviceState{driver_, config_.name, true, false, "answers"});
}

/// While the NAS is dead nothing waits in line: the engine tries again later, and decides anew with fresh facts.
void NasSession::turn_away_waiting(SteadyTime now) {
    for (Lane* const lane : {&unblocks_, &blocks_}) {
        for (Line* const line : *lane) {
            if (!line->waiting || line->flying) {
                continue;
            }
            tell(*line->waiting, nothing_sent(line->waiting->desired, now));
            line->waiting.reset();
        }
        lane->clear();
    }
}

void NasSession::stop() {
    for (const auto& [key, flight] : flights_) {
        tell(flight.work,
             result_of(flight.work.desired, ApplyKind::unknown, "the driver was stopped before an answer came"));
    }
    for (auto& [key, line] : lines_) {
        if (line.waiting) {
            tell(*line.waiting, not_sent_at_stop(line.waiting->desired));
            line.waiting.reset();
        }
    }
    flights_.clear();
    waits_.clear();
    datagrams_.clear();
}

// --- settings -------------------------------------------------------------------------------------------------------

SteadyTime NasSession::next_due(SteadyTime now) const {
    SteadyTime due = waits_.empty() ? SteadyTime::max() : waits_.begin()->first;
    if (!dead(now) && (!unblocks_.empty() || !blocks_.empty()) && static_cast<int>(flights_.size()) < window()) {
        due = std::min(due, std::max(now, pace_.free_at(window())));
    }
    return due;
}

/// After a silence one request at a time finds out whether the NAS is back.
int NasSession::window() const noexcept { return dead_until_ ? 1 : pace_.window(); }

MessageAuthenticator NasSession::signing() const noexcept {
    return config_.message_authenticator.value_or(profile_.message_authenticator);
}

}  // namespace emdia
