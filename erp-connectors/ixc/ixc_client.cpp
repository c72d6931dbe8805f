#include "erp-connectors/ixc/ixc_client.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

#include <nlohmann/json.hpp>

#include "erp-connectors/ixc/ixc_rows.hpp"

namespace emdia::ixc {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

/// A page of 1000 full rows has about 6 MiB.
constexpr std::size_t kLargestAnswer = std::size_t{16} * 1024 * 1024;
constexpr Millis kShortestNap{50};

/// grid_param is a text that holds JSON (2.14).
std::string listing_body(const Query& query) {
    Json grid = Json::array();
    for (const auto& filter : query.filters) {
        grid.push_back({{"TB", query.table + "." + filter.column}, {"OP", filter.oper}, {"P", filter.value}});
    }
    Json body{{"qtype", query.table + ".id"},
              {"query", std::to_string(query.after_id)},
              {"oper", ">"},
              {"page", "1"},
              {"rp", std::to_string(query.rows)},
              {"sortname", query.table + ".id"},
              {"sortorder", "asc"}};
    if (!grid.empty()) {
        body["grid_param"] = grid.dump();
    }
    return body.dump();
}

/// The date of "Tue, 10 Mar 2026 13:00:03 GMT" at the given offset.
std::optional<Date> date_of_header(std::string_view header, Minutes utc_offset) {
    std::tm time{};
    const std::string text{header};
    if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time) == nullptr) {
        return std::nullopt;
    }
    const Instant instant{Seconds{::timegm(&time)}};
    return date_of(FixedZone{utc_offset}.local(instant));
}

/// How a call went; bodies hold personal data and are never shown.
std::string call_line(const std::string& method, const std::string& resource, const HttpResult& response,
                      Clock::duration took) {
    return method + " " + resource + ": " +
           (response
                ? "HTTP " + std::to_string(response->status) + ", " + std::to_string(response->body.size()) + " bytes"
                : response.error().what) +
           ", " + std::to_string(std::chrono::ceil<Millis>(took).count()) + " ms";
}

bool worth_repeating(const Error& error) {
    return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::unknown ||
           error.kind == ErrorKind::protocol;
}

Result<void> check_page(const Query& query, const Listing& listing) {
    const auto expected = std::min<std::int64_t>(listing.total.value_or(0), query.rows);
    if (static_cast<std::int64_t>(listing.rows.size()) < expected) {
        return Error{ErrorKind::protocol,
                     query.resource + ": " + std::to_string(listing.rows.size()) + " rows came although IXC counts " +
                         std::to_string(*listing.total),
                     "nothing is concluded from such an answer; report it if it stays so"};
    }
    const auto seen_before = [&](const Row& row) { return row_id(row).value_or(query.after_id + 1) <= query.after_id; };
    if (std::any_of(listing.rows.begin(), listing.rows.end(), seen_before)) {
        return Error{ErrorKind::protocol, query.resource + ": IXC sends rows again that were not asked for",
                     "this IXC ignores a filter we rely on; report it"};
    }
    return {};
}

/// A business rule has no say in reading; it speaks up when a POST listing lost its header (pitfall 8).
Error taken_for_insert(const std::string& resource) {
    return {ErrorKind::config, resource + ": IXC takes our listing for a new row",
            "set listing to get, or let the header ixcsoft pass the proxy in front of IXC"};
}

}  // namespace

Client::Client(const Settings& settings, sdk::Logger& log)
    : settings_(settings),
      log_(log),
      http_({settings.max_in_flight, "emdia-connector-ixc"}),
      limiter_(settings.calls_per_minute, settings.max_in_flight) {}

Result<Listing> Client::list(const Query& query, const sdk::CallContext& context) {
    auto first = list_once(query, context);
    if (first || !worth_repeating(first.error()) || !pause(settings_.retry_pause, context)) {
        return first;
    }
    return list_once(query, context);
}

Result<Listing> Client::list_once(const Query& query, const sdk::CallContext& context) {
    auto request = request_for(query.resource);
    request.method = settings_.list_by_post ? "POST" : "GET";
    request.headers.push_back({"ixcsoft", "listar"});
    request.body = listing_body(query);
    request.repeatable = true;
    const auto response = send(query.resource, std::move(request), context);
    if (!response) {
        auto error = response.error();
        // Reading changes nothing, so it does not matter whether IXC got the question.
        error.kind = error.kind == ErrorKind::unknown ? ErrorKind::unavailable : error.kind;
        return error;
    }
    auto listing = read_listing(query.resource, *response, query.columns);
    if (!listing) {
        const bool as_insert = listing.error().kind == ErrorKind::refused && settings_.list_by_post;
        return as_insert ? taken_for_insert(query.resource) : listing;
    }
    if (auto ok = check_page(query, *listing); !ok) {
        return ok.error();
    }
    // Rows that came keyed by index have the order of their keys as texts (2.18).
    std::stable_sort(listing->rows.begin(), listing->rows.end(),
                     [](const Row& a, const Row& b) { return row_id(a).value_or(0) < row_id(b).value_or(0); });
    return listing;
}

Result<ActionDone> Client::act(const std::string& action, const Body& body, const sdk::CallContext& context) {
    const auto response = post(action, body, context);
    if (!response) {
        auto error = response.error();
        error.kind = error.kind == ErrorKind::protocol ? ErrorKind::unknown : error.kind;
        return error;
    }
    auto done = read_action(action, *response);
    if (!done) {
        auto error = done.error();
        // IXC got it; a failure or a page that is no answer does not tell whether it was carried out.
        if (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::protocol) {
            error.kind = ErrorKind::unknown;
        }
        return error;
    }
    return done;
}

Result<std::vector<std::string>> Client::ask(const std::string& action, const Body& body,
                                             const std::vector<Path>& paths, const sdk::CallContext& context) {
    const auto response = post(action, body, context);
    if (!response) {
        auto error = response.error();
        // Whoever asks for a code and hears nothing has no code; asking again does no harm (4.1, 4.2).
        error.kind = error.kind == ErrorKind::unknown ? ErrorKind::unavailable : error.kind;
        return error;
    }
    return read_texts(action, *response, paths);
}

std::optional<Date> Client::today() const {
    const auto days = server_day_.load();
    return days == 0 ? std::nullopt : std::optional{Date{Days{days}}};
}

bool Client::pause(Millis time, const sdk::CallContext& context) {
    const auto until = Clock::now() + time;
    if (until >= context.deadline) {
        return false;
    }
    while (!stopping_ && Clock::now() < until) {
        std::this_thread::sleep_until(std::min(until, Clock::now() + kShortestNap));
    }
    return !stopping_;
}

void Client::stop() {
    stopping_ = true;
    http_.stop();
}

HttpRequest Client::request_for(const std::string& resource) const {
    HttpRequest request;
    request.url = settings_.base_url + "/" + resource;
    request.headers = {{"Authorization", settings_.authorization}, {"Content-Type", "application/json"}};
    request.trust = settings_.trust;
    request.max_response_bytes = kLargestAnswer;
    return request;
}

HttpResult Client::post(const std::string& action, const Body& body, const sdk::CallContext& context) {
    Json json = Json::object();
    for (const auto& [name, value] : body) {
        json[name] = value;
    }
    auto request = request_for(action);
    request.method = "POST";
    request.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return send(action, std::move(request), context);
}

HttpResult Client::send(const std::string& resource, HttpRequest request, const sdk::CallContext& context) {
    const auto now = Clock::now();
    const auto slot = limiter_.reserve(now);
    if (slot > now && !pause(std::chrono::ceil<Millis>(slot - now), context)) {
        return Error{ErrorKind::rate_limited, "our own limit of calls per minute leaves no time for this one",
                     "raise the setting calls_per_minute if IXC bears it"};
    }
    request.deadline = std::min(settings_.timeout, context.remaining());
    if (request.deadline <= Millis{0}) {
        return Error{ErrorKind::unavailable, "no time is left before the deadline", ""};
    }
    const auto method = request.method;
    const auto begin = Clock::now();
    auto response = http_.perform(std::move(request));
    if (settings_.log_calls) {
        log_.debug(call_line(method, resource, response, Clock::now() - begin));
    }
    if (response) {
        if (const auto date = date_of_header(response->header("Date"), settings_.utc_offset)) {
            server_day_ = date->time_since_epoch().count();
        }
    }
    return response;
}

}  // namespace emdia::ixc
