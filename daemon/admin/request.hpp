#pragma once
// One request as its handlers see it. A parameter that is missing or wrong throws BadRequest, which becomes the
// answer. Private to this room.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "daemon/core/explain.hpp"
#include "daemon/ports/control.hpp"

namespace emdia {

using Json = nlohmann::ordered_json;

struct BadRequest {
    Error error;
};

/// The value, or the error thrown as the answer.
template <class T>
T value_or_refuse(Result<T> result) {
    if (!result) {
        throw BadRequest{result.error()};
    }
    if constexpr (!std::is_void_v<T>) {
        return *std::move(result);
    }
}

class Request {
public:
    Request(const Json& params, std::string_view caller, Control& control)
        : params_(params), caller_(caller), control_(control) {}

    [[nodiscard]] Control& control() const noexcept { return control_; }
    [[nodiscard]] Ledger& ledger() const { return control_.ledger(); }
    /// Who asks; `why` is required of everything that changes something.
    [[nodiscard]] Operator by() const;
    [[nodiscard]] Language language() const;

    [[nodiscard]] std::string text(const char* name) const;
    [[nodiscard]] std::string text_or(const char* name, std::string fallback) const;
    [[nodiscard]] std::int64_t number(const char* name) const;
    [[nodiscard]] int limit() const;  ///< "limit", 1..1000, 50 when it is not there.
    [[nodiscard]] bool flag(const char* name) const;
    [[nodiscard]] Date date(const char* name) const;
    [[nodiscard]] Millis duration(const char* name) const;
    /// "account": "ixc:7301", or whatever else names exactly one account.
    [[nodiscard]] AccountId account() const;
    [[nodiscard]] bool has(const char* name) const;
    /// Civil time of the installation (Brasília time): what is of no account.
    [[nodiscard]] std::string house_time(Instant at) const;

private:
    [[nodiscard]] const Json& get(const char* name) const;

    const Json& params_;
    std::string_view caller_;
    Control& control_;
};

// Handlers: the result of the answer.
[[nodiscard]] Json status(const Request& request);
[[nodiscard]] Json subscriber_search(const Request& request);
[[nodiscard]] Json why(const Request& request);
[[nodiscard]] Json facts(const Request& request);
[[nodiscard]] Json timeline(const Request& request);
[[nodiscard]] Json override_set(const Request& request);
[[nodiscard]] Json override_end(const Request& request);
[[nodiscard]] Json promise_add(const Request& request);
[[nodiscard]] Json promise_list(const Request& request);
[[nodiscard]] Json promise_cancel(const Request& request);
[[nodiscard]] Json notice_record(const Request& request);
[[nodiscard]] Json dispute_open(const Request& request);
[[nodiscard]] Json dispute_answer(const Request& request);
[[nodiscard]] Json exempt_set(const Request& request);
[[nodiscard]] Json task_list(const Request& request);
[[nodiscard]] Json task_take(const Request& request);
[[nodiscard]] Json task_done(const Request& request);
[[nodiscard]] Json hold_list(const Request& request);
[[nodiscard]] Json hold_resolve(const Request& request);
[[nodiscard]] Json freeze_set(const Request& request);
[[nodiscard]] Json go_live(const Request& request);
[[nodiscard]] Json sync_now(const Request& request);

}  // namespace emdia
