#include "daemon/engine/access_loop.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "daemon/core/backoff.hpp"

namespace emdia {
namespace {

constexpr int kBatch = 256;
constexpr std::size_t kUnderWay = 512;
constexpr int kTriesBeforeTask = 3;
constexpr BackoffRule kAgain{.first = Millis{5'000}, .factor = 2, .ceiling = Millis{300'000}, .jitter_percent = 10};

bool converged(CommandState state) {
    return state == CommandState::acknowledged || state == CommandState::observed || state == CommandState::no_session;
}

bool waits(CommandState state) { return state == CommandState::queued || state == CommandState::unknown; }

/// ERP and id of a key.
std::pair<std::string, std::string> parts_of(const std::string& key) {
    const auto colon = key.find(':');
    return colon == std::string::npos ? std::pair{std::string{}, key}
                                      : std::pair{key.substr(0, colon), key.substr(colon + 1)};
}

RestrictedLine line_of(const AccountFacts& facts, const Connection& connection) {
    return {facts.id, connection.id, connection.nas, facts.access.wanted, facts.access.generation, false};
}

/// A command may be tried for months: its history shows what changes, and ever more rarely that nothing does.
bool worth_noting(const CommandRow& row, const std::string& cause_before) {
    const auto tries = static_cast<unsigned>(row.tries);
    return row.cause != cause_before && (row.tries <= kTriesBeforeTask || std::has_single_bit(tries));
}

std::optional<Access> access_of(std::optional<ErpAccess> said) {
    if (said == ErpAccess::open) {
        return Access::open;
    }
    if (said == ErpAccess::reduced) {
        return Access::reduced;
    }
    return said == ErpAccess::blocked ? std::optional{Access::blocked} : std::nullopt;
}

std::string describe(const CommandRow& row) {
    return "connection=" + std::to_string(raw(row.connection)) + " driver=" + row.driver +
           " access=" + std::string(to_string(row.access)) + " generation=" + std::to_string(row.generation);
}

/// A repetition, because a lease is renewed or a device is told everything again, is no news.
bool said_before(Desk& desk, const CommandRow& row) {
    const auto rows = desk.ledger.commands_of(row.account, row.generation);
    return std::any_of(rows.begin(), rows.end(), [&](const CommandRow& before) {
        return before.id != row.id && before.connection == row.connection && before.driver == row.driver &&
               before.access == row.access && converged(before.state) && before.cause == row.cause;
    });
}

/// The present restriction has been at some device: its repetition is no block that begins.
bool took_effect(Desk& desk, const AccountFacts& facts) {
    const auto rows = desk.ledger.commands_of(facts.id, facts.access.generation);
    return facts.access.blocked_since ||
           std::any_of(rows.begin(), rows.end(), [](const CommandRow& row) { return converged(row.state); });
}

}  // namespace

AccessLoop::AccessLoop(std::vector<AccessDriver*> drivers, ErpWriter& writer, const Standing& standing)
    : drivers_(std::move(drivers)), writer_(writer), standing_(standing) {}

void AccessLoop::recover(Desk& desk) {
    under_way_ = 0;
    for (CommandRow row : desk.ledger.commands_in(CommandState::sent, 1'000'000)) {
        row.state = CommandState::queued;
        row.next_try_at = desk.now;
        desk.ledger.put_command(row);
    }
    for (const AccessDriver* driver : drivers_) {
        if (!driver->capabilities().durable_reboot) {
            reapply(desk, driver->name(), {});
        }
    }
    renew_leases(desk);
    look(desk);
}

const Route& AccessLoop::route(const Desk& desk, const std::string& nas) {
    const auto& routing = desk.settings.routing;
    const auto found = routing.by_nas.find(nas);
    return found != routing.by_nas.end() ? found->second : routing.fallback;
}

AccessDriver* AccessLoop::find(const std::string& name) const {
    const auto found =
        std::find_if(drivers_.begin(), drivers_.end(), [&](const AccessDriver* d) { return d->name() == name; });
    return found == drivers_.end() ? nullptr : *found;
}

void AccessLoop::want(Desk& desk, AccountFacts& facts, Access wanted, std::string_view rules) {
    AccessInput input;
    input.event = AccessEvent::wanted_changed;
    input.access = wanted;
    input.at = desk.now;
    facts.access = apply_access(facts.access, input);
    desk.ledger.put_access(facts.id, facts.access);
    if (wanted == Access::open) {
        desk.ledger.note_unblocked(facts.id, desk.now);
    } else {
        desk.ledger.note_blocked(facts.id, desk.now);
    }
    desk.note(facts.id, wanted == Access::open ? "access.unblock" : "access.block",
              "wanted=" + std::string(to_string(wanted)) + " generation=" + std::to_string(facts.access.generation),
              rules);
    const bool erp = erp_owns(desk, facts);
    if (erp) {
        writer_.add_access(desk, facts, wanted);
    }
    // Where the ERP owns blocks, a session dropped before it has this one would come back as it was (network.md 0.2).
    if (!erp || wanted == Access::open) {
        command_lines(desk, facts);
    }
    if (std::all_of(facts.connections.begin(), facts.connections.end(), [](const Connection& c) { return c.voice; })) {
        desk.task(facts.id, InvoiceId{}, TaskKind::access_failed, wanted == Access::open ? 1 : 3,
                  "the contract has no connection that equipment could act on; check its login in the ERP");
    }
}

bool AccessLoop::erp_owns(const Desk& desk, const AccountFacts& facts) {
    const ErpSettings* erp = desk.erp(facts.subscriber.erp);
    return erp != nullptr && erp->owner == BlockOwner::erp;
}

/// The side that decides what the next login gets is as wanted, or is no business of ours.
bool AccessLoop::durable(Desk& desk, const AccountFacts& facts) const {
    return !erp_owns(desk, facts) || writer_.has_taken(desk, facts.id, facts.access.wanted);
}

bool AccessLoop::imaginary(const std::string& driver) const {
    const AccessDriver* found = find(driver);
    return found != nullptr && found->capabilities().imaginary;
}

/// False for a block that the ERP does not have yet, and for what only the ERP carries.
bool AccessLoop::may_command(Desk& desk, const RestrictedLine& line) const {
    const auto& erps = desk.settings.erps;
    if (std::none_of(erps.begin(), erps.end(), [](const ErpSettings& e) { return e.owner == BlockOwner::erp; })) {
        return true;
    }
    const auto facts = desk.facts(line.account);
    if (!facts || !erp_owns(desk, *facts)) {
        return true;
    }
    return !imaginary(route(desk, line.nas).driver) && (line.wanted == Access::open || durable(desk, *facts));
}

bool AccessLoop::command_lines(Desk& desk, const AccountFacts& facts) {
    bool any = false;
    for (const Connection& connection : facts.connections) {
        // A7. What a driver imagines about a block of the ERP would hide what the ERP really does.
        if (connection.voice || (erp_owns(desk, facts) && imaginary(route(desk, connection.nas).driver))) {
            continue;
        }
        command(desk, line_of(facts, connection));
        any = true;
    }
    return any;
}

void AccessLoop::on_erp_access(Desk& desk, AccountId account, Access asked, std::optional<ErpAccess> said) {
    auto facts = desk.facts(account);
    if (!facts || !erp_owns(desk, *facts) || (asked == Access::open) != (facts->access.wanted == Access::open)) {
        return;
    }
    if (asked == Access::open) {
        // The session may have been dropped before the ERP opened it, and come back blocked: once more, as a new wish,
        // for a driver does not repeat an old one.
        ++facts->access.generation;
        desk.ledger.put_access(account, facts->access);
    } else if (!desk.ledger.commands_of(account, facts->access.generation).empty()) {
        return;
    }
    const auto applied = access_of(said);
    if (!command_lines(desk, *facts) && applied) {
        set_applied(desk, *facts, {AccessEvent::acknowledged, *applied, facts->access.generation, desk.now});
    }
}

void AccessLoop::command(Desk& desk, const RestrictedLine& line) {
    CommandRow row;
    row.account = line.account;
    row.connection = line.connection;
    row.driver = route(desk, line.nas).driver;
    row.access = line.wanted;
    row.generation = line.generation;
    row.created_at = desk.now;
    row.next_try_at = desk.now;
    for (const CommandRow& before : desk.ledger.commands_of(line.account, line.generation)) {
        if (before.connection == row.connection && before.driver == row.driver && waits(before.state)) {
            row.tries = before.tries;  // it takes the place of this one, and goes on where it stands
            row.cause = before.cause;
        }
    }
    if (find(row.driver) == nullptr) {
        row.state = CommandState::refused;
        row.cause = "no driver is configured for NAS \"" + line.nas + "\"";
        desk.task(line.account, InvoiceId{}, TaskKind::access_failed, row.access == Access::open ? 1 : 2,
                  row.cause + ": add it under [network.routes] in emdia.toml");
    }
    desk.ledger.add_command(row);
}

void AccessLoop::dispatch(Desk& desk) {
    for (CommandRow row : desk.ledger.due_commands(desk.now, kBatch)) {
        if (row.access != Access::open && under_way_ >= kUnderWay) {
            return;  // unblocks come first in the list and are never held up
        }
        const auto facts = desk.facts(row.account);
        const Connection* connection = nullptr;
        if (facts) {
            const auto found = std::find_if(facts->connections.begin(), facts->connections.end(),
                                            [&](const Connection& c) { return c.id == row.connection; });
            connection = found == facts->connections.end() ? nullptr : &*found;
        }
        AccessDriver* driver = find(row.driver);
        const bool outdated = !facts || facts->access.generation != row.generation;
        if (outdated || connection == nullptr || driver == nullptr) {
            row.state = CommandState::superseded;
            row.cause = outdated ? "something newer is wanted" : "the line or its driver is gone";
            desk.ledger.put_command(row);
            continue;
        }
        const bool begins = row.access != Access::open && !took_effect(desk, *facts);
        if (const auto later = begins ? standing_.block_waits(desk, *facts) : std::nullopt) {
            row.next_try_at = *later;
            desk.ledger.put_command(row);
            continue;
        }
        row.state = CommandState::sent;
        ++row.tries;
        desk.ledger.put_command(row);
        DesiredAccess desired;
        desired.command = row.id;
        desired.account = row.account;
        desired.connection = *connection;
        desired.connection.erp_id = device_key(facts->subscriber.erp, connection->erp_id);
        desired.connection.nas = route(desk, connection->nas).device;
        desired.access = row.access;
        desired.generation = row.generation;
        if (row.access != Access::open) {
            desired.not_after = desk.now + desk.settings.routing.block_lease;
        }
        ++under_way_;
        desk.after_commit([driver, desired = std::move(desired)] { driver->apply(desired); });
    }
}

void AccessLoop::on_event(Desk& desk, const DriverEvent& event) {
    if (const auto* result = std::get_if<ApplyResult>(&event)) {
        under_way_ -= under_way_ > 0 ? 1 : 0;
        on_result(desk, *result);
    } else if (const auto* seen = std::get_if<Observation>(&event)) {
        on_observation(desk, *seen);
    } else {
        on_device(desk, std::get<DeviceState>(event));
    }
}

void AccessLoop::on_result(Desk& desk, const ApplyResult& result) {
    auto stored = desk.ledger.command(result.command);
    if (!stored || stored->generation != result.generation || stored->state != CommandState::sent) {
        return;
    }
    CommandRow& row = *stored;
    const std::string cause_before = std::exchange(row.cause, result.cause);
    switch (result.kind) {
        case ApplyKind::acknowledged:
        case ApplyKind::already_so:
            row.state = CommandState::acknowledged;
            break;
        case ApplyKind::no_session:
            row.state = CommandState::no_session;
            break;
        case ApplyKind::retry:
            row.state = CommandState::queued;
            row.next_try_at =
                desk.now + result.retry_after.value_or(backoff_delay(kAgain, row.tries, desk.entropy.next()));
            break;
        case ApplyKind::unknown:
            row.state = CommandState::unknown;
            row.next_try_at = desk.now + backoff_delay(kAgain, row.tries, desk.entropy.next());
            break;
        case ApplyKind::refused:
            row.state = row.access == Access::open ? CommandState::queued : CommandState::refused;
            row.next_try_at = desk.now + kAgain.ceiling;
            break;
    }
    desk.ledger.put_command(row);
    if (converged(row.state) ? !said_before(desk, row) : worth_noting(row, cause_before)) {
        desk.note(row.account, converged(row.state) ? "access.acknowledged" : "access.pending",
                  describe(row) + " answer=" + row.cause, {}, "device:" + row.driver);
    }
    if (row.state == CommandState::unknown) {
        forget(desk, row.account, {AccessEvent::result_unknown, row.access, row.generation, desk.now});
    }
    const bool stuck = result.kind == ApplyKind::refused || row.tries == kTriesBeforeTask;
    if (!converged(row.state) && stuck) {
        desk.task(
            row.account, InvoiceId{}, TaskKind::access_failed, row.access == Access::open ? 1 : 3,
            row.driver + " does not do it: " + result.cause + (result.hint.empty() ? "" : " (" + result.hint + ")"));
    }
    if (converged(row.state)) {
        settle(desk, row.account);
    }
}

/// The record follows its commands: acknowledged when every line is, observed when every line was seen.
void AccessLoop::settle(Desk& desk, AccountId account) {
    const auto facts = desk.facts(account);
    if (!facts || !durable(desk, *facts)) {
        return;  // a session that was dropped comes back as the ERP has it
    }
    bool any = false;
    bool seen = true;
    for (const CommandRow& row : desk.ledger.commands_of(account, facts->access.generation)) {
        if (row.state == CommandState::superseded) {
            continue;
        }
        any = true;
        if (!converged(row.state)) {
            return;
        }
        seen = seen && row.state == CommandState::observed;
    }
    if (!any) {
        return;
    }
    set_applied(desk, *facts,
                {seen ? AccessEvent::observed_match : AccessEvent::acknowledged, facts->access.wanted,
                 facts->access.generation, desk.now});
}

void AccessLoop::set_applied(Desk& desk, const AccountFacts& facts, const AccessInput& input) {
    const AccessRecord after = apply_access(facts.access, input);
    if (after == facts.access) {
        return;
    }
    desk.ledger.put_access(facts.id, after);
    desk.note(facts.id, input.event == AccessEvent::observed_match ? "access.observed" : "access.applied",
              "access=" + std::string(to_string(input.access)) + " generation=" + std::to_string(after.generation));
    desk.ledger.mark_dirty(facts.id);
}

/// What was applied is not known any more.
void AccessLoop::forget(Desk& desk, AccountId account, const AccessInput& input) {
    const auto facts = desk.facts(account);
    const AccessRecord after = facts ? apply_access(facts->access, input) : AccessRecord{};
    if (!facts || after == facts->access) {
        return;
    }
    desk.ledger.put_access(account, after);
    desk.note(account, "access.unknown", "generation=" + std::to_string(after.generation));
    desk.ledger.mark_dirty(account);
}

// --- What devices really hold ----------------------------------------------------------------------------------------

void AccessLoop::on_observation(Desk& desk, const Observation& seen) {
    // One query for all lines: an account is loaded only when something about it is news.
    std::map<ConnectionId, RestrictedLine> unlisted;
    if (seen.complete) {
        for (RestrictedLine& line : desk.ledger.restricted_lines()) {
            unlisted.emplace(line.connection, std::move(line));
        }
    }
    for (const ObservedAccess& entry : seen.blocked) {
        if (entry.foreign) {
            desk.house_task(
                "foreign on " + seen.driver + "/" + seen.device, TaskKind::access_drift, 4,
                seen.driver + "/" + seen.device + " holds entries that are not ours; they were not touched");
            continue;
        }
        const auto [erp, id] = parts_of(entry.key);
        const auto line = desk.ledger.find_connection(erp, id);
        const auto known = line ? unlisted.extract(line->connection) : decltype(unlisted)::node_type{};
        if (known && known.mapped().observed && known.mapped().wanted == entry.access) {
            continue;
        }
        const auto facts = line ? desk.facts(line->account) : std::nullopt;
        if (const auto gone = line ? std::nullopt : desk.ledger.detached_connection(erp, id)) {
            if (entry.access != Access::open) {
                desk.note(AccountId{}, "access.lifted", "connection=" + std::to_string(raw(gone->id)), {},
                          "device:" + seen.driver);
                lift(desk, find(seen.driver), seen.device, erp, *gone, entry.generation + 1);
            }
            continue;
        }
        if (!facts) {
            desk.house_task("unknown on " + seen.driver + "/" + seen.device, TaskKind::access_drift, 3,
                            seen.driver + "/" + seen.device + " restricts a line that the ERP does not know");
            continue;
        }
        if (entry.access == facts->access.wanted) {
            confirm(desk, *facts, line->connection, seen.driver);
        } else {
            repair(desk, *facts, line->connection, seen.driver, entry);
        }
    }
    for (const auto& [connection, line] : unlisted) {
        if (!carries(route(desk, line.nas), seen.driver, seen.device)) {
            continue;
        }
        if (const auto facts = desk.facts(line.account)) {
            if (facts->access.wanted == Access::open) {
                confirm(desk, *facts, connection, seen.driver);
            } else {
                repair(desk, *facts, connection, seen.driver, ObservedAccess{});
            }
        }
    }
}

void AccessLoop::confirm(Desk& desk, const AccountFacts& facts, ConnectionId connection, std::string_view driver) {
    for (CommandRow row : desk.ledger.commands_of(facts.id, facts.access.generation)) {
        if (row.connection == connection && row.driver == driver && row.state != CommandState::observed &&
            row.state != CommandState::superseded) {
            row.state = CommandState::observed;
            desk.ledger.put_command(row);
        }
    }
    settle(desk, facts.id);
}

/// Drift: the device does something else than what it confirmed. A wish still on its way is no drift, nor is a block
/// that the ERP does not have yet.
void AccessLoop::repair(Desk& desk, const AccountFacts& facts, ConnectionId connection, std::string_view driver,
                        const ObservedAccess& seen) {
    const auto rows = desk.ledger.commands_of(facts.id, facts.access.generation);
    const bool on_its_way = std::any_of(rows.begin(), rows.end(), [&](const CommandRow& row) {
        return row.connection == connection && (row.state == CommandState::queued || row.state == CommandState::sent);
    });
    const auto line = std::find_if(facts.connections.begin(), facts.connections.end(),
                                   [&](const Connection& c) { return c.id == connection; });
    if (on_its_way || line == facts.connections.end() || !may_command(desk, line_of(facts, *line))) {
        return;
    }
    AccessInput input;
    input.event = AccessEvent::observed_mismatch;
    input.access = seen.access;
    input.at = desk.now;
    AccountFacts repaired = facts;
    repaired.access = apply_access(facts.access, input);
    desk.note(facts.id, "access.drift",
              "connection=" + std::to_string(raw(connection)) + " seen=" + std::string(to_string(seen.access)) +
                  " wanted=" + std::string(to_string(facts.access.wanted)),
              {}, "device:" + std::string(driver));
    if (seen.generation > facts.access.generation) {
        // The device remembers a younger wish than our book, which must have come from a backup: outbid it.
        repaired.access.generation = seen.generation;
        want(desk, repaired, facts.access.wanted, {});
        return;
    }
    desk.ledger.put_access(facts.id, repaired.access);
    command(desk, line_of(repaired, *line));
}

}  // namespace emdia
