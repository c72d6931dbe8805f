#pragma once
// The promise "exactly one reply per request", kept: every request is in here from submit until it was replied to,
// through crashes and restarts of the connector. Pure; told the time. Private to the room adapters_process.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia {

class RequestBook {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Reply {
        ErpRequestId id = 0;
        Result<ErpAnswer> answer;
    };

    void add(ErpRequest request, TimePoint now);
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

    /// The next request to be written to the connector, with the time that is left; it counts as sent from now on.
    [[nodiscard]] std::optional<protocol::Request> send_next(TimePoint now);
    /// For the codec: which method a sent number was given to.
    [[nodiscard]] std::optional<protocol::Method> method_of(std::uint64_t wire_id) const;
    [[nodiscard]] std::optional<Reply> answer(std::uint64_t wire_id, Result<ErpAnswer> answer);

    [[nodiscard]] std::optional<TimePoint> next_deadline() const;
    /// Replies for what is too late. `hung`: among it was something that had been sent after the last time this was
    /// so; whatever waited together with that one says nothing more.
    struct Expired {
        std::vector<Reply> replies;
        bool hung = false;
    };
    [[nodiscard]] Expired expire(TimePoint now);
    /// The connector ended: what had been sent is `unknown` (writes) or `unavailable` (reads); the rest waits on.
    [[nodiscard]] std::vector<Reply> lose_sent(const std::string& cause);
    /// Nobody will come: everything is replied to.
    [[nodiscard]] std::vector<Reply> lose_all(const Error& cause);

private:
    struct Entry {
        ErpRequest request;
        protocol::Method method = protocol::Method::health;
        TimePoint deadline;
        bool sent = false;
        TimePoint sent_at{};
    };
    using Entries = std::map<std::uint64_t, Entry>;  ///< By wire number: in the order of submission.
    [[nodiscard]] static Reply lost(const Entry& entry, const std::string& cause);

    Entries entries_;
    std::optional<TimePoint> hung_at_;
    std::uint64_t next_wire_id_ = 1;  ///< Never reused, so that a late answer cannot be taken for another's.
};

}  // namespace emdia
