#include "erp-connectors/sdk/run.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "erp-connectors/protocol/codec.hpp"
#include "erp-connectors/protocol/line_buffer.hpp"
#include "erp-connectors/sdk/write_memory.hpp"

namespace emdia::sdk {
namespace {

using protocol::Method;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLeaveWithin{5};

/// Answers must be there before the daemon stops waiting: it would take a slow ERP for a connector that hangs.
Millis time_to_answer(Millis deadline) { return deadline - std::min(deadline / 10, Millis{1'000}); }

/// Lower is served earlier.
int rank_of(Method method) noexcept {
    switch (method) {
        case Method::access_unblock:
        case Method::access_release:
            return 0;
        case Method::pull:
            return 3;
        case Method::access_block:
        case Method::history_note:
        case Method::promise_record:
            return 2;
        default:
            return 1;
    }
}

struct Job {
    int rank = 0;
    std::uint64_t sequence = 0;
    protocol::Request request;
    Clock::time_point deadline;

    friend bool operator<(const Job& a, const Job& b) noexcept {
        return std::pair{a.rank, a.sequence} < std::pair{b.rank, b.sequence};
    }
};

class Runner {
public:
    Runner(Connector& connector, Logger& log, RunOptions options)
        : connector_(connector), log_(log), options_(options) {}

    int run() {
        send(protocol::encode(connector_.hello()));
        for (int i = 0; i < options_.workers; ++i) {
            workers_.emplace_back([this] { work(); });
        }
        const int status = read_requests();
        leave();
        return status;
    }

private:
    int read_requests() {
        protocol::LineBuffer lines;
        std::string chunk(64U * 1024, '\0');
        while (true) {
            const auto got = ::read(options_.input, chunk.data(), chunk.size());
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return 0;
            }
            if (!lines.feed(std::string_view{chunk}.substr(0, static_cast<std::size_t>(got)))) {
                log_.error("a line from the daemon is longer than 1 MiB");
                return 1;
            }
            while (const auto line = lines.next()) {
                accept(*line);
            }
        }
    }

    void accept(const std::string& line) {
        auto read = protocol::decode_request(line);
        if (!read.request) {
            log_.error(read.request.error().text());
            if (read.id) {
                answer({*read.id, read.request.error()});
            }
            return;
        }
        auto& request = *read.request;
        if (const auto* init = std::get_if<protocol::Initialize>(&request.call)) {
            answer({request.id, initialize(*init)});
            return;
        }
        if (!initialized_) {
            answer({request.id, Error{ErrorKind::protocol, "a call before initialize", ""}});
            return;
        }
        const auto deadline = Clock::now() + time_to_answer(request.deadline);
        const int rank = rank_of(protocol::method_of(request));
        {
            const std::lock_guard lock{mutex_};
            jobs_.insert({rank, sequence_++, std::move(request), deadline});
        }
        wake_.notify_one();
    }

    Result<protocol::Answer> initialize(const protocol::Initialize& init) {
        for (const auto& [name, secret] : init.secrets) {
            log_.hide(secret);
        }
        try {
            auto capabilities = connector_.initialize(init);
            if (!capabilities) {
                return capabilities.error();
            }
            initialized_ = true;
            return protocol::Answer{protocol::Initialized{std::move(*capabilities)}};
        } catch (const std::exception& e) {
            return Error{ErrorKind::internal, "initialize failed: " + log_.redact(e.what()), ""};
        }
    }

    void work() {
        std::unique_lock lock{mutex_};
        while (true) {
            wake_.wait(lock, [this] { return leaving_ || !jobs_.empty(); });
            if (leaving_) {
                break;
            }
            auto job = std::move(jobs_.extract(jobs_.begin()).value());
            lock.unlock();
            serve(job);
            lock.lock();
        }
        ++finished_;
        done_.notify_all();
    }

    void serve(const Job& job) {
        if (Clock::now() >= job.deadline) {
            answer({job.request.id, Error{ErrorKind::unavailable, "its deadline passed while it waited in line", ""}});
            return;
        }
        const CallContext context{job.deadline, job.request.idempotency_key};
        answer({job.request.id, call(std::get<ErpCall>(job.request.call), context)});
    }

    Result<protocol::Answer> call(const ErpCall& erp_call, const CallContext& context) {
        try {
            return std::visit([&](const auto& c) { return wrap(c, context); }, erp_call);
        } catch (const std::exception& e) {
            const auto what = "the connector failed: " + log_.redact(e.what());
            log_.error(what);
            return Error{ErrorKind::internal, what, "report it to the author of the connector"};
        }
    }

    template <class T>
    static Result<protocol::Answer> as_answer(Result<T> result) {
        if (!result) {
            return result.error();
        }
        return protocol::Answer{ErpAnswer{std::move(*result)}};
    }

    template <class Write>
    Result<protocol::Answer> once(const CallContext& context, Write write) {
        if (const auto before = written_.find(context.idempotency_key)) {
            return protocol::Answer{ErpAnswer{*before}};
        }
        auto done = write();
        if (done) {
            written_.remember(context.idempotency_key, *done);
        }
        return as_answer(std::move(done));
    }

    Result<protocol::Answer> wrap(const ErpPull& c, const CallContext& x) { return as_answer(connector_.pull(c, x)); }
    Result<protocol::Answer> wrap(const ErpReadInvoices& c, const CallContext& x) {
        return as_answer(connector_.read_invoices(c, x));
    }
    Result<protocol::Answer> wrap(const ErpReadContract& c, const CallContext& x) {
        return as_answer(connector_.read_contract(c, x));
    }
    Result<protocol::Answer> wrap(const ErpGetPaymentCodes& c, const CallContext& x) {
        return as_answer(connector_.payment_codes(c, x));
    }
    Result<protocol::Answer> wrap(const ErpRecordPromise& c, const CallContext& x) {
        return once(x, [&] { return connector_.record_promise(c, x); });
    }
    Result<protocol::Answer> wrap(const ErpRelease& c, const CallContext& x) {
        return once(x, [&] { return connector_.release(c, x); });
    }
    Result<protocol::Answer> wrap(const ErpBlock& c, const CallContext& x) {
        return once(x, [&] { return connector_.block(c, x); });
    }
    Result<protocol::Answer> wrap(const ErpUnblock& c, const CallContext& x) {
        return once(x, [&] { return connector_.unblock(c, x); });
    }
    Result<protocol::Answer> wrap(const ErpNote& c, const CallContext& x) {
        return once(x, [&] { return connector_.note(c, x); });
    }
    Result<protocol::Answer> wrap(const ErpHealthCheck&, const CallContext& x) {
        return as_answer(connector_.health(x));
    }

    void answer(const protocol::Response& response) { send(protocol::encode(response)); }

    void send(std::string line) {
        line += '\n';
        const std::lock_guard lock{output_mutex_};
        for (std::size_t sent = 0; sent < line.size();) {
            const auto wrote = ::write(options_.output, line.data() + sent, line.size() - sent);
            if (wrote < 0 && errno == EINTR) {
                continue;
            }
            if (wrote < 0) {
                return;  // the daemon is gone; the end of input follows
            }
            sent += static_cast<std::size_t>(wrote);
        }
    }

    void leave() {
        {
            const std::lock_guard lock{mutex_};
            leaving_ = true;
        }
        wake_.notify_all();
        connector_.stop();
        {
            std::unique_lock lock{mutex_};
            const bool all = done_.wait_for(lock, kLeaveWithin - std::chrono::seconds{1},
                                            [this] { return finished_ == options_.workers; });
            if (!all) {
                log_.error("calls under way did not return; leaving without them");
                ::_exit(1);
            }
        }
        for (auto& worker : workers_) {
            worker.join();
        }
    }

    Connector& connector_;
    Logger& log_;
    RunOptions options_;
    bool initialized_ = false;  ///< The reading thread only.
    WriteMemory written_;
    std::mutex output_mutex_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::set<Job> jobs_;  ///< Guarded by mutex_, as are the rest.
    std::uint64_t sequence_ = 0;
    bool leaving_ = false;
    int finished_ = 0;
    std::vector<std::thread> workers_;
};

}  // namespace

int run(Connector& connector, Logger& log, RunOptions options) {
    std::signal(SIGPIPE, SIG_IGN);
    return Runner{connector, log, options}.run();
}

}  // namespace emdia::sdk
