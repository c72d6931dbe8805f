#include "daemon/adapters/process_erp_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>

#include "daemon/adapters/child_process.hpp"
#include "daemon/adapters/connector_log.hpp"
#include "daemon/adapters/connector_session.hpp"
#include "erp-connectors/protocol/codec.hpp"
#include "erp-connectors/protocol/line_buffer.hpp"

namespace emdia {
namespace {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// How long an ended child can go unnoticed when it leaves its pipes open to others.
constexpr Millis kLookAfterChild{250};
constexpr Millis kLeaveGrace{3'000};
constexpr std::size_t kMostUnwritten = 64U * 1024;

/// A connector that died must not take us along when we write to it; the thread keeps the signal blocked.
void block_sigpipe() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

class ProcessErpSource::Supervisor {
public:
    Supervisor(ProcessErpSourceOptions options, Log& log, Entropy& entropy)
        : options_(std::move(options)), log_(log), entropy_(entropy), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!wake_.valid()) {
            throw std::runtime_error("no descriptor for the supervisor of a connector");
        }
    }
    ~Supervisor() { stop(); }
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    [[nodiscard]] const std::string& name() const { return options_.erp; }

    void start(ErpSink sink) {
        sink_ = std::move(sink);
        thread_ = std::thread{[this] { run(); }};
    }

    void submit(ErpRequest request) {
        {
            const std::lock_guard lock{mutex_};
            submitted_.push_back(std::move(request));
        }
        wake();
    }

    void stop() {
        {
            const std::lock_guard lock{mutex_};
            stopping_ = true;
        }
        wake();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    // --- the loop

    void run() {
        block_sigpipe();
        start_at_ = Clock::now();
        while (take_submitted()) {
            if (!child_ && start_at_ && Clock::now() >= *start_at_) {
                start_child();
            }
            write_out();
            wait();
            read_all();
            on_time();
        }
        reply(book_.lose_all({ErrorKind::unavailable, "the daemon stops", ""}));
        if (child_) {
            child_->end(kLeaveGrace);
        }
    }

    /// False: stop.
    bool take_submitted() {
        std::vector<ErpRequest> taken;
        {
            const std::lock_guard lock{mutex_};
            taken.swap(submitted_);
            if (stopping_) {
                submitted_.clear();
            }
        }
        for (auto& request : taken) {
            take(std::move(request));
        }
        const std::lock_guard lock{mutex_};
        return !stopping_;
    }

    void take(ErpRequest request) {
        const auto capability = protocol::capability_of(request.call);
        if (unhealthy_) {
            reply({{request.id, *unhealthy_}});
        } else if (book_.size() >= options_.most_open) {
            reply({{request.id, Error{ErrorKind::unavailable, "too many requests wait for this connector", ""}}});
        } else if (ready() && !can(capability)) {
            reply({{request.id, Error{ErrorKind::unsupported, "the connector cannot do " + capability, ""}}});
        } else {
            book_.add(std::move(request), Clock::now());
        }
    }

    void wait() {
        std::array<pollfd, 4> fds{};
        fds[0] = {wake_.get(), POLLIN, 0};
        nfds_t count = 1;
        if (child_) {
            fds[count++] = {child_->output(), POLLIN, 0};
            if (!log_ended_) {
                fds[count++] = {child_->log(), POLLIN, 0};
            }
            if (!unwritten_.empty()) {
                fds[count++] = {child_->input(), POLLOUT, 0};
            }
        }
        ::poll(fds.data(), count, time_to_wait());
        std::uint64_t wakes = 0;
        [[maybe_unused]] const auto got = ::read(wake_.get(), &wakes, sizeof wakes);
    }

    [[nodiscard]] int time_to_wait() const {
        std::optional<TimePoint> next = book_.next_deadline();
        const auto also = [&next](std::optional<TimePoint> time) {
            if (time) {
                next = std::min(next.value_or(*time), *time);
            }
        };
        if (child_) {
            also(Clock::now() + kLookAfterChild);
            also(session_->next_time());
        } else {
            also(start_at_);
        }
        if (!next) {
            return -1;
        }
        return static_cast<int>(std::max(std::chrono::ceil<Millis>(*next - Clock::now()), Millis{0}).count());
    }

    void on_time() {
        const auto now = Clock::now();
        auto expired = book_.expire(now);
        hung_in_a_row_ += expired.hung ? 1 : 0;
        reply(std::move(expired.replies));
        if (!child_) {
            return;
        }
        session_->on_time(now);
        if (session_->state() == ConnectorSession::State::failed) {
            end_session(session_->failure(), session_->permanent());
        } else if (hung_in_a_row_ >= options_.hung_after) {
            end_session({ErrorKind::unavailable, "the connector hangs: several deadlines passed without any answer",
                         "look at the ERP and at the connector's log"},
                        false);
        } else if (!child_->running()) {
            read_all();
            if (child_) {
                end_session({ErrorKind::unavailable, "the connector ended: " + child_->how_it_ended(),
                             "look at the connector's log"},
                            false);
            }
        }
    }

    // --- the child

    void start_child() {
        start_at_.reset();
        hung_in_a_row_ = 0;
        unwritten_.clear();
        lines_ = protocol::LineBuffer{};
        const protocol::Initialize init{options_.erp, options_.settings_json, options_.secrets};
        if (auto ok = protocol::check_settings(init); !ok) {
            count_failure(ok.error(), true);
            return;
        }
        if (auto ok = check_command(options_.command, options_.require_root_owned); !ok) {
            count_failure(ok.error(), false);
            return;
        }
        auto child = ChildProcess::start(options_.command);
        if (!child) {
            count_failure(child.error(), false);
            return;
        }
        child_ = std::move(*child);
        log_ended_ = false;
        session_ = std::make_unique<ConnectorSession>(init, book_, Clock::now() + options_.handshake);
    }

    void write_out() {
        while (child_) {
            while (unwritten_.size() < kMostUnwritten) {
                auto line = session_->next_line(Clock::now());
                if (!line) {
                    break;
                }
                unwritten_ += *line;
            }
            if (unwritten_.empty()) {
                return;
            }
            const auto wrote = ::write(child_->input(), unwritten_.data(), unwritten_.size());
            if (wrote <= 0) {
                return;  // full, or the reader is gone: then the end of its output tells
            }
            unwritten_.erase(0, static_cast<std::size_t>(wrote));
        }
    }

    void read_all() {
        if (!child_) {
            return;
        }
        std::array<char, 64U * 1024> buffer{};
        if (const auto got = ::read(child_->log(), buffer.data(), buffer.size()); got > 0) {
            connector_log_.feed({buffer.data(), static_cast<std::size_t>(got)}, Clock::now());
        } else if (got == 0) {
            log_ended_ = true;
        }
        // One bite per turn of the loop, so that a flood cannot keep us from deadlines and stop.
        const auto got = ::read(child_->output(), buffer.data(), buffer.size());
        if (got > 0) {
            on_output({buffer.data(), static_cast<std::size_t>(got)});
        } else if (got == 0) {
            // Its exit status comes a moment after its last pipe closes.
            static_cast<void>(child_->ended_within(kLookAfterChild));
            end_session({ErrorKind::unavailable, "the connector closed its output: " + child_->how_it_ended(),
                         "look at the connector's log"},
                        false);
        }
    }

    void on_output(std::string_view bytes) {
        if (!lines_.feed(bytes)) {
            end_session({ErrorKind::protocol, "the connector sent a line longer than 1 MiB",
                         "report it to the author of the connector"},
                        false);
            return;
        }
        while (const auto line = lines_.next()) {
            if (auto answered = session_->on_line(*line)) {
                hung_in_a_row_ = 0;
                reply({std::move(*answered)});
            }
            if (session_->state() == ConnectorSession::State::failed) {
                end_session(session_->failure(), session_->permanent());
                return;
            }
            if (ready() && !ready_since_) {
                on_ready();
            }
        }
    }

    void on_ready() {
        ready_since_ = Clock::now();
        unhealthy_.reset();
        log_.write(LogLevel::info, "ERP-CONNECTOR-UP", "the connector is ready",
                   {{"erp", options_.erp}, {"version", session_->version()}});
        sink_(ErpStateChange{options_.erp, true, session_->capabilities(), ""});
    }

    void end_session(const Error& cause, bool permanent) {
        const auto error = cause;  // may live in the session
        if (ready_since_ && Clock::now() - *ready_since_ >= options_.steady_after) {
            failures_ = 0;
        }
        ready_since_.reset();
        session_.reset();
        child_.reset();
        reply(book_.lose_sent(error.what));
        count_failure(error, permanent);
    }

    void count_failure(const Error& cause, bool permanent) {
        ++failures_;
        log_.write(LogLevel::error, "ERP-CONNECTOR-DOWN", cause.text(),
                   {{"erp", options_.erp}, {"failures", std::to_string(failures_)}});
        if (permanent || failures_ >= options_.unhealthy_after) {
            if (!unhealthy_) {
                sink_(ErpStateChange{options_.erp, false, {}, cause.text()});
            }
            unhealthy_ = Error{ErrorKind::unavailable, "the connector is not running: " + cause.what, cause.cure};
            reply(book_.lose_all(*unhealthy_));
        }
        if (!permanent) {
            start_at_ = Clock::now() + backoff_delay(options_.restart, failures_, entropy_.next());
        }
    }

    // --- small things

    [[nodiscard]] bool ready() const { return session_ && session_->state() == ConnectorSession::State::ready; }
    [[nodiscard]] bool can(const std::string& capability) const {
        const auto& all = session_->capabilities();
        return std::find(all.begin(), all.end(), capability) != all.end();
    }
    void reply(std::vector<RequestBook::Reply> replies) {
        for (auto& r : replies) {
            sink_(ErpReply{options_.erp, r.id, std::move(r.answer)});
        }
    }
    void wake() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto wrote = ::write(wake_.get(), &one, sizeof one);
    }

    const ProcessErpSourceOptions options_;
    Log& log_;
    Entropy& entropy_;
    OwnedFd wake_;
    ErpSink sink_;
    std::mutex mutex_;
    std::vector<ErpRequest> submitted_;  ///< Guarded by mutex_.
    bool stopping_ = false;              ///< Guarded by mutex_.
    // The supervisor's thread only:
    RequestBook book_;
    std::unique_ptr<ChildProcess> child_;
    std::unique_ptr<ConnectorSession> session_;  ///< There when child_ is.
    protocol::LineBuffer lines_;
    ConnectorLog connector_log_{options_.erp, log_};
    bool log_ended_ = false;  ///< The child closed its standard error: a closed pipe is always ready to be read.
    std::string unwritten_;
    std::optional<TimePoint> start_at_;  ///< nullopt: running, or never again.
    std::optional<TimePoint> ready_since_;
    std::optional<Error> unhealthy_;
    int failures_ = 0;
    int hung_in_a_row_ = 0;
    std::thread thread_;
};

ProcessErpSource::ProcessErpSource(ProcessErpSourceOptions options, Log& log, Entropy& entropy)
    : supervisor_(std::make_unique<Supervisor>(std::move(options), log, entropy)) {}
ProcessErpSource::~ProcessErpSource() = default;
const std::string& ProcessErpSource::name() const { return supervisor_->name(); }
void ProcessErpSource::start(ErpSink sink) { supervisor_->start(std::move(sink)); }
void ProcessErpSource::submit(ErpRequest request) { supervisor_->submit(std::move(request)); }
void ProcessErpSource::stop() { supervisor_->stop(); }

}  // namespace emdia
