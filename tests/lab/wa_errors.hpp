#pragma once
// The error codes of the Cloud API (whatsapp.md 9): HTTP status, title, and the two shapes they travel in.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tests/lab/http.hpp"
#include "tests/lab/wa_message.hpp"

namespace emdia::lab::wa {

/// The synchronous answer.
[[nodiscard]] HttpReply refuse(const Refusal& refusal, bool throttle_as_429);
/// The element of statuses[].errors.
[[nodiscard]] nlohmann::json status_error(int code);

}  // namespace emdia::lab::wa
