#pragma once
// What became of a submit, read from the HTTP answer (whatsapp.md sections 2.2, 9, 10). Pure.

#include "daemon/adapters/http_client.hpp"
#include "daemon/ports/messenger.hpp"

namespace emdia {

using SendOutcome = decltype(SendResult::outcome);

/// Accepted only with a message id; refused only when the platform said so or nothing left this machine; everything
/// else (time-out, reset, 5xx or 200 without a readable body) is unknown: it may have been accepted.
[[nodiscard]] SendOutcome outcome_of(const HttpResult& result);

/// The id of an uploaded medium.
[[nodiscard]] Result<std::string> media_id_of(const HttpResult& result);

}  // namespace emdia
