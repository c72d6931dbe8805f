#pragma once
// One site as the daemon sees it: the snapshot it should hold, who waits for a confirmation, what the agent reported.
// No thread, no broker, no clock: the driver (or a test) tells it the time and carries what it puts out.

#include <string>
#include <unordered_map>
#include <utility>

#include "network/common/generations.hpp"
#include "network/common/wall_clock.hpp"
#include "network/mqtt/edge_snapshot.hpp"

namespace emdia {

struct EdgePublication {
    std::string topic;
    std::string payload;
    bool retained = false;
};

/// All real time.
struct EdgeTiming {
    Millis confirm{10'000};      ///< How long the agent may take to report what it was asked.
    Millis load{1'500};          ///< How long a first connection waits for what the broker and the agent remember.
    Millis broker_retry{5'000};  ///< Told to the engine while the broker is away.
    Millis resync{5'000};        ///< At most one full publication in this time because of what the agent reports.
};

class EdgeSite {
public:
    /// `digest` outlives the site.
    EdgeSite(std::string driver, std::string site, EdgeTopics topics, const Digest& digest, EdgeTiming timing,
             WallClock now);

    void wish(DesiredAccess desired);
    void heard(const std::string& topic, const std::string& payload, SteadyTime now);
    void link_up(SteadyTime now);
    void link_down(const std::string& reason);
    /// The broker would not take a publication: a person must look at its access rules.
    void publication_refused(const std::string& reason);
    /// The broker hands nothing on to us, not even what we publish: no agent can ever be heard.
    void nothing_heard();
    void ask_listing();
    /// Ends waits that are over; publishes what has changed if `may_publish`.
    void advance(SteadyTime now, bool may_publish);
    /// Answers everything pending.
    void stop();

    [[nodiscard]] SteadyTime next_due() const;
    [[nodiscard]] std::vector<EdgePublication> take_publications() { return std::exchange(publications_, {}); }
    [[nodiscard]] std::vector<DriverEvent> take_events() { return std::exchange(events_, {}); }

private:
    enum class Link { connecting, up, down };

    struct Wish {
        DesiredAccess desired;
        bool answered = false;  ///< `retry` was told already; the wish is kept all the same.
    };
    /// Wishes of one connection and generation that wait for the agent's report.
    struct Pending {
        std::vector<DesiredAccess> wishes;
        bool changes = false;                 ///< Something had to be done for it.
        std::optional<std::int64_t> version;  ///< First snapshot that holds it, once published.
        SteadyTime deadline = SteadyTime::max();
    };

    void merge(Wish wish);
    [[nodiscard]] bool put(const DesiredAccess& desired);
    void drop_expired();
    void publish_change(SteadyTime now);
    void publish_all(SteadyTime now);
    void publish(bool everything);
    void wait_for_report(SteadyTime now);
    void end_waits(SteadyTime now);

    void heard_desired(const std::string& topic, const std::string& payload, SteadyTime now);
    void heard_report(const EdgeReport& report, SteadyTime now);
    void heard_listing(const EdgeListing& listing, SteadyTime now);
    void heard_status(const EdgeStatus& status, SteadyTime now);
    void note_alive(Instant since, SteadyTime now);
    void end_loading(SteadyTime now);
    void resync(SteadyTime now);
    void confirm_until(std::int64_t version);
    void confirm_listed(const EdgeListing& listing);
    void tell_all(const std::vector<DesiredAccess>& wishes, ApplyKind kind, const std::string& cause,
                  const std::string& hint = {}, std::optional<Millis> retry_after = std::nullopt);
    void answer_pending(ApplyKind kind, const std::string& cause, const std::string& hint,
                        std::optional<Millis> retry_after);
    void tell_state(bool reachable, bool restarted, std::string note);
    void tell_seen(const DesiredAccess& desired);
    [[nodiscard]] bool in_step() const;
    [[nodiscard]] std::string right_to_read() const;

    std::string driver_;
    std::string site_;
    EdgeTopics topics_;
    const Digest& digest_;
    EdgeTiming timing_;
    WallClock wall_clock_;

    Link link_ = Link::connecting;
    bool deaf_ = false;  ///< nothing_heard() since the link is up.
    bool loaded_ = false;
    SteadyTime load_deadline_ = SteadyTime::max();
    std::vector<Wish> early_;  ///< Given before the snapshot was loaded.
    std::optional<EdgeHead> heard_head_;
    std::map<std::size_t, EdgeChunk> heard_chunks_;
    std::optional<EdgeListing> heard_listing_;

    EdgeItems items_;
    EdgeVersion version_;
    EdgeHashes hashes_;
    std::map<std::int64_t, std::string> published_;  ///< Hash by version, the last few.
    bool changed_ = false;
    bool all_due_ = false;               ///< The next publication must not rely on what the broker kept.
    std::optional<Instant> lease_ends_;  ///< The first of all leases.
    GenerationBook generations_;
    std::unordered_map<std::string, Pending> pending_;
    SteadyTime next_deadline_ = SteadyTime::max();

    std::optional<EdgeReport> reported_;
    std::optional<Instant> alive_since_;
    std::optional<bool> reachable_;
    SteadyTime resync_allowed_at_{};
    std::vector<EdgePublication> publications_;
    std::vector<DriverEvent> events_;
};

}  // namespace emdia
