#pragma once
// Messages to lines and back. Pure: no input, output, clock or state; safe from any thread. A line never ends in LF.
//
// Reading is strict about what we know (types, ranges, dates that exist) and ignores fields it does not know. An error
// names the place as a path ("params.page_size: 0 is outside 1..1000") and never shows the value of a text field,
// because it may be personal.

#include <functional>
#include <string>
#include <string_view>

#include "erp-connectors/protocol/messages.hpp"

namespace emdia::protocol {

/// Settings travel inside `initialize` as one JSON object; anything else is `config`, and must not be encoded.
[[nodiscard]] Result<void> check_settings(const Initialize& init);

[[nodiscard]] std::string encode(const Hello& hello);
[[nodiscard]] std::string encode(const Request& request);
/// An answer that does not fit in a line becomes a `protocol` error that says so.
[[nodiscard]] std::string encode(const Response& response);

[[nodiscard]] Result<Hello> decode_hello(std::string_view line);

/// `id` is known whenever the line had a usable one, so that a bad request can still be answered.
struct RequestLine {
    std::optional<std::uint64_t> id;
    Result<Request> request;
};
[[nodiscard]] RequestLine decode_request(std::string_view line);

/// Which method a number was given to; nullopt: that number is not waiting.
using MethodOfId = std::function<std::optional<Method>(std::uint64_t)>;
/// A bad result for a waiting number is a Response with a `protocol` error; a line that is no response at all is
/// `protocol`; a number nobody waits for is `not_found`. Records of a page that break a range are moved to
/// `quarantined`.
[[nodiscard]] Result<Response> decode_response(std::string_view line, const MethodOfId& method_of_id);

}  // namespace emdia::protocol
