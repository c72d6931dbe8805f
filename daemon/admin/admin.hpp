#pragma once
// The API behind the CLI (and later the console): one JSON object asks, one answers. docs/ADMIN-API.md lists the
// requests. Pure translation: what a request does is decided behind Control.

#include <string>
#include <string_view>

#include "daemon/ports/control.hpp"

namespace emdia {

/// Answers `request` for the person `caller` (from the peer credentials of the socket). Called inside a turn, on the
/// engine's thread. Always one line of JSON without a line feed: {"ok":true,"result":...} or
/// {"ok":false,"error":{"kind","what","cure"}}. Whatever is wrong with the request is an answer; only LedgerFailure is
/// let through, so that the turn is rolled back.
[[nodiscard]] std::string answer_request(std::string_view request, std::string_view caller, Control& control);

/// The answer when a turn failed or the request never reached one.
[[nodiscard]] std::string error_answer(const Error& error);

}  // namespace emdia
