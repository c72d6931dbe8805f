#pragma once
// Which (source port, identifier) a request may take. A NAS tells requests apart by them, so one that was just used
// must rest (RFC 5176 section 2.3, network.md 1.1). Told the time; no I/O.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "network/common/wall_clock.hpp"

namespace emdia {

struct RequestId {
    std::uint16_t source = 0;  ///< Number of the source port, from 0; ports are opened as they are needed.
    std::uint8_t id = 0;
    [[nodiscard]] std::uint32_t key() const noexcept { return static_cast<std::uint32_t>(source) << 8U | id; }
    friend bool operator==(const RequestId&, const RequestId&) = default;
};

class Identifiers {
public:
    static constexpr std::size_t max_sources = 64;
    /// More in flight on one port overruns receive buffers of NAS and ours (network.md 1.6).
    static constexpr int max_busy_per_source = 128;

    /// The identifier that has rested longest, on the first port that has one; nullopt when all ports are used up.
    [[nodiscard]] std::optional<RequestId> take(SteadyTime now);
    /// It may be taken again from `usable_at` on.
    void give_back(RequestId id, SteadyTime usable_at);

private:
    struct Resting {
        SteadyTime usable_at;
        std::uint8_t id;
    };
    struct Source {
        std::deque<Resting> resting;
        int busy = 0;
    };

    std::vector<Source> sources_;
};

}  // namespace emdia
