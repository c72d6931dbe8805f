#pragma once
// What the platform posts to us (whatsapp.md section 7): signature and contents. Pure; any bytes may come in.

#include <string_view>

#include "daemon/ports/messenger.hpp"

namespace emdia {

/// X-Hub-Signature-256 against the bytes as received, in constant time. An empty secret verifies nothing.
[[nodiscard]] bool signature_fits(std::string_view app_secret, std::string_view raw_body, std::string_view header);

/// Every update of every entry and change; fields and kinds that are not known are skipped. Updates of another number
/// of the same account are skipped too (`phone_number_id` empty: none is another). Without `done`. `bad_input` only if
/// the body is no JSON object.
[[nodiscard]] Result<WebhookBatch> parse_webhook(std::string_view raw_body, std::string_view phone_number_id);

}  // namespace emdia
