// What comes back from the site: the retained snapshot at the first connection, reports, listings, status.
#include <algorithm>

#include "network/mqtt/edge_site.hpp"

namespace emdia {
namespace {

EdgeItems by_key(const std::vector<EdgeItem>& items) {
    EdgeItems found;
    for (const EdgeItem& item : items) {
        found[item.key] = item;
    }
    return found;
}

}  // namespace

void EdgeSite::heard(const std::string& topic, const std::string& payload, SteadyTime now) {
    deaf_ = false;
    if (topic == topics_.report()) {
        if (const auto report = parse_edge_report(payload)) {
            heard_report(*report, now);
        }
    } else if (topic == topics_.listing()) {
        if (const auto listing = parse_edge_listing(payload)) {
            heard_listing(*listing, now);
        }
    } else if (topic == topics_.status()) {
        if (const auto status = parse_edge_status(payload)) {
            heard_status(*status, now);
        }
    } else if (!loaded_) {
        heard_desired(topic, payload, now);
    }
}

// --- the first connection -------------------------------------------------------------------------------------------

void EdgeSite::heard_desired(const std::string& topic, const std::string& payload, SteadyTime now) {
    if (topic == topics_.head()) {
        if (const auto head = parse_edge_head(payload)) {
            heard_head_ = *head;
        }
    } else if (const auto number = topics_.chunk_number(topic)) {
        if (auto chunk = parse_edge_chunk(payload)) {
            heard_chunks_[*number] = std::move(*chunk);
        }
    }
    if (heard_head_ && assemble(*heard_head_, heard_chunks_, digest_)) {
        end_loading(now);
    }
}

/// The snapshot goes on from what the broker kept; without that from what the agent holds; without either from nothing,
/// and the engine is told to give all wishes again.
void EdgeSite::end_loading(SteadyTime now) {
    loaded_ = true;
    auto kept = heard_head_ ? assemble(*heard_head_, heard_chunks_, digest_) : std::nullopt;
    const std::int64_t seen_epoch =
        std::max(reported_ ? reported_->version.epoch : 0, heard_listing_ ? heard_listing_->version.epoch : 0);
    if (kept) {
        items_ = std::move(*kept);
        version_ = heard_head_->version;
        hashes_ = hash_items(items_, heard_head_->chunks.size(), digest_);
        published_[version_.version] = hashes_.all;
    } else {
        version_ = {std::max(wall_clock_().time_since_epoch().count(), seen_epoch + 1), 0};
        if (heard_listing_ && heard_listing_->version.epoch != 0) {
            items_ = by_key(heard_listing_->items);
            changed_ = true;
        } else {
            tell_state(reachable_.value_or(false), true, "neither the broker nor the agent knows what was wanted here");
        }
    }
    for (const auto& [key, item] : items_) {
        generations_.note(key, item.generation);
        if (item.not_after) {
            lease_ends_ = std::min(lease_ends_.value_or(*item.not_after), *item.not_after);
        }
    }
    heard_head_.reset();
    heard_chunks_.clear();
    heard_listing_.reset();
    for (Wish& wish : std::exchange(early_, {})) {
        merge(std::move(wish));
    }
    if (reported_) {
        const EdgeReport report = *reported_;
        heard_report(report, now);
    }
}

// --- reports --------------------------------------------------------------------------------------------------------

/// True when the agent is online, reported the snapshot that is published, and nothing waits to be published.
bool EdgeSite::in_step() const {
    return !changed_ && reachable_.value_or(false) && reported_ && reported_->version == version_ &&
           reported_->hash == hashes_.all;
}

void EdgeSite::heard_report(const EdgeReport& report, SteadyTime now) {
    note_alive(report.alive_since, now);
    reported_ = report;
    // The broker keeps the last report of an agent that is gone: it proves nothing.
    if (!loaded_ || !reachable_.value_or(false)) {
        return;
    }
    if (report.version > version_) {
        // The agent is ahead of what we remember: it would ignore us. What is wanted now becomes newer than that.
        version_ = report.version.epoch > version_.epoch ? EdgeVersion{report.version.epoch + 1, version_.version}
                                                         : report.version;
        published_.clear();
        changed_ = true;
        return;
    }
    if (report.version.epoch != version_.epoch) {
        resync(now);
        return;
    }
    const auto published = published_.find(report.version.version);
    if (published != published_.end() && published->second == report.hash) {
        confirm_until(report.version.version);
    } else if (report.version == version_ && !changed_) {
        // It says it has applied this version, and holds something else.
        resync(now);
    }
}

void EdgeSite::heard_listing(const EdgeListing& listing, SteadyTime now) {
    note_alive(listing.alive_since, now);
    if (!loaded_) {
        heard_listing_ = listing;
        if (!heard_head_) {
            // What the broker keeps comes before any answer of the agent: it keeps nothing.
            end_loading(now);
        }
        return;
    }
    Observation seen{driver_, site_, {}, wall_clock_(), true};
    for (const EdgeItem& item : listing.items) {
        seen.blocked.push_back({item.key, item.mode, item.generation, false});
    }
    for (const std::string& key : listing.foreign) {
        seen.blocked.push_back({key, Access::blocked, 0, true});
    }
    events_.emplace_back(std::move(seen));
    if (listing.version == version_ && !changed_) {
        confirm_listed(listing);
        if (by_key(listing.items) != items_) {
            resync(now);
        }
    }
}

void EdgeSite::heard_status(const EdgeStatus& status, SteadyTime now) {
    if (status.alive_since) {
        note_alive(*status.alive_since, now);
    }
    tell_state(status.online, false, status.online ? "agent online" : "agent offline");
    if (status.online && reported_) {
        const EdgeReport report = *reported_;
        heard_report(report, now);
    }
}

void EdgeSite::note_alive(Instant since, SteadyTime now) {
    if (alive_since_ == since) {
        return;
    }
    const bool restarted = alive_since_.has_value();
    alive_since_ = since;
    if (restarted) {
        reported_.reset();
        tell_state(true, true, "agent restarted");
        resync(now);
    }
}

void EdgeSite::resync(SteadyTime now) {
    if (!loaded_ || now < resync_allowed_at_) {
        return;
    }
    resync_allowed_at_ = now + timing_.resync;
    publish_all(now);
    ask_listing();
}

// --- confirmation ---------------------------------------------------------------------------------------------------

void EdgeSite::confirm_until(std::int64_t version) {
    std::vector<Pending> confirmed;
    for (auto entry = pending_.begin(); entry != pending_.end();) {
        if (entry->second.version && *entry->second.version <= version) {
            confirmed.push_back(std::move(entry->second));
            entry = pending_.erase(entry);
        } else {
            ++entry;
        }
    }
    std::stable_partition(confirmed.begin(), confirmed.end(),
                          [](const Pending& pending) { return pending.wishes.front().access == Access::open; });
    for (const Pending& pending : confirmed) {
        tell_all(pending.wishes, pending.changes ? ApplyKind::acknowledged : ApplyKind::already_so,
                 "the agent reports it");
        tell_seen(pending.wishes.back());
    }
}

/// An agent that holds something else may still hold this wish.
void EdgeSite::confirm_listed(const EdgeListing& listing) {
    const EdgeItems held = by_key(listing.items);
    for (auto entry = pending_.begin(); entry != pending_.end();) {
        const Pending& pending = entry->second;
        const DesiredAccess& desired = pending.wishes.back();
        const auto item = held.find(entry->first);
        const bool as_wanted = desired.access == Access::open
                                   ? item == held.end()
                                   : item != held.end() && item->second.mode == desired.access &&
                                         item->second.generation == desired.generation;
        if (pending.version && as_wanted) {
            tell_all(pending.wishes, pending.changes ? ApplyKind::acknowledged : ApplyKind::already_so,
                     "the agent lists it");
            tell_seen(desired);
            entry = pending_.erase(entry);
        } else {
            ++entry;
        }
    }
}

}  // namespace emdia
