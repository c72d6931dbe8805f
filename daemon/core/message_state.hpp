#pragma once
// How the state of a message moves when the provider says something about it (whatsapp.md sections 7.3 and 10).

#include <optional>

#include "daemon/core/model.hpp"

namespace emdia {

/// The state after `reported` arrives; nullopt: the news is old or weaker than what is known. States move forward only;
/// `delivered` and `read` beat `failed`, and any news resolves `unknown`.
[[nodiscard]] std::optional<MessageState> advance(MessageState known, MessageState reported) noexcept;

}  // namespace emdia
