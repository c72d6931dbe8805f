#pragma once
// What the daemon and an edge agent say to each other: docs/EDGE-PROTOCOL.md as values. Payloads are JSON; only the
// .cpp knows. Pure.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/model.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

/// One connection that is not open.
struct EdgeItem {
    std::string key;                ///< access_key() of the connection. 1..200 bytes.
    Access mode = Access::blocked;  ///< reduced or blocked
    std::int64_t generation = 0;
    std::vector<std::string> ipv4;
    std::vector<std::string> ipv6;     ///< Prefixes.
    std::optional<Instant> not_after;  ///< The agent lets people back in by itself after this.
    friend bool operator==(const EdgeItem&, const EdgeItem&) = default;
};
using EdgeItems = std::map<std::string, EdgeItem>;

/// Which snapshot: a newer epoch is newer whatever the version.
struct EdgeVersion {
    std::int64_t epoch = 0;
    std::int64_t version = 0;
    friend auto operator<=>(const EdgeVersion&, const EdgeVersion&) = default;
};

/// desired/head, retained: what the chunks must add up to.
struct EdgeHead {
    EdgeVersion version;
    std::size_t count = 0;
    std::string hash;                 ///< Of all items, edge_snapshot.hpp.
    std::vector<std::string> chunks;  ///< Hash of each chunk.
};
/// desired/chunk/N, retained.
struct EdgeChunk {
    std::vector<EdgeItem> items;
};
/// reported/state, retained: what the agent really holds, as a hash.
struct EdgeReport {
    EdgeVersion version;
    std::size_t count = 0;
    std::string hash;
    Instant alive_since{};
};
/// reported/items: the same in full, on request.
struct EdgeListing {
    EdgeVersion version;
    Instant alive_since{};
    std::vector<EdgeItem> items;
    std::vector<std::string> foreign;  ///< Entries of the device that are not ours.
};
/// status, retained; offline is the last will.
struct EdgeStatus {
    bool online = false;
    std::optional<Instant> alive_since;
};

[[nodiscard]] std::string to_payload(const EdgeHead& head);
[[nodiscard]] std::string to_payload(const EdgeChunk& chunk);
[[nodiscard]] std::string to_payload(const EdgeReport& report);
[[nodiscard]] std::string to_payload(const EdgeListing& listing);
[[nodiscard]] std::string to_payload(const EdgeStatus& status);
/// The one command there is so far: "report".
[[nodiscard]] std::string report_command();
[[nodiscard]] bool is_report_command(std::string_view payload);

// Readers ignore unknown fields. Errors are of kind `protocol` and repeat nothing of the payload.
[[nodiscard]] Result<EdgeHead> parse_edge_head(std::string_view payload);
[[nodiscard]] Result<EdgeChunk> parse_edge_chunk(std::string_view payload);
[[nodiscard]] Result<EdgeReport> parse_edge_report(std::string_view payload);
[[nodiscard]] Result<EdgeListing> parse_edge_listing(std::string_view payload);
[[nodiscard]] Result<EdgeStatus> parse_edge_status(std::string_view payload);

/// The topics of one site.
class EdgeTopics {
public:
    EdgeTopics(std::string_view prefix, std::string_view site);

    [[nodiscard]] std::string head() const { return base_ + "/desired/head"; }
    [[nodiscard]] std::string chunk(std::size_t number) const {
        return base_ + "/desired/chunk/" + std::to_string(number);
    }
    /// nullopt when the topic is no chunk of this site.
    [[nodiscard]] std::optional<std::size_t> chunk_number(std::string_view topic) const;
    [[nodiscard]] std::string all_desired() const { return base_ + "/desired/#"; }
    [[nodiscard]] std::string command() const { return base_ + "/cmd"; }
    [[nodiscard]] std::string report() const { return base_ + "/reported/state"; }
    [[nodiscard]] std::string listing() const { return base_ + "/reported/items"; }
    [[nodiscard]] std::string status() const { return base_ + "/status"; }
    [[nodiscard]] bool owns(std::string_view topic) const;

private:
    std::string base_;
};

/// Sites are part of topics: letters, digits, '-', '_', '.'; 1..64 of them.
[[nodiscard]] bool is_site_name(std::string_view name);

}  // namespace emdia
