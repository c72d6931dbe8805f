#include "network/mqtt/edge_site.hpp"

#include <algorithm>

namespace emdia {
namespace {

constexpr const char* kHandsNothingOn = "the broker hands nothing on to this client";

/// Reports of older versions than these are out of date anyway.
constexpr std::size_t kVersionsRemembered = 256;

EdgeItem item_of(const DesiredAccess& desired) {
    const Connection& connection = desired.connection;
    EdgeItem item{access_key(connection), desired.access, desired.generation, {}, {}, desired.not_after};
    if (!connection.ipv4.empty()) {
        item.ipv4.push_back(connection.ipv4);
    }
    if (!connection.ipv6_prefix.empty()) {
        item.ipv6.push_back(connection.ipv6_prefix);
    }
    return item;
}

bool has_address(const Connection& connection) { return !connection.ipv4.empty() || !connection.ipv6_prefix.empty(); }

}  // namespace

EdgeSite::EdgeSite(std::string driver, std::string site, EdgeTopics topics, const Digest& digest, EdgeTiming timing,
                   WallClock now)
    : driver_(std::move(driver)),
      site_(std::move(site)),
      topics_(std::move(topics)),
      digest_(digest),
      timing_(timing),
      wall_clock_(std::move(now)) {}

// --- wishes ---------------------------------------------------------------------------------------------------------

void EdgeSite::wish(DesiredAccess desired) {
    const std::string key = access_key(desired.connection);
    const GenerationBook::Age age = generations_.note(key, desired.generation);
    if (age == GenerationBook::Age::older) {
        events_.emplace_back(superseded(desired));
        return;
    }
    if (age == GenerationBook::Age::newer) {
        if (const auto overtaken = pending_.extract(key); !overtaken.empty()) {
            for (const DesiredAccess& older : overtaken.mapped().wishes) {
                events_.emplace_back(superseded(older));
            }
        }
    }
    Wish wish{std::move(desired), false};
    if (wish.desired.access != Access::open && !has_address(wish.desired.connection)) {
        // An agent would hold it, report it, and keep nobody away. What it held under an address before must go.
        tell_all({wish.desired}, ApplyKind::refused,
                 "the line has no fixed address, and this equipment knows no other name",
                 "give the login a fixed address in the ERP, or route its NAS to a driver that acts on sessions", {});
        wish.answered = true;
        wish.desired.access = Access::open;
    } else if (link_ == Link::down) {
        tell_all({wish.desired}, ApplyKind::retry, "the broker is away; the wish is kept and goes out when it returns",
                 "check the broker", timing_.broker_retry);
        wish.answered = true;
    }
    if (!loaded_) {
        early_.push_back(std::move(wish));
        return;
    }
    merge(std::move(wish));
}

void EdgeSite::merge(Wish wish) {
    const DesiredAccess& desired = wish.desired;
    const std::string key = access_key(desired.connection);
    if (generations_.newest(key) > desired.generation) {
        if (!wish.answered) {
            events_.emplace_back(superseded(desired));
        }
        return;
    }
    const bool changes = put(desired);
    // A site that was never told anything is told even that it holds nothing, so that its report can confirm it.
    changed_ = changed_ || changes || version_.version == 0;
    if (wish.answered) {
        return;
    }
    if (!changes && pending_.find(key) == pending_.end() && in_step()) {
        tell_all({desired}, ApplyKind::already_so, "the agent reports it");
        tell_seen(desired);
        return;
    }
    Pending& pending = pending_[key];
    pending.wishes.push_back(std::move(wish.desired));
    pending.changes = pending.changes || changes;
    pending.version.reset();
    pending.deadline = SteadyTime::max();
}

/// True when the snapshot is another one now.
bool EdgeSite::put(const DesiredAccess& desired) {
    const std::string& key = access_key(desired.connection);
    if (desired.access == Access::open) {
        return items_.erase(key) > 0;
    }
    EdgeItem item = item_of(desired);
    const auto [entry, fresh] = items_.try_emplace(key);
    if (!fresh && entry->second == item) {
        return false;
    }
    entry->second = std::move(item);
    if (desired.not_after) {
        lease_ends_ = std::min(lease_ends_.value_or(*desired.not_after), *desired.not_after);
    }
    return true;
}

/// Agents let people back in when a lease ends, and so do we, or the two would disagree.
void EdgeSite::drop_expired() {
    const Instant now = wall_clock_();
    if (lease_ends_.value_or(Instant::max()) > now) {
        return;
    }
    lease_ends_.reset();
    for (auto entry = items_.begin(); entry != items_.end();) {
        const std::optional<Instant> end = entry->second.not_after;
        if (end && *end <= now) {
            entry = items_.erase(entry);
            changed_ = true;
            continue;
        }
        if (end) {
            lease_ends_ = std::min(lease_ends_.value_or(*end), *end);
        }
        ++entry;
    }
}

// --- publishing -----------------------------------------------------------------------------------------------------

void EdgeSite::advance(SteadyTime now, bool may_publish) {
    if (!loaded_ && link_ == Link::up && now >= load_deadline_) {
        end_loading(now);
    }
    if (loaded_ && link_ == Link::up) {
        drop_expired();
        if (changed_ && may_publish) {
            publish_change(now);
        }
        wait_for_report(now);
    }
    end_waits(now);
}

void EdgeSite::publish_change(SteadyTime now) {
    ++version_.version;
    changed_ = false;
    publish(std::exchange(all_due_, false));
    for (auto& [key, pending] : pending_) {
        if (!pending.version) {
            pending.version = version_.version;
            pending.deadline = now + timing_.confirm;
            next_deadline_ = std::min(next_deadline_, pending.deadline);
        }
    }
}

void EdgeSite::publish_all(SteadyTime now) {
    if (changed_ || (version_.version == 0 && !items_.empty())) {
        changed_ = true;
        all_due_ = true;
    } else if (version_.version != 0) {
        publish(true);
    }
    resync_allowed_at_ = now + timing_.resync;
}

/// Chunks before the head, so that an agent that sees the head has all of it.
void EdgeSite::publish(bool everything) {
    const std::size_t count = chunk_count_for(items_.size(), hashes_.chunks.size());
    EdgeHashes hashes = hash_items(items_, count, digest_);
    for (std::size_t number = 0; number < count; ++number) {
        const bool same = count == hashes_.chunks.size() && hashes_.chunks[number] == hashes.chunks[number];
        if (everything || !same) {
            publications_.push_back({topics_.chunk(number), to_payload(cut_chunk(items_, number, count)), true});
        }
    }
    hashes_ = std::move(hashes);
    published_[version_.version] = hashes_.all;
    if (published_.size() > kVersionsRemembered) {
        published_.erase(published_.begin());
    }
    publications_.push_back(
        {topics_.head(), to_payload(EdgeHead{version_, items_.size(), hashes_.all, hashes_.chunks}), true});
}

/// Wishes that changed nothing wait for a report about what is published already.
void EdgeSite::wait_for_report(SteadyTime now) {
    if (changed_) {
        return;
    }
    bool asks = false;
    for (auto& [key, pending] : pending_) {
        if (!pending.version) {
            pending.version = version_.version;
            pending.deadline = now + timing_.confirm;
            next_deadline_ = std::min(next_deadline_, pending.deadline);
            asks = true;
        }
    }
    if (asks) {
        ask_listing();
    }
}

void EdgeSite::ask_listing() {
    if (link_ == Link::up) {
        publications_.push_back({topics_.command(), report_command(), false});
    }
}

void EdgeSite::end_waits(SteadyTime now) {
    if (now < next_deadline_) {
        return;
    }
    next_deadline_ = SteadyTime::max();
    for (auto entry = pending_.begin(); entry != pending_.end();) {
        if (entry->second.deadline <= now) {
            if (deaf_) {
                tell_all(entry->second.wishes, ApplyKind::refused, kHandsNothingOn, right_to_read());
            } else {
                tell_all(entry->second.wishes, ApplyKind::unknown,
                         "the agent of site " + site_ + " did not report version " + std::to_string(version_.version) +
                             " in time",
                         "look whether the agent runs and holds what it should; the wish stays published");
            }
            entry = pending_.erase(entry);
        } else {
            next_deadline_ = std::min(next_deadline_, entry->second.deadline);
            ++entry;
        }
    }
}

SteadyTime EdgeSite::next_due() const {
    return std::min(next_deadline_, loaded_ || link_ != Link::up ? SteadyTime::max() : load_deadline_);
}

// --- the link -------------------------------------------------------------------------------------------------------

void EdgeSite::link_up(SteadyTime now) {
    link_ = Link::up;
    deaf_ = false;
    if (loaded_) {
        // The broker may have lost what it kept, or restored something old: it gets everything again.
        publish_all(now);
    } else {
        load_deadline_ = now + timing_.load;
    }
    ask_listing();
}

void EdgeSite::link_down(const std::string& reason) {
    link_ = Link::down;
    reported_.reset();
    publications_.clear();
    constexpr const char* kept = "the broker is away; the wish is kept and goes out when it returns";
    answer_pending(ApplyKind::retry, kept, "check the broker", timing_.broker_retry);
    for (Wish& wish : early_) {
        if (!wish.answered) {
            tell_all({wish.desired}, ApplyKind::retry, kept, "check the broker", timing_.broker_retry);
            wish.answered = true;
        }
    }
    tell_state(false, false, reason);
}

void EdgeSite::publication_refused(const std::string& reason) {
    answer_pending(ApplyKind::refused, "the broker refused a publication: " + reason,
                   "give this client the right to write under the topics of site " + site_, std::nullopt);
    tell_state(false, false, "the broker refused a publication: " + reason);
}

std::string EdgeSite::right_to_read() const {
    return "give this client the right to read the topics of site " + site_ + " and its own status";
}

void EdgeSite::nothing_heard() {
    deaf_ = true;
    answer_pending(ApplyKind::refused, kHandsNothingOn, right_to_read(), std::nullopt);
    // Said even of a site that is known to be away: this is why.
    reachable_ = false;
    events_.emplace_back(
        DeviceState{driver_, site_, false, false, std::string(kHandsNothingOn) + ": " + right_to_read()});
}

void EdgeSite::stop() {
    answer_pending(ApplyKind::unknown, "the driver was stopped before the agent reported", "", std::nullopt);
    for (const Wish& wish : early_) {
        if (!wish.answered) {
            events_.emplace_back(not_sent_at_stop(wish.desired));
        }
    }
    early_.clear();
}

// --- telling --------------------------------------------------------------------------------------------------------

void EdgeSite::tell_all(const std::vector<DesiredAccess>& wishes, ApplyKind kind, const std::string& cause,
                        const std::string& hint, std::optional<Millis> retry_after) {
    for (const DesiredAccess& desired : wishes) {
        ApplyResult result = result_of(desired, kind, cause, hint);
        result.retry_after = retry_after;
        events_.emplace_back(std::move(result));
    }
}

void EdgeSite::answer_pending(ApplyKind kind, const std::string& cause, const std::string& hint,
                              std::optional<Millis> retry_after) {
    for (const auto& [key, pending] : pending_) {
        tell_all(pending.wishes, kind, cause, hint, retry_after);
    }
    pending_.clear();
    next_deadline_ = SteadyTime::max();
}

void EdgeSite::tell_state(bool reachable, bool restarted, std::string note) {
    if (reachable_ == reachable && !restarted) {
        return;
    }
    reachable_ = reachable;
    events_.emplace_back(DeviceState{driver_, site_, reachable, restarted, std::move(note)});
}

void EdgeSite::tell_seen(const DesiredAccess& desired) {
    const ObservedAccess seen{access_key(desired.connection), desired.access, desired.generation, false};
    events_.emplace_back(Observation{driver_, site_, {seen}, wall_clock_(), false});
}

}  // namespace emdia
