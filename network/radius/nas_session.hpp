#pragma once
// Everything between the wishes for one NAS and the datagrams to it: two lanes, rate and window, identifiers,
// retransmission, matching of answers, the circuit breaker. No thread, no socket, no clock: the driver (or a test)
// tells it the time and carries what it puts out.

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "network/common/generations.hpp"
#include "network/radius/nas_pace.hpp"
#include "network/radius/radius_request.hpp"
#include "network/radius/radius_verdict.hpp"
#include "network/radius/retry_timer.hpp"

namespace emdia {

struct RadiusCounters {
    std::uint64_t sent = 0;  ///< Requests, without retransmissions.
    std::uint64_t retransmitted = 0;
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t forged = 0;     ///< Answers that fail the authenticator or do not pair; dropped.
    std::uint64_t late = 0;       ///< Answers to nothing under way; dropped.
    std::uint64_t malformed = 0;  ///< Datagrams that are no RADIUS packet; dropped.
};

struct OutgoingDatagram {
    std::uint16_t source = 0;  ///< Number of the source port.
    Bytes bytes;
};

class NasSession {
public:
    /// `driver` names the driver in events. The profile is the one `config.profile` names.
    NasSession(std::string driver, NasConfig config, RadiusProfile profile, WallClock now, std::uint32_t seed);

    NasSession(const NasSession&) = delete;
    NasSession& operator=(const NasSession&) = delete;
    NasSession(NasSession&&) = default;
    NasSession& operator=(NasSession&&) = default;
    ~NasSession() = default;

    void wish(DesiredAccess desired, SteadyTime now);
    void heard(std::uint16_t source, ByteView datagram, SteadyTime now);
    /// The network said that nothing listens there. Only a hint for the operator: requests go on.
    void port_unreachable() { port_unreachable_ = true; }
    /// A datagram of this source port could not leave this host. Not the fault of the NAS, and said so.
    void cannot_send(std::uint16_t source, const Error& why, SteadyTime now);
    /// What the NAS said yes to is sent again when it is wished again.
    void forget_confirmed();
    /// Ends waits that are over and sends what may be sent now.
    void advance(SteadyTime now);
    /// Answers everything pending; nothing is put out by later calls of take_datagrams().
    void stop();

    /// When advance() has something to do although nothing is heard; max() when never.
    [[nodiscard]] SteadyTime next_due(SteadyTime now) const;
    [[nodiscard]] std::vector<OutgoingDatagram> take_datagrams() { return std::exchange(datagrams_, {}); }
    [[nodiscard]] std::vector<DriverEvent> take_events() { return std::exchange(events_, {}); }
    [[nodiscard]] const RadiusCounters& counters() const noexcept { return counters_; }

private:
    struct Work {
        DesiredAccess desired;
        std::vector<CommandId> also;  ///< The same wish given again while under way.
        Identity identity = Identity::full;
    };
    /// What is known of one connection.
    struct Line {
        std::optional<Work> waiting;
        std::optional<RequestId> flying;
        std::int64_t confirmed = 0;  ///< Generation the NAS said yes to since it was last away.
        bool doubtful = false;       ///< A refused CoA may have been carried out by half: only a new session is whole.
    };
    struct Flight {
        Line* line = nullptr;
        Work work;
        RadiusCode code{};
        Bytes packet;
        RetryTimer timer;
        SteadyTime due;
        bool overtaken = false;
    };
    using Lane = std::deque<Line*>;

    void repeat(Line& line, DesiredAccess desired);
    void enqueue(Line& line, Work work);
    [[nodiscard]] bool may_send(SteadyTime now) const;
    [[nodiscard]] Line* next_line();
    void send(Line& line, SteadyTime now);
    void end_wait(std::uint32_t key, SteadyTime now);
    void judge(std::uint32_t key, const RadiusPacket& answer, SteadyTime now);
    [[nodiscard]] bool try_differently(Line& line, Work& work, const RadiusVerdict& verdict, RadiusCode asked);
    void land(std::uint32_t key, SteadyTime now, const std::optional<Work>& instead);
    void tell(const Work& work, const ApplyResult& result);
    void note_silence(SteadyTime now);
    void note_answer();
    void turn_away_waiting(SteadyTime now);
    [[nodiscard]] ApplyResult no_answer(const Flight& flight) const;
    [[nodiscard]] ApplyResult nothing_sent(const DesiredAccess& desired, SteadyTime now) const;
    [[nodiscard]] int window() const noexcept;
    [[nodiscard]] MessageAuthenticator signing() const noexcept;
    [[nodiscard]] bool dead(SteadyTime now) const noexcept { return dead_until_ && now < *dead_until_; }

    std::string driver_;
    NasConfig config_;
    RadiusProfile profile_;
    WallClock wall_clock_;
    RetryTimer::Chance chance_;
    Identifiers identifiers_;
    GenerationBook generations_;
    std::unordered_map<std::string, Line> lines_;  ///< Never erased: lanes and flights point into it.
    Lane unblocks_;
    Lane blocks_;
    std::unordered_map<std::uint32_t, Flight> flights_;
    std::set<std::pair<SteadyTime, std::uint32_t>> waits_;
    NasPace pace_;
    bool coa_works_ = true;
    bool port_unreachable_ = false;
    std::optional<Error> local_fault_;  ///< Why nothing leaves this host.
    int silent_in_a_row_ = 0;
    std::optional<SteadyTime> dead_until_;
    std::optional<bool> reachable_;
    RadiusCounters counters_;
    std::vector<OutgoingDatagram> datagrams_;
    std::vector<DriverEvent> events_;
};

}  // namespace emdia
